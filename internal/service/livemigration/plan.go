// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ModifyPlan judges what a plan wants of a live migration that was started
// before: to wait for it goes on in place, to change it is refused while it
// runs, and takes a new one when it is over.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.State.Raw.IsNull() {
		return
	}
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	awaiting, diags := awaits(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	changed, diags := state.changedBy(ctx, plan)
	resp.Diagnostics.Append(diags...)
	switch {
	case len(changed) > 0:
		r.change(ctx, state, changed, resp)
	case state.failed():
		resp.Diagnostics.Append(hasFailed(state).Diagnostic())
	case plan.mustWait(state, awaiting):
		showWait(ctx, resp)
	}
}

// changedBy lists the arguments by which a plan asks for another live migration.
// Of one that was imported they are not known, and taken as they are configured.
func (m *model) changedBy(ctx context.Context, plan model) ([]string, diag.Diagnostics) {
	if m.unrecorded() {
		return nil, nil
	}
	return m.changes(ctx, plan.request)
}

// mustWait tells whether there is readiness to wait for: it is asked for now and
// was not before, or the wait for it was cut short.
func (m *model) mustWait(state model, awaiting bool) bool {
	return m.waitsForReady() && (awaiting || !state.waitsForReady()) && !state.over() &&
		!state.ReadyForCutover.ValueBool()
}

// showWait makes the wait show in the plan, and an apply take it up.
func showWait(ctx context.Context, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("status"), types.StringUnknown())...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("ready_for_cutover"), types.BoolUnknown())...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("lag_time_seconds"), types.Int64Unknown())...)
}

// change replaces what is over, and refuses to change what runs.
func (r *Resource) change(ctx context.Context, state model, changed []string, resp *resource.ModifyPlanResponse) {
	if resp.Diagnostics.Append(r.refuseChange(ctx, state, changed)...); resp.Diagnostics.HasError() {
		return
	}
	for _, name := range changed {
		resp.RequiresReplace.Append(path.Root(name))
	}
}

// refuseChange refuses unless the live migration is known to be over.
func (r *Resource) refuseChange(ctx context.Context, state model, changed []string) diag.Diagnostics {
	if state.over() {
		return nil
	}
	if r.data.Unknown {
		return diag.Diagnostics{stillRuns(state, changed, nil).Diagnostic()}
	}
	lm, err := state.look(ctx, r.data.Client)
	if err == nil && lm.Ended() {
		return nil
	}
	if err == nil {
		state.see(lm)
	}
	return diag.Diagnostics{stillRuns(state, changed, err).Diagnostic()}
}
