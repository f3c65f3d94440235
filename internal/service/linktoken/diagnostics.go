// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package linktoken

import (
	"errors"
	"net/http"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
)

// unableToCreate tells what created no token from what may have created one that
// nobody received.
func unableToCreate(o migration.Outcome) notice.Notice {
	err := o.RequestErr
	n := notice.Notice{Summary: "Unable to create link token", Observed: notice.DescribeError(err)}
	switch {
	case o.End == migration.Interrupted:
		n.Observed = "The apply was interrupted before Atlas created a link token. " + n.Observed
		n.State = nothingCreated
		n.Advice = "Apply again."
	case o.End == migration.NotSent, o.End == migration.Rejected, o.End == migration.TimedOut:
		n.State = nothingCreated
		n.Advice = remedy(err) + " Apply again."
	case errors.As(err, new(*atlas.DecodeError)):
		n.Observed = "Atlas created a link token, but its answer did not bring it. " + n.Observed
		n.State = "Nothing was stored in the state. The token is lost, since Atlas shows it only once."
		n.Advice = "Apply again, which creates another token."
	case o.End == migration.Panicked:
		n.Observed = "The provider hit a bug. " + notice.DescribeError(o.ReadErr)
		n.State = createdOrNot
		n.Advice = notice.ReportBug
	default:
		n.State = createdOrNot
		n.Advice = remedy(err) + " Apply again, which creates another token."
	}
	return n
}

const (
	nothingCreated = "No link token was created, and nothing was stored in the state."
	createdOrNot   = "Nothing was stored in the state. Whether Atlas created a link token is not known; if it did, nobody " +
		"has received it."
)

func unableToRemove(o migration.Outcome) notice.Notice {
	err := o.RequestErr
	n := notice.Notice{
		Summary:  "Unable to remove link",
		Observed: notice.DescribeError(err),
		State:    "The link is still there, and the state still holds its token.",
		Advice:   remedy(err) + " Run the same command again.",
	}
	switch {
	case migration.KindOf(err) == migration.KindConflict:
		n.Observed = "A live migration of the organization is running, and Atlas keeps the link as long as one does. " + n.Observed
		n.Advice = "Wait until the organization's live migrations have ended: cut them over, or cancel them in the Atlas " +
			"console. Then run the same command again. To let Terraform forget the link and leave it at Atlas, use " +
			"terraform state rm and the address of this resource."
	case o.End == migration.Interrupted:
		n.Observed = "The apply was interrupted before Atlas removed the link. " + n.Observed
		n.Advice = "Run the same command again."
	case o.End == migration.Panicked:
		n.Observed = "The provider hit a bug. " + notice.DescribeError(o.ReadErr)
		n.State = "Whether Atlas removed the link is not known. The state still holds its token."
		n.Advice = "Run the same command again. Please report the bug, with the log of TF_LOG_PROVIDER=DEBUG."
	case o.End == migration.Unconfirmed:
		n.State = "Whether Atlas removed the link is not known. The state still holds its token."
		n.Advice += " A link that is gone by then counts as removed."
	}
	return n
}

func nothingToImport() notice.Notice {
	return notice.Notice{
		Summary:  "Unable to import link token",
		Observed: "Atlas shows a link token once, when it creates it, so there is nothing to read one from.",
		State:    "Nothing was imported.",
		Advice:   "Remove the import and apply instead, which creates another token.",
	}
}

// remedy is what to do about a call for a link token that went wrong.
func remedy(err error) string {
	advice := notice.Organization()
	advice[http.StatusBadRequest] = "Check access_list_ips and organization_id against what Atlas says above."
	advice[http.StatusConflict] = "Look whether the organization has a link already. If so, remove it: destroy the " +
		"resource that it belongs to, or remove it in the Atlas console."
	return notice.Remedy(err, advice)
}
