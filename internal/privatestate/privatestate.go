// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package privatestate reads and writes JSON values in a resource's private state,
// which Terraform stores beside the attributes and never shows.
package privatestate

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Reader is the private state that a request carries.
type Reader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// Writer is the private state of a response.
type Writer interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// Get decodes the value of a key into target. It leaves target alone if the key is
// not set.
func Get(ctx context.Context, private Reader, key string, target any) diag.Diagnostics {
	value, diags := private.GetKey(ctx, key)
	if len(value) == 0 || diags.HasError() {
		return diags
	}
	if err := json.Unmarshal(value, target); err != nil {
		diags.AddError("Unable to read private state", err.Error())
	}
	return diags
}

// Set stores a value under a key.
func Set(ctx context.Context, private Writer, key string, value any) diag.Diagnostics {
	encoded, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to store private state", err.Error())}
	}
	return private.SetKey(ctx, key, encoded)
}

// Delete removes a key.
func Delete(ctx context.Context, private Writer, key string) diag.Diagnostics {
	return private.SetKey(ctx, key, nil)
}
