// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"testing"
	"time"
)

func TestParseStatus(t *testing.T) {
	for status, want := range map[string]Status{
		"": StatusPending, "PENDING": StatusPending, "NEW": StatusPending, "WORKING": StatusPending,
		"SUCCESS": StatusSuccess, "COMPLETE": StatusSuccess,
		"FAILED": StatusFailed, "EXPIRED": StatusFailed,
		"COMPLETED": StatusUnknown, "complete": StatusUnknown, "CUTOVER": StatusUnknown,
	} {
		if got := ParseStatus(status); got != want {
			t.Errorf("ParseStatus(%q) = %s, want %s", status, got, want)
		}
	}
}

// see builds an observation.
type see struct {
	status string
	ready  *bool
	lag    *int64
	job    string
}

func (s see) observation() Observation {
	return Observation{
		Migration: LiveMigration{Status: s.status, Ready: s.ready, LagSeconds: s.lag},
		Job:       Job{Status: s.job},
	}
}

var (
	isReady  = new(true)
	notReady = new(false)
	lag      = func(seconds int64) *int64 { return &seconds }
)

func TestDecide(t *testing.T) {
	const stabilized = 15 * time.Second
	const unstable = stabilized - time.Nanosecond
	const noEffectWarning = 30 * time.Second
	const noEffectTimeout = 5 * time.Minute
	for _, row := range []struct {
		name  string
		see   see
		state RunState
		want  Decision
	}{
		{"a complete migration is done before any request", see{status: "COMPLETE"}, RunState{}, Decision{Done, Complete}},
		{"a complete migration is done after a request", see{status: "COMPLETE"}, RunState{Request: Accepted}, Decision{Done, Complete}},
		{"a complete migration outweighs a job that failed", see{status: "COMPLETE", job: "FAILED"}, RunState{Request: Accepted}, Decision{Done, Complete}},
		{"a failed migration fails", see{status: "FAILED"}, RunState{}, Decision{Fail, MigrationFailed}},
		{"an expired migration fails, and says so", see{status: "EXPIRED"}, RunState{Request: Accepted}, Decision{Fail, MigrationExpired}},
		{"a failed job fails although the migration is ready", see{status: "WORKING", ready: isReady, lag: lag(1), job: "FAILED"}, RunState{Request: Accepted}, Decision{Fail, JobFailed}},
		{"a job's success is not enough", see{status: "WORKING", ready: notReady, job: "SUCCESS"}, RunState{Request: Accepted}, Decision{Wait, InProgress}},
		{"an unknown job status says nothing", see{status: "WORKING", ready: notReady, job: "DONE"}, RunState{Request: Accepted}, Decision{Wait, InProgress}},

		{"an unknown status stops a run that has sent nothing", see{status: "PAUSED", ready: isReady, lag: lag(1)}, RunState{}, Decision{Fail, UnknownStatus}},
		{"an unknown status is waited on after a request", see{status: "PAUSED"}, RunState{Request: Accepted}, Decision{Wait, UnknownStatus}},
		{"an unknown status is waited on by a resumed run", see{status: "PAUSED"}, RunState{Resumed: true}, Decision{Wait, UnknownStatus}},

		{"ready with a lag is requested at once", see{status: "WORKING", ready: isReady, lag: lag(3)}, RunState{}, Decision{Request, Ready}},
		{"a lag of zero is a lag", see{status: "WORKING", ready: isReady, lag: lag(0)}, RunState{}, Decision{Request, Ready}},
		{"not ready with a lag is too early", see{status: "WORKING", ready: notReady, lag: lag(3)}, RunState{}, Decision{Wait, NotReady}},
		{"not ready without a lag may be in progress", see{status: "WORKING", ready: notReady}, RunState{}, Decision{Wait, PossiblyInProgress}},
		{"a scheduled migration is not asked, whatever it says", see{status: "NEW", ready: isReady, lag: lag(3)}, RunState{}, Decision{Wait, NotReady}},
		{"a migration without a status is not asked", see{ready: isReady, lag: lag(3)}, RunState{}, Decision{Wait, NotReady}},
		{"a lag above the limit waits", see{status: "WORKING", ready: isReady, lag: lag(11)}, RunState{MaxLag: lag(10)}, Decision{Wait, Lagging}},
		{"a lag at the limit is requested", see{status: "WORKING", ready: isReady, lag: lag(10)}, RunState{MaxLag: lag(10)}, Decision{Request, Ready}},
		{"ready without a lag stabilizes first", see{status: "WORKING", ready: isReady}, RunState{Stable: unstable}, Decision{Wait, Stabilizing}},
		{"ready without a lag is requested once stabilized", see{status: "WORKING", ready: isReady}, RunState{Stable: stabilized}, Decision{Request, Ready}},
		{"no lag is below every limit", see{status: "WORKING", ready: isReady}, RunState{Stable: stabilized, MaxLag: lag(0)}, Decision{Request, Ready}},
		{"an old deployment that says nothing stabilizes first", see{status: "PENDING"}, RunState{}, Decision{Wait, Stabilizing}},
		{"an old deployment that says nothing is asked once stabilized", see{status: "PENDING"}, RunState{Stable: stabilized}, Decision{Request, Ready}},
		{"an old deployment with a lag is asked at once", see{status: "PENDING", lag: lag(2)}, RunState{}, Decision{Request, Ready}},

		{"a scheduled migration is too early", see{status: "NEW", ready: notReady}, RunState{}, Decision{Wait, NotReady}},

		{"an acceptance is believed against readiness", see{status: "WORKING", ready: isReady}, RunState{Request: Accepted, Stable: noEffectTimeout}, Decision{Wait, InProgress}},
		{"an acceptance is believed against a lag at first", see{status: "WORKING", ready: isReady, lag: lag(3)}, RunState{Request: Accepted, Stable: noEffectWarning - 1}, Decision{Wait, InProgress}},
		{"an acceptance that a lag follows seems to have no effect", see{status: "WORKING", ready: isReady, lag: lag(3)}, RunState{Request: Accepted, Stable: noEffectWarning}, Decision{Wait, NoEffect}},
		{"an acceptance without effect is waited on for minutes", see{status: "WORKING", ready: isReady, lag: lag(3)}, RunState{Request: Accepted, Stable: noEffectTimeout - 1}, Decision{Wait, NoEffect}},
		{"an acceptance that stays without effect never started", see{status: "WORKING", ready: isReady, lag: lag(3)}, RunState{Request: Accepted, Stable: noEffectTimeout}, Decision{Fail, NotStarted}},
		{"an acceptance with a lag that is not ready is in progress", see{status: "WORKING", ready: notReady, lag: lag(3)}, RunState{Request: Accepted, Stable: noEffectTimeout}, Decision{Wait, InProgress}},
		{"an unclear request that is not ready any more is in progress", see{status: "WORKING", ready: notReady}, RunState{Request: Unknown, Stable: stabilized}, Decision{Wait, InProgress}},
		{"an unclear request that is still ready stabilizes", see{status: "WORKING", ready: isReady}, RunState{Request: Unknown, Stable: unstable}, Decision{Wait, Stabilizing}},
		{"an unclear request that stays ready never started", see{status: "WORKING", ready: isReady}, RunState{Request: Unknown, Stable: stabilized}, Decision{Fail, NotStarted}},
		{"an unclear request is never sent again", see{status: "WORKING", ready: isReady, lag: lag(3)}, RunState{Request: Unknown, Stable: stabilized}, Decision{Fail, NotStarted}},
		{"an unclear request to an old deployment is waited for", see{status: "PENDING"}, RunState{Request: Unknown, Stable: stabilized}, Decision{Wait, InProgress}},
		{"an unclear request to an old deployment that a lag follows never started", see{status: "PENDING", lag: lag(3)}, RunState{Request: Unknown, Stable: stabilized}, Decision{Fail, NotStarted}},
		{"an acceptance by an old deployment that a lag follows seems to have no effect", see{status: "PENDING", lag: lag(3)}, RunState{Request: Accepted, Stable: noEffectWarning}, Decision{Wait, NoEffect}},
		{"a conflict without a lag is a cutover in progress", see{status: "WORKING", ready: isReady}, RunState{Request: Conflicted, Stable: stabilized}, Decision{Wait, InProgress}},
		{"a conflict with a lag is something else", see{status: "WORKING", ready: isReady, lag: lag(3)}, RunState{Request: Conflicted, Stable: stabilized}, Decision{Fail, NotStarted}},

		{"a resumed run never requests", see{status: "WORKING", ready: isReady, lag: lag(3)}, RunState{Resumed: true, Stable: unstable}, Decision{Wait, Stabilizing}},
		{"a resumed run that stays ready never started", see{status: "WORKING", ready: isReady}, RunState{Resumed: true, Request: Unknown, Stable: stabilized}, Decision{Fail, NotStarted}},
		{"a resumed acceptance is believed against readiness", see{status: "WORKING", ready: isReady}, RunState{Resumed: true, Request: Accepted, Stable: stabilized}, Decision{Wait, InProgress}},
		{"a resumed acceptance is not believed against a lag", see{status: "WORKING", ready: isReady, lag: lag(3)}, RunState{Resumed: true, Request: Accepted, Stable: noEffectTimeout}, Decision{Fail, NotStarted}},
		{"a resumed run that is not ready waits", see{status: "WORKING", ready: notReady, lag: lag(3)}, RunState{Resumed: true, Request: Unknown, Stable: stabilized}, Decision{Wait, InProgress}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Decide(row.see.observation(), row.state); got != row.want {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
		})
	}
}

