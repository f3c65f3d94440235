// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// All short sequences of what can happen to a cutover, over all that Atlas may answer
// where nothing is published. Most faults show within a few steps.

// exhausted is a sequence that is carried out, with what only this test needs.
type exhausted struct {
	*chaos
	// backup is the state before the last apply.
	backup *coretest.Instance
	// other is the state of a second pipeline.
	other *coretest.Instance
}

// happening is one event.
type happening struct {
	name string
	do   func(*exhausted)
	// forgets is set if, after it, what an earlier run knew of its request may be in
	// no state.
	forgets bool
}

// apply applies, and keeps the state before it.
func (x *exhausted) apply(run func(context.Context) coretest.Result) {
	x.backup = copyOf(x.State)
	x.whole(run)
}

func copyOf(i *coretest.Instance) *coretest.Instance {
	if i == nil {
		return nil
	}
	copied := *i
	return &copied
}

// killAt kills an apply at its first request with a method, before or after it is
// sent.
func killAt(method string, nth int, sent bool) func(*exhausted) {
	return func(x *exhausted) {
		seen := 0
		x.backup = copyOf(x.State)
		x.killed(forEver, func(req *http.Request) (bool, bool) {
			if req.Method == method {
				seen++
			}
			at := req.Method == method && seen == nth
			return at && !sent, at && sent
		}, false)
	}
}

// withTimeout applies with a time limit that passes before a cutover ends.
func (x *exhausted) withTimeout() {
	was := x.Config["timeouts"]
	x.Config["timeouts"] = map[string]any{"create": "40s", "update": "40s"}
	x.apply(x.Apply)
	x.Config["timeouts"] = was
}

// asOther does something as the second pipeline.
func (x *exhausted) asOther(do func()) {
	x.State, x.other = x.other, x.State
	do()
	x.State, x.other = x.other, x.State
}

// atOnce applies with both pipelines in the same moment.
func (x *exhausted) atOnce() {
	second := *x.Workspace
	second.State = x.other
	var both sync.WaitGroup
	both.Go(func() { x.Apply(context.Background()) })
	both.Go(func() { second.Apply(context.Background()) })
	both.Wait()
	x.other = second.State
}

func (h happening) String() string { return h.name }

var happenings = []happening{
	{"apply", func(x *exhausted) { x.apply(x.Apply) }, false},
	{"interrupt at once", func(x *exhausted) { x.backup = copyOf(x.State); x.interrupted(0) }, false},
	{"interrupt while waiting", func(x *exhausted) { x.backup = copyOf(x.State); x.interrupted(20 * time.Second) }, false},
	{"kill before the request is sent", killAt(http.MethodPut, 1, false), false},
	{"kill after the request is sent", killAt(http.MethodPut, 1, true), true},
	{"kill while waiting", killAt(http.MethodGet, 8, true), true},
	{"time out", (*exhausted).withTimeout, false},
	{"taint", func(x *exhausted) { x.Taint() }, false},
	{"untaint", func(x *exhausted) { x.Untaint() }, false},
	{"replace", func(x *exhausted) { x.apply(x.ApplyReplacing) }, true},
	{"lose the state", func(x *exhausted) { x.LoseState() }, true},
	{"restore the state of before", func(x *exhausted) { x.State = copyOf(x.backup) }, true},
	{"destroy", func(x *exhausted) { x.apply(x.Destroy) }, true},
	{"change an argument", func(x *exhausted) {
		if x.Config["max_lag_seconds"] == nil {
			x.Config["max_lag_seconds"] = 30
		} else {
			delete(x.Config, "max_lag_seconds")
		}
	}, false},
	{"10 minutes pass", func(*exhausted) { providertest.Sleep(10 * time.Minute) }, false},
	{anErrorBefore, func(x *exhausted) {
		x.sim.Inject(atlassim.Fault{Name: "before", Call: atlassim.CallCutover, Do: atlassim.Effect{Status: http.StatusServiceUnavailable}})
	}, false},
	{anErrorAfter, func(x *exhausted) {
		x.sim.Inject(atlassim.Fault{Name: "after", Call: atlassim.CallCutover, After: true, Do: atlassim.Effect{Wire: atlassim.Reset}})
	}, true},
	{"apply a second pipeline", func(x *exhausted) { x.asOther(func() { x.whole(x.Apply) }) }, true},
	{bothAtOnce, (*exhausted).atOnce, true},
}

const (
	bothAtOnce    = "apply both pipelines at once"
	anErrorBefore = "an error before Atlas acts"
	anErrorAfter  = "an error after Atlas acted"
)

// silences are what Atlas may show after a request: at once, or late, or nothing until
// the end.
var silences = []unknowns{
	{},
	{NoLag: true},
	{ReadyAfterPut: 10 * time.Second},
	{ReadyAfterPut: atlassim.Forever},
	{ReadyAfterPut: atlassim.Forever, NoLag: true},
	{ReadyAfterPut: atlassim.Forever, LagAfterPut: 30 * time.Second},
}

