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

// followed is the operation of what one request starts and Atlas gives an ID: reads
// by that ID follow it. The place is where an observation holds it, and its ID.
func followed[T any](
	timeout time.Duration,
	start func(context.Context, Gate) (T, error),
	read func(ctx context.Context, id string) (T, error),
	place func(*Observation) (*T, *string),
) operation {
	return operation{
		limits: limits{Timeout: timeout, Ready: timeout},
		request: func(ctx context.Context, gate Gate, o *Observation) error {
			answer, err := start(ctx, gate)
			if err == nil {
				at, _ := place(o)
				*at = answer
			}
			return err
		},
		read: func(ctx context.Context, r *run) error {
			at, id := place(&r.observed)
			known := *id
			answer, err := read(ctx, known)
			if err == nil {
				*at, *id = answer, known
			}
			return err
		},
		notFoundGrace: notFoundGrace,
	}
}

// readOnce reads outside of a run.
func readOnce[T any](ctx context.Context, id string, read func(context.Context, string) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, singleReadTimeout)
	defer cancel()
	return read(ctx, id)
}
