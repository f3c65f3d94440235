// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"net/http"
)

// Job is work that Atlas does because it was asked to: a cutover or a
// validation.
type Job struct {
	// ID is 24 lower-case hex digits; empty where Atlas answered without a body.
	ID string `json:"_id"`
	// ProjectID and SourceProjectID are groupId and sourceGroupId in the API.
	ProjectID       string `json:"groupId"`
	SourceProjectID string `json:"sourceGroupId"`
	// Status is Atlas's own word: documented are PENDING, SUCCESS and FAILED.
	Status string `json:"status"`
	// ErrorMessage is why the job failed, as Atlas wrote it; empty otherwise.
	ErrorMessage string `json:"errorMessage"`
}

// Validation reads the job of a validation or of a cutover by the ID it was
// answered with. The key needs to be an owner of the organization.
func (c *Client) Validation(ctx context.Context, projectID, id string) (*Job, error) {
	var job Job
	if err := c.read(ctx, &job, "groups", projectID, "liveMigrations", "validate", id); err != nil {
		return nil, err
	}
	return &job, nil
}

// startedJob is the answer to a start, which is of no use without an ID.
type startedJob struct{ Job }

func (a *startedJob) check() error {
	if a.ID == "" {
		return errNoID
	}
	return nil
}

// StartValidation starts the validation of a live migration, which changes
// nothing at either end, so that anyone who has lost an answer can ask again. The
// job that it answers with continues at Atlas, see [Client.Validation]. The key
// needs to be an owner of the organization.
//
// An answer without an _id is a [*DecodeError].
func (c *Client) StartValidation(ctx context.Context, projectID string, r MigrationRequest) (*Job, error) {
	var answer startedJob
	err := c.send(ctx, call{
		method:  http.MethodPost,
		path:    []string{"groups", projectID, "liveMigrations", "validate"},
		version: version2024,
		body:    r.body(c.apiVersion),
	}, &answer)
	if err != nil {
		return nil, err
	}
	return &answer.Job, nil
}
