// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"fmt"
	"strings"
	"testing"
)

func TestRequestsThatTheAPIRefuses(t *testing.T) {
	const v2Form = "application/vnd.atlas.2023-01-01+json"
	project := New(Options{}).Credentials().ProjectID
	id := objectID("live migration", 1)
	group := "/groups/" + project
	cases := []struct {
		name, method, path, body, accept string
		status                           int
		code                             string
	}{
		{"a path that is none of the API's", "GET", "/elsewhere", "", "", 404, "RESOURCE_NOT_FOUND"},
		{"an unknown path of the API", "GET", "/api/atlas/v1.0/groups", "", "", 404, "RESOURCE_NOT_FOUND"},
		{"a method that the path does not have", "DELETE", "/api/atlas/v1.0" + group + "/liveMigrations/" + id, "", "", 405, "METHOD_NOT_ALLOWED"},
		{"a malformed project ID", "GET", "/api/atlas/v1.0/groups/XYZ/liveMigrations/" + id, "", "", 404, "INVALID_GROUP_ID"},
		{"another project", "GET", "/api/atlas/v1.0/groups/" + id + "/liveMigrations/" + id, "", "", 404, "GROUP_NOT_FOUND"},
		{"a malformed live migration ID", "GET", "/api/atlas/v1.0" + group + "/liveMigrations/validate", "", "", 404, "RESOURCE_NOT_FOUND"},
		{"an unknown live migration", "PUT", "/api/atlas/v1.0" + group + "/liveMigrations/" + project + "/cutover", "", "", 404, "RESOURCE_NOT_FOUND"},
		{"an unknown job", "GET", "/api/atlas/v1.0" + group + "/liveMigrations/validate/" + id, "", "", 404, "RESOURCE_NOT_FOUND"},
		{"a cutover with a body", "PUT", "/api/atlas/v1.0" + group + "/liveMigrations/" + id + "/cutover", "{}", "", 400, "UNEXPECTED_ERROR"},
		{"v2 without a version", "GET", "/api/atlas/v2" + group + "/liveMigrations/" + id, "", "application/json", 406, "INVALID_VERSION_DATE"},
		{"v2 with an unknown version", "GET", "/api/atlas/v2" + group + "/liveMigrations/" + id, "", "application/vnd.atlas.2022-05-30+json", 406, "INVALID_VERSION_DATE"},
		{"v2 with a removed version", "GET", "/api/atlas/v2" + group + "/liveMigrations/" + id, "", "application/vnd.atlas.2022-01-01+json", 410, "VERSION_GONE"},
		{"a malformed organization ID", "GET", "/api/atlas/v1.0/orgs/XYZ/liveMigrations/availableProjects", "", "", 404, "INVALID_ORG_ID"},
		{"another organization", "GET", "/api/atlas/v1.0/orgs/" + id + "/liveMigrations/availableProjects", "", "", 404, "ORG_NOT_FOUND"},
		{"a method that a list does not have", "GET", "/api/atlas/v1.0" + group + "/liveMigrations", "", "", 405, "METHOD_NOT_ALLOWED"},
		{"an unknown live migration in v2", "GET", "/api/atlas/v2" + group + "/liveMigrations/" + project, "", v2Form, 404, "RESOURCE_NOT_FOUND"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := New(Options{GoneVersions: []string{"2022-01-01"}})
			s.Add(Migration{})
			client := newClient(t, s)
			client.header.Set("Accept", c.accept)
			r, err := client.raw(t.Context(), c.method, c.path, c.body, "Bearer "+s.Credentials().AccessToken)
			if err != nil {
				t.Fatal(err)
			}
			client.wantStatus(r, c.status)
			object := r.object(t)
			code, _ := object["errorCode"].(string)
			if code != c.code || object["error"] != float64(c.status) || object["reason"] == "" || object["detail"] == "" {
				t.Errorf("error %v", object)
			}
			if form := r.header.Get("Content-Type"); form != "application/json" {
				t.Errorf("Content-Type %q", form)
			}
			if e := last(s); e.Accepted || e.Status != c.status || !strings.HasPrefix(e.Did, "refused: ") {
				t.Errorf("entry %+v", e)
			}
		})
	}
}

