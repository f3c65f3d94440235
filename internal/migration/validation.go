// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

// NewValidation starts a validation and waits until Atlas says how it ended. A
// request whose answer was lost is repeated, which does no harm: it starts another
// validation, and changes nothing at either end.
func NewValidation(api CreationAPI[Job]) Creation[Job] {
	return Creation[Job]{
		api:          api,
		place:        func(o *Observation) (*Job, *string) { return &o.Job, &o.Job.ID },
		afterFailure: afterValidationFailure,
		decide:       decideValidation,
	}
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
