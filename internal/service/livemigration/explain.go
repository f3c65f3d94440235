// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"errors"
	"net/http"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/notice"
)

const (
	unableToStart        = "Unable to start live migration"
	unableToConfirmStart = "Unable to confirm start of live migration"
	unableToWait         = "Unable to wait for live migration"
	notReady             = "Live migration is not ready for cutover"
	migrationFailed      = "Live migration failed"
	migrationGoesOn      = "Live migration goes on without Terraform"
)

const (
	nothingStarted = "No live migration was started, and nothing was stored in the state."
	// findAndImport is how to go on where a live migration runs whose id is not
	// known. No call of Atlas lists them.
	findAndImport = "find its id, 24 hexadecimal digits, and import it with terraform import, the address of this " +
		"resource and project_id/live_migration_id; or cancel it there and apply again."
	reportBug = "Please report the bug, with the log of TF_LOG_PROVIDER=DEBUG."
)

// started reports whether there is a live migration to keep.
func started(o migration.Outcome) bool { return o.Observed.Migration.ID != "" }

// explainBeginning is what the user is told about how a run ended; nil where
// there is nothing to tell.
func explainBeginning(o migration.Outcome, k keeping) *notice.Notice {
	switch {
	case o.End == migration.Completed:
		return nil
	case started(o):
		return explainWait(o, k)
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
		n.Seen = "The apply was interrupted before Atlas took the request. " + notice.Because(o.RequestErr)
		n.Next = "Apply again to start the live migration."
	case o.End == migration.TimedOut:
		n.Seen = "The time for the start had passed before the request was sent, which took " + notice.Rounded(o.Elapsed) + "."
		n.Next = "Apply again, or raise timeouts.create."
	case o.End == migration.NotSent, unsent(o.RequestErr):
		n.Seen = "The request did not get through to Atlas. " + notice.Because(o.RequestErr)
		n.Next = remedy(o.RequestErr) + " Apply again."
	case atlas.StatusOf(o.RequestErr) == http.StatusConflict:
		n.Seen = "Atlas answered the request with a conflict: most likely a live migration to the destination cluster " +
			"runs already. " + notice.Because(o.RequestErr)
		n.Next = "Look at the destination cluster in the web console. If the live migration there is the one you want, as " +
			"it is after an apply that could not confirm the start, " + findAndImport
	default:
		n.Seen = "Atlas refused the request. " + notice.Because(o.RequestErr)
		n.Next = remedy(o.RequestErr) + " Apply again."
	}
	return n
}

// explainLostStart is for a request of which nobody knows what became.
func explainLostStart(o migration.Outcome) *notice.Notice {
	var unread *atlas.DecodeError
	n := &notice.Notice{
		Summary: unableToConfirmStart,
		Seen: "The request was sent, but the answer was lost or unclear: Atlas may have started a live migration or not. " +
			notice.Because(o.RequestErr),
		State: "Nothing was stored in the state. This apply did not send the request again, since that could start a " +
			"second live migration.",
		Next: "Look at the destination cluster in the web console: it shows a live migration that runs. If none does, apply " +
			"again. If one does, " + findAndImport,
	}
	switch {
	case errors.As(o.RequestErr, &unread):
		n.Seen = "Atlas started a live migration, but its answer did not bring the id. " + notice.Because(o.RequestErr)
	case o.End == migration.Panicked:
		n.Seen = "The request may have been sent: the provider hit a bug. " + notice.Because(o.ReadErr)
		n.Next += " " + reportBug
	}
	return n
}

// explainWait is for every run that ended while a live migration was waited for.
func explainWait(o migration.Outcome, k keeping) *notice.Notice {
	if o.End == migration.Failed {
		return explainFailure(o, k)
	}
	n := &notice.Notice{Summary: unableToWait, Warning: k == creating, State: heldUntainted}
	switch o.End {
	case migration.Interrupted:
		n.Warning, n.Summary = true, migrationGoesOn
		n.Seen = "The apply was interrupted while the live migration went on. " + lastSeen(o)
		n.Next = goOn
	case migration.TimedOut:
		n.Summary = notReady
		n.Seen = "It was not ready after " + notice.Rounded(o.Elapsed) + ". " + lastSeen(o)
		n.Next = goOn + " Raise " + k.limit() + " to wait longer."
	case migration.Unauthorized:
		n.Seen = "The credentials no longer work. " + lastSeen(o)
		n.Next = lookRemedy(o.ReadErr) + " " + goOn
	case migration.NotFound:
		n.Seen = "Atlas no longer knows the live migration. " + lastSeen(o)
		n.Next = lookRemedy(o.ReadErr) + " If somebody cancelled it, start a new one with terraform apply -replace and the " +
			"address of this resource."
	default:
		n.Seen = "The provider hit a bug. " + lastSeen(o)
		n.Next = goOn + " " + reportBug
	}
	if k == creating && n.Summary != migrationGoesOn {
		n.State += " An error instead of this warning would have tainted it. What depends on it goes on, although it is not " +
			"known to be ready."
	}
	return n
}

const (
	heldUntainted = "The state holds the live migration, untainted: no apply starts a second one."
	goOn          = "Apply again to go on waiting until it is ready."
)

func explainFailure(o migration.Outcome, k keeping) *notice.Notice {
	n := &notice.Notice{
		Summary: migrationFailed,
		Seen:    notice.Describe(o.Observed.Migration),
		State:   "The state holds the live migration as " + o.Observed.Migration.Status + ".",
		Next:    lookForCause + " " + startAnother,
	}
	if k == creating {
		n.State = "The state holds the live migration as " + o.Observed.Migration.Status + " and tainted: the next apply replaces it, " +
			"which starts a new one. To keep it from that, use terraform untaint and the address of this resource."
		n.Next = lookForCause + " Then apply again."
	}
	return n
}

const (
	lookForCause = "Look at the live migration in the web console for the cause, and mend it."
	startAnother = "Then start a new one with terraform apply -replace and the address of this resource."
)

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

// remedy is what to do about a request that went wrong and that names no live
// migration, since it asks for one.
func remedy(err error) string {
	return notice.Remedy(err, notice.Advice{
		http.StatusBadRequest: "Check the arguments against what Atlas says above.",
		http.StatusNotFound: "Check project_id: it is the id of the Atlas project that holds the destination cluster. Atlas " +
			"also answers 404 where the credentials belong to another organization.",
		http.StatusConflict: "Look at the destination cluster in the web console: something else runs there.",
	})
}

// lookRemedy is what to do about a look at a live migration that went wrong.
func lookRemedy(err error) string { return notice.Remedy(err, notice.LiveMigration()) }