// What extends the stable window before a request is no sign of a cutover, and
// after one a sign that there is none.
func TestStable(t *testing.T) {
	before, after := RunState{}, RunState{Request: Unknown}
	for _, row := range []struct {
		name          string
		see           see
		before, after bool
	}{
		{"ready without a lag", see{status: "WORKING", ready: isReady}, true, true},
		{"ready with a lag", see{status: "WORKING", ready: isReady, lag: lag(1)}, false, true},
		{"not ready", see{status: "WORKING", ready: notReady}, false, false},
		{"an old deployment without a lag", see{status: "PENDING"}, true, false},
		{"an old deployment with a lag", see{status: "PENDING", lag: lag(1)}, false, true},
		{"a status that nobody knows", see{status: "PAUSED", ready: isReady}, false, false},
		{"complete", see{status: "COMPLETE", ready: isReady}, false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			o := row.see.observation()
			if stable(o, before) != row.before || stable(o, after) != row.after {
				t.Errorf("got %t before a request, %t after one", stable(o, before), stable(o, after))
			}
		})
	}
}

// No observation whatever makes a run that has sent something, or that continues
// for an earlier one, request.
func TestDecideRequestsOnlyWhileNothingWasSent(t *testing.T) {
	forEveryObservation(func(o Observation) {
		for _, answer := range []RequestState{NotRequested, Accepted, Conflicted, Unknown} {
			for _, resumed := range []bool{false, true} {
				m := RunState{Request: answer, Resumed: resumed, Stable: stableWindow}
				if Decide(o, m).Action == Request && (answer != NotRequested || resumed) {
					t.Errorf("requests on %+v with %+v", o, m)
				}
			}
		}
	})
}

// No observation but the migration's own COMPLETE is a success.
func TestDecideIsDoneOnlyWhenTheMigrationIsComplete(t *testing.T) {
	forEveryObservation(func(o Observation) {
		for _, answer := range []RequestState{NotRequested, Accepted, Conflicted, Unknown} {
			done := Decide(o, RunState{Request: answer}).Action == Done
			if status := o.Migration.Status; done != (status == "COMPLETE" || status == "SUCCESS") {
				t.Errorf("done is %t on %+v", done, o)
			}
		}
	})
}

func forEveryObservation(visit func(Observation)) {
	words := []string{"", "NEW", "PENDING", "WORKING", "COMPLETE", "SUCCESS", "FAILED", "EXPIRED", "OTHER"}
	for _, status := range words {
		for _, ready := range []*bool{nil, isReady, notReady} {
			for _, behind := range []*int64{nil, lag(0), lag(9)} {
				for _, job := range words {
					visit(see{status, ready, behind, job}.observation())
				}
			}
		}
	}
}
