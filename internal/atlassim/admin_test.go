// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func (c *client) admin(method, path, body string) reply {
	c.t.Helper()
	r, err := c.raw(c.t.Context(), method, "/_sim/"+path, body, "")
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func TestTheLogIsServedInJSON(t *testing.T) {
	for name, connect := range map[string]func(*testing.T, *Sim) *client{
		"in memory":   func(t *testing.T, s *Sim) *client { t.Helper(); return newClient(t, s) },
		"on a socket": newSocketClient,
	} {
		t.Run(name, func(t *testing.T) {
			s := New(Options{})
			c := connect(t, s)
			if r := c.admin("GET", "log", ""); r.body != "[]" {
				t.Errorf("empty log %s", r.body)
			}
			c.put(s.Add(Migration{}))
			var log []Entry
			if err := json.Unmarshal([]byte(c.admin("GET", "log", "").body), &log); err != nil {
				t.Fatal(err)
			}
			if len(log) != 1 || !log[0].Accepted || log[0].Call != CallCutover {
				t.Errorf("%+v", log)
			}
		})
	}
}

func TestAMigrationCanBeAddedInJSON(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	r := c.admin("POST", "migrations", `{
		"scheduled": "1s", "copying": "2m30s", "slips": [{"after": "1m", "for": "forever", "lag": 7}], "ready_lag": -1,
		"cutover_ends": "stays", "put_answer": "accepted_202", "second_put": "silent_success", "early_put": "conflict_409",
		"job": {"fails_after": "1h"}, "words": {"old_words": true}, "hosts": ["h.example.net"]}`)
	c.wantStatus(r, 201)
	id, _ := r.object(t)["live_migration_id"].(string)
	l := s.migrations[id]
	if l == nil {
		t.Fatalf("no migration %q", id)
	}
	want := Migration{
		ID: id, ProjectID: s.Credentials().ProjectID, SourceProjectID: objectID("source project", 1), Hosts: []string{"h.example.net"},
		Scheduled: time.Second, Copying: 150 * time.Second, LagSpikes: []LagSpike{{time.Minute, Forever, 7}}, ReadyLag: -1,
		CutoverEnds: Stays, PutAnswer: Accepted202, SecondPut: SilentSuccess, EarlyPut: Conflict409,
		Job: JobScript{FailsAfter: time.Hour}, Words: Words{OldWords: true},
	}
	if !reflect.DeepEqual(l.script, want) {
		t.Errorf("got\n%+v\nwant\n%+v", l.script, want)
	}
}

func TestAJourneyCanBeScriptedInJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		c := newClient(t, s)
		c.wantStatus(c.admin("POST", "projects", `{"name": "shop", "migration_hosts": ["h"], "deployments": [{"name": "carts", "db_size_bytes": 7}]}`), 204)
		c.wantStatus(c.admin("POST", "validation", `{"takes": "1m", "fails": true, "reason": "why"}`), 204)
		c.wantStatus(c.admin("POST", "template", `{"scheduled": "1m", "steady_lag": 3}`), 204)
		if got := c.projects(); !strings.Contains(got, `"name":"carts"`) || !strings.Contains(got, `"dbSizeBytes":7`) {
			t.Errorf("projects %s", got)
		}
		validation, migration := c.validate().object(t)["_id"].(string), c.startMigration(nil).object(t)["_id"].(string)
		after(time.Minute)
		if job := c.call("GET", c.jobPath(validation)).object(t); job["errorMessage"] != "why" {
			t.Errorf("validation %v", job)
		}
		if m := c.get(migration); m["lagTimeSeconds"] != 3.0 {
			t.Errorf("live migration %v", m)
		}
	})
}

func TestFaultsCanBeInjectedAndClearedInJSON(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	get, put := c.paths(s.Add(Migration{}))
	c.wantStatus(c.admin("POST", "faults", `{"call": "cutover", "after": true, "do": {"wire": "reset"}}`), 204)
	c.wantStatus(c.admin("POST", "faults", `{"call": "migration", "times": 3, "do": {"status": 503, "header": {"Retry-After": ["1"]}}}`), 204)
	if _, err := c.try("PUT", put); !isReset(err) {
		t.Errorf("error %v", err)
	}
	r := c.call("GET", get)
	c.wantStatus(r, 503)
	if r.header.Get("Retry-After") != "1" {
		t.Errorf("header %v", r.header)
	}
	c.wantStatus(c.admin("DELETE", "faults", ""), 204)
	c.wantStatus(c.call("GET", get), 200)
}

func TestWhatIsWrongWithAnAdminCallIsSaid(t *testing.T) {
	cases := []struct {
		name, method, path, body string
		status                   int
		says                     string
	}{
		{"an unknown call", "GET", "nothing", "", 404, "there are"},
		{"no JSON", "POST", "migrations", "", 400, "EOF"},
		{"no object", "POST", "faults", "[]", 400, "object"},
		{"an unknown field", "POST", "migrations", `{"copyng": "1m"}`, 400, "copyng"},
		{"a number for a duration", "POST", "migrations", `{"job": {"fails_after": 60}}`, 400, "fails_after: a duration is a string"},
		{"a malformed duration", "POST", "migrations", `{"copying": "soon"}`, 400, "copying"},
		{"an unknown name", "POST", "migrations", `{"cutover_ends": "well"}`, 400, "completes"},
		{"a malformed ID", "POST", "migrations", `{"id": "7"}`, 400, "24"},
		{"an unknown field of a template", "POST", "template", `{"copyng": "1m"}`, 400, "copyng"},
		{"no effect", "POST", "faults", `{}`, 400, "exactly one"},
		{"two effects", "POST", "faults", `{"do": {"wire": "reset", "status": 500}}`, 400, "exactly one"},
		{"an impossible status", "POST", "faults", `{"do": {"status": 99}}`, 400, "between"},
		{"an effect that no socket can have", "POST", "faults", `{"do": {"wire": "refuse_dial"}}`, 400, "socket"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := New(Options{})
			client := newClient(t, s)
			r := client.admin(c.method, c.path, c.body)
			client.wantStatus(r, c.status)
			if !strings.Contains(r.body, c.says) || len(s.migrations)+len(s.faults)+len(s.Log()) != 0 {
				t.Errorf("body %s, log %v", r.body, s.Log())
			}
		})
	}
}

func TestAdminCallsFromElsewhereAreRefused(t *testing.T) {
	for address, want := range map[string]int{
		"127.0.0.1:5000": http.StatusOK, "[::1]:5000": http.StatusOK,
		"192.0.2.1:5000": http.StatusForbidden, "nonsense": http.StatusForbidden,
	} {
		r := httptest.NewRequest(http.MethodGet, "/_sim/log", http.NoBody)
		r.RemoteAddr = address
		w := httptest.NewRecorder()
		New(Options{}).ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", address, w.Code, want)
		}
	}
}
