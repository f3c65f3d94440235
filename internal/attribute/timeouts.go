// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Misspelled warns of what no provider can see: Terraform removes the keys that an
// object does not have before it calls the provider.
const Misspelled = "Terraform drops a key that is not one of these without a message, and the default holds."

// Timeouts is the argument that limits create and update, each with its
// description. Both have the same default, for example "6h".
func Timeouts(ctx context.Context, otherwise, create, update string) schema.Attribute {
	unit := " A duration like \"90m\" or \"6h\". Defaults to \"" + otherwise + "\"."
	made := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, CreateDescription: create + unit,
		Update: true, UpdateDescription: update + unit,
	})
	if nested, ok := made.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "How long an apply may take. " + Misspelled
		return nested
	}
	return made
}

// NoTimeouts is the value of the argument where nobody set it.
func NoTimeouts() timeouts.Value {
	return timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
		"create": types.StringType,
		"update": types.StringType,
	})}
}

// CheckTimeouts refuses limits that are no durations, or that could only fail.
func CheckTimeouts(ctx context.Context, configured timeouts.Value) diag.Diagnostics {
	if configured.IsNull() {
		return nil
	}
	const unset = time.Hour
	create, diags := configured.Create(ctx, unset)
	update, more := configured.Update(ctx, unset)
	diags.Append(more...)
	if !diags.HasError() {
		diags.Append(CheckTimeout("create", create)...)
		diags.Append(CheckTimeout("update", update)...)
	}
	return diags
}

// CheckTimeout refuses the limit of that name where it could only fail.
func CheckTimeout(name string, limit time.Duration) diag.Diagnostics {
	if limit > 0 {
		return nil
	}
	at := path.Root("timeouts").AtName(name)
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(at, "Invalid timeout",
		"Attribute "+at.String()+" must be longer than zero, for example \"6h\".")}
}
