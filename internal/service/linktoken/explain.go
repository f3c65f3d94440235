// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package linktoken

import (
	"errors"
	"net/http"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/notice"
)

// unableToCreate tells apart what created no token and what may have created
// one that nobody received.
func unableToCreate(err error) notice.Notice {
	n := notice.Notice{Summary: "Unable to create link token", Seen: notice.Because(err)}
	var unread *atlas.DecodeError
	switch {
	case errors.As(err, &unread):
		n.Seen = "Atlas created a link token, but its answer did not bring it. " + n.Seen
		n.State = "Nothing was stored in the state. The token is lost, since Atlas shows it only once."
		n.Next = "Apply again, which creates another token."
	case refused(err):
		n.State = "No link token was created, and nothing was stored in the state."
		n.Next = remedy(err) + " Apply again."
	default:
		n.State = "Nothing was stored in the state. Whether Atlas created a link token is not known; if it did, nobody " +
			"has received it."
		n.Next = remedy(err) + " Apply again, which creates another token."
	}
	return n
}

func unableToRemove(err error) notice.Notice {
	n := notice.Notice{
		Summary: "Unable to remove link",
		Seen:    notice.Because(err),
		State:   "The link is still there, and the state still holds its token.",
		Next:    remedy(err) + " Run the same command again.",
	}
	switch {
	case atlas.StatusOf(err) == http.StatusConflict && !unsent(err):
		n.Seen = "A live migration of the organization is running, and Atlas keeps the link as long as one does. " + n.Seen
		n.Next = "Wait until the organization's live migrations have ended: cut them over, or cancel them in the web " +
			"console. Then run the same command again. To let Terraform forget the link and leave it at Atlas, use " +
			"terraform state rm and the address of this resource."
	case !refused(err):
		n.State = "Whether Atlas removed the link is not known. The state still holds its token."
		n.Next += " A link that is gone by then counts as removed."
	}
	return n
}

func nothingToImport() notice.Notice {
	return notice.Notice{
		Summary: "Unable to import link token",
		Seen:    "Atlas shows a link token once, when it creates it, so there is nothing to read one from.",
		State:   "Nothing was imported.",
		Next:    "Remove the import and apply instead, which creates another token.",
	}
}

// refused tells whether a request had no effect: it never left, or was answered
// with a 4xx other than 408, which says nothing about it.
func refused(err error) bool {
	status := atlas.StatusOf(err)
	return unsent(err) || status >= 400 && status < 500 && status != http.StatusRequestTimeout
}

// unsent tells whether a request never left this machine.
func unsent(err error) bool {
	var e *atlas.UnsentError
	return errors.As(err, &e)
}

// remedy is what to do about a call for a link token that went wrong.
func remedy(err error) string {
	advice := notice.Organization()
	advice[http.StatusBadRequest] = "Check access_list_ips and organization_id against what Atlas says above."
	advice[http.StatusConflict] = "Look whether the organization has a link already. If so, remove it: destroy the " +
		"resource that it belongs to, or remove it in the web console."
	return notice.Remedy(err, advice)
}
