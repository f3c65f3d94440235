// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/operation"
)

const (
	unableToStart   = "Unable to start cutover"
	unableToConfirm = "Unable to confirm cutover"
	notReady        = "Live migration is not ready for cutover"
	cutoverFailed   = "Cutover failed"
	cutoverGoesOn   = "Cutover continues without Terraform"
	windowClosed    = "Maintenance window has closed"

	possiblyInProgress = "Cutover may be in progress"
)

// explain is what the user is told about how a run ended; nil if there is
// nothing to tell.
func explain(o migration.Outcome, op operation.Operation) *notice.Notice {
	switch o.End {
	case migration.Completed:
		return explainAdopted(o, op)
	case migration.AlreadyComplete:
		return explainAlreadyComplete(o, op)
	case migration.Failed:
		return explainFailure(o, op)
	default:
		return explainUnended(o, op)
	}
}

// explainUnended is for every run that saw no end of a cutover.
func explainUnended(o migration.Outcome, op operation.Operation) *notice.Notice {
	switch {
	case o.InFlight():
		return explainInFlight(o, op)
	case o.Reason == migration.PossiblyInProgress && o.End != migration.Panicked:
		return explainPossiblyInProgress(o, op)
	default:
		return explainNothingSent(o, op)
	}
}

func explainAlreadyComplete(o migration.Outcome, op operation.Operation) *notice.Notice {
	return &notice.Notice{
		Warning:  true,
		Summary:  "Cutover was already complete",
		Observed: notice.Describe(o.Observed.Migration) + " No cutover request was sent.",
		State:    successState(op),
		Advice: "Nothing is left to do if an earlier run, or somebody in the Atlas console, started this cutover. " +
			"Otherwise check that live_migration_id names the live migration you mean.",
	}
}

// explainInFlight is for every run that ended while a requested cutover may be in
// progress.
func explainInFlight(o migration.Outcome, op operation.Operation) *notice.Notice {
	if o.End == migration.Interrupted {
		return explainInterrupt(o, op)
	}
	return explainUnconfirmed(o, op)
}

func explainAdopted(o migration.Outcome, op operation.Operation) *notice.Notice {
	if o.Request != migration.NotRequested || o.Resumed {
		return nil
	}
	return &notice.Notice{
		Warning: true,
		Summary: "Cutover was already in progress",
		Observed: "The cutover completed while this " + op.String() + " waited for the live migration to become ready. " +
			"No cutover request was sent by this " + op.String() + ".",
		State:  successState(op),
		Advice: "Nothing is left to do if an earlier run, or somebody in the Atlas console, started this cutover.",
	}
}

func explainFailure(o migration.Outcome, op operation.Operation) *notice.Notice {
	n := &notice.Notice{
		Summary: cutoverFailed, Observed: failureSeen(o.Observed, o.Reason), State: failureState(op), Advice: failureAdvice(o.Reason, op),
	}
	if o.Request == migration.NotRequested && !o.Resumed {
		n.Summary, n.State = unableToStart, nothingState(op)
	}
	return n
}

func failureAdvice(reason migration.Reason, op operation.Operation) string {
	switch reason {
	case migration.MigrationExpired:
		return "The timer can be extended in the Atlas console only, and only while it runs. Start a new live migration " +
			"and use its ID. The source is still the database to write to."
	case migration.JobFailed:
		return "Check the live migration in the Atlas console and fix the cause. " + op.Again() + " while Atlas reports " +
			"the live migration as ready: that requests the cutover again."
	default:
		return "Check the live migration in the Atlas console for the cause. A failed live migration cannot be cut " +
			"over: start a new one and use its ID. Until then, treat the source as the database to write to."
	}
}

