// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"testing"
	"testing/synctest"
	"time"
)

func (c *client) validate() reply {
	c.t.Helper()
	return c.send("POST", c.group("/liveMigrations/validate"), requestBody(c.t, c.sim, nil))
}

func TestAValidationIsAJobInBothAPIVersions(t *testing.T) {
	for _, d := range []apiVersion{v1, v2} {
		t.Run(string(d), func(t *testing.T) {
			s := New(Options{})
			s.SetValidation(ValidationScript{Takes: Forever})
			c := newClient(t, s).speak(d, "2023-01-01")
			id := objectID("validation", 1)
			want := `{"_id":"` + id + `","errorMessage":null,"groupId":"` + s.Credentials().ProjectID +
				`","sourceGroupId":"` + objectID("source project", 1) + `","status":"PENDING"}`
			r := c.validate()
			c.wantStatus(r, 200)
			if r.body != want {
				t.Errorf("got\n%s\nwant\n%s", r.body, want)
			}
			if e := last(s); e.Call != CallValidate || !e.Accepted || e.JobID != id || e.ProjectID != s.Credentials().ProjectID || e.LiveMigrationID != "" {
				t.Errorf("entry %+v", e)
			}
			if r := c.call("GET", c.jobPath(id)); r.body != want || r.status != 200 {
				t.Errorf("got %d\n%s\nwant\n%s", r.status, r.body, want)
			}
			if e := last(s); e.Call != CallJob || e.JobID != id || e.ServedStatus != "PENDING" || e.Accepted {
				t.Errorf("entry %+v", e)
			}
			if second := c.validate().object(t)["_id"]; second != objectID("validation", 2) {
				t.Errorf("second ID %v", second)
			}
		})
	}
}

func TestAValidationGoesAsItsScriptSays(t *testing.T) {
	minute := time.Minute
	cases := []struct {
		name   string
		script ValidationScript
		at     time.Duration
		want   string
	}{
		{"at once", ValidationScript{}, 0, "200 SUCCESS <nil>"},
		{"not yet", ValidationScript{Takes: minute}, minute - 1, "200 PENDING <nil>"},
		{"succeeds", ValidationScript{Takes: minute, Reason: "why"}, minute, "200 SUCCESS <nil>"},
		{"has not failed yet", ValidationScript{Takes: minute, Fails: true, Reason: "why"}, minute - 1, "200 PENDING <nil>"},
		{"fails", ValidationScript{Takes: minute, Fails: true, Reason: "why"}, minute, "200 FAILED why"},
		{"fails for a reason that nobody gave", ValidationScript{Fails: true}, 0, "200 FAILED The source cluster could not be reached."},
		{"is not to be seen yet", ValidationScript{AppearsAfter: minute}, minute - 1, "404 <nil> <nil>"},
		{"is to be seen", ValidationScript{AppearsAfter: minute}, minute, "200 SUCCESS <nil>"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Options{})
				s.SetValidation(c.script)
				client := newClient(t, s)
				started := client.validate().object(t)
				if started["status"] != "PENDING" {
					t.Errorf("started %v", started)
				}
				s.SetValidation(ValidationScript{Takes: Forever}) // does not concern it
				after(c.at)
				r := client.call("GET", client.jobPath(started["_id"].(string)))
				object := r.object(t)
				if got := sprint(r.status) + " " + sprint(object["status"]) + " " + sprint(object["errorMessage"]); got != c.want {
					t.Errorf("%s, want %s", got, c.want)
				}
			})
		})
	}
}

func TestOnlySoManyValidationsFail(t *testing.T) {
	s := New(Options{})
	s.SetValidation(ValidationScript{Fails: true, FailTimes: 2})
	c := newClient(t, s)
	for i, want := range []string{"FAILED", "FAILED", "SUCCESS", "SUCCESS"} {
		id := c.validate().object(t)["_id"].(string)
		if got := c.call("GET", c.jobPath(id)).object(t)["status"]; got != want {
			t.Errorf("validation %d: %v, want %s", i+1, got, want)
		}
	}
}

func TestAValidationThatWasNotActedOnDoesNotExist(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	s.Inject(Fault{Call: CallValidate, Do: Effect{Wire: Reset}})
	if _, err := c.raw(t.Context(), "POST", c.group("/liveMigrations/validate"), requestBody(t, s, nil), "Bearer "+s.Credentials().AccessToken); !isReset(err) {
		t.Error(err)
	}
	if e := last(s); e.Accepted || e.JobID != "" {
		t.Errorf("entry %+v", e)
	}
	c.wantStatus(c.call("GET", c.jobPath(objectID("validation", 1))), 404)
}

func TestAnotherProjectsValidationIsNotFound(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	s.Add(Migration{ProjectID: objectID("project", 2)})
	id := c.validate().object(t)["_id"].(string)
	c.wantStatus(c.call("GET", c.jobPath(id)), 200)
	c.wantStatus(c.call("GET", c.prefix+"/groups/"+objectID("project", 2)+"/liveMigrations/validate/"+id), 404)
}
