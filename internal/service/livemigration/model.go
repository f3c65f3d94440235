// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/attribute"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/identity"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migrationapi"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migrationrequest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/progress"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

// What wait_until can be.
const (
	untilStarted = "started"
	untilReady   = "ready"
)

// model is the resource's configuration, plan and state.
type model struct {
	migrationrequest.Request
	WaitUntil       types.String      `tfsdk:"wait_until"`
	Timeouts        timeouts.Value    `tfsdk:"timeouts"`
	ID              types.String      `tfsdk:"id"`
	Status          types.String      `tfsdk:"status"`
	ReadyForCutover types.Bool        `tfsdk:"ready_for_cutover"`
	LagTimeSeconds  types.Int64       `tfsdk:"lag_time_seconds"`
	StartedAt       timetypes.RFC3339 `tfsdk:"started_at"`
	ReadyAt         timetypes.RFC3339 `tfsdk:"ready_at"`
}

func (m *model) identity() identity.Identity {
	return identity.Identity{ProjectID: m.ProjectID, LiveMigrationID: m.ID}
}

// start is the run that the configuration asks for.
func (m *model) start(client *atlas.Client, body atlas.MigrationRequest, limit time.Duration) migration.Creation[migration.LiveMigration] {
	api := migrationapi.Start{Client: client, ProjectID: m.ProjectID.ValueString(), Body: body}
	run := migration.NewMigrationStart(api, m.waitsForReady())
	run.Timeout = limit
	return run
}

// reporter tells people of the run.
func (m *model) reporter(ctx context.Context, data *providerdata.Data) *progress.Reporter {
	return progress.Run{
		Kind: progress.Start, ProjectID: m.ProjectID.ValueString(), LiveMigrationID: m.ID.ValueString(), File: data.Progress,
	}.New(ctx)
}

// read reads the live migration once.
func (m *model) read(ctx context.Context, client *atlas.Client) (migration.LiveMigration, error) {
	return read(ctx, client, m.identity())
}

func read(ctx context.Context, client *atlas.Client, id identity.Identity) (migration.LiveMigration, error) {
	api := migrationapi.Start{Client: client, ProjectID: id.ProjectID.ValueString()}
	return migration.NewMigrationStart(api, false).Read(ctx, id.LiveMigrationID.ValueString())
}

func (m *model) waitsForReady() bool { return m.WaitUntil.ValueString() == untilReady }

// ended reports whether the live migration had ended when it was last seen.
func (m *model) ended() bool {
	return migration.LiveMigration{Status: m.Status.ValueString()}.Ended()
}

// observe stores what a read observed. When a live migration that this resource
// started became ready is stored once.
func (m *model) observe(lm migration.LiveMigration) {
	m.Status = attribute.OptionalString(lm.Status)
	m.ReadyForCutover = types.BoolPointerValue(lm.Ready)
	m.LagTimeSeconds = types.Int64PointerValue(lm.LagSeconds)
	if lm.IsReady() && m.ReadyAt.IsNull() && !m.StartedAt.IsNull() {
		m.ReadyAt = attribute.OptionalTime(time.Now())
	}
}

// record stores what a run observed.
func (m *model) record(o migration.Outcome) {
	if m.ReadyAt.IsNull() && !m.StartedAt.IsNull() {
		m.ReadyAt = attribute.OptionalTime(o.ReadyAt)
	}
	m.observe(o.Observed.Migration)
}

// keepObserved stores what an earlier run observed, if the plan expected a run that
// observes more.
func (m *model) keepObserved(before model) {
	m.Status, m.ReadyForCutover, m.LagTimeSeconds = before.Status, before.ReadyForCutover, before.LagTimeSeconds
	m.StartedAt, m.ReadyAt = before.StartedAt, before.ReadyAt
}

// imported is the state of a live migration of which only the identity, and what
// Atlas shows of it, is known.
func imported(id identity.Identity, lm migration.LiveMigration) model {
	m := model{
		Request:  migrationrequest.Imported(id.ProjectID, lm.Hosts),
		ID:       id.LiveMigrationID,
		Timeouts: attribute.NoTimeouts(),
	}
	m.observe(lm)
	return m
}
