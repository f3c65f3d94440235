// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"time"
)

const (
	// notFoundGrace is how long Atlas may deny to know a live migration or validation
	// that it started. It may take a moment to show.
	notFoundGrace = 2 * time.Minute
	// singleReadTimeout bounds a read that is not part of a run.
	singleReadTimeout = time.Minute
)

// Creation is one thing that Atlas creates and gives an ID, and how long to wait
// for it. [NewMigrationStart] and [NewValidation] make one.
type Creation[T any] struct {
	// Timeout is for the whole run.
	Timeout time.Duration
	// Report is told of every step, as it happens; nil for nobody.
	Report func(Progress)

	api CreationAPI[T]
	// place is where an observation holds it, and its ID.
	place        func(*Observation) (*T, *string)
	afterFailure func(ErrorKind) failure
	decide       func(Observation, RunState) Decision
}

// Start sends the request and waits. In the outcome, the ID of what was observed
// is empty if nothing is known to have been created.
//
// Cancelling ctx ends the run within a second, except for a request that has
// left, which is given its own time.
func (c Creation[T]) Start(ctx context.Context) Outcome {
	return c.operation().execute(ctx, RunState{}, Observation{})
}

// Resume waits for what an earlier run created. It never sends the request.
func (c Creation[T]) Resume(ctx context.Context, id string) Outcome {
	var known Observation
	_, at := c.place(&known)
	*at = id
	return c.operation().execute(ctx, RunState{Request: Accepted, Resumed: true}, known)
}

// Read reads once.
func (c Creation[T]) Read(ctx context.Context, id string) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, singleReadTimeout)
	defer cancel()
	return c.api.Read(ctx, id)
}

func (c Creation[T]) operation() operation {
	return operation{
		limits: limits{Timeout: c.Timeout, Ready: c.Timeout},
		request: func(ctx context.Context, gate Gate, o *Observation) (err error) {
			at, _ := c.place(o)
			*at, err = c.api.Request(ctx, gate)
			return err
		},
		read: func(ctx context.Context, r *run) error {
			at, id := c.place(&r.observed)
			known := *id
			answer, err := c.api.Read(ctx, known)
			if err == nil {
				*at, *id = answer, known
			}
			return err
		},
		afterFailure:  c.afterFailure,
		decide:        c.decide,
		notFoundGrace: notFoundGrace,
		report:        c.Report,
	}
}
