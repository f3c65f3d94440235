// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package donothing

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/cutover"
)

// twin does as little as thing, and has the attributes of a cutover, whatever
// they are.
type twin struct{ thing }

// bare is an attribute without its validators, plan modifiers and nested
// attributes: the framework finds none of their methods.
type bare struct{ schema.Attribute }

// Metadata names the resource.
func (twin) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "donothing_twin"
}

// Schema is that of a cutover, without what works.
func (twin) Schema(ctx context.Context, req resource.SchemaRequest, resp *resource.SchemaResponse) {
	var of resource.SchemaResponse
	cutover.New().Schema(ctx, req, &of)
	resp.Diagnostics = of.Diagnostics
	resp.Schema.Attributes = map[string]schema.Attribute{}
	for name, a := range of.Schema.Attributes {
		resp.Schema.Attributes[name] = bare{a}
	}
}

// Create stores what was planned, and makes up the rest.
func (twin) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan types.Object
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	values, of := plan.Attributes(), plan.AttributeTypes(ctx)
	for name, value := range values {
		if !value.IsUnknown() {
			continue
		}
		null, err := of[name].ValueFromTerraform(ctx, tftypes.NewValue(of[name].TerraformType(ctx), nil))
		if err != nil {
			resp.Diagnostics.AddError("Unable to leave an attribute empty", err.Error())
			return
		}
		values[name] = null
	}
	values["id"], values["status"] = values["live_migration_id"], types.StringValue("SUCCESS")
	created, problems := types.ObjectValue(of, values)
	resp.Diagnostics.Append(problems...)
	resp.Diagnostics.Append(resp.State.Set(ctx, created)...)
}
