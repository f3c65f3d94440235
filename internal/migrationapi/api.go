// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package migrationapi implements the API interfaces of package migration with the
// HTTP client, and classifies its errors for the state machine.
package migrationapi

import (
	"context"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

var (
	_ migration.CutoverAPI                           = Cutover{}
	_ migration.CreationAPI[migration.LiveMigration] = Start{}
	_ migration.CreationAPI[migration.Job]           = Validation{}
)

// Cutover cuts over one live migration.
type Cutover struct {
	Client                     *atlas.Client
	ProjectID, LiveMigrationID string
}

// Read reads the live migration.
func (c Cutover) Read(ctx context.Context) (migration.LiveMigration, error) {
	return readLiveMigration(ctx, c.Client, c.ProjectID, c.LiveMigrationID)
}

// Request sends the PUT that starts the cutover.
func (c Cutover) Request(ctx context.Context, gate migration.Gate) (migration.Job, error) {
	job, err := c.Client.StartCutover(atlas.WithGate(ctx, gate), c.ProjectID, c.LiveMigrationID)
	if err != nil {
		return migration.Job{}, cutoverRequestError(err)
	}
	return jobOf(job), nil
}

// ReadJob reads the job that Request returned.
func (c Cutover) ReadJob(ctx context.Context, id string) (migration.Job, error) {
	return readJob(ctx, c.Client, c.ProjectID, id)
}

// Start starts a live migration.
type Start struct {
	Client    *atlas.Client
	ProjectID string
	// Body is what to start; unused by Read.
	Body atlas.MigrationRequest
}

// Request sends the POST that starts the live migration.
func (s Start) Request(ctx context.Context, gate migration.Gate) (migration.LiveMigration, error) {
	lm, err := s.Client.StartLiveMigration(atlas.WithGate(ctx, gate), s.ProjectID, s.Body)
	if err != nil {
		return migration.LiveMigration{}, WriteError(err)
	}
	return liveMigrationOf(lm), nil
}

// Read reads a live migration.
func (s Start) Read(ctx context.Context, id string) (migration.LiveMigration, error) {
	return readLiveMigration(ctx, s.Client, s.ProjectID, id)
}

// Validation validates a live migration.
type Validation struct {
	Client    *atlas.Client
	ProjectID string
	// Body is what to validate; unused by Read.
	Body atlas.MigrationRequest
}

// Request sends the POST that starts the validation.
func (v Validation) Request(ctx context.Context, gate migration.Gate) (migration.Job, error) {
	job, err := v.Client.StartValidation(atlas.WithGate(ctx, gate), v.ProjectID, v.Body)
	if err != nil {
		return migration.Job{}, ReadError(err)
	}
	return jobOf(job), nil
}

// Read reads a validation.
func (v Validation) Read(ctx context.Context, id string) (migration.Job, error) {
	return readJob(ctx, v.Client, v.ProjectID, id)
}

func readLiveMigration(ctx context.Context, client *atlas.Client, projectID, id string) (migration.LiveMigration, error) {
	lm, err := client.LiveMigration(ctx, projectID, id)
	if err != nil {
		return migration.LiveMigration{}, ReadError(err)
	}
	return liveMigrationOf(lm), nil
}

func readJob(ctx context.Context, client *atlas.Client, projectID, id string) (migration.Job, error) {
	job, err := client.Validation(ctx, projectID, id)
	if err != nil {
		return migration.Job{}, ReadError(err)
	}
	return jobOf(job), nil
}

func liveMigrationOf(lm *atlas.LiveMigration) migration.LiveMigration {
	return migration.LiveMigration{
		ID: lm.ID, Status: lm.Status, Ready: lm.ReadyForCutover,
		LagSeconds: lm.LagTimeSeconds, Hosts: lm.MigrationHosts,
	}
}

func jobOf(job *atlas.Job) migration.Job {
	return migration.Job{
		ID: job.ID, SourceProjectID: job.SourceProjectID,
		Status: job.Status, ErrorMessage: job.ErrorMessage,
	}
}
