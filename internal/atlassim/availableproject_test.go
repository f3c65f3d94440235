// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func (c *client) projects() string {
	c.t.Helper()
	r := c.call("GET", c.org("/liveMigrations/availableProjects"))
	c.wantStatus(r, 200)
	return r.body
}

func TestAnAvailableProjectIsServedWithAllItsFields(t *testing.T) {
	for _, d := range []apiVersion{v1, v2} {
		t.Run(string(d), func(t *testing.T) {
			s := New(Options{})
			c := newClient(t, s).speak(d, "2023-01-01")
			p := AvailableProject{
				ProjectID: objectID("mine", 1), Name: "shop", MigrationHosts: []string{"h.example.net"},
				Deployments: []Deployment{{
					ClusterID: objectID("mine", 2), Name: "carts", MongoDBVersion: "7.0.1", FeatureCompatibilityVersion: "6.0",
					AgentVersion: "13.1", Managed: true, Sharded: true, ShardsSize: 4, TLSEnabled: true, DBSizeBytes: 1 << 40, OplogSizeMB: 990,
				}},
			}
			if id := s.AddProject(p); id != p.ProjectID {
				t.Errorf("id %s", id)
			}
			p.MigrationHosts[0], p.Deployments[0].Name = "changed by its caller", "changed by its caller"
			want := `[{"deployments":[{"clusterId":"` + objectID("mine", 2) + `","name":"carts","mongoDBVersion":"7.0.1",` +
				`"featureCompatibilityVersion":"6.0","agentVersion":"13.1","managed":true,"sharded":true,"shardsSize":4,"tlsEnabled":true,` +
				`"dbSizeBytes":1099511627776,"oplogSizeMB":990}],"migrationHosts":["h.example.net"],"name":"shop","projectId":"` + objectID("mine", 1) + `"}]`
			if got := c.projects(); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if e := last(s); e.Call != CallProjects || e.OrgID == "" || e.Did != "served 1 available projects" {
				t.Errorf("entry %+v", e)
			}
		})
	}
}

func TestWhatAnAddedProjectLeavesOpenIsFilledIn(t *testing.T) {
	s := New(Options{})
	id := s.AddProject(AvailableProject{Deployments: []Deployment{{}, {}}})
	other := s.AddProject(AvailableProject{})
	first, second := s.projects[0].Deployments[0].ClusterID, s.projects[0].Deployments[1].ClusterID
	if !idForm.MatchString(id) || id == other || !idForm.MatchString(first) || first == second {
		t.Errorf("ids %q %q %q %q", id, other, first, second)
	}
	if got := newClient(t, s).projects(); !strings.HasSuffix(got, `,{"deployments":[],"migrationHosts":[],"name":"source-project","projectId":"`+other+`"}]`) {
		t.Errorf("served %s", got)
	}
}

func TestProjectsAreAvailableOnlyThroughTheLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{Link: LinkScript{PastedAfter: time.Minute}})
		c := newClient(t, s)
		if got := c.projects(); got != "[]" {
			t.Errorf("before the link %s", got)
		}
		c.createLink()
		after(time.Minute - 1)
		if got := c.projects(); got != "[]" {
			t.Errorf("before the token was pasted %s", got)
		}
		c.createLink() // puts nothing off
		after(1)
		var projects []struct {
			ProjectID   string
			Deployments []struct{ Name string }
		}
		if err := json.Unmarshal([]byte(c.projects()), &projects); err != nil {
			t.Fatal(err)
		}
		if len(projects) != 1 || !idForm.MatchString(projects[0].ProjectID) || len(projects[0].Deployments) != 2 {
			t.Errorf("by default %+v", projects)
		}
		c.removeLink()
		if got := c.projects(); got != "[]" {
			t.Errorf("after the link %s", got)
		}
	})
}

func TestAnOrganizationWithoutALinkCanHaveNoProjectsToRead(t *testing.T) {
	s := New(Options{Link: LinkScript{ProjectsNeedLink: true, PastedAfter: Forever}})
	c := newClient(t, s)
	r := c.call("GET", c.org("/liveMigrations/availableProjects"))
	c.wantStatus(r, 404)
	if r.object(t)["errorCode"] != "UNEXPECTED_ERROR" {
		t.Errorf("body %s", r.body)
	}
	c.createLink()
	if r := c.call("GET", c.org("/liveMigrations/availableProjects")); r.status != 200 || r.body != "[]" {
		t.Errorf("status %d, body %s", r.status, r.body)
	}
}
