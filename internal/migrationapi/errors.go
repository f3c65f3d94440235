// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migrationapi

import (
	"errors"
	"net/http"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

// ReadError classifies the error of a call that may be sent again.
func ReadError(err error) *migration.CallError {
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

// kindOfUnsent classifies the error of a call that never left. It can still carry a
// response: that of the token endpoint, without whose token nothing can be sent.
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

// cutoverRequestError classifies the error of a request that must not be sent
// twice. If it never left, it had no effect, whatever else is wrong.
func cutoverRequestError(err error) *migration.CallError {
	call := ReadError(err)
	var unsent *atlas.UnsentError
	if call.Kind == migration.KindPermanent && errors.As(err, &unsent) {
		call.Kind = migration.KindUnsent
	}
	return call
}

// WriteError classifies the error of a call that changes something. A redirect does
// not come from Atlas, and leaves open whether Atlas acted.
func WriteError(err error) *migration.CallError {
	call := ReadError(err)
	status := atlas.StatusOf(err)
	redirect := status >= http.StatusMultipleChoices && status < http.StatusBadRequest
	if redirect && !errors.As(err, new(*atlas.UnsentError)) {
		call.Kind = migration.KindTransient
	}
	return call
}

// kindOfStatus uses the status alone: error codes are missing from some responses
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
