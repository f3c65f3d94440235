// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func isReset(err error) bool { return errors.Is(err, syscall.ECONNRESET) }
func isEOF(err error) bool   { return errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) }
func isShort(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }
func isNil(err error) bool   { return err == nil }

// wireCase is an effect on the answer to a PUT, in memory and on a socket alike.
type wireCase struct {
	name   string
	do     Effect
	err    func(error) bool
	status int    // as received
	body   string // as received, its beginning
	logged int    // as logged
}

var wireCases = []wireCase{
	{"a reset", Effect{Wire: Reset}, isReset, 0, "", 0},
	{"a close", Effect{Wire: Close}, isEOF, 0, "", 0},
	{"a body cut short", Effect{Wire: CloseMidBody}, isShort, 200, `{"_id":"`, 200},
	{"an endless body", Effect{Wire: EndlessBody}, isNil, 200, `{"_id":"`, 200},
	{"a status", Effect{Status: 503, Body: "<html>Sorry</html>", Header: http.Header{"Retry-After": {"7"}}}, isNil, 503, "<html>Sorry</html>", 503},
	{"a redirect", Effect{Status: 307, Header: http.Header{"Location": {"https://elsewhere.example.net/"}}}, isNil, 307, "", 307},
	{"a garbled body", Effect{Garble: `{"_id":`}, isNil, 200, `{"_id":`, 200},
}

func (w wireCase) check(t *testing.T, c *client, afterActing bool) {
	t.Helper()
	id := c.sim.Add(Migration{CutoverTakes: time.Hour})
	c.sim.Inject(Fault{Call: CallCutover, After: afterActing, Do: w.do})
	_, put := c.paths(id)
	r, err := c.try("PUT", put)
	if !w.err(err) {
		t.Errorf("error %v", err)
	}
	if r.status != w.status || !strings.HasPrefix(r.body, w.body) {
		t.Errorf("status %d, body %.100q", r.status, r.body)
	}
	for name, values := range w.do.Header {
		if r.header.Get(name) != values[0] {
			t.Errorf("header %v", r.header)
		}
	}
	accepted := 0
	if afterActing {
		accepted = 1
	}
	if got := c.sim.AcceptedCutovers(id); got != accepted {
		t.Errorf("%d accepted, want %d", got, accepted)
	}
	if e := last(c.sim); e.Acted != afterActing || e.Accepted != afterActing || e.Fault == "" || e.Status != w.logged {
		t.Errorf("entry %+v", e)
	}
	if m := c.get(id); (m["readyForCutover"] == false) != afterActing {
		t.Errorf("afterwards %v", m)
	}
}

// closes notes that a body was closed.
type closes struct {
	io.Reader
	closed bool
}

func (c *closes) Close() error {
	c.closed = true
	return nil
}

func TestARequestsBodyIsClosedInMemoryToo(t *testing.T) {
	s := New(Options{})
	for name, f := range map[string]Fault{
		"let in": {Call: CallUnknown}, "refused": {Do: Effect{Wire: RefuseDial}},
	} {
		t.Run(name, func(t *testing.T) {
			defer s.Inject(f)()
			body := &closes{Reader: strings.NewReader("{}")}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://cloud.example.net/api/oauth/token", body)
			if err != nil {
				t.Fatal(err)
			}
			res, err := s.Transport().RoundTrip(req)
			if err == nil {
				err = res.Body.Close()
			}
			if refused := f.Do.Wire == RefuseDial; !body.closed || (err != nil) != refused {
				t.Errorf("closed %t, error %v", body.closed, err)
			}
		})
	}
}

func TestAFaultSpoilsTheAnswerBeforeOrAfterTheServerActed(t *testing.T) {
	for _, w := range wireCases {
		for name, afterActing := range map[string]bool{" before": false, " after": true} {
			t.Run(w.name+name, func(t *testing.T) {
				w.check(t, newClient(t, New(Options{})), afterActing)
			})
		}
	}
}

