// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package call is between the wire and the clockwork: it says what Atlas answered
// in the clockwork's words, and what a call that failed means to it.
package call

import (
	"errors"
	"net/http"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

// LiveMigration is what a look saw.
func LiveMigration(lm *atlas.LiveMigration) migration.LiveMigration {
	return migration.LiveMigration{
		ID: lm.ID, Status: lm.Status, Ready: lm.ReadyForCutover,
		LagSeconds: lm.LagTimeSeconds, Hosts: lm.MigrationHosts,
	}
}

// Job is what Atlas said of a job.
func Job(job *atlas.Job) migration.Job {
	return migration.Job{
		ID: job.ID, SourceProjectID: job.SourceProjectID,
		Status: job.Status, ErrorMessage: job.ErrorMessage,
	}
}

// Failed says what a failed call means to the clockwork.
func Failed(err error) *migration.CallError {
	call := &migration.CallError{Kind: kindOf(err), Err: err}
	var api *atlas.APIError
	if errors.As(err, &api) {
		call.RetryAfter = api.RetryAfter
	}
	return call
}

func kindOf(err error) migration.ErrorKind {
	var unsent *atlas.UnsentError
	var api *atlas.APIError
	switch {
	case errors.As(err, &unsent):
		return kindOfUnsent(err)
	case errors.As(err, &api):
		return kindOfStatus(api.Status)
	default:
		return migration.KindTransient
	}
}

// kindOfUnsent is for a call that never left. It can still come with an answer:
// that of the token endpoint, without whose token there was nothing to send.
func kindOfUnsent(err error) migration.ErrorKind {
	var api *atlas.APIError
	if !errors.As(err, &api) {
		if errors.As(err, new(*atlas.UnavailableError)) {
			return migration.KindUnauthorized
		}
		if atlas.Untrusted(err) {
			return migration.KindPermanent
		}
		return migration.KindUnsent
	}
	switch kind := kindOfStatus(api.Status); kind {
	case migration.KindBadRequest, migration.KindUnauthorized:
		return migration.KindUnauthorized
	case migration.KindRateLimited:
		return migration.KindRateLimited
	case migration.KindNotFound, migration.KindPermanent:
		return migration.KindPermanent
	default:
		return migration.KindUnsent
	}
}

// FailedOnce is [Failed] for a call that must not be sent twice: where it never
// left, it had no effect, whatever else is wrong.
func FailedOnce(err error) *migration.CallError {
	call := Failed(err)
	var unsent *atlas.UnsentError
	if call.Kind == migration.KindPermanent && errors.As(err, &unsent) {
		call.Kind = migration.KindUnsent
	}
	return call
}

// FailedWrite is [Failed] for a call that changes something. An answer that sends
// elsewhere is none of Atlas's, and leaves open whether Atlas acted.
func FailedWrite(err error) *migration.CallError {
	call := Failed(err)
	status := atlas.StatusOf(err)
	redirect := status >= http.StatusMultipleChoices && status < http.StatusBadRequest
	if redirect && !errors.As(err, new(*atlas.UnsentError)) {
		call.Kind = migration.KindTransient
	}
	return call
}

// kindOfStatus goes by the status alone: codes are missing from some answers
// and wrong in others.
func kindOfStatus(status int) migration.ErrorKind {
	switch status {
	case http.StatusBadRequest:
		return migration.KindBadRequest
	case http.StatusUnauthorized, http.StatusForbidden:
		return migration.KindUnauthorized
	case http.StatusNotFound:
		return migration.KindNotFound
	case http.StatusConflict:
		return migration.KindConflict
	case http.StatusTooManyRequests:
		return migration.KindRateLimited
	case http.StatusRequestTimeout, http.StatusTooEarly:
		return migration.KindTransient
	}
	if status >= http.StatusInternalServerError {
		return migration.KindTransient
	}
	return migration.KindPermanent
}
