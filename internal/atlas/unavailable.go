// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"net/http"
)

// UnavailableError is a call that was not made because the client has nothing to
// make it with.
type UnavailableError struct {
	// Reason is a sentence that says what is missing.
	Reason string
	// Advice is a sentence that says what to do about it.
	Advice string
}

// Error is the reason.
func (e *UnavailableError) Error() string { return e.Reason }

// Unavailable returns a client whose every call fails with reason, wrapped in an
// [*UnsentError]. What needs no call works without credentials.
func Unavailable(reason *UnavailableError) *Client {
	return &Client{
		apiVersion: V1,
		rt:         roundTrip(func(*http.Request) (*http.Response, error) { return nil, &UnsentError{Err: reason} }),
		end:        func(context.Context) error { return nil },
		idle:       func() {},
	}
}
