// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package validation

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/attribute"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migrationapi"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migrationrequest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/progress"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

// model is the configuration, plan and state of a validation.
type model struct {
	migrationrequest.Request
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
	ID              types.String   `tfsdk:"id"`
	Status          types.String   `tfsdk:"status"`
	ErrorMessage    types.String   `tfsdk:"error_message"`
	SourceProjectID types.String   `tfsdk:"source_project_id"`
}

// run is the run that the configuration asks for.
func (m *model) run(client *atlas.Client, body atlas.MigrationRequest, limit time.Duration) migration.Creation[migration.Job] {
	run := migration.NewValidation(migrationapi.Validation{Client: client, ProjectID: m.ProjectID.ValueString(), Body: body})
	run.Timeout = limit
	return run
}

// reporter tells people of the run.
func (m *model) reporter(ctx context.Context, data *providerdata.Data) *progress.Reporter {
	return progress.Run{Kind: progress.Validation, ProjectID: m.ProjectID.ValueString(), File: data.Progress}.New(ctx)
}

// pending reports whether the validation had not ended when it was last seen.
func (m *model) pending() bool { return m.Status.ValueString() == string(migration.StatusPending) }

// record keeps what a run found out. Every value is known afterwards.
func (m *model) record(o migration.Outcome) {
	m.ID = types.StringValue(o.Observed.Job.ID)
	m.Status = types.StringValue(string(o.Status()))
	m.ErrorMessage = attribute.OptionalString(errorMessage(o))
	if o.Observed.Job.SourceProjectID != "" || m.SourceProjectID.IsUnknown() {
		m.SourceProjectID = attribute.OptionalString(o.Observed.Job.SourceProjectID)
	}
}

// observe keeps what a single look found, where the validation has ended.
func (m *model) observe(job migration.Job) {
	switch status := migration.ParseStatus(job.Status); status {
	case migration.StatusSuccess:
		m.ErrorMessage = types.StringNull()
		m.Status = types.StringValue(string(status))
	case migration.StatusFailed:
		m.ErrorMessage = types.StringValue(failure(job))
		m.Status = types.StringValue(string(status))
	case migration.StatusPending, migration.StatusUnknown:
	}
}
