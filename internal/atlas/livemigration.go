// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"net/http"
)

// LiveMigration is a live migration that pushes a cluster into Atlas.
type LiveMigration struct {
	// ID is 24 lower-case hex digits.
	ID string `json:"_id"`
	// Status is Atlas's own word, passed through as it is: documented are NEW,
	// WORKING, COMPLETE, FAILED and EXPIRED; old deployments say PENDING too.
	// Empty if Atlas says null or nothing.
	Status string `json:"status"`
	// ReadyForCutover is nil where the answer has none (old deployments).
	ReadyForCutover *bool `json:"readyForCutover"`
	// LagTimeSeconds is how far the destination is behind the source. It is
	// documented to be there only before the cutover phase; nil otherwise.
	LagTimeSeconds *int64 `json:"lagTimeSeconds"`
	// MigrationHosts are the hosts of the migration agents.
	MigrationHosts []string `json:"migrationHosts"`
}

// LiveMigration reads a live migration. The key needs to be a member of the
// organization.
func (c *Client) LiveMigration(ctx context.Context, projectID, liveMigrationID string) (*LiveMigration, error) {
	var m LiveMigration
	if err := c.read(ctx, &m, "groups", projectID, "liveMigrations", liveMigrationID); err != nil {
		return nil, err
	}
	return &m, nil
}

var errNoID = errors.New("it has no _id")

// startedMigration is the answer to a start, which is of no use without an id:
// nothing lists the live migrations that there are.
type startedMigration struct{ LiveMigration }

func (a *startedMigration) check() error {
	if a.ID == "" {
		return errNoID
	}
	return nil
}

// StartLiveMigration starts a live migration into a project. It is asked for
// again only if the request provably never left, or was answered with 429: see
// [*UnsentError], [*APIError] and [*DecodeError] for what an error says about
// whether Atlas has acted. Nothing stops a live migration, and nothing finds one
// whose ID is not known. The key needs to be an owner of the organization.
//
// An answer without an _id is a [*DecodeError]. The migration is documented to
// be answered with 201; any 2xx is a success.
func (c *Client) StartLiveMigration(ctx context.Context, projectID string, r MigrationRequest) (*LiveMigration, error) {
	var answer startedMigration
	err := c.send(ctx, call{
		method:  http.MethodPost,
		path:    []string{"groups", projectID, "liveMigrations"},
		version: version2024,
		body:    r.body(c.apiVersion),
	}, &answer)
	if err != nil {
		return nil, err
	}
	return &answer.LiveMigration, nil
}
