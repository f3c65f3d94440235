// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"context"
	"net/http"
	"slices"
	"time"
)

// Fault is something that goes wrong with some requests.
//
// A fault hits only requests that are let in: a challenge, a wrong key or a
// rate limit is answered as ever, so that a fault of one 503 hits the request
// that was signed and not the unsigned one before it. BeforeAuth changes that.
// RefuseDial and TLSUntrusted come before any request and hit every one.
type Fault struct {
	// Name is how the log calls it; empty means the effect's own name.
	Name string `json:"name"`
	// Call is one of the Call constants, or "" for any.
	Call string `json:"call"`
	// Skip lets so many requests pass first. Times is how many it then hits: 0
	// means one, a negative number all until it is released or cleared.
	Skip  int `json:"skip"`
	Times int `json:"times"`
	// After lets the server act first; otherwise the fault happens instead.
	After bool `json:"after"`
	// BeforeAuth also hits requests that would not be let in.
	BeforeAuth bool `json:"before_auth"`
	// Do is what happens.
	Do Effect `json:"do"`
}

// Effect is what a fault does: exactly one of a status, a wire effect, a
// garbled body and a delay.
type Effect struct {
	// Status answers with this, Body and Header instead.
	Status int         `json:"status"`
	Body   string      `json:"body"`
	Header http.Header `json:"header"`
	// Wire does something to the connection.
	Wire Wire `json:"wire"`
	// Garble answers with the status that the request would have got, and this body.
	Garble string `json:"garble"`
	// Delay holds the request for so long, in real or fake time, before the
	// server acts or, with After, before it answers. Nothing else changes.
	Delay time.Duration `json:"delay"`
}

// liveFault is a fault that was injected. The Sim's lock guards it.
type liveFault struct {
	Fault
	passed, hit int
	released    chan struct{}
}

// Inject adds a fault. Where several could hit a request, the one that was
// injected first does. The returned function ends the fault, and lets what it
// holds (Hang, Delay, EndlessBody) continue; it can be called more than once. In
// a synctest test, Inject must be called there.
func (s *Sim) Inject(f Fault) (release func()) {
	if f.Name == "" {
		f.Name = f.Do.name()
	}
	live := &liveFault{Fault: f, released: make(chan struct{})}
	s.mu.Lock()
	s.faults = append(s.faults, live)
	s.mu.Unlock()
	return func() { s.release(live) }
}

// ClearFaults ends every fault, as its release function would.
func (s *Sim) ClearFaults() {
	s.mu.Lock()
	faults := slices.Clone(s.faults)
	s.mu.Unlock()
	for _, f := range faults {
		s.release(f)
	}
}

func (s *Sim) release(f *liveFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.Index(s.faults, f); i >= 0 {
		s.faults = slices.Delete(s.faults, i, i+1)
		close(f.released)
	}
}

// pick returns the fault that hits a request, or nil. The caller holds s.mu.
func (s *Sim) pick(call string, dialing, admitted bool) *liveFault {
	for i, f := range s.faults {
		eligible := f.Do.Wire.dials() == dialing && (dialing || admitted || f.BeforeAuth)
		if !eligible || f.Call != "" && f.Call != call || f.spent() {
			continue
		}
		if f.passed < f.Skip {
			f.passed++
			continue
		}
		f.hit++
		if f.spent() && !f.lasts() {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return f
	}
	return nil
}

func (f *liveFault) spent() bool { return f.Times >= 0 && f.hit >= max(f.Times, 1) }

// lasts reports whether a request can still be in the fault's hands after it was
// hit, so that the fault has to be there to be released.
func (f *liveFault) lasts() bool { return f.holds() || f.Do.Wire == EndlessBody }

// holds reports whether the fault makes a request wait and then continue.
func (f *liveFault) holds() bool { return f != nil && (f.Do.Wire == Hang || f.Do.Delay > 0) }

// keepsFromActing reports whether the fault happens instead of what was asked for.
func (f *liveFault) keepsFromActing() bool { return f != nil && !f.After && !f.holds() }

// hold waits until the fault lets the request continue; false if its client went away before.
func (f *liveFault) hold(ctx context.Context) bool {
	var elapsed <-chan time.Time
	if f.Do.Wire != Hang {
		timer := time.NewTimer(f.Do.Delay)
		defer timer.Stop()
		elapsed = timer.C
	}
	select {
	case <-f.released:
	case <-elapsed:
	case <-ctx.Done():
		return false
	}
	return true
}

// alter puts the fault in the answer's place.
func (f *liveFault) alter(a answer) answer {
	switch {
	case f.Do.Status != 0:
		return answer{status: f.Do.Status, header: f.Do.headers(), body: []byte(f.Do.Body)}
	case f.Do.Garble != "":
		a.body = []byte(f.Do.Garble)
	}
	if a.status == http.StatusNoContent { // which could have no body to spoil
		a.status = http.StatusOK
	}
	return a
}

func (e Effect) headers() http.Header {
	header := e.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	if header.Get("Content-Type") == "" && e.Body != "" {
		kind := "application/json"
		if e.Body[0] == '<' {
			kind = "text/html"
		}
		header.Set("Content-Type", kind)
	}
	return header
}

// silent reports whether no status is sent at all.
func (w Wire) silent() bool { return w == Reset || w == Close }

// dials reports whether the effect comes before a connection is there.
func (w Wire) dials() bool { return w == RefuseDial || w == TLSUntrusted }

func (e Effect) name() string {
	switch {
	case e.Status != 0:
		return "status"
	case e.Garble != "":
		return "garble"
	case e.Delay > 0:
		return "delay"
	}
	return e.Wire.String()
}
