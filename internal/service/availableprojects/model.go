// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package availableprojects

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
)

// model is the data source's configuration and data.
type model struct {
	OrganizationID types.String `tfsdk:"organization_id"`
	Projects       []project    `tfsdk:"projects"`
}

type project struct {
	ProjectID      types.String `tfsdk:"project_id"`
	Name           types.String `tfsdk:"name"`
	MigrationHosts []string     `tfsdk:"migration_hosts"`
	Deployments    []deployment `tfsdk:"deployments"`
}

type deployment struct {
	ClusterID                   types.String `tfsdk:"cluster_id"`
	Name                        types.String `tfsdk:"name"`
	MongoDBVersion              types.String `tfsdk:"mongodb_version"`
	FeatureCompatibilityVersion types.String `tfsdk:"feature_compatibility_version"`
	AgentVersion                types.String `tfsdk:"agent_version"`
	Managed                     types.Bool   `tfsdk:"managed"`
	Sharded                     types.Bool   `tfsdk:"sharded"`
	ShardsSize                  types.Int64  `tfsdk:"shards_size"`
	TLSEnabled                  types.Bool   `tfsdk:"tls_enabled"`
	DBSizeBytes                 types.Int64  `tfsdk:"db_size_bytes"`
	OplogSizeMB                 types.Int64  `tfsdk:"oplog_size_mb"`
}

// projects maps what Atlas listed. No list is null, so that every for
// expression over one works.
func projects(found []atlas.AvailableProject) []project {
	mapped := make([]project, len(found))
	for i, p := range found {
		mapped[i] = project{
			ProjectID:      types.StringValue(p.ID),
			Name:           types.StringValue(p.Name),
			MigrationHosts: append([]string{}, p.MigrationHosts...),
			Deployments:    deployments(p.Deployments),
		}
	}
	return mapped
}

func deployments(found []atlas.AvailableDeployment) []deployment {
	mapped := make([]deployment, len(found))
	for i, d := range found {
		mapped[i] = deployment{
			ClusterID:                   types.StringValue(d.ClusterID),
			Name:                        types.StringValue(d.Name),
			MongoDBVersion:              types.StringValue(d.MongoDBVersion),
			FeatureCompatibilityVersion: types.StringValue(d.FeatureCompatibilityVersion),
			AgentVersion:                types.StringValue(d.AgentVersion),
			Managed:                     types.BoolValue(d.Managed),
			Sharded:                     types.BoolValue(d.Sharded),
			ShardsSize:                  types.Int64Value(d.Shards),
			TLSEnabled:                  types.BoolValue(d.TLSEnabled),
			DBSizeBytes:                 types.Int64Value(d.DatabaseSize),
			OplogSizeMB:                 types.Int64Value(d.OplogSizeMB),
		}
	}
	return mapped
}
