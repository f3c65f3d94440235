// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/attribute"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/operation"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

var (
	_ action.Action                   = (*Action)(nil)
	_ action.ActionWithConfigure      = (*Action)(nil)
	_ action.ActionWithValidateConfig = (*Action)(nil)
	_ action.ActionWithModifyPlan     = (*Action)(nil)
)

// Action is the action of the same name: the run of the resource without a
// state, for Terraform 1.14 and later.
type Action struct {
	data *providerdata.Data
}

// NewAction is the constructor that the provider registers.
func NewAction() action.Action { return &Action{} }

// invocation is the action's configuration.
type invocation struct {
	ProjectID       types.String      `tfsdk:"project_id"`
	LiveMigrationID types.String      `tfsdk:"live_migration_id"`
	MaxLagSeconds   types.Int64       `tfsdk:"max_lag_seconds"`
	ReadyTimeout    types.String      `tfsdk:"ready_timeout"`
	NotAfter        timetypes.RFC3339 `tfsdk:"not_after"`
	Timeouts        timeouts.Value    `tfsdk:"timeouts"`
}

// model is what the resource would make of the same configuration.
func (i invocation) model() model {
	return model{
		ProjectID: i.ProjectID, LiveMigrationID: i.LiveMigrationID,
		MaxLagSeconds: i.MaxLagSeconds, ReadyTimeout: i.ReadyTimeout, NotAfter: i.NotAfter,
	}
}

// Metadata names the action.
func (a *Action) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_live_migration_cutover"
}

// Configure takes the provider's data.
func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	a.data = data
}

// ValidateConfig refuses a time limit that could only fail.
func (a *Action) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var config invocation
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	limit, diags := config.Timeouts.Invoke(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(attribute.CheckTimeout("invoke", limit)...)
	}
}

// ModifyPlan refuses a plan that is made after the maintenance window, and warns if
// it cannot be read whether a cutover is in progress that the action would follow.
func (a *Action) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var config invocation
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	asked := config.model()
	end := asked.notAfter()
	if resp.Diagnostics.HasError() || !passed(end) || a.data.Unknown || asked.ProjectID.IsUnknown() || asked.LiveMigrationID.IsUnknown() {
		return
	}
	seen, err := migration.Cutover{API: asked.api(a.data.Client)}.Read(ctx, "")
	n := planWindow(seen, migration.Decide(seen, migration.RunState{}).Reason, end)
	if err != nil {
		n = planUnreadable(err, end)
		n.Warning = true // The plan may have other credentials than the apply.
	}
	if n != nil {
		resp.Diagnostics.Append(n.Diagnostic())
	}
}

// recoverInvoke makes an error of a panic. The framework runs an action in a
// goroutine of its own, where nothing else can.
func recoverInvoke(ctx context.Context, resp *action.InvokeResponse) {
	if recovered := recover(); recovered != nil {
		resp.Diagnostics.Append(notice.Panicked(ctx, recovered, pendingState(operation.Invoke)).Diagnostic())
	}
}

// Invoke does what Create does, and tells of it instead of storing it.
func (a *Action) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	defer recoverInvoke(ctx, resp)
	var config invocation
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	limit, diags := config.Timeouts.Invoke(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	asked := config.model()
	run := asked.cutover(asked.api(a.data.Client), limit)
	reporter := asked.reporter(ctx, a.data, func(text string) { resp.SendProgress(action.InvokeProgressEvent{Message: text}) })
	run.Report = reporter.Report
	outcome := run.Start(ctx)
	reporter.End(outcome)
	if n := explain(outcome, operation.Invoke); n != nil {
		resp.Diagnostics.Append(n.Diagnostic())
	}
}
