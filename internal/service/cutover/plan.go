// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

// ModifyPlan looks ahead where a cutover is to be created, and makes one that is
// not finished show in the plan.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	switch {
	case req.Plan.Raw.IsNull():
	case req.State.Raw.IsNull():
		r.lookAhead(ctx, req, resp)
	default:
		showUnfinished(ctx, req, resp)
	}
}

// lookAhead says at plan time what the apply will meet. It changes nothing in
// the plan, since the live migration goes on until the apply.
func (r *Resource) lookAhead(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("project_id"), &plan.ProjectID)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("live_migration_id"), &plan.LiveMigrationID)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("max_lag_seconds"), &plan.MaxLagSeconds)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("not_after"), &plan.NotAfter)...)
	if resp.Diagnostics.HasError() || r.data.Unknown || plan.ProjectID.IsUnknown() || plan.LiveMigrationID.IsUnknown() {
		return
	}
	seen, err := migration.Cutover{API: apiFor(r.data.Client, plan)}.Read(ctx, "")
	if n := foresee(seen, err, plan.lagLimit(), plan.notAfter()); n != nil {
		resp.Diagnostics.Append(n.Diagnostic())
	}
}

// stays are the recorded attributes that do not change any more once they have a
// value.
var stays = map[string]bool{"id": true, "source_project_id": true, "requested_at": true, "lag_seconds_at_request": true}

// showUnfinished makes the next apply deal with an unfinished cutover: a pending
// one is waited for in place, and one that failed or of which nothing is to be
// seen is replaced.
func showUnfinished(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if finished(req.State.Raw) {
		return
	}
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	known, diags := kept(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
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