func TestAnAnswerWithoutBodyIsCutShortAsWell(t *testing.T) {
	for _, answer := range []PutAnswer{Accepted202, NoContent204} {
		s := New(Options{})
		c := newClient(t, s)
		_, put := c.paths(s.Add(Migration{PutAnswer: answer}))
		s.Inject(Fault{After: true, Do: Effect{Wire: CloseMidBody}})
		if r, err := c.try("PUT", put); !isShort(err) || r.status/100 != 2 {
			t.Errorf("%v: %d %v", answer, r.status, err)
		}
	}
}

func TestAnEndlessBodyGoesOnUntilItIsReleased(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	get, _ := c.paths(s.Add(Migration{}))
	release := s.Inject(Fault{Do: Effect{Wire: EndlessBody}})
	if r := c.call("GET", get); len(r.body) != 1<<16 {
		t.Errorf("%d bytes, want as many as were read", len(r.body))
	}
	release()
	s.Inject(Fault{Do: Effect{Wire: EndlessBody}})
	ctx, cancel := context.WithCancel(t.Context())
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, c.base+get, http.NoBody)
	req.Header.Set("Authorization", "Bearer "+s.Credentials().AccessToken)
	res, err := s.Transport().RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.Copy(io.Discard, res.Body); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if err := res.Body.Close(); err != nil {
		t.Error(err)
	}
}

func TestNoConnectionIsHadWhereAFaultSaysSo(t *testing.T) {
	cases := []struct {
		wire Wire
		as   func(error) bool
	}{
		{RefuseDial, func(err error) bool {
			var op *net.OpError
			return errors.As(err, &op) && op.Op == "dial" && errors.Is(err, syscall.ECONNREFUSED)
		}},
		{TLSUntrusted, func(err error) bool {
			var untrusted *tls.CertificateVerificationError
			return errors.As(err, &untrusted)
		}},
	}
	for _, c := range cases {
		t.Run(c.wire.String(), func(t *testing.T) {
			s := New(Options{})
			client := newClient(t, s)
			id := s.Add(Migration{})
			s.Inject(Fault{Call: CallCutover, Do: Effect{Wire: c.wire}})
			had := false
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { had = true }})
			get, put := client.paths(id)
			if _, err := client.raw(ctx, "PUT", put, "", ""); !c.as(err) {
				t.Errorf("error %v", err)
			}
			if had || len(s.Log()) != 0 {
				t.Errorf("connection had: %t, log %v", had, s.Log())
			}
			if _, err := client.raw(ctx, "GET", get, "", ""); err != nil || !had {
				t.Errorf("another call: %v, connection had: %t", err, had)
			}
			client.put(id)
		})
	}
}

func TestTheHooksOfATraceAreCalledInOrder(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	get, put := c.paths(s.Add(Migration{}))
	var calls []string
	note := func(name string) { calls = append(calls, name) }
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		GetConn: func(string) { note("GetConn") }, GotConn: func(httptrace.GotConnInfo) { note("GotConn") },
		WroteHeaders: func() { note("WroteHeaders") }, WroteRequest: func(httptrace.WroteRequestInfo) { note("WroteRequest") },
		GotFirstResponseByte: func() { note("GotFirstResponseByte") },
	})
	if _, err := c.raw(ctx, "GET", get, "", ""); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(calls, " "); got != "GetConn GotConn WroteHeaders WroteRequest GotFirstResponseByte" {
		t.Errorf("calls %s", got)
	}
	calls = nil
	s.Inject(Fault{BeforeAuth: true, Do: Effect{Wire: Reset}})
	if _, err := c.raw(ctx, "PUT", put, "", ""); !isReset(err) {
		t.Error(err)
	}
	if got := strings.Join(calls, " "); got != "GetConn GotConn WroteHeaders WroteRequest" {
		t.Errorf("calls %s", got)
	}
}

