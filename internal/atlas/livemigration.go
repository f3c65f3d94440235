// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import "context"

// LiveMigration is a live migration that pushes a cluster into Atlas.
type LiveMigration struct {
	// ID is 24 lower-case hex digits.
	ID string
	// Status is Atlas's own word, passed through as it is: documented are NEW,
	// WORKING, COMPLETE, FAILED and EXPIRED; old deployments say PENDING too.
	// Empty where Atlas says null or nothing.
	Status string
	// ReadyForCutover is nil where the answer has none (old deployments).
	ReadyForCutover *bool
	// LagTimeSeconds is how far the destination is behind the source. It is
	// documented to be there only before the cutover phase; nil otherwise.
	LagTimeSeconds *int64
	// MigrationHosts are the hosts of the migration agents.
	MigrationHosts []string
}

type liveMigrationAnswer struct {
	ID              string   `json:"_id"`
	Status          string   `json:"status"`
	ReadyForCutover *bool    `json:"readyForCutover"`
	LagTimeSeconds  *int64   `json:"lagTimeSeconds"`
	MigrationHosts  []string `json:"migrationHosts"`
}

// LiveMigration reads a live migration. The key needs to be a member of the
// organization.
func (c *Client) LiveMigration(ctx context.Context, projectID, liveMigrationID string) (*LiveMigration, error) {
	var answer liveMigrationAnswer
	err := c.read(ctx, &answer, "groups", projectID, "liveMigrations", liveMigrationID)
	if err != nil {
		return nil, err
	}
	m := LiveMigration(answer)
	return &m, nil
}
