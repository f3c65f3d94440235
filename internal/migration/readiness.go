// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"time"
)

// LiveMigrations is the two calls of a live migration's beginning, bound to what
// is migrated. Errors are as those of [Atlas].
type LiveMigrations interface {
	// Start sends the one POST that starts the live migration. The answer names
	// it.
	Start(ctx context.Context) (LiveMigration, error)
	// Look reads a live migration.
	Look(ctx context.Context, id string) (LiveMigration, error)
}

// Beginning is one live migration to start, and how long to wait until it is
// ready for its cutover.
type Beginning struct {
	Atlas LiveMigrations
	// Timeout is for the whole run.
	Timeout time.Duration
	// UntilReady waits until the live migration is ready for its cutover, and not
	// only until it is started.
	UntilReady bool
	// Report is told of every step, as it happens; nil for nobody.
	Report func(Progress)
}

// BeginningOutcome is how a run ended and what is known of the live migration.
type BeginningOutcome struct {
	Finish Finish
	// ID is the live migration's, empty where none is known to have been started.
	ID string
	// Looked tells whether Atlas ever answered, and so whether Seen, the newest
	// answer, means anything.
	Looked bool
	Seen   LiveMigration
	// Cause is why the newest look failed, or the [*PanicError]; nil where the
	// newest look succeeded.
	Cause error
	// RequestErr is what the newest request was answered with, nil where it was
	// accepted or none was sent.
	RequestErr error
	// Took is how long the run took.
	Took time.Duration
}

// Exists tells whether there is a live migration to remember.
func (o BeginningOutcome) Exists() bool { return o.ID != "" }

// beginning is one run's memory.
type beginning struct {
	Beginning
	*watch
	id     string
	looked bool
	seen   LiveMigration
}

func (b Beginning) run() *beginning {
	r := &beginning{Beginning: b}
	r.watch = newWatch(whileNotReady, b.Timeout, func() Observation { return Observation{Migration: r.seen} }, b.Report)
	return r
}

// Start sends the one request and, with UntilReady, waits. A request that Atlas
// may have acted on is never sent again: nothing stops a live migration, and
// nothing finds one whose id was lost.
//
// Cancelling ctx ends the run within a second, but for a request on its way,
// which is given its own time.
func (b Beginning) Start(ctx context.Context) BeginningOutcome {
	r := b.run()
	return r.outcome(r.guarded(func() Finish {
		if f := r.ask(ctx, r.request, hadNoEffect); f != 0 {
			return f
		}
		r.report(Progress{Step: RequestAnswered, Elapsed: r.elapsed()})
		if !r.UntilReady {
			return Reached
		}
		return r.until(ctx, r.decide)
	}))
}

// Await waits until a live migration that an earlier run started is ready. It
// never starts one.
func (b Beginning) Await(ctx context.Context, id string) BeginningOutcome {
	r := b.run()
	r.id = id
	return r.outcome(r.guarded(func() Finish { return r.until(ctx, r.decide) }))
}

// Look takes one look.
func (b Beginning) Look(ctx context.Context, id string) (LiveMigration, error) {
	ctx, cancel := context.WithTimeout(ctx, singleLookTime)
	defer cancel()
	return b.Atlas.Look(ctx, id)
}

// hadNoEffect is every failure of the request that says for certain that Atlas
// did not act, and that may go away by itself.
func hadNoEffect(k Kind) bool { return k == Unsent || k == Throttled }

// request sends the request, shielded from cancellation: one that is cancelled
// half-way is one nobody knows about.
func (r *beginning) request(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTime)
	defer cancel()
	lm, err := r.Atlas.Start(ctx)
	if err != nil {
		return err
	}
	r.id, r.seen, r.looked = lm.ID, lm, true
	return nil
}

// decide looks, and gives how the wait ended; 0 while it has not. A word that
// nobody knows, and an answer that does not say whether the live migration is
// ready, are waited on.
func (r *beginning) decide(ctx context.Context) (Finish, error) {
	lm, err := r.Atlas.Look(ctx, r.id)
	if err != nil {
		return 0, err
	}
	r.seen, r.looked, r.cause = lm, true, nil
	switch {
	case lm.Over() && ParseStatus(lm.Status) == Failed:
		return FellThrough, nil
	case lm.Over(), lm.IsReady():
		return Reached, nil
	}
	return 0, nil
}

func (r *beginning) outcome(f Finish) BeginningOutcome {
	return BeginningOutcome{
		Finish: f, ID: r.id, Looked: r.looked, Seen: r.seen,
		Cause: r.cause, RequestErr: r.requestErr, Took: r.elapsed(),
	}
}

// Over tells whether the live migration has ended, for better or for worse.
func (m LiveMigration) Over() bool {
	s := ParseStatus(m.Status)
	return s == Success || s == Failed
}

// IsReady tells whether Atlas says that the live migration is ready for its
// cutover, rather than leaves that open.
func (m LiveMigration) IsReady() bool {
	return ParseStatus(m.Status) == Pending && askable(m) && m.Ready != nil
}
