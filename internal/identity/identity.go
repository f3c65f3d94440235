// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package identity is what makes a live migration this one, and its cutover too,
// of which it has one at most: the resource identity of both, and the ID by which
// they are imported.
package identity

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/attribute"
)

// Identity is the identity's data.
type Identity struct {
	ProjectID       types.String `tfsdk:"project_id"`
	LiveMigrationID types.String `tfsdk:"live_migration_id"`
}

// Schema describes the data.
func Schema() identityschema.Schema {
	return identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"project_id": identityschema.StringAttribute{
				Description:       "ID of the Atlas project that holds the destination cluster.",
				RequiredForImport: true,
			},
			"live_migration_id": identityschema.StringAttribute{
				Description:       "ID of the live migration.",
				RequiredForImport: true,
			},
		},
	}
}

// Imported is what to import: named by "project_id/live_migration_id", or by
// identity. It is an error where either id is none, which no validator has seen.
// An empty id, for example of a variable that is not set, comes with no identity.
func Imported(ctx context.Context, req resource.ImportStateRequest) (Identity, diag.Diagnostics) {
	if req.ID != "" || req.Identity == nil || req.Identity.Raw.IsNull() {
		return parse(req.ID)
	}
	var id Identity
	diags := req.Identity.Get(ctx, &id)
	if !diags.HasError() && !id.valid() {
		diags.AddError("Invalid import identity", fmt.Sprintf(
			"The attributes project_id and live_migration_id of the identity must each be 24 lower-case hexadecimal "+
				"digits, for example \"507f1f77bcf86cd799439011\"; got %s and %s.\n\nNothing was imported. Correct them and "+
				"import again.", id.ProjectID, id.LiveMigrationID))
	}
	return id, diags
}

func parse(id string) (Identity, diag.Diagnostics) {
	project, liveMigration, _ := strings.Cut(id, "/")
	parsed := Identity{ProjectID: types.StringValue(project), LiveMigrationID: types.StringValue(liveMigration)}
	if parsed.valid() {
		return parsed, nil
	}
	return Identity{}, diag.Diagnostics{diag.NewErrorDiagnostic("Invalid import ID", fmt.Sprintf(
		"The import ID must be \"project_id/live_migration_id\", each 24 lower-case hexadecimal digits, for example "+
			"\"507f1f77bcf86cd799439011/5f2b5e4f8f0b8e3a1c9d7e60\"; got %q.\n\nNothing was imported. Correct the ID and "+
			"import again.", id))}
}

// String is the ID to import by.
func (i Identity) String() string {
	return i.ProjectID.ValueString() + "/" + i.LiveMigrationID.ValueString()
}

func (i Identity) valid() bool {
	return attribute.IsObjectID(i.ProjectID.ValueString()) && attribute.IsObjectID(i.LiveMigrationID.ValueString())
}
