// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package validation is the resource that validates a live migration before it
// starts.
package validation

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/attribute"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/operation"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

var (
	_ resource.Resource                   = (*Resource)(nil)
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// Resource is atlasmigration_live_migration_validation.
type Resource struct {
	data *providerdata.Data
}

// New is the constructor that the provider registers.
func New() resource.Resource { return &Resource{} }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_live_migration_validation"
}

// Configure takes the provider's data.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.data = data
}

// ValidateConfig refuses what could only fail.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.Validate(ctx)...)
	resp.Diagnostics.Append(attribute.CheckTimeouts(ctx, config.Timeouts)...)
}

// ModifyPlan replaces a validation that failed, or that is asked for with other
// arguments, and makes one that has not ended show.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.State.Raw.IsNull() {
		return
	}
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	changed, diags := state.Changes(ctx, plan.Request)
	resp.Diagnostics.Append(diags...)
	// What is not known yet may be another validation, which does no harm.
	for _, name := range append(changed, plan.Unknown(ctx)...) {
		resp.RequiresReplace.Append(path.Root(name))
	}
	status := migration.ParseStatus(state.Status.ValueString())
	if status == migration.StatusSuccess {
		return
	}
	for _, name := range []string{"status", "error_message", "source_project_id"} {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), types.StringUnknown())...)
	}
	if status == migration.StatusFailed {
		resp.RequiresReplace.Append(path.Root("status"))
	}
}

// Create starts the validation and waits for its end. To ask again does no harm,
// so that it is safe to replace one whose end was not seen.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, config model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	// The password is in the configuration, and nowhere else.
	body, diags := config.Build(ctx)
	resp.Diagnostics.Append(diags...)
	limit, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	run, reporter := plan.run(r.data.Client, body, limit), plan.reporter(ctx, r.data)
	run.Report = reporter.Report
	outcome := run.Start(ctx)
	reporter.End(outcome)
	if n := explain(outcome, operation.Create); n != nil {
		resp.Diagnostics.Append(n.Diagnostic())
	}
	if !isStarted(outcome) {
		return
	}
	plan.record(outcome)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Read looks only at a validation that had not ended.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || !state.pending() || r.data.Unknown {
		return
	}
	run := state.run(r.data.Client, atlas.MigrationRequest{}, time.Minute)
	job, err := run.Read(ctx, state.ID.ValueString())
	if err != nil {
		resp.Diagnostics.Append(unableToRefresh(err).Diagnostic())
		return
	}
	state.observe(job)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update resumes waiting for a validation that an earlier apply started. An
// error does not taint here.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	limit, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.Status.IsUnknown() {
		run, reporter := plan.run(r.data.Client, atlas.MigrationRequest{}, limit), plan.reporter(ctx, r.data)
		run.Report = reporter.Report
		outcome := run.Resume(ctx, plan.ID.ValueString())
		reporter.End(outcome)
		if n := explain(outcome, operation.Update); n != nil {
			resp.Diagnostics.Append(n.Diagnostic())
		}
		plan.SourceProjectID = state.SourceProjectID
		plan.record(outcome)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Delete forgets. A validation changes nothing that would have to be undone.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if !resp.Diagnostics.HasError() && state.pending() {
		resp.Diagnostics.Append(removed().Diagnostic())
	}
}
