// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"time"
)

// SingleRequest is a request whose answer is all there is to wait for.
type SingleRequest struct {
	// Request sends it. Errors are as those of [CutoverAPI].
	Request func(ctx context.Context, gate Gate) error
	// Timeout is for the whole run.
	Timeout time.Duration
	// Report is told of every step, as it happens; nil for nobody.
	Report func(Progress)
}

// Send sends the request until it is answered. It is sent again only if it
// certainly had no effect.
func (s SingleRequest) Send(ctx context.Context) Outcome {
	return operation{
		limits:       limits{Timeout: s.Timeout, Ready: s.Timeout},
		request:      func(ctx context.Context, gate Gate, _ *Observation) error { return s.Request(ctx, gate) },
		afterFailure: afterStartFailure,
		decide: func(_ Observation, state RunState) Decision {
			if state.mayRequest() {
				return Decision{Request, Ready}
			}
			return Decision{Done, Complete}
		},
		report: s.Report,
	}.execute(ctx, RunState{}, Observation{})
}