func TestWhichVersionsEachCallOfV2Has(t *testing.T) {
	const both, first = "2023-01-01 2024-05-30", "2023-01-01"
	project, org := objectID("project", 1), objectID("organization", 1)
	calls := []struct{ method, path, versions string }{
		{"POST", "/orgs/" + org + "/liveMigrations/linkTokens", first},
		{"DELETE", "/orgs/" + org + "/liveMigrations/linkTokens", first},
		{"GET", "/orgs/" + org + "/liveMigrations/availableProjects", first},
		{"POST", "/groups/" + project + "/liveMigrations/validate", both},
		{"POST", "/groups/" + project + "/liveMigrations", both},
		{"PUT", "/groups/" + project + "/liveMigrations/" + org + "/cutover", first},
		{"GET", "/groups/" + project + "/liveMigrations/validate/" + org, first},
		{"GET", "/groups/" + project + "/liveMigrations/" + org, first},
	}
	for _, call := range calls {
		for _, version := range []string{"2023-01-01", "2024-05-30", "2025-01-01"} {
			for _, gone := range []bool{false, true} {
				t.Run(fmt.Sprint(call.method, call.path, version, gone), func(t *testing.T) {
					o, want := Options{Replies: Replies{LaterVersionsRefused: true}}, 406
					if gone {
						o.GoneVersions, want = []string{version}, 410
					}
					s := New(o)
					c := newClient(t, s).speak(v2, version)
					r := c.send(call.method, c.prefix+call.path, "")
					if has := !gone && strings.Contains(call.versions, version); (r.status != want) != has || r.status == 415 {
						t.Errorf("status %d: %s", r.status, r.body)
					}
				})
			}
		}
	}
}

func TestALaterDateResolvesToTheNewestVersionBeforeIt(t *testing.T) {
	cases := []struct {
		date, path, version string // "" if there is none
	}{
		{"2022-12-31", "/liveMigrations/validate", ""},
		{"2023-01-01", "/liveMigrations/validate", "2023-01-01"},
		{"2024-05-29", "/liveMigrations/validate", "2023-01-01"},
		{"2024-05-30", "/liveMigrations/validate", "2024-05-30"},
		{"2025-03-12", "/liveMigrations/validate", "2024-05-30"},
		{"2025-03-12", "/liveMigrations", "2024-05-30"},
	}
	for _, c := range cases {
		t.Run(c.date+c.path, func(t *testing.T) {
			s := New(Options{})
			client := newClient(t, s).speak(v2, c.date)
			what := changes{"dropEnabled": nil}
			if c.version == "2023-01-01" {
				what = nil
			}
			r := client.send("POST", client.group(c.path), requestBody(t, s, what))
			if c.version == "" {
				client.wantStatus(r, 406)
				return
			}
			if got := r.header.Get("Content-Type"); r.status >= 300 || got != "application/vnd.atlas."+c.version+"+json;charset=utf-8" {
				t.Errorf("status %d, Content-Type %q, %s", r.status, got, r.body)
			}
		})
	}
}

func TestARemovedVersionIsGoneForEveryDateThatStandsForIt(t *testing.T) {
	s := New(Options{GoneVersions: []string{"2023-01-01"}})
	for date, status := range map[string]int{"2023-01-01": 410, "2023-12-31": 410, "2024-05-30": 400, "2026-01-01": 400} {
		c := newClient(t, s).speak(v2, date)
		c.wantStatus(c.send("POST", c.group("/liveMigrations"), "{}"), status)
	}
}