func TestACancelledRequestNeverLeaves(t *testing.T) {
	s := New(Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newClient(t, s).raw(ctx, "GET", "/", "", ""); !errors.Is(err, context.Canceled) || len(s.Log()) != 0 {
		t.Errorf("%v %v", err, s.Log())
	}
}

func TestAHeldRequestGoesOnOrIsLost(t *testing.T) {
	cases := []struct {
		name     string
		after    bool
		do       Effect
		release  bool
		accepted int
		held     string
		did      string
	}{
		{"before acting, released", false, Effect{Wire: Hang}, true, 1, "held before acting", "accepted the cutover"},
		{"before acting, given up", false, Effect{Wire: Hang}, false, 0, "held before acting", "the client went away before the server acted"},
		{"after acting, released", true, Effect{Wire: Hang}, true, 1, "accepted the cutover; holds the answer", "accepted the cutover"},
		{"after acting, given up", true, Effect{Wire: Hang}, false, 1, "accepted the cutover; holds the answer", "accepted the cutover; the client went away before the answer"},
		{"delayed before acting, given up", false, Effect{Delay: time.Hour}, false, 0, "held before acting", "the client went away before the server acted"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Options{})
				client := newClient(t, s)
				id := s.Add(Migration{})
				release := s.Inject(Fault{Call: CallCutover, After: c.after, Do: c.do})
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				ended := make(chan error)
				go func() {
					_, put := client.paths(id)
					_, err := client.raw(ctx, "PUT", put, "", "Bearer "+s.Credentials().AccessToken)
					ended <- err
				}()
				held, err := s.WaitFor(ctx, func(e Entry) bool { return e.Call == CallCutover })
				if err != nil || held.Did != c.held || held.Status != 0 || held.Accepted != c.after {
					t.Errorf("held %+v, %v", held, err)
				}
				if c.release {
					release()
					release()
				}
				err = <-ended
				if c.release != (err == nil) || !c.release && !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("error %v", err)
				}
				e := last(s)
				if e.Did != c.did || s.AcceptedCutovers(id) != c.accepted || (e.Status == 200) != c.release || e.N != 1 {
					t.Errorf("%d accepted, entry %+v", s.AcceptedCutovers(id), e)
				}
			})
		})
	}
}

func TestADelayTakesRealTimeAndChangesNothing(t *testing.T) {
	for _, afterActing := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := New(Options{Speed: 100})
			c := newClient(t, s)
			id := s.Add(Migration{})
			s.Inject(Fault{After: afterActing, Do: Effect{Delay: 3 * time.Second}})
			began := time.Now()
			c.wantStatus(c.put(id), 200)
			if took := time.Since(began); took != 3*time.Second {
				t.Errorf("took %v", took)
			}
			if at := s.CutoverLedger(id)[0].At.Sub(began); (at == 0) != afterActing {
				t.Errorf("accepted after %v", at)
			}
		})
	}
}

func TestAFaultHitsAsOftenAsItSays(t *testing.T) {
	ok, bad := 200, 503
	cases := []struct {
		name   string
		faults []Fault
		want   []int
	}{
		{"once", []Fault{{}}, []int{bad, ok, ok}},
		{"twice after one", []Fault{{Skip: 1, Times: 2}}, []int{ok, bad, bad, ok}},
		{"for ever", []Fault{{Times: -1}}, []int{bad, bad, bad, bad}},
		{"only its call", []Fault{{Call: CallCutover}}, []int{ok, ok}},
		{"one after another", []Fault{{}, {Skip: 1}}, []int{bad, ok, bad, ok}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := New(Options{})
			client := newClient(t, s)
			get, _ := client.paths(s.Add(Migration{}))
			for _, f := range c.faults {
				f.Do = Effect{Status: bad}
				s.Inject(f)
			}
			for _, want := range c.want {
				client.wantStatus(client.call("GET", get), want)
			}
			s.ClearFaults()
			client.wantStatus(client.call("GET", get), ok)
		})
	}
}

func TestAFaultLeavesTheHandshakeAloneUnlessTold(t *testing.T) {
	for _, beforeAuth := range []bool{false, true} {
		s := New(Options{})
		c := newClient(t, s)
		get, _ := c.paths(s.Add(Migration{}))
		s.Inject(Fault{BeforeAuth: beforeAuth, Do: Effect{Status: 503}})
		first, _ := c.raw(t.Context(), "GET", get, "", "")
		if beforeAuth {
			c.wantStatus(first, 503)
			continue
		}
		c.wantStatus(first, 401)
		c.wantStatus(c.call("GET", get), 503)
	}
}
