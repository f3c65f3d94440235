// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"testing"
	"time"
)

func TestParseStatus(t *testing.T) {
	for word, want := range map[string]Status{
		"": Pending, "PENDING": Pending, "NEW": Pending, "WORKING": Pending,
		"SUCCESS": Success, "COMPLETE": Success,
		"FAILED": Failed, "EXPIRED": Failed,
		"COMPLETED": Unknown, "complete": Unknown, "CUTOVER": Unknown,
	} {
		if got := ParseStatus(word); got != want {
			t.Errorf("ParseStatus(%q) = %s, want %s", word, got, want)
		}
	}
}

// see builds an observation as an answer would be read aloud.
type see struct {
	word  string
	ready *bool
	lag   *int64
	job   string
}

func (s see) observation() Observation {
	return Observation{
		Migration: LiveMigration{Status: s.word, Ready: s.ready, LagSeconds: s.lag},
		Job:       Job{Status: s.job},
	}
}

var (
	isReady  = new(true)
	notReady = new(false)
	lag      = func(seconds int64) *int64 { return &seconds }
)

func TestDecide(t *testing.T) {
	const settled = settleWindow
	const unsettled = settleWindow - time.Nanosecond
	for _, row := range []struct {
		name   string
		see    see
		memory Memory
		want   Decision
	}{
		{"a complete migration is done before any request", see{word: "COMPLETE"}, Memory{}, Decision{Done, Complete}},
		{"a complete migration is done after a request", see{word: "COMPLETE"}, Memory{Answer: Accepted}, Decision{Done, Complete}},
		{"a complete migration outweighs a job that failed", see{word: "COMPLETE", job: "FAILED"}, Memory{Answer: Accepted}, Decision{Done, Complete}},
		{"a failed migration fails", see{word: "FAILED"}, Memory{}, Decision{Fail, MigrationFailed}},
		{"an expired migration fails, and says so", see{word: "EXPIRED"}, Memory{Answer: Accepted}, Decision{Fail, MigrationExpired}},
		{"a failed job fails although the migration is ready", see{word: "WORKING", ready: isReady, lag: lag(1), job: "FAILED"}, Memory{Answer: Accepted}, Decision{Fail, JobFailed}},
		{"a job's success is not enough", see{word: "WORKING", ready: notReady, job: "SUCCESS"}, Memory{Answer: Accepted}, Decision{Wait, CuttingOver}},
		{"an unknown job status says nothing", see{word: "WORKING", ready: notReady, job: "DONE"}, Memory{Answer: Accepted}, Decision{Wait, CuttingOver}},

		{"an unknown word stops a run that has sent nothing", see{word: "PAUSED", ready: isReady, lag: lag(1)}, Memory{}, Decision{Fail, UnknownWord}},
		{"an unknown word is waited on after a request", see{word: "PAUSED"}, Memory{Answer: Accepted}, Decision{Wait, UnknownWord}},
		{"an unknown word is waited on by a resumed run", see{word: "PAUSED"}, Memory{Resumed: true}, Decision{Wait, UnknownWord}},

		{"ready with a lag is requested at once", see{word: "WORKING", ready: isReady, lag: lag(3)}, Memory{}, Decision{Request, Ready}},
		{"a lag of zero is a lag", see{word: "WORKING", ready: isReady, lag: lag(0)}, Memory{}, Decision{Request, Ready}},
		{"not ready with a lag is too early", see{word: "WORKING", ready: notReady, lag: lag(3)}, Memory{}, Decision{Wait, NotReady}},
		{"not ready without a lag may be under way", see{word: "WORKING", ready: notReady}, Memory{}, Decision{Wait, PerhapsUnderWay}},
		{"a scheduled migration is not asked, whatever it says", see{word: "NEW", ready: isReady, lag: lag(3)}, Memory{}, Decision{Wait, NotReady}},
		{"a migration without a status is not asked", see{ready: isReady, lag: lag(3)}, Memory{}, Decision{Wait, NotReady}},
		{"a lag above the limit waits", see{word: "WORKING", ready: isReady, lag: lag(11)}, Memory{MaxLag: lag(10)}, Decision{Wait, Lagging}},
		{"a lag at the limit is requested", see{word: "WORKING", ready: isReady, lag: lag(10)}, Memory{MaxLag: lag(10)}, Decision{Request, Ready}},
		{"ready without a lag settles first", see{word: "WORKING", ready: isReady}, Memory{Steady: unsettled}, Decision{Wait, Settling}},
		{"ready without a lag is requested once settled", see{word: "WORKING", ready: isReady}, Memory{Steady: settled}, Decision{Request, Ready}},
		{"no lag is below every limit", see{word: "WORKING", ready: isReady}, Memory{Steady: settled, MaxLag: lag(0)}, Decision{Request, Ready}},
		{"an old deployment that says nothing settles first", see{word: "PENDING"}, Memory{}, Decision{Wait, Settling}},
		{"an old deployment that says nothing is asked once settled", see{word: "PENDING"}, Memory{Steady: settled}, Decision{Request, Ready}},
		{"an old deployment with a lag is asked at once", see{word: "PENDING", lag: lag(2)}, Memory{}, Decision{Request, Ready}},

		{"an accepted request is never doubted by its own run", see{word: "WORKING", ready: isReady, lag: lag(3)}, Memory{Answer: Accepted, Steady: settled}, Decision{Wait, CuttingOver}},
		{"an unclear request that is not ready any more is under way", see{word: "WORKING", ready: notReady}, Memory{Answer: Unclear, Steady: settled}, Decision{Wait, CuttingOver}},
		{"an unclear request that is still ready settles", see{word: "WORKING", ready: isReady}, Memory{Answer: Unclear, Steady: unsettled}, Decision{Wait, Settling}},
		{"an unclear request that stays ready never started", see{word: "WORKING", ready: isReady}, Memory{Answer: Unclear, Steady: settled}, Decision{Fail, NeverStarted}},
		{"an unclear request is never sent again", see{word: "WORKING", ready: isReady, lag: lag(3)}, Memory{Answer: Unclear, Steady: settled}, Decision{Fail, NeverStarted}},
		{"an unclear request to an old deployment is waited for", see{word: "PENDING"}, Memory{Answer: Unclear, Steady: settled}, Decision{Wait, CuttingOver}},
		{"a conflict without a lag is a cutover under way", see{word: "WORKING", ready: isReady}, Memory{Answer: Contradicted, Steady: settled}, Decision{Wait, CuttingOver}},
		{"a conflict with a lag is something else", see{word: "WORKING", ready: isReady, lag: lag(3)}, Memory{Answer: Contradicted, Steady: settled}, Decision{Fail, NeverStarted}},

		{"a resumed run never requests", see{word: "WORKING", ready: isReady, lag: lag(3)}, Memory{Resumed: true, Steady: unsettled}, Decision{Wait, Settling}},
		{"a resumed run that stays ready never started", see{word: "WORKING", ready: isReady}, Memory{Resumed: true, Answer: Unclear, Steady: settled}, Decision{Fail, NeverStarted}},
		{"a resumed acceptance is believed against readiness", see{word: "WORKING", ready: isReady}, Memory{Resumed: true, Answer: Accepted, Steady: settled}, Decision{Wait, CuttingOver}},
		{"a resumed acceptance is not believed against a lag", see{word: "WORKING", ready: isReady, lag: lag(3)}, Memory{Resumed: true, Answer: Accepted, Steady: settled}, Decision{Fail, NeverStarted}},
		{"a resumed run that is not ready waits", see{word: "WORKING", ready: notReady, lag: lag(3)}, Memory{Resumed: true, Answer: Unclear, Steady: settled}, Decision{Wait, CuttingOver}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Decide(row.see.observation(), row.memory); got != row.want {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
		})
	}
}