func TestAVersionThatHasASuccessorSaysSo(t *testing.T) {
	cases := []struct {
		name       string
		options    Options
		apiVersion apiVersion
		version    string
		path       string
		marked     bool
	}{
		{"the first version of a validation", Options{}, v2, "2023-01-01", "/liveMigrations/validate", true},
		{"the first version of a start", Options{}, v2, "2023-01-01", "/liveMigrations", true},
		{"the later version of a start", Options{}, v2, "2024-05-30", "/liveMigrations", false},
		{"v1.0", Options{}, v1, "", "/liveMigrations", false},
		{"a world without the headers", Options{Replies: Replies{NoDeprecation: true}}, v2, "2023-01-01", "/liveMigrations", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			client := newClient(t, New(c.options)).speak(c.apiVersion, c.version)
			h := client.send("POST", client.group(c.path), requestBody(t, client.sim, nil)).header
			want := [2]string{}
			if c.marked {
				want = [2]string{"Thu, 30 May 2024 00:00:00 GMT", "Thu, 01 Jul 2027 00:00:00 GMT"}
			}
			if got := [2]string{h.Get("Deprecation"), h.Get("Sunset")}; got != want {
				t.Errorf("Deprecation and Sunset are %q", got)
			}
		})
	}
	c := newClient(t, New(Options{})).speak(v2, "2023-01-01")
	if h := c.send("GET", c.org("/liveMigrations/availableProjects"), "").header; h.Get("Deprecation") != "" || h.Get("Sunset") != "" {
		t.Errorf("a version without a successor says %v", h)
	}
}

func TestABodyMustBeSaidToBeWhatTheAPIVersionTakes(t *testing.T) {
	const form2023, form2024 = "application/vnd.atlas.2023-01-01+json", "application/vnd.atlas.2024-05-30+json"
	cases := []struct {
		name        string
		apiVersion  apiVersion
		accept      string
		contentType string
		status      int
	}{
		{"v1.0 in JSON", v1, "", "application/json", 200},
		{"v1.0 in JSON with a charset", v1, "", "application/json; charset=utf-8", 200},
		{"v1.0 in the form of v2", v1, "", form2023, 415},
		{"v1.0 in nothing that is said", v1, "", "", 415},
		{"v2 in its form", v2, form2023, form2023, 200},
		{"v2 in its form with a charset", v2, form2023, form2023 + ";charset=utf-8", 200},
		{"v2 in JSON", v2, form2023, "application/json", 415},
		{"v2 in nothing that is said", v2, form2023, "", 415},
		{"v2 in another version than it accepts", v2, form2023, form2024, 415},
		{"v2 in the later version", v2, form2024, form2024, 200},
		{"v2 in the first version that it accepts and the call has", v2, "application/json, application/vnd.atlas.2025-01-01+json, " + form2024 + ", " + form2023, form2024, 200},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := New(Options{})
			client := newClient(t, s)
			client.prefix = string(c.apiVersion)
			client.header.Set("Accept", c.accept)
			client.header.Set("Content-Type", c.contentType)
			what := changes{}
			if strings.HasSuffix(c.contentType, "2024-05-30+json") {
				what = changes{"dropEnabled": nil, "dropDestinationData": true}
			}
			r := client.send("POST", client.group("/liveMigrations/validate"), requestBody(t, s, what))
			client.wantStatus(r, c.status)
			if code := r.object(t)["errorCode"]; c.status == 415 && code != "UNSUPPORTED_MEDIA_TYPE" {
				t.Errorf("code %v", code)
			}
		})
	}
}

