// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package availableprojects

import (
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
)

const (
	unableToReadProjects = "Unable to read available projects"
	nothingRead          = "No projects were read, and nothing was changed at Atlas."
)

func unableToRead(err error) notice.Notice {
	return notice.Notice{
		Summary:  unableToReadProjects,
		Observed: notice.DescribeError(err),
		State:    nothingRead,
		Advice:   notice.Remedy(err, notice.Organization()) + " Plan or apply again.",
	}
}
