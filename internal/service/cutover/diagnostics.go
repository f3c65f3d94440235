// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"net/http"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/identity"
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
		Advice: "If an earlier run or someone in the Atlas console started this cutover, you do not need to do anything. " +
			"Otherwise, check that live_migration_id names the live migration you mean.",
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
		Advice: "If an earlier run or someone in the Atlas console started this cutover, you do not need to do anything.",
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
		"earlier run or someone in the Atlas console started."
	if o.End == migration.TimedOut {
		n.Advice += " Raise " + op.Timeout() + " to wait longer."
	}
	return n
}

func explainNotReady(o migration.Outcome, op operation.Operation) *notice.Notice {
	n := &notice.Notice{Summary: notReady, State: nothingState(op)}
	n.Observed = "After " + notice.Rounded(o.Elapsed) + ": " + notice.LastRead(o)
	switch {
	case o.ReadErr != nil:
		n.Advice = remedy(o.ReadErr) + " " + op.Again() + " afterwards."
	case o.Reason == migration.Lagging:
		n.Advice = "The lag is above max_lag_seconds. " + op.Again() + " when it has fallen, or with a higher " +
			"max_lag_seconds."
	case o.Reason == migration.Ready, o.Reason == migration.Stabilizing:
		n.Advice = "It is ready now, but the time to request the cutover had passed. Raise ready_timeout or " + op.Timeout() +
			". " + op.Again() + "."
	default:
		n.Advice = op.Again() + " when it is ready, or raise ready_timeout or " + op.Timeout() + " to wait longer. Keep the writes on " +
			"the source running until then."
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
		if o.RequestErr != nil {
			n.Observed = "The " + op.String() + " was interrupted before Atlas took the cutover request. " +
				notice.DescribeError(o.RequestErr) + " " + notice.LastRead(o)
		}
		n.Advice = op.Again() + " to start the cutover."
	case migration.UnsupportedStatus:
		n.Observed = notice.Describe(o.Observed.Migration) + " This version of the provider does not know that status, so it " +
			"started nothing."
		n.Advice = "Check the live migration in the Atlas console, and check for a newer version of the provider."
	case migration.Unreadable:
		n.Summary = "Unable to read live migration"
		n.Observed, n.Advice = notice.DescribeError(o.ReadErr), remedy(o.ReadErr)+" "+op.Again()+" afterwards."
	case migration.NotSent:
		n.Observed = "Atlas did not take the cutover request. " + notice.DescribeError(o.RequestErr)
		n.Advice = remedy(o.RequestErr) + " " + op.Again() + " afterwards."
	case migration.Panicked:
		n.Observed = "The provider hit a bug: " + o.ReadErr.Error() + "."
		n.Advice = op.Again() + ". " + notice.ReportBug
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
	n.Advice = op.Again() + " to learn how the cutover ended. Until then, do not write to the source or repoint applications."
	switch o.End {
	case migration.NotObserved:
		n.Observed = requested(o) + notice.Describe(o.Observed.Migration) + " It looks as if no cutover had begun."
		if o.Request == migration.Accepted {
			n.Observed += " Atlas documents a lag only for the time before a cutover."
		}
		if op == operation.Update && o.Request != migration.Accepted {
			n.State = "The state holds the cutover as PENDING; the next apply replaces it, which is safe: it reads " +
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
		n.Observed = requested(o) + "It was not seen to end within " + notice.Rounded(o.Elapsed) + ". " + notice.LastRead(o)
		if o.ReadErr != nil {
			n.Advice = remedy(o.ReadErr) + " " + n.Advice
		}
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
	return op.Again() + ": that reads Atlas first, adopts a cutover that has started, and otherwise requests it."
}

func explainInterrupt(o migration.Outcome, op operation.Operation) *notice.Notice {
	n := &notice.Notice{Summary: cutoverGoesOn, Observed: requested(o) + "The " + op.String() + " was interrupted while the cutover ran. " + notice.LastRead(o)}
	n.Advice = op.Again() + " to wait for its end. Until then, do not write to the source or repoint applications."
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

// failure is why a cutover failed, as far as Atlas said.
func failure(o migration.Observation, reason migration.Reason) string {
	switch {
	case o.Job.ErrorMessage != "":
		return o.Job.ErrorMessage
	case reason == migration.MigrationExpired:
		return "It expired: " + notice.Timer + "."
	case reason == migration.JobFailed:
		return "Atlas reports the job of the cutover as FAILED, without a reason."
	default:
		return "Atlas gave no reason for the failure."
	}
}

// failureSeen says what a read observed of a cutover that failed, and why it did.
func failureSeen(o migration.Observation, reason migration.Reason) string {
	if reason == migration.MigrationExpired && o.Job.ErrorMessage == "" {
		return notice.Describe(o.Migration) // That says why.
	}
	return notice.Describe(o.Migration) + " " + failure(o, reason)
}

// errorMessage is what the state says about a run that did not succeed.
func errorMessage(o migration.Outcome) string {
	switch {
	case o.Status() == migration.StatusSuccess:
		return ""
	case o.Status() == migration.StatusFailed:
		return failure(o.Observed, o.Reason)
	case o.End == migration.NotObserved && o.Request != migration.Accepted:
		return "Whether Atlas started the cutover is not known: it was requested, but Atlas still reports the " +
			"live migration as ready, as if no cutover had begun."
	case o.Request == migration.Unknown:
		return "Whether Atlas started the cutover is not known: the answer to the request was lost or unclear."
	default:
		return endNotKnown
	}
}

const endNotKnown = "How the cutover ended is not known: the apply stopped waiting before Atlas reported its end."

// The functions below are the State sentences of diagnostics.

// nothingState says that the run changed nothing.
func nothingState(op operation.Operation) string {
	if op == operation.Invoke {
		return "The action requested no cutover."
	}
	return "This apply requested no cutover, and nothing was stored in the state."
}

// successState says where an adopted cutover is stored.
func successState(op operation.Operation) string {
	if op == operation.Invoke {
		return "The action succeeds; it keeps nothing in the state."
	}
	return "The state now holds the cutover as SUCCESS."
}

// failureState says where a failed cutover is stored.
func failureState(op operation.Operation) string {
	switch op {
	case operation.Invoke:
		return "The action fails; it keeps nothing in the state."
	case operation.Create:
		return "The state holds the cutover as FAILED and tainted; the next apply replaces it."
	default:
		return "The state holds the cutover as FAILED; the next apply plans a replacement."
	}
}

// pendingState says where a cutover is stored if its end is not known.
func pendingState(op operation.Operation) string {
	switch op {
	case operation.Invoke:
		return "The action fails; it keeps nothing in the state. Invoking it again is safe: it reads Atlas first and " +
			"adopts a cutover that is in progress or complete."
	case operation.Create:
		return "The state holds the cutover as PENDING and tainted. The next apply replaces it, which is safe: it looks " +
			"at Atlas first and adopts a cutover that is in progress or complete. If lifecycle.prevent_destroy is set, run " +
			"terraform untaint with the address of this resource first."
	default:
		return "The state holds the cutover as PENDING; the next apply resumes waiting."
	}
}

const notYetReady = "Live migration is not yet ready for cutover"

const nothingDone = "A plan sends no request and does not change the state."

// planNotice is what a plan says about the cutover it would create: an error where
// that can never succeed, a warning where the apply would not simply start it,
// nil otherwise.
func planNotice(o migration.Observation, err error, maxLag *int64, notAfter time.Time) *notice.Notice {
	if err != nil {
		return planUnreadable(err, notAfter)
	}
	d := migration.Decide(o, migration.RunState{MaxLag: maxLag})
	if n := planWindow(o, d.Reason, notAfter); n != nil {
		return n
	}
	n := &notice.Notice{Observed: notice.Describe(o.Migration), State: nothingDone}
	switch d.Reason {
	case migration.Complete:
		n.Warning, n.Summary = true, "Cutover is already complete"
		n.Advice = "Applying this plan adopts the cutover without a request. If you did not expect that, check " +
			"live_migration_id."
	case migration.MigrationFailed, migration.MigrationExpired:
		n.Summary = unableToStart
		n.Observed = failureSeen(o, d.Reason)
		n.Advice = failureAdvice(d.Reason, operation.Create)
	case migration.NotReady:
		n.Warning, n.Summary = true, notYetReady
		n.Advice = "Applying this plan waits until it is ready, for at most ready_timeout. Keep the writes on the " +
			"source running until then."
	case migration.PossiblyInProgress:
		n.Warning, n.Summary = true, "Live migration is not ready, or a cutover is in progress"
		n.Advice = "Applying this plan adopts a cutover that is in progress, and follows it for timeouts.create, whatever " +
			"ready_timeout is. If none is, it waits until the live migration is ready. Do not write to the source while a " +
			"cutover may be in progress."
	case migration.Lagging:
		n.Warning, n.Summary = true, notYetReady
		n.Advice = "The lag is above max_lag_seconds. Applying this plan waits until it has fallen, for at most ready_timeout."
	case migration.UnknownStatus:
		n.Warning, n.Summary = true, "Status of live migration is not known"
		n.Advice = "This version of the provider does not know that status, and would start nothing. Look at the live " +
			"migration in the Atlas console, and for a newer version of the provider."
	default:
		return nil
	}
	return n
}

// wouldRequest reports whether a run that begins like this could only end well by
// sending a request.
func wouldRequest(reason migration.Reason) bool {
	switch reason {
	case migration.NotReady, migration.Lagging, migration.Stabilizing, migration.Ready:
		return true
	default:
		return false
	}
}

// planWindow is the error of a plan that is made after not_after; nil before it, or
// if a request is not what is missing.
func planWindow(o migration.Observation, reason migration.Reason, notAfter time.Time) *notice.Notice {
	if !passed(notAfter) || !wouldRequest(reason) {
		return nil
	}
	return &notice.Notice{
		Summary:  windowClosed,
		Observed: "The time in not_after has passed. " + notice.Describe(o.Migration),
		State:    nothingDone,
		Advice:   "Set not_after to the end of the next maintenance window, and plan again.",
	}
}

// passed reports whether there is a not_after, and it is over by the wall clock.
func passed(notAfter time.Time) bool { return !notAfter.IsZero() && !time.Now().Before(notAfter) }

// planUnreadable is an error only if applying cannot help. A plan may be made
// in another network, or from an address that is not on the access list, than the
// apply.
func planUnreadable(err error, notAfter time.Time) *notice.Notice {
	n := &notice.Notice{
		Warning: true, Summary: "Unable to check live migration",
		Observed: notice.DescribeError(err), State: nothingDone,
		Advice: remedy(err) + " The apply checks again whether the cutover can start.",
	}
	kind := migration.KindOf(err)
	if kind == migration.KindNotFound || kind == migration.KindUnauthorized && atlas.StatusOf(err) != http.StatusForbidden {
		n.Warning, n.Summary, n.Advice = false, "Unable to read live migration", remedy(err)+" Then plan again."
	}
	if passed(notAfter) {
		n.Observed = "The time in not_after has passed. " + n.Observed
		n.Advice += " No cutover is requested after not_after: set it to the end of the next maintenance window."
	}
	return n
}

func unableToRefresh(err error) notice.Notice {
	return notice.UnableToRefresh("cutover", err, remedy(err))
}

// forgotten is what destroying the resource does, and does not.
func forgotten(status string) notice.Notice {
	n := notice.Notice{
		Warning:  true,
		Summary:  "Cutover is not undone",
		Observed: "Atlas has no way to undo or stop a cutover, so no request was sent.",
		State:    "The resource is removed from the state.",
		Advice:   "You do not need to do anything in Atlas. If you create the resource again, it adopts the cutover.",
	}
	if status == string(migration.StatusPending) {
		n.Observed = "The cutover may still be in progress and continues in Atlas. " + n.Observed
		n.Advice = "Watch it in the Atlas console, or create the resource again to wait for its end: that adopts it."
	}
	return n
}

// namesAnother refuses to replace a completed cutover because an ID changed.
func namesAnother(attribute, was, is string) notice.Notice {
	return notice.Notice{
		Summary: "Refusing to replace a completed cutover",
		Observed: "The cutover in the state has completed with " + attribute + " " + was + ", and the configuration now names " +
			is + ". A completed cutover is not replaced because an argument changed.",
		State: "Nothing was changed, at Atlas or in the state.",
		Advice: "To cut over the other live migration, use another resource, or apply with -replace and the address of this one. " +
			"Otherwise set " + attribute + " back.",
	}
}

// mayNameAnother is what a plan says while it is not known which live migration a
// completed cutover will name.
func mayNameAnother(liveMigrationID string) notice.Notice {
	return notice.Notice{
		Warning: true,
		Summary: "Completed cutover may be asked to change",
		Observed: "The cutover in the state has completed, and this plan changes its project_id or live_migration_id, or something " +
			"that they depend on.",
		State: "Applying this plan keeps the cutover if it still names the live migration " + liveMigrationID + ". Otherwise the " +
			"apply fails here, and requests nothing.",
		Advice: "If the plan replaces the live migration, it starts another one from the old source: do not apply it unless you " +
			"mean to. To cut over that one as well, add -replace and the address of this resource.",
	}
}

func unableToImport(id identity.Identity, err error) notice.Notice {
	return identity.UnableToRead("cutover", id, err)
}

func nothingToImport(id identity.Identity, o migration.Observation) notice.Notice {
	return notice.Notice{
		Summary:  "Unable to import cutover",
		Observed: "The live migration " + id.String() + " has no finished cutover to import. " + notice.Describe(o.Migration),
		State:    identity.NothingImported,
		Advice: "Remove the import and apply instead: that adopts a cutover that is in progress, and starts one that is " +
			"not.",
	}
}
