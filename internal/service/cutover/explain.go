// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/notice"
)

const (
	unableToStart   = "Unable to start cutover"
	unableToConfirm = "Unable to confirm cutover"
	notReady        = "Live migration is not ready for cutover"
	cutoverFailed   = "Cutover failed"
	cutoverGoesOn   = "Cutover goes on without Terraform"
	windowClosed    = "Maintenance window has closed"

	possiblyInProgress = "Cutover may be in progress"
)

// explain is what the user is told about how a run ended; nil if there is
// nothing to tell.
func explain(o migration.Outcome, k keeping) *notice.Notice {
	switch o.End {
	case migration.Completed:
		return explainAdopted(o, k)
	case migration.AlreadyComplete:
		return explainAlreadyComplete(o, k)
	case migration.Failed:
		return explainFailure(o, k)
	default:
		return explainUnended(o, k)
	}
}

// explainUnended is for every run that saw no end of a cutover.
func explainUnended(o migration.Outcome, k keeping) *notice.Notice {
	switch {
	case o.InFlight():
		return explainInFlight(o, k)
	case o.Reason == migration.PossiblyInProgress && o.End != migration.Panicked:
		return explainPossiblyInProgress(o, k)
	default:
		return explainNothingSent(o, k)
	}
}

func explainAlreadyComplete(o migration.Outcome, k keeping) *notice.Notice {
	return &notice.Notice{
		Warning: true,
		Summary: "Cutover was already complete",
		Seen:    notice.Describe(o.Observed.Migration) + " No cutover request was sent.",
		State:   k.success(),
		Next: "Nothing is left to do if an earlier run, or somebody in the Atlas console, started this cutover. " +
			"Otherwise check that live_migration_id names the live migration you mean.",
	}
}

// explainInFlight is for every run that ended while a requested cutover may be in
// progress.
func explainInFlight(o migration.Outcome, k keeping) *notice.Notice {
	if o.End == migration.Interrupted {
		return explainInterrupt(o, k)
	}
	return explainUnconfirmed(o, k)
}

func explainAdopted(o migration.Outcome, k keeping) *notice.Notice {
	if o.Request != migration.NotRequested || o.Resumed {
		return nil
	}
	return &notice.Notice{
		Warning: true,
		Summary: "Cutover was already in progress",
		Seen: "The cutover completed while this " + k.run() + " waited for the live migration to become ready. " +
			"No cutover request was sent by this " + k.run() + ".",
		State: k.success(),
		Next:  "Nothing is left to do if an earlier run, or somebody in the Atlas console, started this cutover.",
	}
}

func explainFailure(o migration.Outcome, k keeping) *notice.Notice {
	n := &notice.Notice{
		Summary: cutoverFailed, Seen: failureSeen(o.Observed, o.Reason), State: k.failure(), Next: failureAdvice(o.Reason, k),
	}
	if o.Request == migration.NotRequested && !o.Resumed {
		n.Summary, n.State = unableToStart, k.nothing()
	}
	return n
}

func failureAdvice(reason migration.Reason, k keeping) string {
	switch reason {
	case migration.MigrationExpired:
		return "The timer can be extended in the Atlas console only, and only while it runs. Start a new live migration " +
			"and use its id. The source is still the database to write to."
	case migration.JobFailed:
		return "Look at the live migration in the Atlas console and fix the cause. " + k.again() + " while Atlas reports " +
			"the live migration as ready: that requests the cutover again."
	default:
		return "Look at the live migration in the Atlas console for the cause. A failed live migration cannot be cut " +
			"over: start a new one and use its id. Until then, treat the source as the database to write to."
	}
}

// explainPossiblyInProgress is for a run that requested nothing and ended while
// no read could tell whether a cutover is in progress.
func explainPossiblyInProgress(o migration.Outcome, k keeping) *notice.Notice {
	n := &notice.Notice{
		Summary: possiblyInProgress,
		Seen:    "After " + notice.Rounded(o.Elapsed) + ": " + lastSeen(o),
		State:   k.nothing(),
		Next: "Do not write to the source, and do not repoint applications, before you know. " + k.again() + ": that " +
			"adopts a cutover that is in progress or complete. The Atlas console shows whether one is.",
	}
	if o.End == migration.Interrupted {
		n.Seen = "The " + k.run() + " was interrupted. " + lastSeen(o)
	}
	n.Seen += " Atlas reports no lag either: the initial copy may still run, or a cutover may be in progress that an " +
		"earlier run or somebody in the Atlas console started."
	if o.End == migration.TimedOut {
		n.Next += " Raise " + k.limit() + " to wait longer."
	}
	return n
}

func explainNotReady(o migration.Outcome, k keeping) *notice.Notice {
	n := &notice.Notice{Summary: notReady, State: k.nothing()}
	n.Seen = "After " + notice.Rounded(o.Elapsed) + ": " + notice.Describe(o.Observed.Migration)
	switch o.Reason {
	case migration.Lagging:
		n.Next = "The lag is above max_lag_seconds. " + k.again() + " when it has fallen, or with a higher " +
			"max_lag_seconds."
	case migration.Ready, migration.Stabilizing:
		n.Next = "It is ready now, but the time to request the cutover had passed. Raise ready_timeout or " + k.limit() +
			". " + k.again() + "."
	default:
		n.Next = k.again() + " when it is ready, or raise ready_timeout or " + k.limit() + " to wait longer. Do not stop " +
			"the writes on the source before."
	}
	return n
}