// variants are everything that Atlas may answer: what it shows, what it answers to the
// request, and to a second one.
func variants() []unknowns {
	var all []unknowns
	for i, u := range silences {
		for j, second := range []atlassim.Refusal{atlassim.Conflict409, atlassim.BadRequest400, atlassim.SilentSuccess} {
			answers := []atlassim.PutAnswer{atlassim.JobAnswer, atlassim.Accepted202, atlassim.NoContent204, atlassim.EmptyObject200}
			u.SecondPut, u.PutAnswer = second, answers[(i+j)%len(answers)]
			all = append(all, u)
		}
	}
	for _, course := range slices.Sorted(maps.Keys(courses))[1:] {
		all = append(all, unknowns{SecondPut: atlassim.SilentSuccess, Course: course})
	}
	return all
}

// String is a kind of Atlas in a test's name.
func (u unknowns) String() string {
	shows := "shows it at once"
	switch {
	case u.ReadyAfterPut == atlassim.Forever && u.LagAfterPut > 0:
		shows = "shows nothing but a lag"
	case u.ReadyAfterPut == atlassim.Forever:
		shows = "stays ready"
	case u.ReadyAfterPut > 0:
		shows = "stays ready for 10 s"
	}
	if u.NoLag {
		shows += ", never a lag"
	}
	if u.Course != "" {
		shows += ", " + u.Course
	}
	return fmt.Sprintf("%s, answers %s, a second one gets %s", shows, u.PutAnswer, u.SecondPut)
}

// An exception is a case in which two requests are accepted, and is known. Anything
// else is a violation.
type exception struct {
	name string
	met  func(u unknowns, sequence []happening) bool
}

var exceptions = []exception{
	// No client can prevent it: Atlas has no call that reserves a cutover.
	{"two pipelines in the same moment, and Atlas accepts both", func(u unknowns, sequence []happening) bool {
		return u.SecondPut == atlassim.SilentSuccess && slices.ContainsFunc(sequence, func(h happening) bool { return h.name == bothAtOnce })
	}},
	// No client can see it: the request is known to no state, Atlas shows no trace of it
	// for longer than the next run watches, and accepts another one.
	{"a request that no state knows, no trace of it, and Atlas accepts another", func(u unknowns, sequence []happening) bool {
		invisible := u.ReadyAfterPut == atlassim.Forever
		return u.SecondPut == atlassim.SilentSuccess && invisible && slices.ContainsFunc(sequence, func(h happening) bool { return h.forgets })
	}},
}

func exhaust(t *testing.T, u unknowns, sequence []happening) (e providertest.Exhausted) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := atlassim.Migration{InitialLag: 5, SteadyLag: 5, ReadyLag: 60, CutoverTakes: time.Minute}
		u.apply(&m)
		x := &exhausted{chaos: newChaos(t, m, false, "v1.0", -1)}
		for _, h := range sequence {
			h.do(x)
			x.look()
		}
		e.State = x.fingerprint() + pendingFaults(sequence, x.sim.Log())
		x.converge()
		if x.other != nil {
			x.asOther(x.converge)
		}
		x.secrets()
		e.Broken, e.Log = x.broken, x.sim.Log()
	})
	return e
}

// fingerprint is the pair of what Atlas is in and what the states hold, without times.
func (x *exhausted) fingerprint() string {
	phase := "new"
	for _, e := range x.sim.Log() {
		if e.Accepted {
			phase = "requested " + strconv.FormatBool(x.sim.Now().Sub(e.At) < time.Minute)
		}
	}
	parts := []string{
		phase, strconv.Itoa(x.sim.AcceptedCutovers(x.id)), strconv.FormatBool(x.sim.ServedComplete(x.id)),
		fmt.Sprint(x.Config["max_lag_seconds"]),
	}
	for _, i := range []*coretest.Instance{x.State, x.other, x.backup} {
		if i == nil {
			parts = append(parts, "nothing")
			continue
		}
		parts = append(parts, i.String("status"), i.String("id"), i.String("error_message"), i.String("max_lag_seconds"),
			strconv.FormatBool(i.String("requested_at") == ""), strconv.FormatBool(i.Tainted), string(i.Private))
	}
	return strings.Join(parts, "|")
}

// exceptionOf names the known case in which two requests are accepted.
func exceptionOf(broken string, u unknowns, sequence []happening) string {
	for _, e := range exceptions {
		if strings.HasPrefix(broken, "I1") && e.met(u, sequence) {
			return e.name
		}
	}
	return ""
}

// TestExhaust tries a third of the kinds of Atlas unless EXHAUST is set.
func TestExhaust(t *testing.T) {
	kinds := variants()
	kinds = providertest.Tried(kinds, slices.DeleteFunc(slices.Clone(kinds), func(u unknowns) bool { return u.SecondPut != atlassim.SilentSuccess }))
	met := providertest.Exhaust[unknowns, happening]{Kinds: kinds, Events: happenings, Try: exhaust, Exception: exceptionOf}.Run(t)
	for _, e := range exceptions {
		t.Logf("exception, met %d times: %s", met[e.name], e.name)
		if met[e.name] == 0 && providertest.Depth() > 1 {
			t.Errorf("never met, and so no exception: %s", e.name)
		}
	}
}

// pendingFaults are those that were injected and have hit no request, which no state
// shows.
func pendingFaults(sequence []happening, log []atlassim.Entry) string {
	before, after := 0, 0
	for _, h := range sequence {
		switch h.name {
		case anErrorBefore:
			before++
		case anErrorAfter:
			after++
		}
	}
	for _, e := range log {
		switch e.Fault {
		case "before":
			before--
		case "after":
			after--
		}
	}
	return fmt.Sprint(before, after)
}
