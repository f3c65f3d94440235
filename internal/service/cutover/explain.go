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
)

// explain is what the user is told about how a run ended; nil where there is
// nothing to tell.
func explain(o migration.Outcome, k keeping) *notice.Notice {
	switch o.End {
	case migration.Completed:
		return explainAdopted(o, k)
	case migration.AlreadyComplete:
		return &notice.Notice{
			Warning: true,
			Summary: "Cutover was already complete",
			Seen:    notice.Describe(o.Seen.Migration) + " No cutover request was sent.",
			State:   k.success(),
			Next: "Nothing is left to do if an earlier run, or somebody in the web console, started this cutover. " +
				"Otherwise check that live_migration_id names the live migration you mean.",
		}
	case migration.FailedAtAtlas:
		return explainFailure(o, k)
	case migration.NotReadyInTime:
		return explainNotReady(o, k)
	case migration.Interrupted:
		return explainInterrupt(o, k)
	case migration.UnknownStatus, migration.LookFailed, migration.NotSent, migration.Refused:
		return explainNothingSent(o, k)
	case migration.NotStarted, migration.TimedOut, migration.AccessLost, migration.Panicked:
		return explainUnconfirmed(o, k)
	}
	return nil
}

func explainAdopted(o migration.Outcome, k keeping) *notice.Notice {
	if o.Answer != migration.NotRequested || o.Resumed {
		return nil
	}
	return &notice.Notice{
		Warning: true,
		Summary: "Cutover was already under way",
		Seen: "The cutover completed while this " + k.run() + " waited for the live migration to become ready. " +
			"No cutover request was sent by this " + k.run() + ".",
		State: k.success(),
		Next:  "Nothing is left to do if an earlier run, or somebody in the web console, started this cutover.",
	}
}

func explainFailure(o migration.Outcome, k keeping) *notice.Notice {
	n := &notice.Notice{
		Summary: cutoverFailed, Seen: failureSeen(o.Seen, o.Reason), State: k.failure(), Next: failureAdvice(o.Reason, k),
	}
	if o.Answer == migration.NotRequested && !o.Resumed {
		n.Summary, n.State = unableToStart, k.nothing()
	}
	return n
}

func failureAdvice(reason migration.Reason, k keeping) string {
	switch reason {
	case migration.MigrationExpired:
		return "The timer can be extended in the web console only, and only while it runs. Start a new live migration " +
			"and use its id. The source is still the database to write to."
	case migration.JobFailed:
		return "Look at the live migration in the web console and mend the cause. " + k.again() + " while Atlas reports " +
			"the live migration as ready: that requests the cutover again."
	default:
		return "Look at the live migration in the web console for the cause. A failed live migration cannot be cut " +
			"over: start a new one and use its id. Until then, treat the source as the database to write to."
	}
}

func explainNotReady(o migration.Outcome, k keeping) *notice.Notice {
	n := &notice.Notice{Summary: notReady, State: k.nothing()}
	n.Seen = "After " + notice.Rounded(o.Took) + ": " + notice.Describe(o.Seen.Migration)
	switch o.Reason {
	case migration.Lagging:
		n.Next = "The lag is above max_lag_seconds. " + k.again() + " when it has fallen, or with a higher " +
			"max_lag_seconds."
	case migration.PerhapsUnderWay:
		n.Next = "Atlas reports no lag either: the initial copy may still run, or a cutover may be under way already. " +
			k.again() + ": a cutover that is under way or complete is adopted. Raise ready_timeout or " + k.limit() +
			" to wait longer."
	case migration.Ready, migration.Settling:
		n.Next = "It is ready now, but no time was left to watch a cutover. Raise " + k.limit() + ". " + k.again() + "."
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
	case migration.UnknownStatus:
		n.Seen = notice.Describe(o.Seen.Migration) + " This version of the provider does not know that status, and starts " +
			"nothing on a guess."
		n.Next = "Look at the live migration in the web console, and for a newer version of the provider."
	case migration.LookFailed:
		n.Summary = "Unable to read live migration"
		n.Seen, n.Next = notice.Because(o.Cause), remedy(o.Cause)+" "+k.again()+" afterwards."
	case migration.NotSent:
		n.Seen = "The cutover request did not get through to Atlas. " + notice.Because(o.RequestErr)
		n.Next = k.again() + " when Atlas can be reached and takes calls."
	default:
		n.Seen = "Atlas refused the cutover request. " + notice.Because(o.RequestErr)
		n.Next = remedy(o.RequestErr) + " " + k.again() + " afterwards."
	}
	return n
}

