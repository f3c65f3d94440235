// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"math"
)

// AvailableProject is a project of Cloud Manager or Ops Manager whose clusters
// can be migrated.
type AvailableProject struct {
	// ID is the project's there, 24 lower-case hex digits.
	ID   string
	Name string
	// MigrationHosts are the hosts of the migration agents that are ready.
	MigrationHosts []string
	Deployments    []AvailableDeployment
}

// AvailableDeployment is a cluster that can be migrated.
type AvailableDeployment struct {
	// ClusterID is 24 lower-case hex digits.
	ClusterID string
	Name      string
	// MongoDBVersion, FeatureCompatibilityVersion and AgentVersion are versions
	// such as 7.0.12, 7.0 and 13.19.0.8937-1.
	MongoDBVersion              string
	FeatureCompatibilityVersion string
	AgentVersion                string
	// Managed is true where Cloud Manager or Ops Manager manages the cluster.
	Managed bool
	Sharded bool
	// Shards is the number of shards, shardsSize in the API.
	Shards     int64
	TLSEnabled bool
	// DatabaseSize is the size of all databases, in bytes.
	DatabaseSize int64
	// OplogSize is the size of the oplog, in bytes. Atlas serves oplogSizeMB,
	// and MongoDB counts 1,048,576 bytes to the megabyte of an oplog.
	OplogSize int64
}

type availableProjectAnswer struct {
	ProjectID      string             `json:"projectId"`
	Name           string             `json:"name"`
	MigrationHosts []string           `json:"migrationHosts"`
	Deployments    []deploymentAnswer `json:"deployments"`
}

type deploymentAnswer struct {
	ClusterID                   string `json:"clusterId"`
	Name                        string `json:"name"`
	MongoDBVersion              string `json:"mongoDBVersion"`
	FeatureCompatibilityVersion string `json:"featureCompatibilityVersion"`
	AgentVersion                string `json:"agentVersion"`
	Managed                     bool   `json:"managed"`
	Sharded                     bool   `json:"sharded"`
	ShardsSize                  int64  `json:"shardsSize"`
	TLSEnabled                  bool   `json:"tlsEnabled"`
	DBSizeBytes                 int64  `json:"dbSizeBytes"`
	OplogSizeMB                 int64  `json:"oplogSizeMB"`
}

type availableProjectsAnswer []availableProjectAnswer

const mebibyte = 1 << 20

var errOplogSize = errors.New("an oplogSizeMB is out of range")

func (a *availableProjectsAnswer) check() error {
	for _, p := range *a {
		for _, d := range p.Deployments {
			if d.OplogSizeMB > math.MaxInt64/mebibyte || d.OplogSizeMB < math.MinInt64/mebibyte {
				return errOplogSize
			}
		}
	}
	return nil
}

// AvailableProjects lists the projects that can be migrated into an
// organization, in the order in which Atlas serves them. The key needs to be an
// owner of the organization.
func (c *Client) AvailableProjects(ctx context.Context, orgID string) ([]AvailableProject, error) {
	var answer availableProjectsAnswer
	err := c.read(ctx, &answer, "orgs", orgID, "liveMigrations", "availableProjects")
	if err != nil {
		return nil, err
	}
	projects := make([]AvailableProject, len(answer))
	for i, p := range answer {
		projects[i] = p.project()
	}
	return projects, nil
}

func (a availableProjectAnswer) project() AvailableProject {
	p := AvailableProject{ID: a.ProjectID, Name: a.Name, MigrationHosts: a.MigrationHosts}
	for _, d := range a.Deployments {
		p.Deployments = append(p.Deployments, d.deployment())
	}
	return p
}

func (a deploymentAnswer) deployment() AvailableDeployment {
	return AvailableDeployment{
		ClusterID: a.ClusterID, Name: a.Name,
		MongoDBVersion: a.MongoDBVersion, FeatureCompatibilityVersion: a.FeatureCompatibilityVersion, AgentVersion: a.AgentVersion,
		Managed: a.Managed, Sharded: a.Sharded, Shards: a.ShardsSize, TLSEnabled: a.TLSEnabled,
		DatabaseSize: a.DBSizeBytes, OplogSize: a.OplogSizeMB * mebibyte,
	}
}
