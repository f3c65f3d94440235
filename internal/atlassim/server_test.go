// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// newSocketClient serves a world on a socket and returns a client of it, with
// connections that are not used again: a real transport resends on those.
func newSocketClient(t *testing.T, s *Sim) *client {
	t.Helper()
	server := httptest.NewServer(s)
	transport := &http.Transport{DisableKeepAlives: true}
	t.Cleanup(func() {
		s.ClearFaults()
		transport.CloseIdleConnections()
		server.CloseClientConnections()
		server.Close()
	})
	c := newClient(t, s)
	c.base, c.http = server.URL, transport
	return c
}

func TestAFaultSpoilsTheAnswerOnASocketAsWell(t *testing.T) {
	for _, w := range wireCases {
		for name, afterActing := range map[string]bool{" before": false, " after": true} {
			t.Run(w.name+name, func(t *testing.T) {
				w.check(t, newSocketClient(t, New(Options{})), afterActing)
			})
		}
	}
}

func TestAWholeCutoverOnASocketWithDigest(t *testing.T) {
	s := New(Options{Algorithms: []Algorithm{SHA256}})
	c := newSocketClient(t, s)
	id := s.Add(Migration{})
	_, put := c.paths(id)
	first, err := c.raw(t.Context(), "PUT", put, "", "")
	if err != nil {
		t.Fatal(err)
	}
	key := s.Credentials()
	r, err := c.raw(t.Context(), "PUT", put, "", signed(first.header.Get("WWW-Authenticate"), "SHA-256", key.PublicKey, key.PrivateKey, "PUT", put, 1))
	if err != nil {
		t.Fatal(err)
	}
	c.wantStatus(r, 200)
	if s.AcceptedCutovers(id) != 1 || s.ServedComplete(id) {
		t.Error("not accepted, or complete before anybody asked")
	}
	if m := c.get(id); m["status"] != "COMPLETE" || !s.ServedComplete(id) {
		t.Errorf("%v", m)
	}
}

func TestAClientThatIsGoneIsNoticedOnASocket(t *testing.T) {
	for name, afterActing := range map[string]bool{"before": false, "after": true} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan Entry, 1)
			s := New(Options{OnEntry: func(e Entry) { ended <- e }})
			c := newSocketClient(t, s)
			id := s.Add(Migration{})
			s.Inject(Fault{After: afterActing, Do: Effect{Wire: Hang}})
			ctx, cancel := context.WithCancel(t.Context())
			lost := make(chan error)
			go func() {
				_, put := c.paths(id)
				_, err := c.raw(ctx, "PUT", put, "", "Bearer "+s.Credentials().AccessToken)
				lost <- err
			}()
			if _, err := s.WaitFor(t.Context(), func(e Entry) bool { return e.Call == CallCutover }); err != nil {
				t.Fatal(err)
			}
			cancel()
			if err := <-lost; err == nil {
				t.Error("no error")
			}
			e := <-ended
			if e.Accepted != afterActing || e.Status != 0 || s.AcceptedCutovers(id) == 1 != afterActing {
				t.Errorf("entry %+v", e)
			}
		})
	}
}

func TestARequestThatCannotBeReadIsNoSuccess(t *testing.T) {
	s := New(Options{})
	c := newSocketClient(t, s)
	_, put := c.paths(s.Add(Migration{}))
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(c.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	_, err = io.WriteString(connection, "PUT "+put+" HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n")
	if err != nil {
		t.Fatal(err)
	}
	if answered, err := io.ReadAll(connection); err != nil || strings.Contains(string(answered), "200 OK") || len(s.Log()) != 0 {
		t.Errorf("answered %q, %v, and logged %+v", answered, err, s.Log())
	}
}

func TestAHeldAnswerArrivesOnceReleasedOnASocket(t *testing.T) {
	s := New(Options{})
	c := newSocketClient(t, s)
	id := s.Add(Migration{})
	release := s.Inject(Fault{After: true, Do: Effect{Wire: Hang}})
	go func() {
		if _, err := s.WaitFor(t.Context(), func(e Entry) bool { return e.Accepted }); err == nil {
			release()
		}
	}()
	c.wantStatus(c.put(id), 200)
}

func TestSimulatedTimeRunsFasterThanRealTime(t *testing.T) {
	c := clock{start: time.Now().Add(-time.Minute), speed: 60}
	if ahead := time.Until(c.now()); ahead < 58*time.Minute || ahead > 60*time.Minute {
		t.Errorf("a minute after the start the clock is %v ahead", ahead)
	}
}

// brokenWriter is a connection that breaks before the body.
type brokenWriter struct{ http.ResponseWriter }

var errBroken = errors.New("broken")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestCompleteDoesNotCountAsServedWhereItCouldNotBeWritten(t *testing.T) {
	s := New(Options{})
	get, _ := newClient(t, s).paths(s.Add(Migration{BegunElsewhere: true}))
	for _, broken := range []bool{true, false} {
		r := httptest.NewRequest(http.MethodGet, get, http.NoBody)
		r.Header.Set("Authorization", "Bearer "+s.Credentials().AccessToken)
		var w http.ResponseWriter = httptest.NewRecorder()
		if broken {
			w = brokenWriter{w}
		}
		s.ServeHTTP(w, r)
		if got := s.ServedComplete(last(s).LiveMigrationID); got == broken {
			t.Errorf("broken %t: served complete %t", broken, got)
		}
	}
}

func TestAJourneyWorksOnASocket(t *testing.T) {
	s := New(Options{})
	c := newSocketClient(t, s)
	c.wantStatus(c.createLink(), 201)
	c.wantStatus(c.validate(), 200)
	s.Inject(Fault{Call: CallStart, After: true, Do: Effect{Wire: Reset}})
	body := requestBody(t, s, nil)
	if _, err := c.raw(t.Context(), "POST", c.group("/liveMigrations"), body, "Bearer "+s.Credentials().AccessToken); !isReset(err) {
		t.Errorf("error %v", err)
	}
	if s.AcceptedStarts("target") != 1 {
		t.Errorf("starts %+v", s.Starts())
	}
	c.wantStatus(c.startMigration(nil), 409)
	c.header.Set("Content-Type", "application/x-www-form-urlencoded")
	c.wantStatus(c.getWith(c.token(), s.Starts()[0].LiveMigrationID), 200)
}
