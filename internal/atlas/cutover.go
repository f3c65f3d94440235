// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"net/http"
)

// StartCutover asks Atlas to start the cutover of a live migration. It cannot
// be undone, and is sent at most once per call: see [*UnsentError],
// [*APIError] and [*DecodeError] for what an error says about whether Atlas has
// acted. The key needs to be an owner of the organization.
//
// Any 2xx is a success. The documentation disagrees on what comes with it, a
// job or nothing; nothing gives the zero Job.
func (c *Client) StartCutover(ctx context.Context, projectID, liveMigrationID string) (*Job, error) {
	var job Job
	err := c.send(ctx, call{
		method:         http.MethodPut,
		path:           []string{"groups", projectID, "liveMigrations", liveMigrationID, "cutover"},
		version:        version2023,
		allowEmptyBody: true,
	}, &job)
	if err != nil {
		return nil, err
	}
	return &job, nil
}
