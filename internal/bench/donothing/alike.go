// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package donothing

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// alike does as little as thing, and has the attributes of a cutover.
type alike struct{ thing }

type alikeModel struct {
	ProjectID       types.String `tfsdk:"project_id"`
	LiveMigrationID types.String `tfsdk:"live_migration_id"`
	MaxLagSeconds   types.Int64  `tfsdk:"max_lag_seconds"`
	ReadyTimeout    types.String `tfsdk:"ready_timeout"`
	Timeouts        types.Object `tfsdk:"timeouts"`
	ID              types.String `tfsdk:"id"`
	SourceProjectID types.String `tfsdk:"source_project_id"`
	Status          types.String `tfsdk:"status"`
	ErrorMessage    types.String `tfsdk:"error_message"`
}

// Metadata names the resource.
func (alike) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "donothing_alike"
}

// Schema describes the attributes.
func (alike) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	optional := schema.StringAttribute{Optional: true}
	computed := schema.StringAttribute{
		Computed:      true,
		PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"project_id":        schema.StringAttribute{Required: true},
		"live_migration_id": schema.StringAttribute{Required: true},
		"max_lag_seconds":   schema.Int64Attribute{Optional: true},
		"ready_timeout":     optional,
		"timeouts": schema.SingleNestedAttribute{
			Optional:   true,
			Attributes: map[string]schema.Attribute{"create": optional, "update": optional},
		},
		"id":                computed,
		"source_project_id": computed,
		"status":            computed,
		"error_message":     computed,
	}}
}

// Create stores what was planned.
func (alike) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan alikeModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	plan.ID = plan.LiveMigrationID
	plan.SourceProjectID, plan.ErrorMessage = types.StringNull(), types.StringNull()
	plan.Status = types.StringValue("SUCCESS")
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}
