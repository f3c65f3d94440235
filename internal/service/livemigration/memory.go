// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// awaitingKey is where the resource's private state keeps that a wait for
// readiness did not reach its end. The attributes cannot tell: a live migration
// that was ready once may fall behind again, which is nothing to wait for.
const awaitingKey = "awaiting"

// replacedKey is where a plan's private state keeps the ID of the live migration in
// the state. A plan without a state that has it is a replacement of that one.
const replacedKey = "replaced"

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

func keepReplaced(ctx context.Context, private privateWriter, id string) diag.Diagnostics {
	value, err := json.Marshal(id)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to keep private state", err.Error())}
	}
	return private.SetKey(ctx, replacedKey, value)
}

// replacedID is the ID of the live migration that a plan replaces, empty if it
// replaces none.
func replacedID(ctx context.Context, private privateReader) (string, diag.Diagnostics) {
	var id string
	value, diags := private.GetKey(ctx, replacedKey)
	if len(value) > 0 {
		if err := json.Unmarshal(value, &id); err != nil {
			diags.AddError("Unable to read private state", err.Error())
		}
	}
	return id, diags
}
