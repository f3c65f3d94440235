// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package availableprojects is the data source that lists what a linked Cloud
// Manager or Ops Manager has to migrate.
package availableprojects

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

var (
	_ datasource.DataSource              = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*DataSource)(nil)
)

// DataSource is atlasmigration_available_projects.
type DataSource struct {
	data *providerdata.Data
}

// New is the constructor that the provider registers.
func New() datasource.DataSource { return &DataSource{} }

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_available_projects"
}

// Configure takes the provider's data.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	d.data = data
}

// Read asks Atlas for the list.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if d.data.Deferred(req, resp) {
		return
	}
	found, err := d.data.Client.AvailableProjects(ctx, config.OrganizationID.ValueString())
	if err != nil {
		resp.Diagnostics.Append(unableToRead(err).Diagnostic())
		return
	}
	config.Projects = projects(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}
