// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// awaitingKey is where the resource's private state keeps that a wait for
// readiness did not reach its end. The attributes cannot tell: a live migration
// that was ready once may fall behind again, which is nothing to wait for.
const awaitingKey = "awaiting"

// completedKey is where a plan's private state keeps that the live migration in the
// state completed. A plan without a state that has it is a replacement of one.
const completedKey = "completed"

// privateReader and privateWriter are the framework's private state.
type (
	privateReader interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
	privateWriter interface {
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
)

// keepAwaiting keeps whether a wait is to be gone on with.
func keepAwaiting(ctx context.Context, private privateWriter, awaiting bool) diag.Diagnostics {
	if !awaiting {
		return private.SetKey(ctx, awaitingKey, nil)
	}
	return private.SetKey(ctx, awaitingKey, []byte("true"))
}

// awaits tells whether a wait is to be gone on with.
func awaits(ctx context.Context, private privateReader) (bool, diag.Diagnostics) {
	value, diags := private.GetKey(ctx, awaitingKey)
	return len(value) > 0, diags
}

func keepCompleted(ctx context.Context, private privateWriter) diag.Diagnostics {
	return private.SetKey(ctx, completedKey, []byte("true"))
}

// wasCompleted reports whether a plan replaces a live migration that completed.
func wasCompleted(ctx context.Context, private privateReader) (bool, diag.Diagnostics) {
	value, diags := private.GetKey(ctx, completedKey)
	return len(value) > 0, diags
}
