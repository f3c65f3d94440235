// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"slices"
	"time"
)

// StartScript is how requests to start a live migration are taken, where that
// is not published. What is not about the answer holds for validations as well.
type StartScript struct {
	// Status is the status that a started live migration is answered with: 201 as
	// documented unless set.
	Status int
	// NeedsLink refuses a source that is no cluster of an available project, and
	// so anything before the link. Without it any source will do.
	NeedsLink bool
	// ForeignDestination allows a destination in another project than the path's.
	ForeignDestination bool
	// DropRequired refuses a request without dropDestinationData, as one without
	// dropEnabled is refused in the version before.
	DropRequired bool
	// EntriesOptional takes sharding without shardingEntries.
	EntriesOptional bool
	// RepeatsTaken takes a sharding entry, and a part of a shard key, twice.
	RepeatsTaken bool
}

// Start is one request that started a live migration.
type Start struct {
	// N is the number of the request in the log.
	N int `json:"n"`
	// At is when it was accepted, on the simulated clock.
	At time.Time `json:"at"`
	// ProjectID and Cluster are the destination.
	ProjectID string `json:"project_id"`
	Cluster   string `json:"cluster"`
	// LiveMigrationID is what it started.
	LiveMigrationID string `json:"live_migration_id"`
}

// SetStart changes how requests to start a live migration are taken. The function must not call the Sim.
func (s *Sim) SetStart(change func(*StartScript)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.start)
}

// SetTemplate changes the script of the live migrations that clients start from
// now on. Its ids, hosts and destination are those of each request.
func (s *Sim) SetTemplate(m Migration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.template = m.clone()
}

// Starts returns every accepted request to start a live migration, in order.
func (s *Sim) Starts() []Start {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.starts)
}

// AcceptedStarts returns how many live migrations clients started whose
// destination is a cluster of that name.
func (s *Sim) AcceptedStarts(cluster string) int {
	n := 0
	for _, start := range s.Starts() {
		if start.Cluster == cluster {
			n++
		}
	}
	return n
}

// postLiveMigration starts a live migration, or refuses to. Nothing undoes a start.
func postLiveMigration(s *Sim, in *request) action {
	form, refusal := s.readMigrationRequest(in)
	if refusal != nil {
		return *refusal
	}
	if s.occupied(form.Destination.GroupID, form.Destination.ClusterName) {
		return refuse(409, "CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT",
			"The cluster cannot be modified while a live migration to it is running.", "a live migration to the cluster runs")
	}
	l := s.newLiveMigration(s.fromTemplate(form, in.projectID))
	l.destinationProject = form.Destination.GroupID
	status := s.start.Status
	if status == 0 {
		status = 201
	}
	// What was only just asked for is scheduled, however soon it continues.
	w := l.speak(view{status: statusNew}, in, s.Now())
	started := jsonAnswer(status, w.object(l))
	started.unpublished = w.unlike
	return action{
		answer: started, accepted: true, did: "started a live migration",
		servedStatus: w.status, servedReady: w.ready, servedLag: w.lag,
		made:   made{liveMigrationID: l.script.ID},
		commit: func(n int) { s.enterStart(n, l) },
	}
}

// occupied reports whether a live migration to a cluster runs. The caller holds s.mu.
func (s *Sim) occupied(projectID, cluster string) bool {
	for _, l := range s.migrations {
		if l.destinationProject == projectID && l.script.Destination == cluster && l.at(s.Now()).phase != over {
			return true
		}
	}
	return false
}

// fromTemplate returns the script of the live migration that a request starts.
func (s *Sim) fromTemplate(form *migrationRequest, projectID string) Migration {
	m := s.template.clone()
	m.ID, m.ProjectID, m.SourceProjectID = s.peekID("live migration"), projectID, form.Source.GroupID
	m.Hosts, m.Destination = form.MigrationHosts, form.Destination.ClusterName
	return m
}

// enterStart enters a started live migration, by the n-th request, in the ledger. The caller holds s.mu.
func (s *Sim) enterStart(n int, l *liveMigration) {
	s.migrations[s.nextID("live migration")] = l
	s.starts = append(s.starts, Start{
		N: n, At: s.Now(), ProjectID: l.destinationProject, Cluster: l.script.Destination, LiveMigrationID: l.script.ID,
	})
}