// explainUnconfirmed is for every run that ended after a request, without
// Atlas's word for how the cutover ended.
func explainUnconfirmed(o migration.Outcome, k keeping) *notice.Notice {
	if !o.InFlight() {
		return explainOwnFault(o, k)
	}
	n := &notice.Notice{Summary: unableToConfirm, State: k.pending()}
	n.Next = k.again() + " to learn how the cutover ended. Do not write to the source or repoint applications before."
	switch o.End {
	case migration.NotStarted:
		n.Seen = requested(o) + notice.Describe(o.Seen.Migration) + " It looks as if no cutover had begun."
		if k == resuming && o.Answer != migration.Accepted {
			n.State = "The state holds the cutover as PENDING; the next apply replaces it, which is safe: it looks at " +
				"Atlas first and adopts a cutover that is under way or complete."
		}
		n.Next = notStartedAdvice(o, k)
	case migration.AccessLost:
		n.Seen = requested(o) + "The credentials no longer work. " + notice.Because(o.Cause)
		n.Next = remedy(o.Cause) + " " + n.Next
	case migration.Panicked:
		n.Seen = requested(o) + "The provider then hit a bug: " + o.Cause.Error() + "."
		n.Next += " Please report the bug, with the log of TF_LOG_PROVIDER=DEBUG."
	default:
		n.Seen = requested(o) + "It had not ended after " + notice.Rounded(o.Took) + ". " + lastSeen(o)
		if ready := o.Seen.Migration.Ready; k == resuming && ready != nil && *ready {
			n.Next = replaceAdvice
		}
	}
	return n
}

// explainOwnFault is a bug before anything was sent.
func explainOwnFault(o migration.Outcome, k keeping) *notice.Notice {
	return &notice.Notice{
		Summary: unableToStart,
		Seen:    "The provider hit a bug: " + o.Cause.Error() + ".",
		State:   k.nothing(),
		Next:    "Please report the bug, with the log of TF_LOG_PROVIDER=DEBUG.",
	}
}

// replaceAdvice is for a cutover that Atlas accepted and shows nothing of, where
// only a person can tell whether to ask again.
const replaceAdvice = "Look at the live migration in the web console. If no cutover runs there, start it with " +
	"terraform apply -replace and the address of this resource; if one does, apply again to wait for it."

func notStartedAdvice(o migration.Outcome, k keeping) string {
	if k == resuming && o.Answer == migration.Accepted {
		return replaceAdvice
	}
	return k.again() + ": that looks at Atlas first, adopts a cutover that shows by then, and otherwise requests it."
}

func explainInterrupt(o migration.Outcome, k keeping) *notice.Notice {
	if !o.InFlight() {
		return &notice.Notice{
			Summary: unableToStart,
			Seen:    "The " + k.run() + " was interrupted before the cutover was requested. " + lastSeen(o),
			State:   k.nothing(),
			Next:    k.again() + " to start the cutover.",
		}
	}
	n := &notice.Notice{Summary: cutoverGoesOn, Seen: requested(o) + "The " + k.run() + " was interrupted while the cutover ran. " + lastSeen(o)}
	n.Next = k.again() + " to wait for its end. Do not write to the source or repoint applications before."
	// An apply that goes on from an acceptance never has to ask again. Where
	// the answer was lost, only a replacement may, so the resource is tainted.
	if k == resuming || k == creating && o.Answer == migration.Accepted {
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
	case o.Answer == migration.Accepted && !o.Resumed:
		return "The cutover was requested and Atlas accepted the request. "
	case o.Answer == migration.Contradicted && !o.Resumed:
		return "Atlas answered the cutover request with a conflict, which can mean that a cutover is under way. " +
			notice.Because(o.RequestErr) + " "
	case o.Answer == migration.Unclear && !o.Resumed:
		return "The cutover was requested, but the answer was lost or unclear: Atlas may have started it or not. " +
			notice.Because(o.RequestErr) + " "
	default:
		return "The cutover was requested by an earlier apply. "
	}
}

func lastSeen(o migration.Outcome) string {
	switch {
	case o.Looked && o.Cause != nil:
		return notice.Because(o.Cause) + " Before that: " + notice.Describe(o.Seen.Migration)
	case o.Looked:
		return notice.Describe(o.Seen.Migration)
	default:
		return notice.Because(o.Cause)
	}
}
