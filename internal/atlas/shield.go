// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"net/http"
)

// shielded lets no interrupt end a request that changes something once it is on
// its way: Atlas may have acted on it, and its answer is the only place that
// names what it started. A deadline holds all the same, and so does the
// attempt's own time.
func shielded(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		if req.Method == http.MethodGet {
			return next.RoundTrip(req)
		}
		if err := req.Context().Err(); err != nil {
			return nil, &UnsentError{Err: err}
		}
		ctx, cancel := uninterrupted(req.Context())
		defer cancel()
		return next.RoundTrip(req.WithContext(ctx))
	})
}

// uninterrupted is a context that ends at the deadline of another one, and not
// before.
func uninterrupted(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	ctx = context.WithoutCancel(ctx)
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline)
}
