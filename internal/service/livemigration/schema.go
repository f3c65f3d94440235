// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/attribute"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/identity"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migrationrequest"
)

// defaultTimeout is for create and update of a live migration. The first copy of
// a large cluster takes a day and more.
const defaultTimeout = 48 * time.Hour

const resourceDescription = "Starts a live migration of a cluster that Cloud Manager or Ops Manager manages into a " +
	"cluster of MongoDB Atlas, and follows it.\n\n" +
	"Atlas has no call that changes, stops, or finds a live migration, so the provider starts it once: it refuses " +
	"changes of what is migrated while it runs, and never repeats a request whose answer was lost. Destroying the " +
	"resource only removes it from the state."

const (
	statusDescription = "Status of the live migration, in Atlas's own word: `NEW` (scheduled), `WORKING` (copying, " +
		"keeping up, or cutting over), `COMPLETE`, `FAILED` or `EXPIRED` (it was ready for 120 hours and nobody cut it " +
		"over). Old deployments say `PENDING` until it ends. Null if Atlas gives none."
	readyDescription = "Whether Atlas reports the live migration ready for its cutover. It turns to `false` again when the " +
		"destination falls behind. Null if Atlas does not say, as in old deployments."
	lagDescription = "How far the destination is behind the source, in seconds. Null while Atlas reports none: before " +
		"the first copy is done, and from the cutover on."
	refreshedDescription = " Every plan refreshes it; it never causes a change."
)

// Schema describes the resource's attributes.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"wait_until": schema.StringAttribute{
			MarkdownDescription: "What an apply waits for: `\"started\"` (that Atlas has taken the request) or `\"ready\"` " +
				"(that the live migration is ready for its cutover). Defaults to `\"started\"`. A change to `\"ready\"` waits " +
				"for a live migration that was started before.",
			Optional:   true,
			Computed:   true,
			Default:    stringdefault.StaticString(untilStarted),
			Validators: []validator.String{stringvalidator.OneOf(untilStarted, untilReady)},
		},
		"timeouts": attribute.Timeouts(ctx, "48h",
			"How long an apply that starts the live migration may take, where wait_until is \"ready\". When it passes, the "+
				"apply ends with a warning, and the next one resumes waiting.",
			"How long an apply may take that waits for a live migration which was started before. When it passes, the "+
				"apply fails, and the next one resumes waiting."),
		"id": schema.StringAttribute{
			MarkdownDescription: "ID of the live migration, the `live_migration_id` of its cutover.",
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"status": schema.StringAttribute{
			MarkdownDescription: statusDescription + refreshedDescription,
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"ready_for_cutover": schema.BoolAttribute{
			MarkdownDescription: readyDescription + refreshedDescription,
			Computed:            true,
			PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		},
		"lag_time_seconds": schema.Int64Attribute{
			MarkdownDescription: lagDescription + refreshedDescription,
			Computed:            true,
			PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
		},
	}
	maps.Copy(attributes, recordedSchema())
	maps.Copy(attributes, migrationrequest.Attributes())
	resp.Schema = schema.Schema{MarkdownDescription: resourceDescription, Attributes: attributes}
}

// recordedSchema is when this resource did what it did.
func recordedSchema() map[string]schema.Attribute {
	keeps := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return map[string]schema.Attribute{
		"started_at": schema.StringAttribute{
			MarkdownDescription: "When this resource sent the request that started the live migration, in UTC (RFC 3339). " +
				"Null after an import, and if an earlier version of the provider started it.",
			CustomType:    timetypes.RFC3339Type{},
			Computed:      true,
			PlanModifiers: keeps,
		},
		"ready_at": schema.StringAttribute{
			MarkdownDescription: "When an apply or a refresh first saw Atlas report the live migration ready for its " +
				"cutover, in UTC (RFC 3339). Null until then, and whenever `started_at` is null.",
			CustomType:    timetypes.RFC3339Type{},
			Computed:      true,
			PlanModifiers: keeps,
		},
	}
}

// IdentitySchema describes what makes a live migration this one.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identity.Schema()
}