// explainPossiblyInProgress is for a run that requested nothing and ended while
// no read could tell whether a cutover is in progress.
func explainPossiblyInProgress(o migration.Outcome, op operation.Operation) *notice.Notice {
	n := &notice.Notice{
		Summary:  possiblyInProgress,
		Observed: "After " + notice.Rounded(o.Elapsed) + ": " + notice.LastRead(o),
		State:    nothingState(op),
		Advice: "Do not write to the source, and do not repoint applications, before you know. " + op.Again() + ": that " +
			"adopts a cutover that is in progress or complete. The Atlas console shows whether one is.",
	}
	if o.End == migration.Interrupted {
		n.Observed = "The " + op.String() + " was interrupted. " + notice.LastRead(o)
	}
	n.Observed += " Atlas reports no lag either: the initial copy may still run, or a cutover may be in progress that an " +
		"earlier run or somebody in the Atlas console started."
	if o.End == migration.TimedOut {
		n.Advice += " Raise " + op.Timeout() + " to wait longer."
	}
	return n
}

func explainNotReady(o migration.Outcome, op operation.Operation) *notice.Notice {
	n := &notice.Notice{Summary: notReady, State: nothingState(op)}
	n.Observed = "After " + notice.Rounded(o.Elapsed) + ": " + notice.Describe(o.Observed.Migration)
	switch o.Reason {
	case migration.Lagging:
		n.Advice = "The lag is above max_lag_seconds. " + op.Again() + " when it has fallen, or with a higher " +
			"max_lag_seconds."
	case migration.Ready, migration.Stabilizing:
		n.Advice = "It is ready now, but the time to request the cutover had passed. Raise ready_timeout or " + op.Timeout() +
			". " + op.Again() + "."
	default:
		n.Advice = op.Again() + " when it is ready, or raise ready_timeout or " + op.Timeout() + " to wait longer. Do not stop " +
			"the writes on the source before."
	}
	return n
}

// explainNothingSent is for every run that ended before a request had any
// effect.
func explainNothingSent(o migration.Outcome, op operation.Operation) *notice.Notice {
	n := &notice.Notice{Summary: unableToStart, State: nothingState(op)}
	switch o.End {
	case migration.TimedOut:
		return explainNotReady(o, op)
	case migration.WindowClosed:
		n = explainNotReady(o, op)
		n.Summary = windowClosed
		n.Advice = "The time in not_after has passed. " + op.Again() + " in the next maintenance window, with a later not_after."
	case migration.Interrupted:
		n.Observed = "The " + op.String() + " was interrupted before the cutover was requested. " + notice.LastRead(o)
		n.Advice = op.Again() + " to start the cutover."
	case migration.UnsupportedStatus:
		n.Observed = notice.Describe(o.Observed.Migration) + " This version of the provider does not know that status, and starts " +
			"nothing on a guess."
		n.Advice = "Check the live migration in the Atlas console, and for a newer version of the provider."
	case migration.Unreadable:
		n.Summary = "Unable to read live migration"
		n.Observed, n.Advice = notice.DescribeError(o.ReadErr), remedy(o.ReadErr)+" "+op.Again()+" afterwards."
	case migration.NotSent:
		n.Observed = "The cutover request did not get through to Atlas. " + notice.DescribeError(o.RequestErr)
		n.Advice = op.Again() + " when Atlas can be reached and takes calls."
	case migration.Panicked:
		n.Observed = "The provider hit a bug: " + o.ReadErr.Error() + "."
		n.Advice = notice.ReportBug
	default:
		n.Observed = "Atlas refused the cutover request. " + notice.DescribeError(o.RequestErr)
		n.Advice = remedy(o.RequestErr) + " " + op.Again() + " afterwards."
	}
	return n
}

