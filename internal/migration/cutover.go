// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"time"
)

// jobInterval is how often the job is read while nothing changes. It adds to
// the live migration only why a cutover failed.
const jobInterval = 30 * time.Second

// Cutover is one cutover to bring about, and how long to try.
type Cutover struct {
	API CutoverAPI
	// MaxLag is the largest lag, in seconds, at which to start; nil for any.
	MaxLag *int64
	// ReadyTimeout is how long the migration may take to become ready, and by
	// when the request must have left. Zero waits for no readiness.
	ReadyTimeout time.Duration
	// NotAfter is the latest time, by the wall clock, at which the request may
	// leave; zero for any.
	NotAfter time.Time
	// Timeout is for the whole run, readiness and cutover together.
	Timeout time.Duration
	// Report is told of every step, as it happens; nil for nobody.
	Report func(Progress)
}

// Start brings the cutover about: it reads, waits until the migration is ready,
// sends the one request, and waits until Atlas says how it ended. A cutover that
// is complete or in progress is adopted without a request.
//
// Cancelling ctx ends the run within a second, except for a request that has
// left, which is given its own time.
func (c Cutover) Start(ctx context.Context) Outcome {
	return c.operation().execute(ctx, RunState{MaxLag: c.MaxLag}, Observation{})
}

// Resume waits for a cutover that an earlier run requested. It never requests.
// The state is what that run knew of its request, [Unknown] if that was lost;
// jobID is empty if Atlas named no job.
func (c Cutover) Resume(ctx context.Context, state RequestState, jobID string) Outcome {
	return c.operation().execute(ctx, RunState{Request: state, Resumed: true}, Observation{Job: Job{ID: jobID}})
}

// Read reads once, the job too if there is one.
func (c Cutover) Read(ctx context.Context, jobID string) (Observation, error) {
	ctx, cancel := context.WithTimeout(ctx, singleReadTimeout)
	defer cancel()
	r := &run{operation: c.operation(), observed: Observation{Job: Job{ID: jobID}}}
	r.report = func(Progress) {}
	err := r.read(ctx, r)
	return r.observed, err
}

func (c Cutover) operation() operation {
	job := &jobReader{api: c.API}
	return operation{
		limits:    limits{Timeout: c.Timeout, Ready: c.ReadyTimeout, NotAfter: c.NotAfter, window: time.Until(c.NotAfter)},
		readFirst: true,
		read: func(ctx context.Context, r *run) error {
			lm, err := c.API.Read(ctx)
			if err != nil {
				return err
			}
			before := r.observed.Migration
			r.observed.Migration = lm
			if ParseStatus(lm.Status) != StatusSuccess {
				job.read(ctx, r, phase(before) != phase(lm))
			}
			return nil
		},
		request: func(ctx context.Context, gate Gate, o *Observation) error {
			job, err := c.API.Request(ctx, gate)
			if err == nil {
				o.Job = job
			}
			return err
		},
		afterFailure: afterCutoverFailure,
		decide:       Decide,
		stable:       stable,
		report:       c.Report,
	}
}

// afterCutoverFailure repeats a request that did not leave, or that Atlas did not act
// on because there were too many (429), and never one that Atlas may have acted on.
func afterCutoverFailure(kind ErrorKind) failure {
	switch kind {
	case KindUnsent, KindRateLimited:
		return repeat
	case KindUnauthorized, KindNotFound, KindBadRequest:
		return reject
	default:
		return follow
	}
}

// phase is what a change of is worth a read of the job: everything but how large
// the lag is.
func phase(lm LiveMigration) string {
	text := lm.Status
	if lm.Ready != nil && *lm.Ready {
		text += " ready"
	}
	if lm.LagSeconds != nil {
		text += " lag"
	}
	return text
}

// jobReader reads the job of a cutover, which only adds to what the live
// migration says: if it cannot be read, it is not asked about again.
type jobReader struct {
	api      CutoverAPI
	ignored  bool
	lastRead time.Time
}

// read reads the job if there is one and it is due.
func (j *jobReader) read(ctx context.Context, r *run, changed bool) {
	id := r.observed.Job.ID
	if id == "" || j.ignored || !changed && time.Since(j.lastRead) < jobInterval {
		return
	}
	j.lastRead = time.Now()
	job, err := j.api.ReadJob(ctx, id)
	switch KindOf(err) {
	case KindNone:
		job.ID = id
		r.observed.Job = job
	case KindUnauthorized, KindNotFound, KindBadRequest, KindPermanent:
		j.ignored = true
		r.tell(Progress{Step: JobUnreadable, Err: err})
	default:
		j.lastRead = time.Time{}
	}
}
