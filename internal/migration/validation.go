// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"time"
)

// Validations is the two calls of a validation, bound to what is validated.
// Errors are as those of [Atlas].
type Validations interface {
	// Ask starts a validation. Asking again does no harm: it starts another one,
	// and changes nothing at either end.
	Ask(ctx context.Context) (Job, error)
	// LookAtJob reads the job that Ask answered with.
	LookAtJob(ctx context.Context, id string) (Job, error)
}

// Validation is one validation to bring about, and how long to try.
type Validation struct {
	Atlas Validations
	// Timeout is for the whole run.
	Timeout time.Duration
	// Report is told of every step, as it happens; nil for nobody.
	Report func(Progress)
}

// ValidationOutcome is how a run ended and what is known of the validation.
type ValidationOutcome struct {
	Finish Finish
	// Job is the newest word of it; its ID is empty where Atlas never named one.
	Job Job
	// Cause is why the newest look failed, or the [*PanicError]; nil where the
	// newest look succeeded.
	Cause error
	// RequestErr is what the newest request was answered with, nil where it was
	// accepted or none was sent.
	RequestErr error
	// Took is how long the run took.
	Took time.Duration
}

// Exists tells whether there is a validation to remember.
func (o ValidationOutcome) Exists() bool { return o.Job.ID != "" }

// Status is what may be kept of the outcome. Success needs Atlas's own word for
// it; a validation that Atlas no longer knows has to be asked for again.
func (o ValidationOutcome) Status() Status {
	switch o.Finish {
	case Reached:
		return Success
	case FellThrough, Disappeared:
		return Failed
	default:
		return Pending
	}
}

// validating is one run's memory.
type validating struct {
	Validation
	*watch
	job Job
}

func (v Validation) run() *validating {
	r := &validating{Validation: v}
	r.watch = newWatch(whileCuttingOver, v.Timeout, func() Observation { return Observation{Job: r.job} }, v.Report)
	return r
}

// Start starts a validation and waits until Atlas says how it ended. An answer
// that was lost is asked for again. Cancelling ctx ends the run at once.
func (v Validation) Start(ctx context.Context) ValidationOutcome {
	r := v.run()
	return r.outcome(r.guarded(func() Finish {
		ask := func(ctx context.Context) (err error) {
			r.job, err = r.Atlas.Ask(ctx)
			return err
		}
		if f := r.ask(ctx, ask, harmlessToRepeat); f != 0 {
			return f
		}
		r.report(Progress{Step: RequestAnswered, Elapsed: r.elapsed()})
		return r.until(ctx, r.decide)
	}))
}

// Resume waits for a validation that an earlier run started.
func (v Validation) Resume(ctx context.Context, id string) ValidationOutcome {
	r := v.run()
	r.job.ID = id
	return r.outcome(r.guarded(func() Finish { return r.until(ctx, r.decide) }))
}

// Look takes one look.
func (v Validation) Look(ctx context.Context, id string) (Job, error) {
	ctx, cancel := context.WithTimeout(ctx, singleLookTime)
	defer cancel()
	return v.Atlas.LookAtJob(ctx, id)
}

// harmlessToRepeat is every failure of a validation's request that may go away
// by itself.
func harmlessToRepeat(k Kind) bool { return k == Unsent || k == Throttled || k == Transient }

// decide looks, and gives how the validation ended; 0 while it has not. A word
// that nobody knows is waited on.
func (r *validating) decide(ctx context.Context) (Finish, error) {
	job, err := r.Atlas.LookAtJob(ctx, r.job.ID)
	if err != nil {
		return 0, err
	}
	job.ID = r.job.ID
	r.job, r.cause = job, nil
	switch ParseStatus(job.Status) {
	case Success:
		return Reached, nil
	case Failed:
		return FellThrough, nil
	default:
		return 0, nil
	}
}

func (r *validating) outcome(f Finish) ValidationOutcome {
	return ValidationOutcome{Finish: f, Job: r.job, Cause: r.cause, RequestErr: r.requestErr, Took: r.elapsed()}
}
