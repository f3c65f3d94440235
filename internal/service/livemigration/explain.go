// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"errors"
	"net/http"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/operation"
)

const (
	unableToStart        = "Unable to start live migration"
	unableToConfirmStart = "Unable to confirm start of live migration"
	unableToWait         = "Unable to wait for live migration"
	notReady             = "Live migration is not ready for cutover"
	migrationFailed      = "Live migration failed"
	migrationGoesOn      = "Live migration continues without Terraform"
)

const (
	nothingStarted = "No live migration was started, and nothing was stored in the state."
	// findAndImport is how to go on where a live migration runs whose ID is not
	// known. No call of Atlas lists them.
	findAndImport = "find its ID, 24 hexadecimal digits, and import it with terraform import, the address of this " +
		"resource and project_id/live_migration_id; or cancel it there and apply again."
)

// started reports whether there is a live migration to keep.
func started(o migration.Outcome) bool { return o.Observed.Migration.ID != "" }

// explainStart is what the user is told about how a run ended; nil where
// there is nothing to tell.
func explainStart(o migration.Outcome, op operation.Operation) *notice.Notice {
	switch {
	case o.End == migration.Completed:
		return nil
	case started(o):
		return explainWait(o, op)
	case o.End == migration.Unconfirmed, o.End == migration.Panicked:
		return explainLostStart(o)
	default:
		return explainNoStart(o)
	}
}

// explainNoStart is for every run after which it is certain that nothing began.
func explainNoStart(o migration.Outcome) *notice.Notice {
	n := &notice.Notice{Summary: unableToStart, State: nothingStarted}
	switch {
	case o.End == migration.Interrupted:
		n.Observed = "The apply was interrupted before Atlas took the request. " + notice.DescribeError(o.RequestErr)
		n.Advice = "Apply again to start the live migration."
	case o.End == migration.TimedOut:
		n.Observed = "The time for the start had passed before the request was sent, which took " + notice.Rounded(o.Elapsed) + "."
		n.Advice = "Apply again, or raise timeouts.create."
	case o.End == migration.NotSent, errors.As(o.RequestErr, new(*atlas.UnsentError)):
		n.Observed = "The request did not get through to Atlas. " + notice.DescribeError(o.RequestErr)
		n.Advice = remedy(o.RequestErr) + " Apply again."
	case atlas.StatusOf(o.RequestErr) == http.StatusConflict:
		n.Observed = "Atlas answered the request with a conflict: most likely a live migration to the destination cluster " +
			"runs already. " + notice.DescribeError(o.RequestErr)
		n.Advice = "Check the destination cluster in the Atlas console. If the live migration there is the one you want, as " +
			"it is after an apply that could not confirm the start, " + findAndImport
	default:
		n.Observed = "Atlas refused the request. " + notice.DescribeError(o.RequestErr)
		n.Advice = remedy(o.RequestErr) + " Apply again."
	}
	return n
}

// explainLostStart is for a request of which nobody knows what became.
func explainLostStart(o migration.Outcome) *notice.Notice {
	var unread *atlas.DecodeError
	n := &notice.Notice{
		Summary: unableToConfirmStart,
		Observed: "The request was sent, but the answer was lost or unclear: Atlas may have started a live migration or not. " +
			notice.DescribeError(o.RequestErr),
		State: "Nothing was stored in the state. This apply did not send the request again, since that could start a " +
			"second live migration.",
		Advice: "Check the destination cluster in the Atlas console: it shows a live migration that runs. If none does, apply " +
			"again. If one does, " + findAndImport,
	}
	switch {
	case errors.As(o.RequestErr, &unread):
		n.Observed = "Atlas started a live migration, but its answer did not bring the ID. " + notice.DescribeError(o.RequestErr)
	case o.End == migration.Panicked:
		n.Observed = "The request may have been sent: the provider hit a bug. " + notice.DescribeError(o.ReadErr)
		n.Advice += " " + notice.ReportBug
	}
	return n
}

// explainWait is for every run that ended while a live migration was waited for.
func explainWait(o migration.Outcome, op operation.Operation) *notice.Notice {
	if o.End == migration.Failed {
		return explainFailure(o, op)
	}
	n := &notice.Notice{Summary: unableToWait, Warning: op == operation.Create, State: heldUntainted}
	switch o.End {
	case migration.Interrupted:
		n.Warning, n.Summary = true, migrationGoesOn
		n.Observed = "The apply was interrupted while the live migration continued. " + notice.LastRead(o)
		n.Advice = goOn
	case migration.TimedOut:
		n.Summary = notReady
		n.Observed = "It was not ready after " + notice.Rounded(o.Elapsed) + ". " + notice.LastRead(o)
		n.Advice = goOn + " Raise " + op.Timeout() + " to wait longer."
	case migration.Unauthorized:
		n.Observed = "The credentials no longer work. " + notice.LastRead(o)
		n.Advice = readRemedy(o.ReadErr) + " " + goOn
	case migration.NotFound:
		n.Observed = "Atlas no longer knows the live migration. " + notice.LastRead(o)
		n.Advice = readRemedy(o.ReadErr) + " If somebody cancelled it, start a new one with terraform apply -replace and the " +
			"address of this resource."
	default:
		n.Observed = "The provider hit a bug. " + notice.LastRead(o)
		n.Advice = goOn + " " + notice.ReportBug
	}
	if op == operation.Create && n.Summary != migrationGoesOn {
		n.State += " An error instead of this warning would have tainted it. What depends on it continues, although it is not " +
			"known to be ready."
	}
	return n
}

const (
	heldUntainted = "The state holds the live migration, untainted: no apply starts a second one."
	goOn          = "Apply again to resume waiting until it is ready."
)

func explainFailure(o migration.Outcome, op operation.Operation) *notice.Notice {
	n := &notice.Notice{
		Summary:  migrationFailed,
		Observed: notice.Describe(o.Observed.Migration),
		State:    "The state holds the live migration as " + o.Observed.Migration.Status + ".",
		Advice:   lookForCause + " " + startAnother,
	}
	if op == operation.Create {
		n.State = "The state holds the live migration as " + o.Observed.Migration.Status + " and tainted: the next apply replaces it, " +
			"which starts a new one. To keep it from that, use terraform untaint and the address of this resource."
		n.Advice = lookForCause + " Then apply again."
	}
	return n
}

const (
	lookForCause = "Check the live migration in the Atlas console for the cause, and fix it."
	startAnother = "Then start a new one with terraform apply -replace and the address of this resource."
)

// remedy is what to do about a request that went wrong.
func remedy(err error) string { return notice.Remedy(err, notice.MigrationRequest()) }

// readRemedy is what to do about a read of a live migration that went wrong.
func readRemedy(err error) string { return notice.Remedy(err, notice.LiveMigration()) }
