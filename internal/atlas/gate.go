// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"net/http/httptrace"
	"sync/atomic"
)

type gateKey struct{}

// WithGate makes every request of a call ask gate immediately before it is
// written: after waiting for an allowance, a token or a connection, and again
// before the answer to a challenge. If gate returns an error, the request is not
// sent, and the call ends with an [*UnsentError] that wraps it.
func WithGate(ctx context.Context, gate func() error) context.Context {
	return context.WithValue(ctx, gateKey{}, gate)
}

func gateOf(ctx context.Context) func() error {
	if gate, ok := ctx.Value(gateKey{}).(func() error); ok {
		return gate
	}
	return func() error { return nil }
}

// connection is what is known of the connection of one request.
type connection struct {
	// got is set once the request had a connection. Without one nothing can have
	// been written; the kind of an error proves no such thing.
	got atomic.Bool
	// refused is the error of the gate.
	refused atomic.Pointer[error]
}

// watchConnection asks the gate once a connection is there. Closing the
// connection then is what keeps the request from being written to it.
func watchConnection(ctx context.Context) (context.Context, *connection) {
	c, gate := &connection{}, gateOf(ctx)
	trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if err := gate(); err != nil {
			c.refused.Store(&err)
			_ = info.Conn.Close()
			return
		}
		c.got.Store(true)
	}}
	return httptrace.WithClientTrace(ctx, trace), c
}
