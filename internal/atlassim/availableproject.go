// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"cmp"
	"fmt"
	"slices"
)

// AvailableProject is a project of Cloud Manager or Ops Manager that can be migrated.
type AvailableProject struct {
	ProjectID      string       `json:"project_id"` // 24 hex digits; an empty one is generated
	Name           string       `json:"name"`       // an empty one is made up, since no project is without
	MigrationHosts []string     `json:"migration_hosts"`
	Deployments    []Deployment `json:"deployments"`
}

// Deployment is one cluster of an available project.
type Deployment struct {
	ClusterID                   string `json:"cluster_id"` // 24 hex digits; an empty one is generated
	Name                        string `json:"name"`
	MongoDBVersion              string `json:"mongodb_version"`
	FeatureCompatibilityVersion string `json:"feature_compatibility_version"`
	AgentVersion                string `json:"agent_version"`
	Managed                     bool   `json:"managed"`
	Sharded                     bool   `json:"sharded"`
	ShardsSize                  int64  `json:"shards_size"`
	TLSEnabled                  bool   `json:"tls_enabled"`
	DBSizeBytes                 int64  `json:"db_size_bytes"`
	OplogSizeMB                 int64  `json:"oplog_size_mb"`
}

// AddProject adds a project that can be migrated and returns its ID. It takes
// the place of the two clusters that are available otherwise. Since projects
// are seen through a link, there is one from then on, made by somebody else, if
// there was none.
func (s *Sim) AddProject(p AvailableProject) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.ProjectID == "" {
		p.ProjectID = s.nextID("available project")
	}
	p.Name = cmp.Or(p.Name, "source-project")
	p.MigrationHosts = append([]string{}, p.MigrationHosts...)
	p.Deployments = append([]Deployment{}, p.Deployments...)
	for i := range p.Deployments {
		if p.Deployments[i].ClusterID == "" {
			p.Deployments[i].ClusterID = s.nextID("source cluster")
		}
	}
	if !s.link.exists {
		s.link.exists, s.link.works = true, s.Now()
	}
	s.projects = append(s.projects, p)
	return p.ProjectID
}

// available returns the projects that can be migrated now. The caller holds s.mu.
func (s *Sim) available() []AvailableProject {
	switch {
	case !s.linked():
		return nil
	case len(s.projects) > 0:
		return s.projects
	}
	return []AvailableProject{{
		ProjectID: objectID("source project", 1), Name: "source-project",
		MigrationHosts: []string{"migration-host.example.net"},
		Deployments: []Deployment{
			{
				ClusterID: objectID("default source cluster", 1), Name: "orders", MongoDBVersion: "7.0.12", FeatureCompatibilityVersion: "7.0",
				AgentVersion: "13.20.0.9045-1", Managed: true, TLSEnabled: true, DBSizeBytes: 42_949_672_960, OplogSizeMB: 51_200,
			},
			{
				ClusterID: objectID("default source cluster", 2), Name: "events", MongoDBVersion: "7.0.12", FeatureCompatibilityVersion: "7.0",
				AgentVersion: "13.20.0.9045-1", Managed: true, Sharded: true, ShardsSize: 3, TLSEnabled: true, DBSizeBytes: 1_099_511_627_776, OplogSizeMB: 102_400,
			},
		},
	}}
}

// hasSource reports whether a cluster can be migrated now. The caller holds s.mu.
func (s *Sim) hasSource(projectID, cluster string) bool {
	return slices.ContainsFunc(s.available(), func(p AvailableProject) bool {
		return p.ProjectID == projectID && slices.ContainsFunc(p.Deployments, func(d Deployment) bool { return d.Name == cluster })
	})
}

// availableProjectObject is an available project in JSON.
type availableProjectObject struct {
	Deployments    []deploymentObject `json:"deployments"`
	MigrationHosts []string           `json:"migrationHosts"`
	Name           string             `json:"name"`
	ProjectID      string             `json:"projectId"`
}

// deploymentObject is a deployment in JSON. Its fields are those of Deployment.
type deploymentObject struct {
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

// getAvailableProjects answers which projects can be migrated.
func getAvailableProjects(s *Sim, _ *request) action {
	if !s.link.exists && s.link.script.ProjectsNeedLink {
		return noLink()
	}
	objects := []availableProjectObject{}
	for _, p := range s.available() {
		object := availableProjectObject{MigrationHosts: p.MigrationHosts, Name: p.Name, ProjectID: p.ProjectID, Deployments: []deploymentObject{}}
		for _, d := range p.Deployments {
			object.Deployments = append(object.Deployments, deploymentObject(d))
		}
		objects = append(objects, object)
	}
	return action{answer: jsonAnswer(200, objects), did: fmt.Sprintf("served %d available projects", len(objects))}
}
