// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package livemigration is the resource that starts a live migration, and the data
// source that reads one.
package livemigration

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/attribute"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/identity"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/operation"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/privatestate"
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

// Resource is atlasmigration_live_migration.
type Resource struct {
	data *providerdata.Data
}

// New is the constructor that the provider registers.
func New() resource.Resource { return &Resource{} }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_live_migration"
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

// Create starts the live migration, once. From then on nothing but its failure
// is an error: a resource with an error is replaced by the next apply, and a
// replacement would start a second one.
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
	run, reporter := plan.start(r.data.Client, body, limit), plan.reporter(ctx, r.data)
	run.Report = reporter.Report
	outcome := run.Start(ctx)
	reporter.End(outcome)
	if n := explainStart(outcome, operation.Create); n != nil {
		resp.Diagnostics.Append(n.Diagnostic())
	}
	if !started(outcome) {
		return
	}
	plan.ID = types.StringValue(outcome.Observed.Migration.ID)
	plan.StartedAt, plan.ReadyAt = attribute.OptionalTime(outcome.RequestedAt), timetypes.NewRFC3339Null()
	plan.record(outcome)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	resp.Diagnostics.Append(keepAwaiting(ctx, resp.Private, outcome.End != migration.Completed)...)
	for _, key := range []string{intoKey, importedKey} {
		resp.Diagnostics.Append(privatestate.Delete(ctx, resp.Private, key)...)
	}
}

// Read looks as long as there is something left to learn. What has ended does
// not begin again, and is never asked about.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	// A tainted resource and one that is removed are planned without what this
	// refresh sees.
	defer func() { resp.Diagnostics.Append(r.noteUse(ctx, state, req.Private)...) }()
	if state.ended() || r.data.Unknown {
		return
	}
	lm, err := state.read(ctx, r.data.Client)
	if err != nil {
		resp.Diagnostics.Append(unableToRefresh(err).Diagnostic())
		return
	}
	state.observe(lm)
	if lm.IsReady() || lm.Ended() {
		resp.Diagnostics.Append(keepAwaiting(ctx, resp.Private, false)...)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// noteUse remembers, for the plans of the same process, what the state holds of a
// destination cluster.
func (r *Resource) noteUse(ctx context.Context, state model, private privatestate.Reader) diag.Diagnostics {
	destinations, diags := state.destinations(ctx, private)
	for _, at := range destinations {
		diags.Append(usesOf(r.data).note(at, func(u *uses) {
			u.completed = u.completed || state.completed()
			u.running = u.running || !state.ended()
		}).judge(at)...)
	}
	return diags
}

// Update keeps the arguments and, where the plan says so, waits until the live
// migration is ready. It never starts one. An error does not taint here.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	limit, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if n := state.conflict(ctx, plan); n != nil {
		resp.Diagnostics.Append(n.Diagnostic())
		return
	}
	waits := plan.Status.IsUnknown()
	plan.keepObserved(state)
	if waits {
		run, reporter := plan.start(r.data.Client, atlas.MigrationRequest{}, limit), plan.reporter(ctx, r.data)
		run.Report = reporter.Report
		outcome := run.Resume(ctx, plan.ID.ValueString())
		reporter.End(outcome)
		if n := explainStart(outcome, operation.Update); n != nil {
			resp.Diagnostics.Append(n.Diagnostic())
		}
		if outcome.Read {
			plan.record(outcome)
		}
		resp.Diagnostics.Append(keepAwaiting(ctx, resp.Private, outcome.End != migration.Completed)...)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Delete forgets. Atlas has no call that stops a live migration.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(forgotten(state).Diagnostic())
}

// ImportState adopts a live migration. What it was started with, and Atlas does not
// say, is taken from the configuration by the next apply.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, diags := identity.Imported(ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	lm, err := read(ctx, r.data.Client, id)
	if err != nil {
		resp.Diagnostics.Append(unableToImport(id, err).Diagnostic())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, imported(id, lm))...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, id)...)
	resp.Diagnostics.Append(incompleteImport(id).Diagnostic())
}
