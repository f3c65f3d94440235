// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// rehearse plays a scenario as a stubborn client does: it looks every ten
// seconds, asks for the cutover once it is ready, and looks on after anything
// that goes wrong, for up to six hours. It returns what it saw last.
func rehearse(c *client, id string) (status string, puts int) {
	get, put := c.paths(id)
	for began := time.Now(); time.Since(began) < 6*time.Hour; after(10 * time.Second) {
		r, err := c.try("GET", get)
		if err != nil || r.status != 200 || r.body[0] != '{' {
			continue
		}
		object := r.object(c.t)
		status, _ = object["status"].(string)
		if status == statusComplete || status == statusFailed || status == statusExpired {
			return status, puts
		}
		ready, told := object["readyForCutover"].(bool)
		if (ready || !told) && puts < 1 {
			puts++
			_, _ = c.try("PUT", put) // whose loss is what some scenarios are about
		}
	}
	return status, puts
}

// travel goes the way to a running live migration: it links, takes the first
// cluster that is available, validates until that succeeds, and starts. It
// returns the ID, which it takes from the ledger where the answer was lost.
func travel(c *client) string {
	c.t.Helper()
	c.wantStatus(c.validate(), 400) // before the link
	c.wantStatus(c.createLink(), 201)
	for status := ""; status != statusSuccess; {
		job := c.validate().object(c.t)["_id"].(string)
		for status = statusPending; status == statusPending; after(10 * time.Second) {
			status, _ = c.call("GET", c.jobPath(job)).object(c.t)["status"].(string)
		}
	}
	if _, err := c.raw(c.t.Context(), "POST", c.group("/liveMigrations"), requestBody(c.t, c.sim, nil), "Bearer "+c.sim.Credentials().AccessToken); err != nil && !isReset(err) {
		c.t.Error(err)
	}
	if c.sim.AcceptedStarts("target") != 1 {
		c.t.Fatalf("starts %+v", c.sim.Starts())
	}
	return c.sim.Starts()[0].LiveMigrationID
}

func TestEveryScenarioReachesItsEnd(t *testing.T) {
	ends := map[string]struct {
		status   string
		puts     int
		accepted int
	}{
		"happy":               {"COMPLETE", 1, 1},
		"ready-now":           {"COMPLETE", 1, 1},
		"falls-behind":        {"COMPLETE", 1, 1},
		"never-ready":         {"WORKING", 0, 0},
		"slow":                {"COMPLETE", 1, 1},
		"fails":               {"FAILED", 1, 1},
		"expires":             {"EXPIRED", 0, 0},
		"already-complete":    {"COMPLETE", 0, 0},
		"in-flight":           {"COMPLETE", 0, 0},
		"job-fails":           {"WORKING", 1, 1},
		"lost-answer":         {"COMPLETE", 1, 1},
		"lost-request":        {"WORKING", 1, 0},
		"flaky":               {"COMPLETE", 1, 1},
		"rate-limited":        {"COMPLETE", 1, 1},
		"key-revoked":         {"WORKING", 1, 1},
		"lingers":             {"COMPLETE", 1, 1},
		"old-words":           {"COMPLETE", 1, 1},
		"no-body":             {"COMPLETE", 1, 1},
		"second-put-accepted": {"COMPLETE", 1, 1},

		"journey":                  {"COMPLETE", 1, 1},
		"journey-at-once":          {"COMPLETE", 1, 1},
		"journey-validation-fails": {"COMPLETE", 1, 1},
		"journey-lost-start":       {"COMPLETE", 1, 1},
	}
	if len(ends) != len(Scenarios()) {
		t.Errorf("%d scenarios, %d ends", len(Scenarios()), len(ends))
	}
	for _, scenario := range Scenarios() {
		t.Run(scenario.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				want := ends[scenario.Name]
				s := New(Options{})
				c := newClient(t, s)
				id := scenario.Build(s)
				if strings.HasPrefix(scenario.Name, "journey") != (id == "") {
					t.Errorf("live migration %q", id)
				}
				if id == "" {
					id = travel(c)
				}
				status, puts := rehearse(c, id)
				if status != want.status || puts != want.puts || s.AcceptedCutovers(id) != want.accepted {
					t.Errorf("ended %s after %d PUTs, %d accepted; want %+v", status, puts, s.AcceptedCutovers(id), want)
				}
			})
		})
	}
}

func TestScenariosShowWhatTheyRehearse(t *testing.T) {
	shown := map[string]func(e Entry) bool{
		"falls-behind":     func(e Entry) bool { return e.Lag != nil && *e.Lag == 600 },
		"flaky":            func(e Entry) bool { return e.Fault == "cut short" },
		"rate-limited":     func(e Entry) bool { return e.Status == 429 },
		"key-revoked":      func(e Entry) bool { return e.Status == 401 },
		"lingers":          func(e Entry) bool { return e.N > 2 && e.Ready != nil && *e.Ready },
		"old-words":        func(e Entry) bool { return e.ServedStatus == statusPending },
		"no-body":          func(e Entry) bool { return e.Status == 202 },
		"job-fails":        func(e Entry) bool { return e.N > 6 && e.Ready != nil && *e.Ready },
		"slow":             func(e Entry) bool { return e.N > 3*60*6 },
		"lost-answer":      func(e Entry) bool { return e.Accepted && e.Status == 0 },
		"lost-request":     func(e Entry) bool { return e.Call == CallCutover && !e.Accepted && e.Status == 0 },
		"in-flight":        func(e Entry) bool { return e.N > 5*6 },
		"never-ready":      func(e Entry) bool { return e.Lag != nil && *e.Lag == 400 },
		"already-complete": func(e Entry) bool { return e.N == 1 && e.ServedStatus == statusComplete },

		"journey":                  func(e Entry) bool { return e.ServedStatus == statusNew && e.Call == CallMigration },
		"journey-at-once":          func(e Entry) bool { return e.Call == CallMigration && e.Ready != nil && *e.Ready },
		"journey-validation-fails": func(e Entry) bool { return e.Call == CallJob && e.ServedStatus == statusFailed },
		"journey-lost-start":       func(e Entry) bool { return e.Call == CallStart && e.Accepted && e.Status == 0 },
	}
	for name, show := range shown {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				scenario, ok := FindScenario(name)
				if !ok {
					t.Fatal("no such scenario")
				}
				s := New(Options{})
				c := newClient(t, s)
				id := scenario.Build(s)
				if id == "" {
					id = travel(c)
				}
				get, _ := c.paths(id)
				switch name {
				case "lingers": // for 10 s only, so look sooner
					c.get(id)
					c.put(id)
					after(9 * time.Second)
					c.get(id)
				case "rate-limited": // and nobody who looks only every ten seconds
					for range 4 {
						c.call("GET", get)
					}
				default:
					rehearse(c, id)
				}
				for _, e := range s.Log() {
					if show(e) {
						return
					}
				}
				t.Error("it was not to be seen")
			})
		})
	}
}

func TestAnUnknownScenarioIsNotFound(t *testing.T) {
	if _, ok := FindScenario("unknown"); ok {
		t.Error("found")
	}
}
