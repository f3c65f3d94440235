// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"context"
	"errors"
	"net/http"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

// calls are those of one project, as the clockwork sees them.
type calls struct {
	client    *atlas.Client
	projectID string
	// request is what to validate or start; of no use to a look.
	request atlas.MigrationRequest
}

var (
	_ migration.LiveMigrations = calls{}
	_ migration.Validations    = calls{}
)

// Start sends the POST that starts a live migration.
func (c calls) Start(ctx context.Context) (migration.LiveMigration, error) {
	lm, err := c.client.StartLiveMigration(ctx, c.projectID, c.request)
	if err != nil {
		return migration.LiveMigration{}, startError(err)
	}
	return seen(lm), nil
}

// Look reads a live migration.
func (c calls) Look(ctx context.Context, id string) (migration.LiveMigration, error) {
	lm, err := c.client.LiveMigration(ctx, c.projectID, id)
	if err != nil {
		return migration.LiveMigration{}, callError(err)
	}
	return seen(lm), nil
}

// Ask sends the POST that starts a validation.
func (c calls) Ask(ctx context.Context) (migration.Job, error) {
	job, err := c.client.StartValidation(ctx, c.projectID, c.request)
	if err != nil {
		return migration.Job{}, callError(err)
	}
	return jobOf(job), nil
}

// LookAtJob reads a validation.
func (c calls) LookAtJob(ctx context.Context, id string) (migration.Job, error) {
	job, err := c.client.Validation(ctx, c.projectID, id)
	if err != nil {
		return migration.Job{}, callError(err)
	}
	return jobOf(job), nil
}

func seen(lm *atlas.LiveMigration) migration.LiveMigration {
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

// startError is what a failed start means. An answer that sends elsewhere is
// none of Atlas's, and says nothing about whether Atlas has acted.
func startError(err error) *migration.CallError {
	call := callError(err)
	if redirects(atlas.StatusOf(err)) && !unsent(err) {
		call.Kind = migration.Transient
	}
	return call
}

func redirects(status int) bool {
	return status >= http.StatusMultipleChoices && status < http.StatusBadRequest
}

// callError says what a failed call means to the clockwork.
func callError(err error) *migration.CallError {
	call := &migration.CallError{Kind: kindOf(err), Err: err}
	if api, ok := atlas.AsAPIError(err); ok {
		call.RetryAfter = api.RetryAfter
	}
	return call
}

func kindOf(err error) migration.Kind {
	kind := migration.Transient
	if atlas.Untrusted(err) {
		kind = migration.Final
	} else if api, ok := atlas.AsAPIError(err); ok {
		kind = kindOfStatus(api.Status)
	}
	if !unsent(err) {
		return kind
	}
	// An answer can be that of the token endpoint, with the call itself unsent. It
	// says nothing about what the call was for.
	switch kind {
	case migration.Transient, migration.Contested, migration.Absent:
		return migration.Unsent
	default:
		return kind
	}
}

func unsent(err error) bool {
	var unsent *atlas.UnsentError
	return errors.As(err, &unsent)
}

// kindOfStatus goes by the status alone: codes are missing from some answers
// and wrong in others.
func kindOfStatus(status int) migration.Kind {
	switch status {
	case http.StatusBadRequest:
		return migration.Rejected
	case http.StatusUnauthorized, http.StatusForbidden:
		return migration.Denied
	case http.StatusNotFound:
		return migration.Absent
	case http.StatusConflict:
		return migration.Contested
	case http.StatusTooManyRequests:
		return migration.Throttled
	case http.StatusRequestTimeout, http.StatusTooEarly:
		return migration.Transient
	}
	if status >= http.StatusInternalServerError {
		return migration.Transient
	}
	return migration.Final
}
