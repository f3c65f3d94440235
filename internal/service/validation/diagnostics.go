// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package validation

import (
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/operation"
)

const (
	unableToValidate  = "Unable to start validation"
	unableToConfirm   = "Unable to confirm validation"
	validationFailed  = "Validation failed"
	validationGoesOn  = "Validation continues without Terraform"
	nothingValidated  = "Nothing was stored in the state. A validation changes nothing, at the source or at Atlas."
	applyToValidate   = "Apply again, which starts another validation."
	applyToGoOn       = "Apply again to learn how it ended."
	endNotSeen        = "How the validation ended is not known: the apply stopped waiting before Atlas reported its end."
	validationUnknown = "Atlas no longer knows the validation."
)

// isStarted reports whether there is a validation to keep.
func isStarted(o migration.Outcome) bool { return o.Observed.Job.ID != "" }

// explain is what the user is told about how a run ended; nil where
// there is nothing to tell.
func explain(o migration.Outcome, op operation.Operation) *notice.Notice {
	switch {
	case o.End == migration.Completed:
		return nil
	case !isStarted(o):
		return explainNotStarted(o)
	case o.Status() == migration.StatusFailed:
		return explainFailure(o, op)
	default:
		return explainUnconfirmed(o, op)
	}
}

func explainNotStarted(o migration.Outcome) *notice.Notice {
	n := &notice.Notice{
		Summary:  unableToValidate,
		Observed: "Atlas refused the request. " + notice.DescribeError(o.RequestErr),
		State:    nothingValidated,
		Advice:   remedy(o.RequestErr) + " Apply again.",
	}
	switch o.End {
	case migration.Interrupted:
		n.Observed = "The apply was interrupted before Atlas named a validation. " + notice.DescribeError(o.RequestErr)
		n.Advice = applyToValidate
	case migration.TimedOut:
		n.Observed = "The time for the validation passed before the request was sent, after " + notice.Rounded(o.Elapsed) + "."
		n.Advice = "Apply again, or raise timeouts.create."
	case migration.NotSent:
		n.Observed = "Atlas did not take the request. " + notice.DescribeError(o.RequestErr)
	case migration.Unconfirmed:
		n.Observed = "The request was sent until timeouts.create passed, and every answer was lost or unclear. " +
			notice.DescribeError(o.RequestErr)
		n.Advice = remedy(o.RequestErr) + " " + applyToValidate
	case migration.Panicked:
		n.Observed = "The provider hit a bug. " + notice.DescribeError(o.ReadErr)
		n.Advice = applyToValidate + " " + notice.ReportBug
	default:
	}
	return n
}

func explainFailure(o migration.Outcome, op operation.Operation) *notice.Notice {
	n := &notice.Notice{
		Summary:  validationFailed,
		Observed: "Atlas reports why: " + o.Observed.Job.ErrorMessage,
		State:    "The state holds the validation as FAILED; the next apply replaces it, which validates again.",
		Advice:   "Fix the cause, and apply again.",
	}
	if op == operation.Create {
		n.State = "The state holds the validation as FAILED and tainted; the next apply replaces it, which validates again."
	}
	if o.Observed.Job.ErrorMessage == "" {
		n.Observed = failure(o.Observed.Job)
		n.Advice = "Look for the cause in the Atlas console and at the migration host, fix it, and apply again."
	}
	if o.End == migration.NotFound {
		n.Summary = unableToConfirm
		n.Observed = validationUnknown + " " + notice.DescribeError(o.ReadErr)
		n.Advice = applyToValidate
	}
	return n
}

// explainUnconfirmed is for every run that ended before the validation did.
func explainUnconfirmed(o migration.Outcome, op operation.Operation) *notice.Notice {
	n := &notice.Notice{
		Summary: unableToConfirm,
		State:   "The state holds the validation as PENDING; the next apply resumes waiting.",
		Advice:  applyToGoOn,
	}
	if op == operation.Create {
		n.State = "The state holds the validation as PENDING and tainted; the next apply replaces it, which validates again."
		n.Advice = applyToValidate
	}
	switch o.End {
	case migration.Interrupted:
		n.Warning, n.Summary = true, validationGoesOn
		n.Observed = "The apply was interrupted while the validation ran. " + notice.DescribeError(o.ReadErr)
		n.State = "The state holds the validation as PENDING, untainted: the next apply resumes waiting."
		n.Advice = applyToGoOn
	case migration.Unauthorized:
		n.Observed = "The credentials no longer work. " + notice.DescribeError(o.ReadErr)
		n.Advice = remedy(o.ReadErr) + " " + n.Advice
	case migration.Panicked:
		n.Observed = "The provider hit a bug. " + notice.DescribeError(o.ReadErr)
		n.Advice += " " + notice.ReportBug
	default:
		n.Observed = "It was not seen to end within " + notice.Rounded(o.Elapsed) + ". " + notice.DescribeError(o.ReadErr)
		if o.ReadErr == nil {
			n.Advice += " Raise " + op.Timeout() + " to wait longer."
		} else {
			n.Advice = remedy(o.ReadErr) + " " + n.Advice
		}
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

func unableToRefresh(err error) notice.Notice {
	return notice.UnableToRefresh("validation", err, remedy(err))
}

func removed() notice.Notice {
	return notice.Notice{
		Warning:  true,
		Summary:  validationGoesOn,
		Observed: "Atlas has no call that stops a validation, so it continues. It changes nothing.",
		State:    "The resource is removed from the state.",
		Advice:   "You do not need to do anything.",
	}
}

// remedy is what to do about a request that went wrong.
func remedy(err error) string { return notice.Remedy(err, notice.MigrationRequest()) }
