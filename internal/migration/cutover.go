// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"time"
)

// Cutover is one cutover to bring about, and how long to try.
type Cutover struct {
	Atlas Atlas
	// MaxLag is the largest lag, in seconds, at which to start; nil for any.
	MaxLag *int64
	// ReadyTimeout is how long the migration may take to become ready. Zero
	// fails at once when it is not.
	ReadyTimeout time.Duration
	// Timeout is for the whole run, readiness and cutover together.
	Timeout time.Duration
	// Report is told of every step, as it happens; nil for nobody.
	Report func(Progress)
}

// singleLookTime bounds [Cutover.Look], which somebody is waiting for.
const singleLookTime = time.Minute

// Step is what a [Progress] tells of.
type Step int

const (
	// Looked: Atlas was read, and a decision taken.
	Looked Step = iota
	// LookBroke: Atlas could not be read; it will be tried again.
	LookBroke
	// Requesting: the request is about to be sent.
	Requesting
	// RequestAnswered: the request was answered, or its answer was lost.
	RequestAnswered
	// RequestPostponed: the request had no effect, and may be sent again after
	// another look.
	RequestPostponed
	// JobUnreadable: the job is no witness, and will not be asked again.
	JobUnreadable
)

// Progress is one step of a run.
type Progress struct {
	Step     Step
	Decision Decision
	Answer   Answer
	Seen     Observation
	// Elapsed is the time since the run began, or since the request once one
	// was sent.
	Elapsed time.Duration
	// Next is the time to the next look, zero where none is due.
	Next time.Duration
	Err  error
}

// Start brings the cutover about: it looks, waits until the migration is ready,
// sends the one request, and waits until Atlas says how it ended. A cutover that
// is complete or under way is adopted without a request.
//
// Cancelling ctx ends the run within a second, but for a request on its way,
// which is given its own time.
func (c Cutover) Start(ctx context.Context) Outcome {
	return newRun(c, Memory{MaxLag: c.MaxLag}).guarded(ctx)
}

// Resume waits for a cutover that an earlier run requested. It never requests.
// The answer is what that run knew of its request, [NotRequested] where that was
// lost; jobID is empty where Atlas named no job.
func (c Cutover) Resume(ctx context.Context, answer Answer, jobID string) Outcome {
	r := newRun(c, Memory{Answer: answer, Resumed: true})
	r.seen.Job.ID = jobID
	return r.guarded(ctx)
}

// Look takes one look, at the job too where one is given.
func (c Cutover) Look(ctx context.Context, jobID string) (Observation, error) {
	c.Timeout = singleLookTime
	r := newRun(c, Memory{Resumed: true})
	r.seen.Job.ID = jobID
	if err := r.look(ctx); err != nil {
		return Observation{}, err
	}
	return r.seen, nil
}
