// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/attribute"
)

var (
	_ resource.Resource                   = (*ValidationResource)(nil)
	_ resource.ResourceWithConfigure      = (*ValidationResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*ValidationResource)(nil)
	_ resource.ResourceWithValidateConfig = (*ValidationResource)(nil)
)

// ValidationResource is atlasmigration_live_migration_validation.
type ValidationResource struct {
	data *providerdata.Data
}

// NewValidation is the constructor that the provider registers.
func NewValidation() resource.Resource { return &ValidationResource{} }

// Metadata names the resource.
func (r *ValidationResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_live_migration_validation"
}

// Configure takes the provider's data.
func (r *ValidationResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.data = data
}

// ValidateConfig refuses what could only fail.
func (r *ValidationResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config validation
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.check(ctx)...)
	resp.Diagnostics.Append(attribute.CheckTimeouts(ctx, config.Timeouts)...)
}

// ModifyPlan replaces a validation that failed, or that is asked for with other
// arguments, and makes one that has not ended show.
func (r *ValidationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.State.Raw.IsNull() {
		return
	}
	var plan, state validation
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	changed, diags := state.changes(ctx, plan.request)
	resp.Diagnostics.Append(diags...)
	// What is not known yet may be another validation, which does no harm.
	for _, name := range append(changed, plan.unsettled(ctx)...) {
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
func (r *ValidationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, config validation
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	// The password is in the configuration, and nowhere else.
	asked, diags := config.asked(ctx)
	resp.Diagnostics.Append(diags...)
	limit, diags := plan.Timeouts.Create(ctx, defaultValidationTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	run, reporter := plan.run(r.data.Client, asked, limit), plan.reporter(ctx, r.data)
	run.Report = reporter.Report
	outcome := run.Start(ctx)
	reporter.End(outcome)
	if n := explainValidation(outcome, creating); n != nil {
		resp.Diagnostics.Append(n.Diagnostic())
	}
	if !validated(outcome) {
		return
	}
	plan.record(outcome)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Read looks only at a validation that had not ended.
func (r *ValidationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state validation
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || !state.pending() || r.data.Unknown {
		return
	}
	run := state.run(r.data.Client, atlas.MigrationRequest{}, time.Minute)
	job, err := run.Read(ctx, state.ID.ValueString())
	if err != nil {
		resp.Diagnostics.Append(unableToRefreshValidation(err).Diagnostic())
		return
	}
	state.see(job)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update goes on waiting for a validation that an earlier apply started. An
// error does not taint here.
func (r *ValidationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state validation
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	limit, diags := plan.Timeouts.Update(ctx, defaultValidationTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.Status.IsUnknown() {
		run, reporter := plan.run(r.data.Client, atlas.MigrationRequest{}, limit), plan.reporter(ctx, r.data)
		run.Report = reporter.Report
		outcome := run.Resume(ctx, plan.ID.ValueString())
		reporter.End(outcome)
		if n := explainValidation(outcome, resuming); n != nil {
			resp.Diagnostics.Append(n.Diagnostic())
		}
		plan.SourceProjectID = state.SourceProjectID
		plan.record(outcome)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Delete forgets. A validation changes nothing that would have to be undone.
func (r *ValidationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state validation
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if !resp.Diagnostics.HasError() && state.pending() {
		resp.Diagnostics.Append(validationForgotten().Diagnostic())
	}
}
