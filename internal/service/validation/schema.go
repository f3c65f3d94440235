// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package validation

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/attribute"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migrationrequest"
)

// defaultTimeout is for create and update of a validation.
const defaultTimeout = time.Hour

const resourceDescription = "Validates a live migration before it is started, and waits for Atlas's verdict on " +
	"whether it could run.\n\n" +
	"A validation changes nothing. It runs once, and again when an argument changes; a failed one is replaced by the " +
	"next apply. Destroying the resource only forgets it."

// Schema describes the resource's attributes.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	keeps := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	attributes := map[string]schema.Attribute{
		"timeouts": attribute.Timeouts(ctx, "1h",
			"How long an apply that starts the validation may take. When it passes, the apply fails, and the next one "+
				"validates again.",
			"How long an apply may take that resumes waiting for a validation which an earlier apply started. When it "+
				"passes, the apply fails, and the next one resumes waiting."),
		"id": schema.StringAttribute{
			MarkdownDescription: "ID of the validation.",
			Computed:            true,
			PlanModifiers:       keeps,
		},
		"status": schema.StringAttribute{
			MarkdownDescription: "How the validation stands: `PENDING` (not known to have ended; the next apply continues " +
				"waiting), `SUCCESS` or `FAILED` (the next apply validates again).",
			Computed:      true,
			PlanModifiers: keeps,
		},
		"error_message": schema.StringAttribute{
			MarkdownDescription: "Why the validation failed, in Atlas's own words if it gave any, or what is not known " +
				"about one that is `PENDING`. Null otherwise.",
			Computed:      true,
			PlanModifiers: keeps,
		},
		"source_project_id": schema.StringAttribute{
			MarkdownDescription: "ID of the project in Cloud Manager or Ops Manager, as Atlas read it. Null if Atlas did " +
				"not say.",
			Computed:      true,
			PlanModifiers: keeps,
		},
	}
	maps.Copy(attributes, migrationrequest.Attributes())
	resp.Schema = schema.Schema{MarkdownDescription: resourceDescription, Attributes: attributes}
}