// explainNothingSent is for every run that ended before a request had any
// effect.
func explainNothingSent(o migration.Outcome, k keeping) *notice.Notice {
	n := &notice.Notice{Summary: unableToStart, State: k.nothing()}
	switch o.End {
	case migration.TimedOut:
		return explainNotReady(o, k)
	case migration.WindowClosed:
		n = explainNotReady(o, k)
		n.Summary = windowClosed
		n.Next = "The time in not_after has passed. " + k.again() + " in the next maintenance window, with a later not_after."
	case migration.Interrupted:
		n.Seen = "The " + k.run() + " was interrupted before the cutover was requested. " + lastSeen(o)
		n.Next = k.again() + " to start the cutover."
	case migration.UnsupportedStatus:
		n.Seen = notice.Describe(o.Observed.Migration) + " This version of the provider does not know that status, and starts " +
			"nothing on a guess."
		n.Next = "Look at the live migration in the Atlas console, and for a newer version of the provider."
	case migration.Unreadable:
		n.Summary = "Unable to read live migration"
		n.Seen, n.Next = notice.Because(o.ReadErr), remedy(o.ReadErr)+" "+k.again()+" afterwards."
	case migration.NotSent:
		n.Seen = "The cutover request did not get through to Atlas. " + notice.Because(o.RequestErr)
		n.Next = k.again() + " when Atlas can be reached and takes calls."
	case migration.Panicked:
		n.Seen = "The provider hit a bug: " + o.ReadErr.Error() + "."
		n.Next = "Please report the bug, with the log of TF_LOG_PROVIDER=DEBUG."
	default:
		n.Seen = "Atlas refused the cutover request. " + notice.Because(o.RequestErr)
		n.Next = remedy(o.RequestErr) + " " + k.again() + " afterwards."
	}
	return n
}

// explainUnconfirmed is for every run that ended after a request, without
// Atlas's word for how the cutover ended.
func explainUnconfirmed(o migration.Outcome, k keeping) *notice.Notice {
	n := &notice.Notice{Summary: unableToConfirm, State: k.pending()}
	n.Next = k.again() + " to learn how the cutover ended. Do not write to the source or repoint applications before."
	switch o.End {
	case migration.NotObserved:
		n.Seen = requested(o) + notice.Describe(o.Observed.Migration) + " It looks as if no cutover had begun."
		if o.Request == migration.Accepted {
			n.Seen += " Atlas documents a lag only for the time before a cutover."
		}
		if k == resuming && o.Request != migration.Accepted {
			n.State = "The state holds the cutover as PENDING; the next apply replaces it, which is safe: it looks at " +
				"Atlas first and adopts a cutover that is in progress or complete."
		}
		n.Next = notStartedAdvice(o, k)
	case migration.Unauthorized:
		n.Seen = requested(o) + "The credentials no longer work. " + notice.Because(o.ReadErr)
		n.Next = remedy(o.ReadErr) + " " + n.Next
	case migration.Panicked:
		n.Seen = requested(o) + "The provider then hit a bug: " + o.ReadErr.Error() + "."
		n.Next += " Please report the bug, with the log of TF_LOG_PROVIDER=DEBUG."
	default:
		n.Seen = requested(o) + "It had not ended after " + notice.Rounded(o.Elapsed) + ". " + lastSeen(o)
		if ready := o.Observed.Migration.Ready; o.Resumed && ready != nil && *ready {
			n.Next = requestAgainAdvice(k)
		}
	}
	return n
}

// requestAgainAdvice is for a cutover that Atlas accepted and shows nothing of,
// where only a person can tell whether to request it again.
func requestAgainAdvice(k keeping) string {
	const look = "Look at the live migration in the Atlas console. "
	switch k {
	case acting:
		return look + "If no cutover runs there, invoke the action again: that requests it again."
	case creating:
		return look + "Apply again to wait for a cutover that runs there: that does not request it again. If none does, run " +
			"terraform untaint and then terraform apply -replace, each with the address of this resource: that requests it " +
			"again."
	default:
		return look + "If no cutover runs there, start it with terraform apply -replace and the address of this resource; if " +
			"one does, apply again to wait for it."
	}
}

func notStartedAdvice(o migration.Outcome, k keeping) string {
	if o.Request == migration.Accepted {
		return requestAgainAdvice(k)
	}
	return k.again() + ": that looks at Atlas first, adopts a cutover that shows by then, and otherwise requests it."
}

func explainInterrupt(o migration.Outcome, k keeping) *notice.Notice {
	n := &notice.Notice{Summary: cutoverGoesOn, Seen: requested(o) + "The " + k.run() + " was interrupted while the cutover ran. " + lastSeen(o)}
	n.Next = k.again() + " to wait for its end. Do not write to the source or repoint applications before."
	// An apply that goes on from an acceptance never has to ask again. Where
	// the answer was lost, only a replacement may, so the resource is tainted.
	if k == resuming || k == creating && o.Request == migration.Accepted {
		n.Warning, n.State = true, "The state holds the cutover as PENDING, untainted: the next apply goes on waiting."
		return n
	}
	n.Summary, n.State = unableToConfirm, k.pending()
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
			notice.Because(o.RequestErr) + " "
	case o.Request == migration.Unknown && !o.Resumed:
		return "The cutover was requested, but the answer was lost or unclear: Atlas may have started it or not. " +
			notice.Because(o.RequestErr) + " "
	default:
		return "The cutover was requested by an earlier apply. "
	}
}

func lastSeen(o migration.Outcome) string {
	switch {
	case o.Read && o.ReadErr != nil:
		return notice.Because(o.ReadErr) + " Before that: " + notice.Describe(o.Observed.Migration)
	case o.Read:
		return notice.Describe(o.Observed.Migration)
	default:
		return notice.Because(o.ReadErr)
	}
}
