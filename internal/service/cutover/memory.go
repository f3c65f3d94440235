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
// request. An apply that goes on waiting needs it to tell a cutover that Atlas
// accepted from one that may never have begun.
const privateKey = "request"

const accepted = "accepted"

// request is the JSON under privateKey.
type request struct {
	Answer string `json:"answer"`
}

// privateState is what the framework's private state does here.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func keepAnswer(ctx context.Context, private privateState, answer migration.Answer) diag.Diagnostics {
	if answer != migration.Accepted {
		return nil
	}
	value, err := json.Marshal(request{Answer: accepted})
	if err != nil {
		return nil
	}
	return private.SetKey(ctx, privateKey, value)
}

// keptAnswer is Unclear where nothing was kept: nobody knows, then.
func keptAnswer(ctx context.Context, private privateState) (migration.Answer, diag.Diagnostics) {
	value, diags := private.GetKey(ctx, privateKey)
	var kept request
	if diags.HasError() || json.Unmarshal(value, &kept) != nil || kept.Answer != accepted {
		return migration.Unclear, diags
	}
	return migration.Accepted, diags
}
