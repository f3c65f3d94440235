// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"cmp"
	"slices"
	"time"
)

// Acceptance is one PUT that was accepted.
type Acceptance struct {
	// N is the number of the request in the log.
	N int `json:"n"`
	// At is when it was accepted, on the simulated clock.
	At time.Time `json:"at"`
	// JobID is the ID of the job it made.
	JobID string `json:"job_id"`
	// FailedReportedBefore says that, when it was accepted, every earlier
	// acceptance of the same live migration had been reported FAILED to a client
	// (by its job, or by the live migration). It is false for the first one.
	FailedReportedBefore bool `json:"failed_reported_before"`
	// FailedBefore says that, when it was accepted, every earlier acceptance of
	// the same live migration had really ended in failure, whether or not a
	// client was told. It is false for the first one.
	FailedBefore bool `json:"failed_before"`

	failedReported int
}

// Add adds a live migration, which begins now (but see Migration.Age), and returns its id: 24 hex digits.
func (s *Sim) Add(m Migration) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.ID == "" {
		m.ID = s.nextID("live migration")
	}
	s.migrations[m.ID] = s.newLiveMigration(m)
	return m.ID
}

// newLiveMigration returns a live migration that begins now, with what its script leaves open filled in.
func (s *Sim) newLiveMigration(m Migration) *liveMigration {
	if m.ProjectID == "" {
		m.ProjectID = s.Credentials().ProjectID
	}
	if m.SourceProjectID == "" {
		m.SourceProjectID = objectID("source project", 1)
	}
	if len(m.Hosts) == 0 {
		m.Hosts = []string{"migration-host.example.net"}
	}
	m.PutAnswer = cmp.Or(m.PutAnswer, s.options.PutAnswer)
	m.SecondPut, m.EarlyPut = cmp.Or(m.SecondPut, s.options.SecondPut), cmp.Or(m.EarlyPut, s.options.EarlyPut)
	m.ReadyAfterPut = cmp.Or(m.ReadyAfterPut, s.options.ReadyAfterPut)
	m.LagAfterPut = cmp.Or(m.LagAfterPut, s.options.LagAfterPut)
	m.Job.Status = cmp.Or(m.Job.Status, s.options.JobStatus)
	l := &liveMigration{script: m.clone(), added: s.Now().Add(-m.Age), destinationProject: m.ProjectID}
	if m.BegunElsewhere {
		l.begin(l.added)
	}
	return l
}

// Update changes the script of a live migration while it runs; an unknown id
// changes nothing. What was accepted stays accepted, and a cutover that has
// begun keeps its beginning; one that is now begun elsewhere begins. IDs cannot be changed. It must not call the Sim.
func (s *Sim) Update(id string, change func(*Migration)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.migrations[id]
	if !ok {
		return
	}
	m := l.script.clone()
	change(&m)
	m.ID, m.ProjectID = l.script.ID, l.script.ProjectID
	elsewhere := m.BegunElsewhere && !l.script.BegunElsewhere && len(l.begun) == 0
	l.script = m.clone()
	if elsewhere {
		l.begin(s.Now())
	}
}

// clone returns a copy that shares no memory with the original.
func (m *Migration) clone() Migration {
	c := *m
	c.Hosts = slices.Clone(m.Hosts)
	c.LagSpikes = slices.Clone(m.LagSpikes)
	return c
}

// AcceptedCutovers returns how many PUTs were accepted for a live migration.
func (s *Sim) AcceptedCutovers(id string) int { return len(s.CutoverLedger(id)) }

// CutoverLedger returns every accepted PUT of a live migration, in order.
func (s *Sim) CutoverLedger(id string) []Acceptance {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.migrations[id]
	if !ok {
		return nil
	}
	return slices.Clone(l.acceptances)
}

// Status returns what a live migration has come to, whether anybody has read it or
// not; "" if there is none.
func (s *Sim) Status(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.migrations[id]
	if !ok {
		return ""
	}
	return l.at(s.Now()).status
}

// ServedComplete reports whether a client was ever answered that the live
// migration is COMPLETE, with the whole answer written and no fault in its way.
func (s *Sim) ServedComplete(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.migrations[id]
	return ok && l.completeServed > 0
}

// hasProject reports whether a project exists. The caller holds s.mu.
func (s *Sim) hasProject(id string) bool {
	if id == s.Credentials().ProjectID {
		return true
	}
	for _, l := range s.migrations {
		if l.script.ProjectID == id {
			return true
		}
	}
	return false
}
