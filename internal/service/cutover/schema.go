// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/attribute"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/identity"
)

// defaultTimeout is for create and update. A cutover takes minutes, sometimes
// hours; readiness may have to be waited for as well.
const defaultTimeout = 6 * time.Hour

const resourceDescription = "Starts the cutover of a live migration to MongoDB Atlas and waits until Atlas " +
	"confirms that it completed.\n\n" +
	"A cutover cannot be undone or cancelled. To create this resource, the provider reads the live migration, " +
	"waits until it is ready, sends the request once, and waits for the end. It adopts a cutover that is already " +
	"complete or in progress without another request, so an interrupted, failed, or repeated `apply` is safe. " +
	"Destroying the resource only removes it from the state."

// What the arguments mean, in the resource and in the action.
const (
	projectIDDescription = "ID of the Atlas project that holds the destination cluster, 24 lower-case hexadecimal digits " +
		"(`groupId` in the API)."
	liveMigrationIDDescription = "ID of the live migration to cut over, 24 lower-case hexadecimal digits."
	replacesDescription        = " A change forces a new resource; after the cutover has completed, it is refused."
	maxLagDescription          = "Largest lag, in seconds, at which the cutover may start (`lagTimeSeconds` in the API); `0` or " +
		"more. By default, Atlas's own readiness is enough. If Atlas reports no lag, the limit does not hold the cutover " +
		"back."
	notAfterDescription = "The end of the maintenance window, as an RFC 3339 time like `\"2026-11-28T02:00:00Z\"`. No " +
		"request for the cutover leaves after it, by the clock of the machine that applies; a run that still waits then " +
		"fails and nothing was sent. A plan that is made after it fails too. A cutover that is in progress is followed " +
		"to its end."
	readyTimeoutDescription = "How long to wait for the live migration to become ready, as a duration like `\"30m\"` or " +
		"`\"1h30m\"`, counted from the start. When it passes, the run fails and nothing was sent. `\"0s\"` fails at " +
		"once unless the migration is ready. If Atlas reports no lag, making sure that no earlier request is on its way " +
		"takes 15 seconds, whatever the limit. A cutover that may be in progress is followed to its end."
)

// Schema describes the resource's attributes.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := configuredSchema(ctx)
	maps.Copy(attributes, recordedSchema())
	resp.Schema = schema.Schema{MarkdownDescription: resourceDescription, Attributes: attributes}
}

// configuredSchema are the attributes that a user sets.
func configuredSchema(ctx context.Context) map[string]schema.Attribute {
	replaces := []planmodifier.String{stringplanmodifier.RequiresReplaceIf(unlessFinished,
		"A change forces a new resource, unless the cutover has completed.",
		"A change forces a new resource, unless the cutover has completed.")}
	return map[string]schema.Attribute{
		"project_id": schema.StringAttribute{
			MarkdownDescription: projectIDDescription + replacesDescription,
			Required:            true,
			PlanModifiers:       replaces,
			Validators:          []validator.String{attribute.ObjectID("a project ID")},
		},
		"live_migration_id": schema.StringAttribute{
			MarkdownDescription: liveMigrationIDDescription + replacesDescription,
			Required:            true,
			PlanModifiers:       replaces,
			Validators:          []validator.String{attribute.ObjectID("a live migration ID")},
		},
		"max_lag_seconds": schema.Int64Attribute{
			MarkdownDescription: maxLagDescription + " A change after the cutover has no effect.",
			Optional:            true,
			Validators:          []validator.Int64{int64validator.AtLeast(0)},
		},
		"ready_timeout": schema.StringAttribute{
			MarkdownDescription: readyTimeoutDescription + " Defaults to the whole of `timeouts.create`.",
			Optional:            true,
			Validators:          []validator.String{attribute.Duration{}},
		},
		"not_after": schema.StringAttribute{
			MarkdownDescription: notAfterDescription,
			CustomType:          timetypes.RFC3339Type{},
			Optional:            true,
		},
		"timeouts": attribute.Timeouts(ctx, "6h",
			"How long an apply that starts the cutover may take, including the waits for readiness and for the end. If it "+
				"passes after the request, the cutover continues in Atlas and the next apply adopts it.",
			"How long an apply may take that resumes waiting for a cutover that an earlier apply requested."),
	}
}

// unlessFinished keeps a completed cutover from being replaced by a change.
func unlessFinished(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = !finished(req.State.Raw)
}

// recordedSchema are the attributes that a run records.
func recordedSchema() map[string]schema.Attribute {
	keeps := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			MarkdownDescription: "ID of the job that Atlas began for the cutover. If Atlas named none, or the " +
				"cutover was found already requested, the ID of the live migration.",
			Computed:      true,
			PlanModifiers: keeps,
		},
		"source_project_id": schema.StringAttribute{
			MarkdownDescription: "ID of the project in Cloud Manager or Ops Manager that the data comes from. Null " +
				"if Atlas did not say.",
			Computed:      true,
			PlanModifiers: keeps,
		},
		"status": schema.StringAttribute{
			MarkdownDescription: "Status of the cutover: `PENDING` (requested; the next apply resumes waiting), " +
				"`SUCCESS` (Atlas reported the live migration as complete), or `FAILED`.",
			Computed:      true,
			PlanModifiers: keeps,
		},
		"requested_at": schema.StringAttribute{
			MarkdownDescription: "When this resource's request for the cutover was sent, in UTC (RFC 3339). Null if the " +
				"cutover was adopted or imported, and if an earlier version of the provider stored it.",
			CustomType:    timetypes.RFC3339Type{},
			Computed:      true,
			PlanModifiers: keeps,
		},
		"lag_seconds_at_request": schema.Int64Attribute{
			MarkdownDescription: "The lag, in seconds, that Atlas reported immediately before the request was sent. Null " +
				"if Atlas reported none, and whenever `requested_at` is null.",
			Computed:      true,
			PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
		},
		"completed_at": schema.StringAttribute{
			MarkdownDescription: "When Atlas was first seen to report the live migration as complete, in UTC (RFC 3339). " +
				"Null until then, after an import, and if an earlier version of the provider stored the cutover.",
			CustomType:    timetypes.RFC3339Type{},
			Computed:      true,
			PlanModifiers: keeps,
		},
		"error_message": schema.StringAttribute{
			MarkdownDescription: "Why the cutover failed, in Atlas's own words if it gave any, or what is not " +
				"known about a cutover that is `PENDING`. Null otherwise.",
			Computed:      true,
			PlanModifiers: keeps,
		},
	}
}

// IdentitySchema describes what makes a cutover this one: there is at most one
// for each live migration.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identity.Schema()
}
