// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package cutover is the resource that starts the cutover of a live migration
// and proves that it completed.
package cutover

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/attribute"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/identity"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/operation"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

var (
	_ resource.Resource                   = (*Resource)(nil)
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// Resource is atlasmigration_live_migration_cutover.
type Resource struct {
	data *providerdata.Data
}

// New is the constructor that the provider registers.
func New() resource.Resource { return &Resource{} }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_live_migration_cutover"
}

// Configure takes the provider's data.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.data = data
}

// ValidateConfig refuses time limits that could only fail.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("timeouts"), &config.Timeouts)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(attribute.CheckTimeouts(ctx, config.Timeouts)...)
	}
}

// Create looks, adopts what is in progress or complete, and otherwise starts the
// cutover and waits for its end.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.createTimeout(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	run := plan.cutover(plan.api(r.data.Client), timeout)
	reporter := plan.reporter(ctx, r.data, nil)
	run.Report = reporter.Report
	outcome := r.start(ctx, &plan, run)
	reporter.End(outcome)
	if n := explain(outcome, operation.Create); n != nil {
		resp.Diagnostics.Append(n.Diagnostic())
	}
	if !outcome.Exists() {
		return
	}
	plan.record(outcome)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	resp.Diagnostics.Append(storeRequest(ctx, resp.Private, outcome)...)
}

// start starts the cutover, or follows the request of the resource that this one
// replaces.
func (r *Resource) start(ctx context.Context, plan *model, run migration.Cutover) migration.Outcome {
	earlier, ok := requestsOf(r.data).find(*plan)
	if !ok {
		return run.Start(ctx)
	}
	plan.ID, plan.SourceProjectID = earlier.ID, earlier.SourceProjectID
	plan.RequestedAt, plan.LagSecondsAtRequest = earlier.RequestedAt, earlier.LagSecondsAtRequest
	return run.Resume(ctx, migration.Accepted, plan.jobID())
}

// sameAs refuses to take a completed cutover for one of another live migration.
func (m *model) sameAs(ctx context.Context, req resource.UpdateRequest) diag.Diagnostics {
	var state model
	diags := req.State.Get(ctx, &state)
	for name, ids := range map[string][2]types.String{
		"project_id":        {state.ProjectID, m.ProjectID},
		"live_migration_id": {state.LiveMigrationID, m.LiveMigrationID},
	} {
		if !diags.HasError() && !ids[0].Equal(ids[1]) {
			diags.Append(namesAnother(name, ids[0].ValueString(), ids[1].ValueString()).Diagnostic())
		}
	}
	return diags
}

// Read looks only if there is something left to learn. A finished cutover
// cannot become unfinished, and is never asked about again.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if finished(req.State.Raw) {
		identify(ctx, req.State.Raw, resp.Identity)
		return
	}
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	if r.data.Unknown {
		return
	}
	seen, err := migration.Cutover{API: state.api(r.data.Client)}.Read(ctx, state.jobID())
	if err != nil {
		resp.Diagnostics.Append(unableToRefresh(err).Diagnostic())
		return
	}
	before := state.Status
	if state.observe(seen); !state.Status.Equal(before) {
		state.reporter(ctx, r.data, nil).Refreshed(state.ErrorMessage.ValueString())
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update resumes waiting for a cutover that an earlier apply requested. It never
// requests one.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.updateTimeout(ctx)
	resp.Diagnostics.Append(diags...)
	known, diags := storedRequest(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if resp.Diagnostics.Append(plan.sameAs(ctx, req)...); resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(unmarkImported(ctx, resp.Private)...)
	if plan.Status.IsUnknown() {
		run := plan.cutover(plan.api(r.data.Client), timeout)
		reporter := plan.reporter(ctx, r.data, nil)
		run.Report = reporter.Report
		outcome := run.Resume(ctx, known.state(), plan.jobID())
		reporter.End(outcome)
		if n := explain(outcome, operation.Update); n != nil {
			resp.Diagnostics.Append(n.Diagnostic())
		}
		plan.record(outcome)
		resp.Diagnostics.Append(storeRequest(ctx, resp.Private, outcome)...)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Delete forgets. Atlas has no call that stops or undoes a cutover.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	asked, diags := isReplacement(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if !asked && state.acceptedEarlier() {
		requestsOf(r.data).remember(state)
	}
	resp.Diagnostics.Append(forgotten(state.Status.ValueString()).Diagnostic())
}

// ImportState adopts a cutover that has ended. One that has not is better left
// to Create, which adopts it and waits.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, diags := identity.Imported(ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	state := model{
		ProjectID: id.ProjectID, LiveMigrationID: id.LiveMigrationID,
		ID: id.LiveMigrationID, Timeouts: attribute.NoTimeouts(),
	}
	seen, err := migration.Cutover{API: state.api(r.data.Client)}.Read(ctx, "")
	if err != nil {
		resp.Diagnostics.Append(unableToImport(id, err).Diagnostic())
		return
	}
	state.observe(seen)
	state.CompletedAt = timetypes.NewRFC3339Null() // When it completed is not known.
	if state.Status.IsNull() {
		resp.Diagnostics.Append(nothingToImport(id, seen).Diagnostic())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, id)...)
	resp.Diagnostics.Append(markImported(ctx, resp.Private)...)
}
