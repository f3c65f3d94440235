// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/identity"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/privatestate"
)

// ModifyPlan judges what a plan wants of a live migration. One that runs cannot
// be changed. One that completed is a fact: a changed argument is taken into the
// state and starts nothing. One that failed is replaced.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	switch {
	case req.Plan.Raw.IsNull():
		r.planDestroy(ctx, req, resp)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, req, resp)
	default:
		r.planUpdate(ctx, req, resp)
	}
}

// planCreate says what a creation deletes, and refuses one that follows from a
// name that changed.
func (r *Resource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	replaced, diags := replacedID(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	drops := plan.DropDestinationData.ValueBool()
	at := plan.Cluster(ctx)
	switch {
	case drops && replaced != "" && r.mayHaveCompleted(ctx, plan, replaced):
		resp.Diagnostics.Append(dropsWhatCompleted(at).Diagnostic())
	case drops:
		resp.Diagnostics.Append(dropsDestination(at).Diagnostic())
	}
	if replaced == "" && at.IsKnown() {
		uses := usesOf(r.data).note(at, func(u *uses) { u.created, u.drops = true, drops })
		resp.Diagnostics.Append(uses.judge(at)...)
	}
}

// mayHaveCompleted reports whether the live migration that a plan replaces has
// completed, or may have. The state can be older than its end.
func (r *Resource) mayHaveCompleted(ctx context.Context, plan model, id string) bool {
	plan.ID = types.StringValue(id)
	lm, err := plan.read(ctx, r.data.Client)
	return err != nil || migration.ParseStatus(lm.Status) == migration.StatusSuccess
}

// planDestroy remembers that a live migration is forgotten.
func (r *Resource) planDestroy(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	destinations, diags := state.destinations(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	imported, diags := state.isImported(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	for _, at := range destinations {
		wanted := usesOf(r.data).note(at, func(u *uses) { u.removed = true })
		if wanted.created && !wanted.completed {
			// Terraform plans a removal with the state as it was before the refresh.
			now, err := r.current(ctx, state)
			wanted = usesOf(r.data).note(at, func(u *uses) {
				u.completed, u.running = err == nil && now.completed(), err != nil || !now.ended()
			})
		}
		resp.Diagnostics.Append(wanted.judge(at)...)
	}
	if imported && !state.failed() && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(usesOf(r.data).note(anyCluster, func(u *uses) { u.forgetsImport = true }).judge(anyCluster)...)
	}
}

func (r *Resource) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	awaiting, diags := isAwaiting(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(keepReplaced(ctx, resp.Private, state.ID.ValueString())...)
	if state.IsEmpty() {
		resp.Diagnostics.Append(privatestate.Set(ctx, resp.Private, importedKey, true)...)
	}
	if state.completed() {
		resp.Diagnostics.Append(r.noteUse(ctx, state, req.Private)...)
		resp.Diagnostics.Append(keepDestination(ctx, req.Private, resp.Private, state.Cluster(ctx), plan.Cluster(ctx))...)
	}
	changed, diags := state.changedBy(ctx, plan)
	resp.Diagnostics.Append(diags...)
	conflict := state.conflict(ctx, plan)
	switch {
	case conflict != nil && (state.IsEmpty() || state.completed()):
		resp.Diagnostics.Append(conflict.Diagnostic())
	case len(changed) > 0:
		r.change(ctx, plan, state, changed, resp)
	case state.failed():
		resp.Diagnostics.Append(hasFailed(state).Diagnostic())
	case plan.mustWait(state, awaiting):
		showWait(ctx, state, resp)
	}
}

// changedBy lists the arguments by which a plan asks for another live migration.
// Of one that was imported they are not known, and taken as they are configured.
func (m *model) changedBy(ctx context.Context, plan model) ([]string, diag.Diagnostics) {
	if m.IsEmpty() {
		return nil, nil
	}
	return m.Changes(ctx, plan.Request)
}

// conflict says what a plan changes that no update can change: the project, which
// is a part of the identity, and whatever an import knows. It is nil if that is
// nothing.
func (m *model) conflict(ctx context.Context, plan model) *notice.Notice {
	if m.IsEmpty() {
		return m.importMismatch(ctx, plan)
	}
	if plan.ProjectID.IsUnknown() || plan.ProjectID.Equal(m.ProjectID) {
		return nil
	}
	n := anotherProject(plan, *m)
	return &n
}

func (m *model) importMismatch(ctx context.Context, plan model) *notice.Notice {
	differences := identity.Differences(ctx,
		identity.Difference{Argument: "project_id", Imported: m.ProjectID, Configured: plan.ProjectID},
		identity.Difference{Argument: "migration_hosts", Imported: m.MigrationHosts, Configured: plan.MigrationHosts},
	)
	if len(differences) == 0 {
		return nil
	}
	n := identity.Mismatch(m.identity(), differences)
	return &n
}

// mustWait reports whether there is readiness to wait for: it is asked for now and
// was not before, or the wait for it was cut short.
func (m *model) mustWait(state model, awaiting bool) bool {
	return m.waitsForReady() && (awaiting || !state.waitsForReady()) && !state.ended() &&
		!state.ReadyForCutover.ValueBool()
}

// showWait makes the wait show in the plan, and an apply resume it.
func showWait(ctx context.Context, state model, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("status"), types.StringUnknown())...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("ready_for_cutover"), types.BoolUnknown())...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("lag_time_seconds"), types.Int64Unknown())...)
	if state.ReadyAt.IsNull() && !state.StartedAt.IsNull() {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("ready_at"), timetypes.NewRFC3339Unknown())...)
	}
}

// change takes a change of what completed into the state, replaces what failed,
// and refuses to change what runs. Terraform shows no warning of the second plan
// that it makes of a replacement, so what that deletes is said here.
func (r *Resource) change(ctx context.Context, plan, state model, changed []string, resp *resource.ModifyPlanResponse) {
	now, err := r.current(ctx, state)
	switch {
	case err == nil && now.completed():
		resp.Diagnostics.Append(changesNothing(changed).Diagnostic())
	case err == nil && now.failed():
		for _, name := range changed {
			resp.RequiresReplace.Append(path.Root(name))
		}
		if plan.DropDestinationData.ValueBool() {
			resp.Diagnostics.Append(dropsDestination(plan.Cluster(ctx)).Diagnostic())
		}
	default:
		resp.Diagnostics.Append(stillRuns(now, changed, err).Diagnostic())
	}
}

// current is the state, read again if it does not say how the live migration ended.
func (r *Resource) current(ctx context.Context, state model) (model, error) {
	if state.ended() || r.data.Unknown {
		return state, nil
	}
	lm, err := state.read(ctx, r.data.Client)
	if err == nil {
		state.observe(lm)
	}
	return state, err
}

func (m *model) completed() bool {
	return migration.ParseStatus(m.Status.ValueString()) == migration.StatusSuccess
}