// No observation whatever makes a run that has sent something, or that goes on
// for an earlier one, request.
func TestDecideRequestsOnlyWhileNothingWasSent(t *testing.T) {
	forEveryObservation(func(o Observation) {
		for _, answer := range []Answer{NotRequested, Accepted, Contradicted, Unclear} {
			for _, resumed := range []bool{false, true} {
				m := Memory{Answer: answer, Resumed: resumed, Steady: settleWindow}
				if Decide(o, m).Verdict == Request && (answer != NotRequested || resumed) {
					t.Errorf("requests on %+v with %+v", o, m)
				}
			}
		}
	})
}

// No observation but the migration's own COMPLETE is a success.
func TestDecideIsDoneOnlyWhenTheMigrationIsComplete(t *testing.T) {
	forEveryObservation(func(o Observation) {
		for _, answer := range []Answer{NotRequested, Accepted, Contradicted, Unclear} {
			done := Decide(o, Memory{Answer: answer}).Verdict == Done
			if word := o.Migration.Status; done != (word == "COMPLETE" || word == "SUCCESS") {
				t.Errorf("done is %t on %+v", done, o)
			}
		}
	})
}

func forEveryObservation(visit func(Observation)) {
	words := []string{"", "NEW", "PENDING", "WORKING", "COMPLETE", "SUCCESS", "FAILED", "EXPIRED", "OTHER"}
	for _, word := range words {
		for _, ready := range []*bool{nil, isReady, notReady} {
			for _, behind := range []*int64{nil, lag(0), lag(9)} {
				for _, job := range words {
					visit(see{word, ready, behind, job}.observation())
				}
			}
		}
	}
}
