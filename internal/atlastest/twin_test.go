// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlastest

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// twin surveys a simulated Atlas, in fake time, that was put into the state in
// which the other one was found.
func twin(t *testing.T, like *target, o atlassim.Options) *report {
	t.Helper()
	var found *report
	synctest.Test(t, func(t *testing.T) {
		sim := atlassim.New(o)
		a := simulated(t, sim, like.version, like.state())
		a.link, a.cutOver = like.link, like.cutOver
		if like.organizationID == "" {
			a.organizationID = ""
		}
		if like.projectID == "" {
			a.projectID = ""
		}
		a.barred = func(call func()) {
			sim.SetKey(func(k *atlassim.Key) { k.OnAccessList = false })
			defer sim.SetKey(func(k *atlassim.Key) { k.OnAccessList = true })
			call()
		}
		found = survey(t.Context(), t, a)
	})
	return found
}

// state is what has to be alike for answers to be comparable.
type state struct {
	projects  bool
	migration *atlassim.Migration // nil is none
}

// state is that in which an Atlas was found before anything was changed.
func (a *target) state() state {
	var s state
	for _, e := range a.recorder.all() {
		var list []any
		if isSuccess(e) && json.Unmarshal(e.body, &list) == nil {
			s.projects = len(list) > 0
			break
		}
	}
	if a.liveMigrationID == "" {
		return s
	}
	s.migration = inSync()
	for _, e := range a.recorder.all() {
		if isSuccess(e) && e.text("_id") == a.liveMigrationID {
			s.migration = migrationLike(e)
			break
		}
	}
	return s
}

func inSync() *atlassim.Migration {
	return &atlassim.Migration{InitialLag: 1, SteadyLag: 1, ReadyLag: 10, CutoverTakes: 2 * time.Minute}
}

// migrationLike is a live migration in the state that an answer shows.
func migrationLike(e *exchange) *atlassim.Migration {
	m := inSync()
	switch status := e.text("status"); {
	case status == "NEW":
		m.Scheduled = atlassim.Forever
	case status == "COMPLETE":
		m.BegunElsewhere, m.CutoverTakes = true, 0
	case status == "FAILED":
		m.Age, m.FailsAfter = time.Hour, time.Minute
	case status == "EXPIRED":
		m.Age = 121 * time.Hour
	case e.field("lagTimeSeconds") == nil && e.field("readyForCutover") != true:
		m.Copying = atlassim.Forever
	case e.field("readyForCutover") != true:
		m.ReadyLag = -1
	}
	return m
}

// simulated is a simulated Atlas to be surveyed, in a state.
func simulated(t *testing.T, sim *atlassim.Sim, version string, s state) *target {
	t.Helper()
	keys := sim.Credentials()
	if s.projects {
		sim.AddProject(atlassim.AvailableProject{
			Name: "source", MigrationHosts: []string{"host.example.net"}, Deployments: []atlassim.Deployment{{Name: "orders"}},
		})
	}
	environment := map[string]string{
		"MONGODB_ATLAS_PUBLIC_API_KEY": keys.PublicKey, "MONGODB_ATLAS_PRIVATE_API_KEY": keys.PrivateKey,
	}
	a := newTarget(t, version, func(name string) string { return environment[name] }, sim.Transport())
	a.organizationID, a.projectID = keys.OrgID, keys.ProjectID
	if s.migration != nil {
		a.liveMigrationID = sim.Add(*s.migration)
	}
	return a
}
