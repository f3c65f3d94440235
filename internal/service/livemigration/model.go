// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/attribute"
)

// What wait_until can be.
const (
	untilStarted = "started"
	untilReady   = "ready"
)

// model is the resource's configuration, plan and state.
type model struct {
	request
	WaitUntil       types.String   `tfsdk:"wait_until"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
	ID              types.String   `tfsdk:"id"`
	Status          types.String   `tfsdk:"status"`
	ReadyForCutover types.Bool     `tfsdk:"ready_for_cutover"`
	LagTimeSeconds  types.Int64    `tfsdk:"lag_time_seconds"`
}

// identity is the resource's identity data.
type identity struct {
	ProjectID       types.String `tfsdk:"project_id"`
	LiveMigrationID types.String `tfsdk:"live_migration_id"`
}

func (m *model) identity() identity {
	return identity{ProjectID: m.ProjectID, LiveMigrationID: m.ID}
}

// beginning is the run that the configuration asks for.
func (m *model) beginning(ctx context.Context, client *atlas.Client, asked atlas.MigrationRequest, limit time.Duration) migration.Beginning {
	return migration.Beginning{
		Atlas:      calls{client: client, projectID: m.ProjectID.ValueString(), request: asked},
		Timeout:    limit,
		UntilReady: m.waitsForReady(),
		Report:     logTo(ctx),
	}
}

// look reads the live migration once.
func (m *model) look(ctx context.Context, client *atlas.Client) (migration.LiveMigration, error) {
	atlas := calls{client: client, projectID: m.ProjectID.ValueString()}
	return migration.Beginning{Atlas: atlas}.Look(ctx, m.ID.ValueString())
}

func (m *model) waitsForReady() bool { return m.WaitUntil.ValueString() == untilReady }

// over tells whether the live migration had ended when it was last seen.
func (m *model) over() bool {
	return migration.LiveMigration{Status: m.Status.ValueString()}.Over()
}

// see keeps what a look saw.
func (m *model) see(lm migration.LiveMigration) {
	m.Status = optional(lm.Status)
	m.ReadyForCutover = types.BoolPointerValue(lm.Ready)
	m.LagTimeSeconds = types.Int64PointerValue(lm.LagSeconds)
}

// keepSeen keeps what an earlier run saw, where the plan expected a run that
// sees more.
func (m *model) keepSeen(before model) {
	m.Status, m.ReadyForCutover, m.LagTimeSeconds = before.Status, before.ReadyForCutover, before.LagTimeSeconds
}

// optional is null for an empty string.
func optional(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// importID is the id to import the live migration by.
func (m *model) importID() string { return m.ProjectID.ValueString() + "/" + m.ID.ValueString() }

// imported is the state of a live migration of which only the identity is known.
func (i identity) imported() model {
	return model{
		request: request{
			ProjectID:      i.ProjectID,
			Source:         types.ObjectNull(sourceTypes()),
			Destination:    types.ObjectNull(destinationTypes()),
			MigrationHosts: types.ListNull(types.StringType),
			Sharding:       types.ObjectNull(shardingTypes()),
		},
		ID:       i.LiveMigrationID,
		Timeouts: noTimeouts(),
	}
}

// noTimeouts is the value of a timeouts attribute that nobody set.
func noTimeouts() timeouts.Value {
	return timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
		"create": types.StringType,
		"update": types.StringType,
	})}
}

// parseImportID reads "project_id/live_migration_id".
func parseImportID(id string) (identity, diag.Diagnostics) {
	project, liveMigration, _ := strings.Cut(id, "/")
	parsed := identity{ProjectID: types.StringValue(project), LiveMigrationID: types.StringValue(liveMigration)}
	if parsed.valid() {
		return parsed, nil
	}
	return identity{}, diag.Diagnostics{diag.NewErrorDiagnostic("Invalid import id", fmt.Sprintf(
		"The import id must be \"project_id/live_migration_id\", each 24 lower-case hexadecimal digits, for example "+
			"\"507f1f77bcf86cd799439011/5f2b5e4f8f0b8e3a1c9d7e60\"; got %q.\n\n%s Correct the id and import again.",
		id, nothingImported))}
}

// check refuses ids that no plan-time validator has seen.
func (i identity) check() diag.Diagnostics {
	if i.valid() {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("Invalid import identity",
		"The attributes project_id and live_migration_id of the identity must each be 24 lower-case hexadecimal "+
			"digits, for example \"507f1f77bcf86cd799439011\".\n\n"+nothingImported+" Correct them and import again.")}
}

func (i identity) valid() bool {
	return attribute.IsObjectID(i.ProjectID.ValueString()) && attribute.IsObjectID(i.LiveMigrationID.ValueString())
}
