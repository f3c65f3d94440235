// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"fmt"
	"time"
)

// liveMigrationObject is a live migration in JSON that has all its fields.
type liveMigrationObject struct {
	ID              string   `json:"_id"`
	LagTimeSeconds  *int64   `json:"lagTimeSeconds"`
	MigrationHosts  []string `json:"migrationHosts"`
	ReadyForCutover bool     `json:"readyForCutover"`
	Status          string   `json:"status"`
}

// partialLiveMigration is the same, without the fields that have nothing to say.
type partialLiveMigration struct {
	ID              string   `json:"_id"`
	LagTimeSeconds  *int64   `json:"lagTimeSeconds,omitempty"`
	MigrationHosts  []string `json:"migrationHosts"`
	ReadyForCutover *bool    `json:"readyForCutover,omitempty"`
	Status          string   `json:"status"`
}

// getLiveMigration answers what the live migration is like now.
func getLiveMigration(s *Sim, in *request) action {
	l, refusal := s.find(in)
	if refusal != nil {
		return *refusal
	}
	v := l.speak(l.at(s.Now()), in, s.Now())
	a := action{
		answer:       jsonAnswer(200, v.object(l)),
		servedStatus: v.status,
		servedReady:  v.ready,
		servedLag:    v.lag,
		did:          v.sentence(),
	}
	a.answer.unpublished = v.unlike
	a.report = func(n int) {
		switch v.status {
		case statusComplete:
			l.completeServed += n
		case statusFailed, statusExpired:
			for i := range l.acceptances {
				l.acceptances[i].failedReported += n
			}
		}
	}
	return a
}

// find returns the live migration that a request is about, or the refusal.
func (s *Sim) find(in *request) (*liveMigration, *action) {
	l, ok := s.migrations[in.liveMigrationID]
	if !ok || l.script.ProjectID != in.projectID {
		a := refuse(404, "RESOURCE_NOT_FOUND",
			fmt.Sprintf("Cannot find resource %s.", in.path), "unknown live migration")
		return nil, &a
	}
	return l, nil
}

// words is a view as an answer puts it.
type words struct {
	status string
	ready  *bool
	lag    *int64
	omit   bool // fields without a value are left out
	unlike bool // anything that is published
}

// speak puts the migration's state into the words that its script wants said.
func (l *liveMigration) speak(v view, in *request, now time.Time) words {
	script := l.script.Words
	w := words{status: v.status, ready: &v.ready, lag: v.lag, omit: script.OmitLag}
	if script.NoLag {
		w.lag = nil
	}
	if script.OldWords {
		w.ready, w.lag, w.omit, w.unlike = nil, nil, true, in.apiVersion == v2
		if v.phase != over {
			w.status = statusPending
		}
	}
	since := now.Sub(l.added) - script.StatusAfter
	if script.Status != "" && since >= 0 && (script.StatusFor == 0 || since < script.StatusFor) {
		w.status, w.unlike = script.Status, true
	}
	return w
}

func (w words) object(l *liveMigration) any {
	if w.omit {
		return partialLiveMigration{
			ID: l.script.ID, LagTimeSeconds: w.lag, MigrationHosts: l.script.Hosts,
			ReadyForCutover: w.ready, Status: w.status,
		}
	}
	return liveMigrationObject{
		ID: l.script.ID, LagTimeSeconds: w.lag, MigrationHosts: l.script.Hosts,
		ReadyForCutover: *w.ready, Status: w.status,
	}
}

// sentence tells a person what was served: "served WORKING, ready, lag 12 s".
func (w words) sentence() string {
	text := "served " + w.status
	if w.ready != nil && (w.status == statusNew || w.status == statusWorking) {
		if *w.ready {
			text += ", ready"
		} else {
			text += ", not ready"
		}
	}
	if w.lag != nil {
		text += fmt.Sprintf(", lag %d s", *w.lag)
	}
	return text
}
