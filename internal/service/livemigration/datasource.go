// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/attribute"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migrationrequest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

var (
	_ datasource.DataSource              = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*DataSource)(nil)
)

// DataSource is the data source atlasmigration_live_migration.
type DataSource struct {
	data *providerdata.Data
}

// NewDataSource is the constructor that the provider registers.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// found is the data source's configuration and data.
type found struct {
	ProjectID       types.String `tfsdk:"project_id"`
	LiveMigrationID types.String `tfsdk:"live_migration_id"`
	Status          types.String `tfsdk:"status"`
	ReadyForCutover types.Bool   `tfsdk:"ready_for_cutover"`
	LagTimeSeconds  types.Int64  `tfsdk:"lag_time_seconds"`
	MigrationHosts  []string     `tfsdk:"migration_hosts"`
}

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_live_migration"
}

// Configure takes the provider's data.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	d.data = data
}

const dataSourceDescription = "Looks at a live migration: its status, whether it is ready for its cutover, and how far it " +
	"is behind. Made for `precondition`, `postcondition` and `check` blocks. Every plan reads it again."

// Schema describes the data source's attributes.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: dataSourceDescription,
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{
				MarkdownDescription: migrationrequest.ProjectIDDescription,
				Required:            true,
				Validators:          []validator.String{attribute.ObjectID("a project ID")},
			},
			"live_migration_id": schema.StringAttribute{
				MarkdownDescription: "ID of the live migration, 24 lower-case hexadecimal digits.",
				Required:            true,
				Validators:          []validator.String{attribute.ObjectID("a live migration ID")},
			},
			"status": schema.StringAttribute{
				MarkdownDescription: statusDescription,
				Computed:            true,
			},
			"ready_for_cutover": schema.BoolAttribute{
				MarkdownDescription: readyDescription,
				Computed:            true,
			},
			"lag_time_seconds": schema.Int64Attribute{
				MarkdownDescription: lagDescription,
				Computed:            true,
			},
			"migration_hosts": schema.ListAttribute{
				MarkdownDescription: "Host names of the migration hosts. Empty, never null, if Atlas names none.",
				Computed:            true,
				ElementType:         types.StringType,
			},
		},
	}
}

// Read looks at the live migration.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config found
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if d.data.Deferred(req, resp) {
		return
	}
	lm, err := d.data.Client.LiveMigration(ctx, config.ProjectID.ValueString(), config.LiveMigrationID.ValueString())
	if err != nil {
		resp.Diagnostics.Append(unableToRead(err).Diagnostic())
		return
	}
	config.Status = attribute.OptionalString(lm.Status)
	config.ReadyForCutover = types.BoolPointerValue(lm.ReadyForCutover)
	config.LagTimeSeconds = types.Int64PointerValue(lm.LagTimeSeconds)
	config.MigrationHosts = append([]string{}, lm.MigrationHosts...)
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}
