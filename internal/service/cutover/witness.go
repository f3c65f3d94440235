// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"context"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/call"
)

// witness is one live migration at Atlas, as the clockwork sees it.
type witness struct {
	client          *atlas.Client
	projectID       string
	liveMigrationID string
}

var _ migration.Atlas = witness{}

func witnessOf(client *atlas.Client, m model) witness {
	return witness{client: client, projectID: m.ProjectID.ValueString(), liveMigrationID: m.LiveMigrationID.ValueString()}
}

// Look reads the live migration.
func (w witness) Look(ctx context.Context) (migration.LiveMigration, error) {
	lm, err := w.client.LiveMigration(ctx, w.projectID, w.liveMigrationID)
	if err != nil {
		return migration.LiveMigration{}, call.Failed(err)
	}
	return call.LiveMigration(lm), nil
}

// Request sends the PUT that starts the cutover.
func (w witness) Request(ctx context.Context) (migration.Job, error) {
	job, err := w.client.StartCutover(ctx, w.projectID, w.liveMigrationID)
	if err != nil {
		return migration.Job{}, call.FailedOnce(err)
	}
	return call.Job(job), nil
}

// LookAtJob reads the job that Request answered with.
func (w witness) LookAtJob(ctx context.Context, id string) (migration.Job, error) {
	job, err := w.client.Validation(ctx, w.projectID, id)
	if err != nil {
		return migration.Job{}, call.Failed(err)
	}
	return call.Job(job), nil
}
