// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"context"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/call"
)

// api is the calls for one live migration.
type api struct {
	client          *atlas.Client
	projectID       string
	liveMigrationID string
}

var _ migration.CutoverAPI = api{}

func apiFor(client *atlas.Client, m model) api {
	return api{client: client, projectID: m.ProjectID.ValueString(), liveMigrationID: m.LiveMigrationID.ValueString()}
}

// Read reads the live migration.
func (a api) Read(ctx context.Context) (migration.LiveMigration, error) {
	lm, err := a.client.LiveMigration(ctx, a.projectID, a.liveMigrationID)
	if err != nil {
		return migration.LiveMigration{}, call.Failed(err)
	}
	return call.LiveMigration(lm), nil
}

// Request sends the PUT that starts the cutover.
func (a api) Request(ctx context.Context, gate migration.Gate) (migration.Job, error) {
	job, err := a.client.StartCutover(atlas.WithGate(ctx, gate), a.projectID, a.liveMigrationID)
	if err != nil {
		return migration.Job{}, call.FailedOnce(err)
	}
	return call.Job(job), nil
}

// ReadJob reads the job that Request was answered with.
func (a api) ReadJob(ctx context.Context, id string) (migration.Job, error) {
	job, err := a.client.Validation(ctx, a.projectID, id)
	if err != nil {
		return migration.Job{}, call.Failed(err)
	}
	return call.Job(job), nil
}
