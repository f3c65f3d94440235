// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package donothing is a provider that does nothing: what Terraform and the
// plugin framework cost before a provider has done any work of its own. The
// benchmarks compare with it.
package donothing

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Provider has no configuration and two resources: a small one, and one with the
// attributes of a cutover, since what Terraform and the framework take depends
// most on how many there are.
type Provider struct{}

var _ provider.Provider = Provider{}

// New is the constructor that the server calls.
func New() provider.Provider { return Provider{} }

// Metadata names the provider.
func (Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "donothing"
}

// Schema is empty.
func (Provider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

// Configure does nothing.
func (Provider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

// DataSources lists none.
func (Provider) DataSources(context.Context) []func() datasource.DataSource { return nil }

// Resources lists both.
func (Provider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return thing{} },
		func() resource.Resource { return twin{} },
	}
}

// thing keeps two arguments, and gives back the second as its ID.
type thing struct{}

type model struct {
	ProjectID       types.String `tfsdk:"project_id"`
	LiveMigrationID types.String `tfsdk:"live_migration_id"`
	ID              types.String `tfsdk:"id"`
}

// Metadata names the resource.
func (thing) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "donothing_thing"
}

// Schema describes the attributes.
func (thing) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"project_id":        schema.StringAttribute{Required: true},
		"live_migration_id": schema.StringAttribute{Required: true},
		"id": schema.StringAttribute{
			Computed:      true,
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
	}}
}

// Create stores what was planned.
func (thing) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	plan.ID = plan.LiveMigrationID
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Read leaves the state as it is.
func (thing) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update stores what was planned.
func (thing) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

// Delete forgets.
func (thing) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