// explainUnconfirmed is for every run that ended after a request, without
// Atlas's word for how the cutover ended.
func explainUnconfirmed(o migration.Outcome, op operation.Operation) *notice.Notice {
	n := &notice.Notice{Summary: unableToConfirm, State: pendingState(op)}
	n.Advice = op.Again() + " to learn how the cutover ended. Do not write to the source or repoint applications before."
	switch o.End {
	case migration.NotObserved:
		n.Observed = requested(o) + notice.Describe(o.Observed.Migration) + " It looks as if no cutover had begun."
		if o.Request == migration.Accepted {
			n.Observed += " Atlas documents a lag only for the time before a cutover."
		}
		if op == operation.Update && o.Request != migration.Accepted {
			n.State = "The state holds the cutover as PENDING; the next apply replaces it, which is safe: it looks at " +
				"Atlas first and adopts a cutover that is in progress or complete."
		}
		n.Advice = notStartedAdvice(o, op)
	case migration.Unauthorized:
		n.Observed = requested(o) + "The credentials no longer work. " + notice.DescribeError(o.ReadErr)
		n.Advice = remedy(o.ReadErr) + " " + n.Advice
	case migration.Panicked:
		n.Observed = requested(o) + "The provider then hit a bug: " + o.ReadErr.Error() + "."
		n.Advice += " " + notice.ReportBug
	default:
		n.Observed = requested(o) + "It had not ended after " + notice.Rounded(o.Elapsed) + ". " + notice.LastRead(o)
		if ready := o.Observed.Migration.Ready; o.Resumed && ready != nil && *ready {
			n.Advice = requestAgainAdvice(op)
		}
	}
	return n
}

// requestAgainAdvice is for a cutover that Atlas accepted and shows nothing of,
// where only a person can tell whether to request it again.
func requestAgainAdvice(op operation.Operation) string {
	const look = "Check the live migration in the Atlas console. "
	switch op {
	case operation.Invoke:
		return look + "If no cutover runs there, invoke the action again: that requests it again."
	case operation.Create:
		return look + "Apply again to wait for a cutover that runs there: that does not request it again. If none does, run " +
			"terraform untaint and then terraform apply -replace, each with the address of this resource: that requests it " +
			"again."
	default:
		return look + "If no cutover runs there, start it with terraform apply -replace and the address of this resource; if " +
			"one does, apply again to wait for it."
	}
}

func notStartedAdvice(o migration.Outcome, op operation.Operation) string {
	if o.Request == migration.Accepted {
		return requestAgainAdvice(op)
	}
	return op.Again() + ": that reads Atlas first, adopts a cutover that shows by then, and otherwise requests it."
}

func explainInterrupt(o migration.Outcome, op operation.Operation) *notice.Notice {
	n := &notice.Notice{Summary: cutoverGoesOn, Observed: requested(o) + "The " + op.String() + " was interrupted while the cutover ran. " + notice.LastRead(o)}
	n.Advice = op.Again() + " to wait for its end. Do not write to the source or repoint applications before."
	// An apply that continues from an acceptance never has to ask again. Where
	// the answer was lost, only a replacement may, so the resource is tainted.
	if op == operation.Update || op == operation.Create && o.Request == migration.Accepted {
		n.Warning, n.State = true, "The state holds the cutover as PENDING, untainted: the next apply resumes waiting."
		return n
	}
	n.Summary, n.State = unableToConfirm, pendingState(op)
	return n
}

// remedy is what to do about a call that went wrong.
func remedy(err error) string { return notice.Remedy(err, notice.LiveMigration()) }

// requested says what is known of the request.
func requested(o migration.Outcome) string {
	switch {
	case o.Request == migration.Accepted && !o.Resumed:
		return "The cutover was requested and Atlas accepted the request. "
	case o.Request == migration.Conflicted && !o.Resumed:
		return "Atlas answered the cutover request with a conflict, which can mean that a cutover is in progress. " +
			notice.DescribeError(o.RequestErr) + " "
	case o.Request == migration.Unknown && !o.Resumed:
		return "The cutover was requested, but the answer was lost or unclear: Atlas may have started it or not. " +
			notice.DescribeError(o.RequestErr) + " "
	default:
		return "The cutover was requested by an earlier apply. "
	}
}
