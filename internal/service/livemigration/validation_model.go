// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/progress"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

// validation is the configuration, plan and state of a validation.
type validation struct {
	request
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
	ID              types.String   `tfsdk:"id"`
	Status          types.String   `tfsdk:"status"`
	ErrorMessage    types.String   `tfsdk:"error_message"`
	SourceProjectID types.String   `tfsdk:"source_project_id"`
}

// run is the run that the configuration asks for.
func (v *validation) run(client *atlas.Client, asked atlas.MigrationRequest, limit time.Duration) migration.Validation {
	return migration.Validation{
		API:     validationCalls{calls{client: client, projectID: v.ProjectID.ValueString(), request: asked}},
		Timeout: limit,
	}
}

// reporter tells people of the run.
func (v *validation) reporter(ctx context.Context, data *providerdata.Data) *progress.Reporter {
	return progress.Run{Kind: progress.Validation, ProjectID: v.ProjectID.ValueString(), File: data.Progress}.New(ctx)
}

// pending reports whether the validation had not ended when it was last seen.
func (v *validation) pending() bool { return v.Status.ValueString() == string(migration.StatusPending) }

// record keeps what a run found out. Every value is known afterwards.
func (v *validation) record(o migration.Outcome) {
	v.ID = types.StringValue(o.Observed.Job.ID)
	v.Status = types.StringValue(string(o.Status()))
	v.ErrorMessage = optional(errorMessage(o))
	if o.Observed.Job.SourceProjectID != "" || v.SourceProjectID.IsUnknown() {
		v.SourceProjectID = optional(o.Observed.Job.SourceProjectID)
	}
}

// see keeps what a single look found, where the validation has ended.
func (v *validation) see(job migration.Job) {
	switch status := migration.ParseStatus(job.Status); status {
	case migration.StatusSuccess:
		v.ErrorMessage = types.StringNull()
		v.Status = types.StringValue(string(status))
	case migration.StatusFailed:
		v.ErrorMessage = types.StringValue(failure(job))
		v.Status = types.StringValue(string(status))
	case migration.StatusPending, migration.StatusUnknown:
	}
}
