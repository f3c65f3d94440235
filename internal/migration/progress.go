// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import "time"

// Step is what a [Progress] reports.
type Step int

const (
	// Polled: Atlas was read, and there is something to wait for.
	Polled Step = iota
	// ReadFailed: Atlas could not be read; it will be tried again.
	ReadFailed
	// Requesting: the request is about to be sent.
	Requesting
	// RequestAnswered: the request was answered, or its answer was lost.
	RequestAnswered
	// RequestPostponed: the request had no effect, and may be sent again.
	RequestPostponed
	// JobUnreadable: the job cannot be read, and will not be read again.
	JobUnreadable
)

// Progress is one step of a run.
type Progress struct {
	Step     Step
	Reason   Reason
	Request  RequestState
	Observed Observation
	// Elapsed is the time since the run began, or since the request once one was
	// sent.
	Elapsed time.Duration
	// Next is the time to the next read, zero if none is due.
	Next time.Duration
	// Err is why the step failed, if it did.
	Err error
}

// tell reports a step with what the run knows.
func (r *run) tell(p Progress) {
	p.Reason, p.Request, p.Observed, p.Elapsed = r.reason, r.state.Request, r.observed, r.sinceRequest()
	r.report(p)
}
