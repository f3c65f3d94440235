// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/attribute"
)

const actionDescription = "Starts the cutover of a live migration to MongoDB Atlas and waits until Atlas confirms " +
	"that it completed, with progress messages. It needs Terraform 1.14 or later.\n\n" +
	"It does what the resource of the same name does, without a state: it reads Atlas first, waits until the live " +
	"migration is ready, sends the request once, and waits for the end. If you invoke it again after an " +
	"interruption, it adopts what is in progress and sends no second request. Use the resource if other resources depend on the cutover. Use " +
	"the action for one-off pipeline steps."

// Schema describes the action's arguments.
func (a *Action) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: actionDescription,
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{
				MarkdownDescription: projectIDDescription,
				Required:            true,
				Validators:          []validator.String{attribute.ObjectID("a project ID")},
			},
			"live_migration_id": schema.StringAttribute{
				MarkdownDescription: liveMigrationIDDescription,
				Required:            true,
				Validators:          []validator.String{attribute.ObjectID("a live migration ID")},
			},
			"max_lag_seconds": schema.Int64Attribute{
				MarkdownDescription: maxLagDescription,
				Optional:            true,
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
			"ready_timeout": schema.StringAttribute{
				MarkdownDescription: readyTimeoutDescription + " Defaults to the whole of `timeouts.invoke`.",
				Optional:            true,
				Validators:          []validator.String{attribute.Duration{}},
			},
			"not_after": schema.StringAttribute{
				MarkdownDescription: notAfterDescription,
				CustomType:          timetypes.RFC3339Type{},
				Optional:            true,
			},
			"timeouts": invokeTimeout(ctx),
		},
	}
}

func invokeTimeout(ctx context.Context) schema.Attribute {
	attribute := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		InvokeDescription: "How long the action may take, including the waits for readiness and for the end. If it " +
			"passes after the request, the cutover continues in Atlas; invoke the action again to adopt it. A " +
			"duration like \"90m\" or \"6h\". Defaults to \"6h\".",
	})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "How long the action may take."
		return nested
	}
	return attribute
}
