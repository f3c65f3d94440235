// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"time"
)

// Validation is one validation to bring about, and how long to try.
type Validation struct {
	API ValidationAPI
	// Timeout is for the whole run.
	Timeout time.Duration
	// Report is told of every step, as it happens; nil for nobody.
	Report func(Progress)
}

// Start starts a validation and waits until Atlas says how it ended. A request
// whose answer was lost is repeated. The outcome's Observed.Job.ID is empty if
// Atlas named no validation.
func (v Validation) Start(ctx context.Context) Outcome {
	return v.operation().execute(ctx, RunState{}, Observation{})
}

// Resume waits for a validation that an earlier run started.
func (v Validation) Resume(ctx context.Context, id string) Outcome {
	return v.operation().execute(ctx, RunState{Request: Accepted, Resumed: true}, Observation{Job: Job{ID: id}})
}

// Read reads once.
func (v Validation) Read(ctx context.Context, id string) (Job, error) {
	return readOnce(ctx, id, v.API.ReadJob)
}

func (v Validation) operation() operation {
	o := followed(v.Timeout, v.API.Request, v.API.ReadJob, func(o *Observation) (*Job, *string) { return &o.Job, &o.Job.ID })
	o.afterFailure, o.decide, o.report = afterValidationFailure, decideValidation, v.Report
	return o
}

// afterValidationFailure repeats whatever may go away by itself.
func afterValidationFailure(kind ErrorKind) failure {
	switch kind {
	case KindUnsent, KindRateLimited, KindTransient:
		return repeat
	default:
		return reject
	}
}

// decideValidation waits on a status that nobody has published.
func decideValidation(o Observation, state RunState) Decision {
	if state.mayRequest() {
		return Decision{Request, Ready}
	}
	switch ParseStatus(o.Job.Status) {
	case StatusSuccess:
		return Decision{Done, Complete}
	case StatusFailed:
		return Decision{Fail, JobFailed}
	default:
		return Decision{Wait, InProgress}
	}
}
