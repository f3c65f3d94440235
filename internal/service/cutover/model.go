// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/attribute"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/identity"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migrationapi"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/progress"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

// model is the resource's configuration, plan and state.
type model struct {
	ProjectID           types.String      `tfsdk:"project_id"`
	LiveMigrationID     types.String      `tfsdk:"live_migration_id"`
	MaxLagSeconds       types.Int64       `tfsdk:"max_lag_seconds"`
	ReadyTimeout        types.String      `tfsdk:"ready_timeout"`
	NotAfter            timetypes.RFC3339 `tfsdk:"not_after"`
	Timeouts            timeouts.Value    `tfsdk:"timeouts"`
	ID                  types.String      `tfsdk:"id"`
	SourceProjectID     types.String      `tfsdk:"source_project_id"`
	Status              types.String      `tfsdk:"status"`
	ErrorMessage        types.String      `tfsdk:"error_message"`
	RequestedAt         timetypes.RFC3339 `tfsdk:"requested_at"`
	LagSecondsAtRequest types.Int64       `tfsdk:"lag_seconds_at_request"`
	CompletedAt         timetypes.RFC3339 `tfsdk:"completed_at"`
}

func (m *model) identity() identity.Identity {
	return identity.Identity{ProjectID: m.ProjectID, LiveMigrationID: m.LiveMigrationID}
}

func (m *model) api(client *atlas.Client) migrationapi.Cutover {
	return migrationapi.Cutover{
		Client: client, ProjectID: m.ProjectID.ValueString(), LiveMigrationID: m.LiveMigrationID.ValueString(),
	}
}

// cutover is what the configuration asks for, to be done within timeout.
func (m *model) cutover(calls migration.CutoverAPI, timeout time.Duration) migration.Cutover {
	return migration.Cutover{
		API:          calls,
		MaxLag:       m.lagLimit(),
		ReadyTimeout: m.readyTimeout(timeout),
		NotAfter:     m.notAfter(),
		Timeout:      timeout,
	}
}

// reporter tells people of the run; event is for an action's progress, and nil for
// a resource.
func (m *model) reporter(ctx context.Context, data *providerdata.Data, event func(string)) *progress.Reporter {
	return progress.Run{
		Kind: progress.Cutover, ProjectID: m.ProjectID.ValueString(), LiveMigrationID: m.LiveMigrationID.ValueString(),
		TargetLag: m.MaxLagSeconds.ValueInt64(), File: data.Progress, Event: event,
	}.New(ctx)
}

// lagLimit is in seconds, nil if there is none, or none that is known when the
// cutover is planned.
func (m *model) lagLimit() *int64 {
	if m.MaxLagSeconds.IsUnknown() {
		return nil // Its value would be zero.
	}
	return m.MaxLagSeconds.ValueInt64Pointer()
}

// readyTimeout was validated with the configuration.
func (m *model) readyTimeout(whole time.Duration) time.Duration {
	if m.ReadyTimeout.IsNull() {
		return whole
	}
	ready, err := time.ParseDuration(m.ReadyTimeout.ValueString())
	if err != nil {
		return whole
	}
	return ready
}

// notAfter was validated with the configuration; zero if there is none.
func (m *model) notAfter() time.Time {
	at, err := time.Parse(time.RFC3339, m.NotAfter.ValueString())
	if err != nil {
		return time.Time{}
	}
	return at
}

// jobID is the ID of the job that Atlas named, empty if it named none.
func (m *model) jobID() string {
	if m.ID.Equal(m.LiveMigrationID) {
		return ""
	}
	return m.ID.ValueString()
}

// record keeps what a run found out. Values that the plan promised stay.
func (m *model) record(o migration.Outcome) {
	m.recordJob(o.Observed.Job)
	m.Status = types.StringValue(string(o.Status()))
	m.ErrorMessage = attribute.OptionalString(errorMessage(o))
	if m.RequestedAt.IsUnknown() {
		m.RequestedAt = attribute.OptionalTime(o.RequestedAt)
		m.LagSecondsAtRequest = types.Int64PointerValue(o.LagAtRequest)
	}
	if m.LagSecondsAtRequest.IsUnknown() {
		m.LagSecondsAtRequest = types.Int64Null()
	}
	if m.CompletedAt.IsUnknown() {
		m.CompletedAt = attribute.OptionalTime(o.CompletedAt)
	}
}

func (m *model) recordJob(job migration.Job) {
	if m.ID.IsUnknown() || m.ID.IsNull() {
		m.ID = m.LiveMigrationID
		if job.ID != "" {
			m.ID = types.StringValue(job.ID)
		}
	}
	if m.SourceProjectID.IsUnknown() {
		m.SourceProjectID = attribute.OptionalString(job.SourceProjectID)
	}
}

// observe keeps what a single look found, where it ended the cutover.
func (m *model) observe(o migration.Observation) {
	switch d := migration.Decide(o, migration.RunState{Resumed: true}); d.Action {
	case migration.Done:
		m.Status = types.StringValue(string(migration.StatusSuccess))
		m.ErrorMessage = types.StringNull()
		m.CompletedAt = attribute.OptionalTime(time.Now())
	case migration.Fail:
		m.Status = types.StringValue(string(migration.StatusFailed))
		m.ErrorMessage = types.StringValue(failure(o, d.Reason))
	case migration.Wait, migration.Request:
	}
}

func (m *model) createTimeout(ctx context.Context) (time.Duration, diag.Diagnostics) {
	return m.Timeouts.Create(ctx, defaultTimeout)
}

func (m *model) updateTimeout(ctx context.Context) (time.Duration, diag.Diagnostics) {
	return m.Timeouts.Update(ctx, defaultTimeout)
}
