// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/privatestate"
)

// awaitingKey is set while a wait for readiness has not reached its end. The attributes cannot tell: a live migration
// that was ready once may fall behind again, which is nothing to wait for.
const awaitingKey = "awaiting"

// replacedKey holds, in a plan's private state, the ID of the live migration in the
// state. A plan without a state that has it is a replacement of that one.
const replacedKey = "replaced"

// keepAwaiting stores whether a wait is to be resumed.
func keepAwaiting(ctx context.Context, private privatestate.Writer, awaiting bool) diag.Diagnostics {
	if !awaiting {
		return privatestate.Delete(ctx, private, awaitingKey)
	}
	return privatestate.Set(ctx, private, awaitingKey, true)
}

// isAwaiting reports whether a wait is to be resumed.
func isAwaiting(ctx context.Context, private privatestate.Reader) (bool, diag.Diagnostics) {
	var awaiting bool
	diags := privatestate.Get(ctx, private, awaitingKey, &awaiting)
	return awaiting, diags
}

func keepReplaced(ctx context.Context, private privatestate.Writer, id string) diag.Diagnostics {
	return privatestate.Set(ctx, private, replacedKey, id)
}

// replacedID is the ID of the live migration that a plan replaces, empty if it
// replaces none.
func replacedID(ctx context.Context, private privatestate.Reader) (string, diag.Diagnostics) {
	var id string
	diags := privatestate.Get(ctx, private, replacedKey, &id)
	return id, diags
}
