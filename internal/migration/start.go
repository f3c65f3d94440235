// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"time"
)

// MigrationStart is one live migration to start, and how long to wait until it is
// ready for its cutover.
type MigrationStart struct {
	API StartAPI
	// Timeout is for the whole run.
	Timeout time.Duration
	// UntilReady waits until the live migration is ready for its cutover, and not
	// only until it is started.
	UntilReady bool
	// Report is told of every step, as it happens; nil for nobody.
	Report func(Progress)
}

// Start sends the one request and, with UntilReady, waits. A request that Atlas
// may have acted on is never sent again: nothing stops a live migration, and
// nothing finds one whose ID was lost. The outcome's Observed.Migration.ID is
// empty if no live migration is known to have been started.
//
// Cancelling ctx ends the run within a second, except for a request that has
// left, which is given its own time.
func (s MigrationStart) Start(ctx context.Context) Outcome {
	return s.operation().execute(ctx, RunState{}, Observation{})
}

// Resume waits until a live migration that an earlier run started is ready. It
// never starts one.
func (s MigrationStart) Resume(ctx context.Context, id string) Outcome {
	return s.operation().execute(ctx, RunState{Request: Accepted, Resumed: true}, Observation{Migration: LiveMigration{ID: id}})
}

// Read reads once.
func (s MigrationStart) Read(ctx context.Context, id string) (LiveMigration, error) {
	return readOnce(ctx, id, s.API.Read)
}

func (s MigrationStart) operation() operation {
	o := followed(s.Timeout, s.API.Request, s.API.Read, func(o *Observation) (*LiveMigration, *string) {
		return &o.Migration, &o.Migration.ID
	})
	o.afterFailure, o.decide, o.report = afterStartFailure, s.decide, s.Report
	return o
}

// afterStartFailure repeats only what certainly had no effect.
func afterStartFailure(kind ErrorKind) failure {
	switch kind {
	case KindUnsent, KindRateLimited:
		return repeat
	case KindTransient:
		return giveUp
	default:
		return reject
	}
}

// decide waits on a status that nobody has published, and on an answer that does
// not say whether the live migration is ready.
func (s MigrationStart) decide(o Observation, state RunState) Decision {
	switch lm := o.Migration; {
	case state.mayRequest():
		return Decision{Request, Ready}
	case ParseStatus(lm.Status) == StatusFailed:
		return Decision{Fail, failureReason(lm)}
	case lm.Ended():
		return Decision{Done, Complete}
	case !s.UntilReady, lm.IsReady():
		return Decision{Done, Ready}
	case ParseStatus(lm.Status) == StatusUnknown:
		return Decision{Wait, UnknownStatus}
	default:
		return Decision{Wait, NotReady}
	}
}
