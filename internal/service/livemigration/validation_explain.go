// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/notice"
)

const (
	unableToValidate  = "Unable to start validation"
	unableToConfirm   = "Unable to confirm validation"
	validationFailed  = "Validation failed"
	validationGoesOn  = "Validation goes on without Terraform"
	nothingValidated  = "Nothing was stored in the state. A validation changes nothing, at the source or at Atlas."
	applyToValidate   = "Apply again, which starts another validation."
	applyToGoOn       = "Apply again to learn how it ended."
	endNotSeen        = "How the validation ended is not known: it had not ended when the apply stopped waiting."
	validationUnknown = "Atlas no longer knows the validation."
)

// validated reports whether there is a validation to keep.
func validated(o migration.Outcome) bool { return o.Observed.Job.ID != "" }

// explainValidation is what the user is told about how a run ended; nil where
// there is nothing to tell.
func explainValidation(o migration.Outcome, k keeping) *notice.Notice {
	switch {
	case o.End == migration.Completed:
		return nil
	case !validated(o):
		return explainNoValidation(o)
	case o.Status() == migration.StatusFailed:
		return explainFailedValidation(o, k)
	default:
		return explainUnconfirmed(o, k)
	}
}

func explainNoValidation(o migration.Outcome) *notice.Notice {
	n := &notice.Notice{
		Summary: unableToValidate,
		Seen:    "Atlas refused the request. " + notice.Because(o.RequestErr),
		State:   nothingValidated,
		Next:    remedy(o.RequestErr) + " Apply again.",
	}
	switch o.End {
	case migration.Interrupted:
		n.Seen = "The apply was interrupted before Atlas named a validation. " + notice.Because(o.RequestErr)
		n.Next = applyToValidate
	case migration.TimedOut:
		n.Seen = "The time for the validation had passed before the request was sent, which took " + notice.Rounded(o.Elapsed) + "."
		n.Next = "Apply again, or raise timeouts.create."
	case migration.NotSent:
		n.Seen = "The request did not get through to Atlas. " + notice.Because(o.RequestErr)
	case migration.Unconfirmed:
		n.Seen = "The request was sent until timeouts.create passed, and every answer was lost or unclear. " +
			notice.Because(o.RequestErr)
		n.Next = remedy(o.RequestErr) + " " + applyToValidate
	case migration.Panicked:
		n.Seen = "The provider hit a bug. " + notice.Because(o.ReadErr)
		n.Next = reportBug
	default:
	}
	return n
}

func explainFailedValidation(o migration.Outcome, k keeping) *notice.Notice {
	n := &notice.Notice{
		Summary: validationFailed,
		Seen:    "Atlas reports why: " + o.Observed.Job.ErrorMessage,
		State:   "The state holds the validation as FAILED; the next apply replaces it, which validates anew.",
		Next:    "Mend the cause, and apply again.",
	}
	if k == creating {
		n.State = "The state holds the validation as FAILED and tainted; the next apply replaces it, which validates anew."
	}
	if o.Observed.Job.ErrorMessage == "" {
		n.Seen = failure(o.Observed.Job)
		n.Next = "Look for the cause in the web console and at the migration host, mend it, and apply again."
	}
	if o.End == migration.NotFound {
		n.Summary = unableToConfirm
		n.Seen = validationUnknown + " " + notice.Because(o.ReadErr)
		n.Next = applyToValidate
	}
	return n
}

// explainUnconfirmed is for every run that ended before the validation did.
func explainUnconfirmed(o migration.Outcome, k keeping) *notice.Notice {
	n := &notice.Notice{
		Summary: unableToConfirm,
		State:   "The state holds the validation as PENDING; the next apply goes on waiting.",
		Next:    applyToGoOn,
	}
	if k == creating {
		n.State = "The state holds the validation as PENDING and tainted; the next apply replaces it, which validates anew."
		n.Next = applyToValidate
	}
	switch o.End {
	case migration.Interrupted:
		n.Warning, n.Summary = true, validationGoesOn
		n.Seen = "The apply was interrupted while the validation ran. " + notice.Because(o.ReadErr)
		n.State = "The state holds the validation as PENDING, untainted: the next apply goes on waiting."
		n.Next = applyToGoOn
	case migration.Unauthorized:
		n.Seen = "The credentials no longer work. " + notice.Because(o.ReadErr)
		n.Next = lookRemedy(o.ReadErr) + " " + n.Next
	case migration.Panicked:
		n.Seen = "The provider hit a bug. " + notice.Because(o.ReadErr)
		n.Next += " " + reportBug
	default:
		n.Seen = "It had not ended after " + notice.Rounded(o.Elapsed) + ". " + notice.Because(o.ReadErr)
		n.Next += " Raise " + k.limit() + " to wait longer."
	}
	return n
}

// failure is why a validation failed, as far as Atlas said.
func failure(job migration.Job) string {
	if job.ErrorMessage != "" {
		return job.ErrorMessage
	}
	return "Atlas reports the validation as FAILED, without a reason."
}

// errorMessage is what the state says about a validation that did not succeed.
func errorMessage(o migration.Outcome) string {
	switch {
	case o.Status() == migration.StatusSuccess:
		return ""
	case o.End == migration.NotFound:
		return validationUnknown
	case o.Status() == migration.StatusFailed:
		return failure(o.Observed.Job)
	default:
		return endNotSeen
	}
}

func unableToRefreshValidation(err error) notice.Notice {
	return notice.Notice{
		Warning: true,
		Summary: "Unable to refresh validation",
		Seen:    notice.Because(err),
		State:   stateUnchanged,
		Next:    remedy(err) + " Then plan or apply again.",
	}
}

func validationForgotten() notice.Notice {
	return notice.Notice{
		Warning: true,
		Summary: validationGoesOn,
		Seen:    "Atlas has no call that stops a validation, so it goes on. It changes nothing.",
		State:   "The resource is removed from the state.",
		Next:    "Nothing has to be done.",
	}
}
