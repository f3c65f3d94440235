// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"testing"
	"testing/synctest"
	"time"
)

func (c *client) startMigration(what changes) reply {
	c.t.Helper()
	return c.send("POST", c.group("/liveMigrations"), requestBody(c.t, c.sim, what))
}

func TestAStartedLiveMigrationIsNewAndGoesAsTheTemplate(t *testing.T) {
	for _, d := range []apiVersion{v1, v2} {
		t.Run(string(d), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Options{})
				s.SetTemplate(Migration{
					ID: "ignored", ProjectID: "ignored", Hosts: []string{"ignored"}, Destination: "ignored",
					Scheduled: time.Minute, SteadyLag: 4, ReadyLag: 9, PutAnswer: JobAnswer,
				})
				c := newClient(t, s).speak(d, "2023-01-01")
				r := c.startMigration(changes{"source.groupId": objectID("source project", 2)})
				c.wantStatus(r, 201)
				id := objectID("live migration", 1)
				want := `{"_id":"` + id + `","lagTimeSeconds":null,"migrationHosts":["migration-host.example.net"],"readyForCutover":false,"status":"NEW"}`
				if r.body != want {
					t.Errorf("got\n%s\nwant\n%s", r.body, want)
				}
				e := last(s)
				if e.Call != CallStart || !e.Accepted || e.LiveMigrationID != id || e.ServedStatus != "NEW" || e.Did != "started a live migration" {
					t.Errorf("entry %+v", e)
				}
				after(time.Minute)
				if m := c.get(id); m["status"] != "WORKING" || m["lagTimeSeconds"] != 4.0 {
					t.Errorf("a minute later %v", m)
				}
				job := c.put(id).object(t)
				if job["sourceGroupId"] != objectID("source project", 2) || job["groupId"] != s.Credentials().ProjectID {
					t.Errorf("job %v", job)
				}
				if cut := last(s); cut.JobID != job["_id"] || cut.LiveMigrationID != id {
					t.Errorf("entry %+v", cut)
				}
			})
		})
	}
}

func TestAnAnswerToAStartSaysNewHoweverSoonItIsReady(t *testing.T) {
	s := New(Options{Start: StartScript{Status: 200}})
	c := newClient(t, s)
	r := c.startMigration(nil)
	c.wantStatus(r, 200)
	m := r.object(t)
	if m["status"] != "NEW" || m["readyForCutover"] != false {
		t.Errorf("answered %v", m)
	}
	if m := c.get(m["_id"].(string)); m["status"] != "WORKING" || m["readyForCutover"] != true {
		t.Errorf("served %v", m)
	}
}

func TestTheStatusOfAStartCanChange(t *testing.T) {
	s := New(Options{})
	s.SetStart(func(start *StartScript) { start.Status = 200 })
	c := newClient(t, s)
	c.wantStatus(c.startMigration(nil), 200)
}

func TestOneLiveMigrationRunsToACluster(t *testing.T) {
	other, elsewhere := changes{"destination.clusterName": "other"}, changes{"destination.groupId": objectID("project", 2)}
	cases := []struct {
		name   string
		before func(c *client)
		second changes
		status int
	}{
		{"the same cluster", func(c *client) { c.startMigration(nil) }, nil, 409},
		{"another cluster", func(c *client) { c.startMigration(nil) }, other, 201},
		{"a cluster of that name in another project", func(c *client) { c.startMigration(nil) }, elsewhere, 201},
		{"the same cluster in another project", func(c *client) { c.startMigration(elsewhere) }, elsewhere, 409},
		{"one that somebody else started", func(c *client) { c.sim.Add(Migration{Destination: "target"}) }, nil, 409},
		{"one that somebody else started to another cluster", func(c *client) { c.sim.Add(Migration{Destination: "other"}) }, nil, 201},
		{"one in its cutover", func(c *client) {
			c.sim.SetTemplate(Migration{CutoverTakes: time.Hour})
			c.put(c.startMigration(nil).object(c.t)["_id"].(string))
		}, nil, 409},
		{"one that is complete", func(c *client) { c.put(c.startMigration(nil).object(c.t)["_id"].(string)) }, nil, 201},
		{"one that failed", func(c *client) { c.sim.Add(Migration{Destination: "target", FailsAfter: 1, Age: 1}) }, nil, 201},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := New(Options{Start: StartScript{ForeignDestination: true}})
			s.Add(Migration{ProjectID: objectID("project", 2)})
			client := newClient(t, s)
			c.before(client)
			started := len(s.Starts())
			r := client.startMigration(c.second)
			client.wantStatus(r, c.status)
			if accepted := len(s.Starts()) - started; accepted != 0 != (c.status == 201) {
				t.Errorf("%d accepted", accepted)
			}
			if code := r.object(t)["errorCode"]; c.status == 409 && (code != "CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT" || last(s).Accepted) {
				t.Errorf("code %v, entry %+v", code, last(s))
			}
		})
	}
}

func TestTheLedgerOfStarts(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	c.call("GET", "/elsewhere")
	first := c.startMigration(nil).object(t)["_id"].(string)
	c.wantStatus(c.startMigration(nil), 409)
	s.Inject(Fault{Call: CallStart, After: true, Do: Effect{Wire: Reset}})
	body := requestBody(t, s, changes{"destination.clusterName": "lost"})
	if _, err := c.raw(t.Context(), "POST", c.group("/liveMigrations"), body, "Bearer "+s.Credentials().AccessToken); !isReset(err) {
		t.Error(err)
	}
	if s.AcceptedStarts("target") != 1 || s.AcceptedStarts("lost") != 1 || s.AcceptedStarts("unknown") != 0 {
		t.Errorf("starts %+v", s.Starts())
	}
	starts := s.Starts()
	want := Start{N: 2, At: starts[0].At, ProjectID: s.Credentials().ProjectID, Cluster: "target", LiveMigrationID: first}
	if starts[0] != want || starts[0].At.Before(s.Log()[1].At) || starts[1].N != 4 {
		t.Errorf("starts %+v", starts)
	}
	if e := last(s); !e.Accepted || e.LiveMigrationID != starts[1].LiveMigrationID || e.Status != 0 {
		t.Errorf("entry %+v", e)
	}
	c.wantStatus(c.call("GET", c.group("/liveMigrations/"+starts[1].LiveMigrationID)), 200)
}

func TestAStartThatWasNotActedOnStartedNothing(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	s.Inject(Fault{Call: CallStart, Do: Effect{Status: 503}})
	c.wantStatus(c.startMigration(nil), 503)
	if s.AcceptedStarts("target") != 0 || last(s).Accepted || last(s).LiveMigrationID != "" || len(s.migrations) != 0 {
		t.Errorf("starts %+v, entry %+v", s.Starts(), last(s))
	}
	c.wantStatus(c.startMigration(nil), 201)
}
