// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package availableprojects

import (
	"context"
	"errors"
	"net/http"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/notice"
)

const (
	unableToReadProjects = "Unable to read available projects"
	nothingRead          = "No projects were read, and nothing was changed at Atlas."
)

func unableToRead(err error) notice.Notice {
	return notice.Notice{
		Summary: unableToReadProjects,
		Seen:    notice.Because(err),
		State:   nothingRead,
		Next:    remedy(err) + " Plan or apply again.",
	}
}

func readWithoutClient() notice.Notice {
	return notice.Notice{
		Summary: unableToReadProjects,
		Seen:    "The provider's configuration depends on values that are not known before apply.",
		State:   nothingRead,
		Next: "Give the provider its credentials and base_url as known values or in the environment, or apply first " +
			"what they depend on. Plan or apply again.",
	}
}

// remedy has this data source's argument in it where notice.Remedy has those of
// a live migration.
func remedy(err error) string {
	var (
		unread *atlas.DecodeError
		unsent *atlas.UnsentError
	)
	switch status := atlas.StatusOf(err); {
	case errors.Is(err, context.Canceled):
		return "The run was interrupted."
	case errors.As(err, &unsent):
		return notice.Remedy(err)
	case errors.As(err, &unread):
		return "Check base_url and any proxy between this machine and Atlas: the answer is not what Atlas documents."
	case status >= http.StatusMultipleChoices && status < http.StatusBadRequest:
		return "Check base_url and any proxy: the answer sends to another address, which is not followed."
	case status == http.StatusNotFound:
		return "Check organization_id: it is the id of the Atlas organization, not of a project in it, nor of the " +
			"organization in Cloud Manager or Ops Manager. Check base_url as well."
	default:
		return notice.Remedy(err)
	}
}
