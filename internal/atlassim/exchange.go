// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"context"
	"maps"
	"net/http"
)

// visit is one request on its way through the world.
type visit struct {
	in      *request
	entry   Entry
	header  http.Header // goes with whatever the world answers
	refusal *action     // why it was not let in; nil if it was
	fault   *liveFault  // what hits it; nil if nothing does
	action  action
	out     outcome
}

// outcome is what a request gets in the end, for a transport to carry out.
type outcome struct {
	answer answer
	wire   Wire            // Reset, Close, CloseMidBody or EndlessBody, or else none
	ended  <-chan struct{} // closed when the fault behind wire is released
	gone   bool            // the client went away while it was held
	told   bool            // the client counts as told; see Sim.untold
	report func(n int)
}

// exchange takes a request through the world: let in or not, hit by a fault or
// not, acted on, logged. The lock is held for each step, and never while a
// fault holds the request.
func (s *Sim) exchange(ctx context.Context, in *request) outcome {
	v := &visit{in: in}
	s.step(v, s.arrive)
	before, after := v.heldBefore(), v.heldAfter()
	switch {
	case before && !v.fault.hold(ctx):
		s.step(v, func(v *visit) { s.lose(v, "the client went away before the server acted") })
	case before:
		s.step(v, s.act)
	case after && !v.fault.hold(ctx):
		s.step(v, func(v *visit) { s.lose(v, v.action.did+"; the client went away before the answer") })
	case after:
		s.step(v, s.tell)
	}
	if s.options.OnEntry != nil {
		s.options.OnEntry(v.entry)
	}
	if s.options.OnExchange != nil {
		s.options.OnExchange(v.exchange())
	}
	return v.out
}

// Exchange is one request and its answer, whole.
type Exchange struct {
	Entry Entry

	Method        string
	URI           string // as the request line has it
	RequestHeader http.Header
	RequestBody   []byte

	// Status is 0 if no answer is to be compared: none was sent, or a fault or
	// the script made it.
	Status         int
	ResponseHeader http.Header
	ResponseBody   []byte
}

func (v *visit) exchange() Exchange {
	x := Exchange{
		Entry: v.entry, Method: v.in.method, URI: v.in.uri, RequestHeader: v.in.header.Clone(), RequestBody: v.in.body,
	}
	if a := v.out.answer; (v.fault == nil || v.fault.holds()) && !a.unpublished {
		x.Status, x.ResponseHeader, x.ResponseBody = a.status, a.header.Clone(), a.body
	}
	return x
}

func (s *Sim) step(v *visit, do func(*visit)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do(v)
	s.ledger.put(v.entry)
}

// arrive lets a request in, or not, finds the fault that hits it, and acts
// unless that holds it before.
func (s *Sim) arrive(v *visit) {
	v.entry, v.header = v.in.entry(s.Now()), http.Header{}
	v.entry.N = len(s.ledger.entries) + 1
	v.refusal = s.admit(v)
	v.fault = s.pick(v.in.call(), false, v.refusal == nil)
	if v.fault != nil {
		v.entry.Fault = v.fault.Name
	}
	if v.heldBefore() {
		v.entry.Did = "held before acting"
		return
	}
	s.act(v)
}

func (v *visit) heldBefore() bool { return v.fault.holds() && !v.fault.After }
func (v *visit) heldAfter() bool  { return v.fault.holds() && v.fault.After }

// admit decides whether a request is let in, in a real server's order:
// credentials, address, rate. It returns the refusal, or nil.
func (s *Sim) admit(v *visit) *action {
	if v.in.apiVersion == "" {
		return s.admitClient(v)
	}
	if a := s.authenticate(v.in, &v.entry); a != nil {
		s.remaining(v.in, v.header)
		return a
	}
	if a := s.authorize(); a != nil {
		s.remaining(v.in, v.header)
		return a
	}
	return s.limit(v.in, v.header)
}

// act carries a request out, unless its fault keeps it from that.
func (s *Sim) act(v *visit) {
	v.action = s.decide(v)
	v.entry.Acted = v.refusal == nil && !v.fault.keepsFromActing()
	if v.entry.Acted && v.action.commit != nil {
		v.action.commit(v.entry.N)
	}
	if v.entry.Acted {
		v.action.made.enter(&v.entry)
	}
	v.entry.Accepted = v.entry.Acted && v.action.accepted
	switch {
	case v.heldAfter():
		v.entry.Did = v.action.did + "; holds the answer"
	case v.fault == nil || v.fault.holds():
		s.tell(v)
	default:
		v.spoil()
	}
}

// decide works out what a request would get if no fault were in its way.
func (s *Sim) decide(v *visit) action {
	a := s.handle(v)
	maps.Copy(a.answer.header, v.header)
	if _, limit := s.bucketOf(v.in); limit.Capacity < 0 {
		a.answer.unpublished = true // the headers are missing
	}
	return a
}

func (s *Sim) handle(v *visit) action {
	if v.refusal != nil { // in front of the API, where nothing is enveloped
		a := *v.refusal
		s.writeError(&a.answer, v.in)
		return a
	}
	var a action
	if refusal := s.check(v.in); refusal != nil {
		a = *refusal
	} else {
		a = v.in.route.serve(s, v.in)
	}
	s.finish(&a.answer, v.in)
	return a
}

// tell lets the answer go out as it is.
func (s *Sim) tell(v *visit) {
	a := &v.action
	v.entry.Status, v.entry.Did = a.answer.status, a.did
	v.entry.ServedStatus, v.entry.Ready, v.entry.Lag = a.servedStatus, a.servedReady, a.servedLag
	v.out = outcome{answer: a.answer}
	if a.report != nil {
		a.report(1)
		v.out.told, v.out.report = true, a.report
	}
}

// lose ends a request whose client went away.
func (s *Sim) lose(v *visit, did string) {
	v.entry.Did, v.entry.Status = did, 0
	v.out = outcome{gone: true}
}

// spoil puts the fault in the place of the answer.
func (v *visit) spoil() {
	v.out = outcome{answer: v.fault.alter(v.action.answer), wire: v.fault.Do.Wire, ended: v.fault.released}
	v.entry.Challenged = false
	v.entry.Status = v.out.answer.status
	if v.out.wire.silent() {
		v.entry.Status = 0
	}
	v.entry.Did = "did not act"
	if v.entry.Acted {
		v.entry.Did = v.action.did + ", but the answer was spoilt"
	}
}

// untold takes back that a client was told, after its answer could not be written.
func (s *Sim) untold(out outcome) {
	if !out.told {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out.report(-1)
}