func TestBothAPIVersionsTellTheSame(t *testing.T) {
	project := New(Options{}).Credentials().ProjectID
	// But for an accepted cutover.
	accepted := map[string]reply{
		"/api/atlas/v1.0": {status: 200, body: `{"_id":"` + objectID("job", 1) + `","errorMessage":null,"groupId":"` + project +
			`","sourceGroupId":"` + objectID("source project", 1) + `","status":"PENDING"}`},
		"/api/atlas/v2": {status: 202},
	}
	for prefix, form := range map[string]string{
		"/api/atlas/v1.0": "application/json",
		"/api/atlas/v2":   "application/vnd.atlas.2023-01-01+json;charset=utf-8",
	} {
		t.Run(prefix, func(t *testing.T) {
			s := New(Options{})
			c := newClient(t, s)
			c.prefix = prefix
			c.header.Set("Accept", "application/vnd.atlas.2023-01-01+json")
			id := s.Add(Migration{Hosts: []string{"host.example.net"}, SteadyLag: 3, ReadyLag: 5, CutoverEnds: Stays})
			key := s.Credentials()
			get, put := c.paths(id)
			steps := []struct{ method, path, body, did string }{
				{"GET", get, `{"_id":"` + id + `","lagTimeSeconds":3,"migrationHosts":["host.example.net"],"readyForCutover":true,"status":"WORKING"}`, "served WORKING, ready, lag 3 s"},
				{"PUT", put, accepted[prefix].body, "accepted the cutover"},
				{"GET", get, `{"_id":"` + id + `","lagTimeSeconds":null,"migrationHosts":["host.example.net"],"readyForCutover":false,"status":"WORKING"}`, "served WORKING, not ready"},
				{"GET", c.jobPath(objectID("job", 1)), `{"_id":"` + objectID("job", 1) + `","errorMessage":null,"groupId":"` + key.ProjectID + `","sourceGroupId":"` + objectID("source project", 1) + `","status":"PENDING"}`, "served the job PENDING"},
			}
			for _, step := range steps {
				r := c.call(step.method, step.path)
				want := 200
				if step.method == "PUT" {
					want = accepted[prefix].status
				}
				c.wantStatus(r, want)
				if r.body != step.body {
					t.Errorf("%s %s\n got %s\nwant %s", step.method, step.path, r.body, step.body)
				}
				if got := r.header.Get("Content-Type"); got != form {
					t.Errorf("Content-Type %q", got)
				}
				if got := last(s).Did; got != step.did {
					t.Errorf("did %q, want %q", got, step.did)
				}
			}
		})
	}
}

func TestAnotherProjectsMigrationIsNotFound(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	id := s.Add(Migration{ProjectID: objectID("project", 2)})
	get, _ := c.paths(id)
	c.wantStatus(c.call("GET", get), 404)
	c.wantStatus(c.call("GET", strings.Replace(get, s.Credentials().ProjectID, objectID("project", 2), 1)), 200)
}

func TestPrettyAndEnvelopeAreHonoured(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	get, put := c.paths(s.Add(Migration{PutAnswer: NoContent204}))
	if r := c.call("GET", get+"?pretty=true"); !strings.HasPrefix(r.body, "{\n  \"_id\"") {
		t.Errorf("body %s", r.body)
	}
	if r := c.call("GET", get+"?envelope=true"); r.status != 200 || !strings.HasPrefix(r.body, `{"status":200,"content":{"_id"`) {
		t.Errorf("body %s", r.body)
	}
	if r := c.call("GET", strings.Replace(get, "/liveMigrations/", "/liveMigrations/0", 1)+"?envelope=true"); r.status != 200 || !strings.HasPrefix(r.body, `{"status":404,`) {
		t.Errorf("body %s", r.body)
	}
	if r := c.call("PUT", put+"?envelope=true"); r.status != 200 || r.body != `{"status":204,"content":null}` {
		t.Errorf("body %s", r.body)
	}
	c = newClient(t, New(Options{Replies: Replies{EnvelopeInEnvelope: true}}))
	if r := c.call("GET", c.org("/liveMigrations/availableProjects?envelope=true")); r.body != `{"status":200,"envelope":[]}` {
		t.Errorf("body %s", r.body)
	}
}
