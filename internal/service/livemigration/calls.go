// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"context"
	"errors"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/call"
)

// calls are those of one project.
type calls struct {
	client    *atlas.Client
	projectID string
	// request is what to validate or start; of no use to a read.
	request atlas.MigrationRequest
}

// startCalls start a live migration, and read it.
type startCalls struct{ calls }

// validationCalls start a validation, and read it.
type validationCalls struct{ calls }

var (
	_ migration.StartAPI      = startCalls{}
	_ migration.ValidationAPI = validationCalls{}
)

// Request sends the POST that starts a live migration.
func (c startCalls) Request(ctx context.Context, gate migration.Gate) (migration.LiveMigration, error) {
	lm, err := c.client.StartLiveMigration(atlas.WithGate(ctx, gate), c.projectID, c.request)
	if err != nil {
		return migration.LiveMigration{}, call.FailedWrite(err)
	}
	return call.LiveMigration(lm), nil
}

// Read reads a live migration.
func (c startCalls) Read(ctx context.Context, id string) (migration.LiveMigration, error) {
	lm, err := c.client.LiveMigration(ctx, c.projectID, id)
	if err != nil {
		return migration.LiveMigration{}, call.Failed(err)
	}
	return call.LiveMigration(lm), nil
}

// Request sends the POST that starts a validation.
func (c validationCalls) Request(ctx context.Context, gate migration.Gate) (migration.Job, error) {
	job, err := c.client.StartValidation(atlas.WithGate(ctx, gate), c.projectID, c.request)
	if err != nil {
		return migration.Job{}, call.Failed(err)
	}
	return call.Job(job), nil
}

// ReadJob reads a validation.
func (c validationCalls) ReadJob(ctx context.Context, id string) (migration.Job, error) {
	job, err := c.client.Validation(ctx, c.projectID, id)
	if err != nil {
		return migration.Job{}, call.Failed(err)
	}
	return call.Job(job), nil
}

func unsent(err error) bool {
	var unsent *atlas.UnsentError
	return errors.As(err, &unsent)
}
