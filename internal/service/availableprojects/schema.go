// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package availableprojects

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/attribute"
)

const dataSourceDescription = "Lists the projects of Cloud Manager or Ops Manager that can be migrated into an Atlas " +
	"organization, with their deployments and migration hosts. There are none until Cloud Manager or Ops Manager is " +
	"linked to the organization with a link token."

// Schema describes the data source's attributes.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: dataSourceDescription,
		Attributes: map[string]schema.Attribute{
			"organization_id": schema.StringAttribute{
				MarkdownDescription: "ID of the Atlas organization to migrate into, 24 lower-case hexadecimal digits " +
					"(`orgId` in the API).",
				Required:   true,
				Validators: []validator.String{attribute.ObjectID("an organization ID")},
			},
			"projects": schema.ListNestedAttribute{
				MarkdownDescription: "The projects that can be migrated, in the order in which Atlas lists them. Empty, " +
					"never null, if there are none.",
				Computed:     true,
				NestedObject: schema.NestedAttributeObject{Attributes: projectSchemaAttributes()},
			},
		},
	}
}

func projectSchemaAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"project_id": schema.StringAttribute{
			MarkdownDescription: "ID of the project in Cloud Manager or Ops Manager, 24 lower-case hexadecimal digits: " +
				"the source project of a live migration.",
			Computed: true,
		},
		"name": schema.StringAttribute{
			MarkdownDescription: "Name of the project.",
			Computed:            true,
		},
		"migration_hosts": schema.ListAttribute{
			MarkdownDescription: "Host names of the project's migration hosts. A live migration needs exactly one. " +
				"Empty, never null, if none is provisioned.",
			Computed:    true,
			ElementType: types.StringType,
		},
		"deployments": schema.ListNestedAttribute{
			MarkdownDescription: "The project's deployments that can be migrated. Empty, never null, if there are " +
				"none.",
			Computed:     true,
			NestedObject: schema.NestedAttributeObject{Attributes: deploymentSchemaAttributes()},
		},
	}
}

func deploymentSchemaAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	yesNo := func(description string) schema.Attribute {
		return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
	}
	number := func(description string) schema.Attribute {
		return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
	}
	const unsaid = " Empty if Atlas does not say."
	const unsized = " `0` if Atlas does not say."
	return map[string]schema.Attribute{
		"cluster_id": text("ID of the deployment in Cloud Manager or Ops Manager."),
		"name":       text("Name of the deployment: the source cluster of a live migration."),
		"mongodb_version": text("Version of MongoDB that the deployment runs, for example `7.0.12`." +
			unsaid),
		"feature_compatibility_version": text("Version of MongoDB whose features the deployment may use, for example " +
			"`7.0`." + unsaid),
		"agent_version": text("Version of the MongoDB Agent that looks after the deployment, for example " +
			"`13.19.0.8937-1`." + unsaid),
		"managed": yesNo("Whether Cloud Manager or Ops Manager manages the deployment, rather than only watches it. A " +
			"deployment's authentication can be left to it if it does."),
		"sharded":     yesNo("Whether the deployment is a sharded cluster, rather than a replica set."),
		"shards_size": number("Number of shards (`shardsSize` in the API)." + unsized),
		"tls_enabled": yesNo("Whether the deployment takes TLS connections."),
		"db_size_bytes": number("Size of all databases of the deployment, in bytes (`dbSizeBytes` in the API)." +
			unsized),
		"oplog_size_mb": number("Size of the oplog, in megabytes of 1,048,576 bytes (`oplogSizeMB` in the API). The " +
			"larger it is, the longer a migration can fall behind and still catch up." + unsized),
	}
}
