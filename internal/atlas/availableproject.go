// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import "context"

// AvailableProject is a project of Cloud Manager or Ops Manager whose clusters
// can be migrated.
type AvailableProject struct {
	// ID is the project's there, 24 lower-case hex digits.
	ID   string `json:"projectId"`
	Name string `json:"name"`
	// MigrationHosts are the hosts of the migration agents that are ready.
	MigrationHosts []string              `json:"migrationHosts"`
	Deployments    []AvailableDeployment `json:"deployments"`
}

// AvailableDeployment is a cluster that can be migrated.
type AvailableDeployment struct {
	// ClusterID is 24 lower-case hex digits.
	ClusterID string `json:"clusterId"`
	Name      string `json:"name"`
	// MongoDBVersion, FeatureCompatibilityVersion and AgentVersion are versions
	// such as 7.0.12, 7.0 and 13.19.0.8937-1.
	MongoDBVersion              string `json:"mongoDBVersion"`
	FeatureCompatibilityVersion string `json:"featureCompatibilityVersion"`
	AgentVersion                string `json:"agentVersion"`
	// Managed is true if Cloud Manager or Ops Manager manages the cluster.
	Managed bool `json:"managed"`
	Sharded bool `json:"sharded"`
	// Shards is the number of shards, shardsSize in the API.
	Shards     int64 `json:"shardsSize"`
	TLSEnabled bool  `json:"tlsEnabled"`
	// DatabaseSize is the size of all databases, in bytes.
	DatabaseSize int64 `json:"dbSizeBytes"`
	// OplogSizeMB is the size of the oplog. MongoDB counts 1,048,576 bytes to the
	// megabyte of an oplog.
	OplogSizeMB int64 `json:"oplogSizeMB"`
}

// AvailableProjects lists the projects that can be migrated into an
// organization, in the order in which Atlas serves them. The key needs to be an
// owner of the organization.
func (c *Client) AvailableProjects(ctx context.Context, orgID string) ([]AvailableProject, error) {
	var projects []AvailableProject
	if err := c.read(withBodyLimit(ctx, listLimit), &projects, "orgs", orgID, "liveMigrations", "availableProjects"); err != nil {
		return nil, err
	}
	return projects, nil
}
