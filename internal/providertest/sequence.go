// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing/synctest"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
)

// Sequence is a sequence of events being carried out.
type Sequence struct {
	*Harness
	// Check looks at what a command came to; the requests that it sent are those of the
	// log from a number on.
	Check func(r coretest.Result, from int)
	// Broken are the invariants that did not hold.
	Broken []string

	// backup is the state before the last command, other that of a second pipeline.
	backup, other *coretest.Instance
}

// Event is one thing that happens.
type Event struct {
	Name string
	Do   func(*Sequence)
	// Asks is set if a person asks for what was done already, or makes a state forget it.
	Asks bool
}

func (e Event) String() string { return e.Name }

// Violates notes that an invariant does not hold.
func (s *Sequence) Violates(format string, about ...any) {
	s.Broken = append(s.Broken, fmt.Sprintf(format, about...))
}

// Run runs a command. What a provider that was killed did not return is not stored.
func (s *Sequence) Run(ctx context.Context, command func(context.Context) coretest.Result) coretest.Result {
	from := len(s.Sim.Log())
	s.backup = copyOf(s.State)
	r := s.Do(ctx, command)
	if synctest.Wait(); s.Transport.Killed() {
		s.State = copyOf(s.backup)
	}
	s.Check(r, from)
	return r
}

func copyOf(i *coretest.Instance) *coretest.Instance {
	if i == nil {
		return nil
	}
	copied := *i
	return &copied
}

func (s *Sequence) apply() { s.Run(context.Background(), s.Workspace.Apply) }

func (s *Sequence) interrupt(after time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), after)
	defer cancel()
	s.Run(ctx, s.Workspace.Apply)
}

// kill kills an apply at its n-th authorized request with a method, before or after
// that is sent.
func (s *Sequence) kill(method string, n int, sent bool) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s.Transport.Start(func(req *http.Request) (before, after bool) {
		if req.Method == method && req.Header.Get("Authorization") != "" {
			n--
		}
		return n == 0 && !sent, n == 0 && sent
	}, cancel)
	s.Run(ctx, s.Workspace.Apply)
	s.Transport.Start(nil, nil)
}

// asOther does something as a second pipeline, with a state of its own.
func (s *Sequence) asOther(do func()) {
	s.State, s.other = s.other, s.State
	do()
	s.State, s.other = s.other, s.State
}

// Events are those that can happen to any resource which is created by a POST to a
// call of Atlas.
func Events(call string) []Event {
	fails := func(do atlassim.Effect, after bool) func(*Sequence) {
		return func(s *Sequence) { s.Sim.Inject(atlassim.Fault{Call: call, After: after, Do: do}) }
	}
	return []Event{
		{"apply", (*Sequence).apply, false},
		{"interrupt at once", func(s *Sequence) { s.interrupt(0) }, false},
		{"interrupt while waiting", func(s *Sequence) { s.interrupt(20 * time.Second) }, false},
		{"kill before the request is sent", func(s *Sequence) { s.kill(http.MethodPost, 1, false) }, false},
		{"kill after the request is sent", func(s *Sequence) { s.kill(http.MethodPost, 1, true) }, true},
		{"kill while waiting", func(s *Sequence) { s.kill(http.MethodGet, 4, true) }, true},
		{"taint", func(s *Sequence) { s.Taint() }, true},
		{"untaint", func(s *Sequence) { s.Untaint() }, false},
		{"replace", func(s *Sequence) { s.Run(context.Background(), s.ApplyReplacing) }, true},
		{"lose the state", func(s *Sequence) { s.LoseState() }, true},
		{"restore the state of before", func(s *Sequence) { s.State = copyOf(s.backup) }, true},
		{"destroy", func(s *Sequence) { s.Run(context.Background(), s.Workspace.Destroy) }, true},
		{"10 minutes pass", func(*Sequence) { Sleep(10 * time.Minute) }, false},
		{"an error before Atlas acts", fails(atlassim.Effect{Status: http.StatusServiceUnavailable}, false), false},
		{"an error after Atlas acted", fails(atlassim.Effect{Wire: atlassim.Reset}, true), true},
		{"apply a second pipeline", func(s *Sequence) { s.asOther(s.apply) }, true},
	}
}

// Converge applies until nothing is left to do, once nothing fails any more. A person
// does what a command says.
func (s *Sequence) Converge(obey func(said string)) {
	s.Sim.ClearFaults()
	var last coretest.Result
	for range 20 {
		last = s.Run(context.Background(), s.Workspace.Apply)
		if !last.Failed() && last.Action == coretest.NoOp {
			return
		}
		obey(Details(last))
		Sleep(10 * time.Minute)
	}
	s.Violates("still not quiet: %s %q", last.Action, coretest.Summaries(last.Diagnostics))
}

// Fingerprint is what the states hold, by these attributes, and what besides the next
// event depends on.
func (s *Sequence) Fingerprint(sequence []Event, attributes []string, besides ...any) string {
	var parts []string
	for _, i := range []*coretest.Instance{s.State, s.other, s.backup} {
		if i == nil {
			parts = append(parts, "nothing")
			continue
		}
		for _, name := range attributes {
			parts = append(parts, i.String(name))
		}
		parts = append(parts, fmt.Sprint(i.Tainted), string(i.Private))
	}
	for _, e := range sequence {
		if strings.HasPrefix(e.Name, "an error") {
			parts = append(parts, e.Name)
		}
	}
	return strings.Join(parts, "|") + fmt.Sprint(besides...)
}
