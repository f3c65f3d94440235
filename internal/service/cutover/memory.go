// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

// privateKey is where the resource's private state keeps what is known of the
// request.
const privateKey = "request"

// What is known of a request that nobody has seen the end of.
const (
	// accepted lets an apply that goes on waiting tell a cutover that Atlas
	// accepted from one that may never have begun.
	accepted = "accepted"
	// unseen is a request that Atlas was not known to have accepted, and of
	// which nothing could be seen. Only a replacement may ask again.
	unseen = "unseen"
)

// request is the JSON under privateKey.
type request struct {
	Answer string `json:"answer"`
}

// privateReader and privateWriter are the framework's private state.
type (
	privateReader interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
	privateWriter interface {
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
)

// keep keeps what a run knows of the request, where that is anything.
func keep(ctx context.Context, private privateWriter, o migration.Outcome) diag.Diagnostics {
	var known request
	switch {
	case o.Request == migration.Accepted:
		known.Answer = accepted
	case o.End == migration.NotObserved:
		known.Answer = unseen
	default:
		return nil
	}
	value, err := json.Marshal(known)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to keep private state", err.Error())}
	}
	return private.SetKey(ctx, privateKey, value)
}

// kept is what was kept, the zero request where nothing was.
func kept(ctx context.Context, private privateReader) (request, diag.Diagnostics) {
	var known request
	value, diags := private.GetKey(ctx, privateKey)
	if len(value) == 0 || diags.HasError() {
		return known, diags
	}
	if err := json.Unmarshal(value, &known); err != nil {
		diags.AddError("Unable to read private state", err.Error())
	}
	return known, diags
}

// answer is what a run that goes on waiting believes of the request.
func (r request) answer() migration.RequestState {
	if r.Answer == accepted {
		return migration.Accepted
	}
	return migration.Unknown
}
