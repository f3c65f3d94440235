// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/identity"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

// ModifyPlan reads Atlas if a cutover is to be created, shows one that is not
// finished in the plan, and keeps one that completed.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	switch {
	case req.Plan.Raw.IsNull():
	case req.State.Raw.IsNull():
		r.planCreate(ctx, req, resp)
	case refusedAsImported(ctx, req, resp):
	case finished(req.State.Raw):
		keepFinished(req, resp)
	default:
		showUnfinished(ctx, req, resp)
	}
}

// planCreate says at plan time what the apply will meet. It changes nothing in the
// plan, since the live migration continues until the apply.
func (r *Resource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan model
	for name, value := range map[string]any{
		"project_id": &plan.ProjectID, "live_migration_id": &plan.LiveMigrationID,
		"max_lag_seconds": &plan.MaxLagSeconds, "not_after": &plan.NotAfter,
	} {
		resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root(name), value)...)
	}
	if resp.Diagnostics.HasError() || r.data.Unknown || plan.ProjectID.IsUnknown() || plan.LiveMigrationID.IsUnknown() {
		return
	}
	seen, err := migration.Cutover{API: plan.api(r.data.Client)}.Read(ctx, "")
	if n := planNotice(seen, err, plan.lagLimit(), plan.notAfter()); n != nil {
		resp.Diagnostics.Append(n.Diagnostic())
	}
}

// refusedAsImported refuses a configuration that names another live migration than
// an import did. It reports whether it has refused, or failed.
func refusedAsImported(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) bool {
	imported, diags := isImported(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if !imported || resp.Diagnostics.HasError() {
		return resp.Diagnostics.HasError()
	}
	var state, plan model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	differences := identity.Differences(ctx,
		identity.Difference{Argument: "project_id", Imported: state.ProjectID, Configured: plan.ProjectID},
		identity.Difference{Argument: "live_migration_id", Imported: state.LiveMigrationID, Configured: plan.LiveMigrationID},
	)
	if len(differences) > 0 {
		resp.Diagnostics.Append(identity.Mismatch(state.identity(), differences).Diagnostic())
	}
	return resp.Diagnostics.HasError()
}

// keepFinished replaces a completed cutover for nothing but an explicit act. If its
// IDs change, or are not known yet, the plan keeps the cutover and says so, and the
// apply refuses another live migration. The plan cannot refuse it: it is the same
// plan with -replace, which Terraform does not show to a provider.
func keepFinished(req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	state, plan := attributesOf(req.State.Raw), attributesOf(req.Plan.Raw)
	for _, name := range []string{"project_id", "live_migration_id"} {
		if !plan[name].IsKnown() || !plan[name].Equal(state[name]) {
			resp.Diagnostics.Append(mayNameAnother(textOf(state["live_migration_id"])).Diagnostic())
			return
		}
	}
}

func textOf(value tftypes.Value) string {
	var text string
	if value.As(&text) != nil {
		return ""
	}
	return text
}

// stays are the recorded attributes that do not change any more once they have a
// value.
var stays = map[string]bool{"id": true, "source_project_id": true, "requested_at": true, "lag_seconds_at_request": true}

// showUnfinished makes the next apply deal with an unfinished cutover: a pending
// one is waited for in place, and one that failed or that Atlas shows no sign of is
// replaced.
func showUnfinished(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	known, diags := storedRequest(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(markReplacement(ctx, resp.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	planned := attributesOf(resp.Plan.Raw)
	for name := range recordedSchema() {
		if !stays[name] || planned[name].IsNull() {
			planned[name] = tftypes.NewValue(planned[name].Type(), tftypes.UnknownValue)
		}
	}
	resp.Plan.Raw = tftypes.NewValue(resp.Plan.Raw.Type(), planned)
	if state.Status.ValueString() == string(migration.StatusFailed) || known.Answer == unseen {
		resp.RequiresReplace.Append(path.Root("status"))
	}
}
