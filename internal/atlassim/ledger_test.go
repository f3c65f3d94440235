// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheLedgerTellsWhetherAFailureWasReportedBeforeTheNextCutover(t *testing.T) {
	reports := map[string]struct {
		report func(c *client, id, job string)
		want   bool
	}{
		"nobody was told":                {func(*client, string, string) {}, false},
		"the job told":                   {func(c *client, _, job string) { c.call("GET", c.jobPath(job)) }, true},
		"the migration does not tell it": {func(c *client, id, _ string) { c.get(id) }, false},
		"the telling was cut off": {func(c *client, _, job string) {
			c.sim.Inject(Fault{After: true, Do: Effect{Wire: CloseMidBody}})
			if _, err := c.try("GET", c.jobPath(job)); err == nil {
				c.t.Error("no error")
			}
		}, false},
	}
	for name, r := range reports {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Options{})
				c := newClient(t, s)
				id := s.Add(Migration{CutoverTakes: time.Hour, Job: JobScript{FailsAfter: time.Minute, FailTimes: 1, FailureLeavesMigrationReady: true}})
				job := c.put(id).object(t)["_id"].(string)
				after(time.Minute)
				r.report(c, id, job)
				second := c.put(id).object(t)["_id"].(string)
				ledger := s.CutoverLedger(id)
				if len(ledger) != 2 || ledger[0].FailedReportedBefore || ledger[1].FailedReportedBefore != r.want {
					t.Fatalf("%+v", ledger)
				}
				if ledger[0].JobID != job || ledger[1].JobID != second || job == second || ledger[1].At.Sub(ledger[0].At) != time.Minute {
					t.Errorf("%+v", ledger)
				}
				if e := s.Log()[ledger[1].N-1]; !e.Accepted || e.Call != CallCutover {
					t.Errorf("entry %d is %+v", ledger[1].N, e)
				}
				after(time.Hour)
				if m := c.get(id); m["status"] != "COMPLETE" {
					t.Errorf("the second cutover ended %v", m)
				}
				if j := c.call("GET", c.jobPath(job)).object(t); j["status"] != "FAILED" {
					t.Errorf("the first job ended %v", j)
				}
			})
		})
	}
}

func TestAReportOfOneFailureIsNoneOfAnother(t *testing.T) {
	for name, told := range map[string][]bool{
		"both were told": {true, true}, "the first alone": {true, false}, "the second alone": {false, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Options{})
				c := newClient(t, s)
				id := s.Add(Migration{CutoverTakes: time.Hour, Job: JobScript{FailsAfter: time.Minute, FailureLeavesMigrationReady: true}})
				for _, tell := range told {
					job := c.put(id).object(t)["_id"].(string)
					after(time.Minute)
					if tell {
						c.call("GET", c.jobPath(job))
					}
				}
				c.put(id)
				if ledger := s.CutoverLedger(id); len(ledger) != 3 || ledger[2].FailedReportedBefore != (told[0] && told[1]) {
					t.Errorf("%+v", ledger)
				}
			})
		})
	}
}

func TestTheLedgerTellsWhetherTheEarlierCutoversReallyFailed(t *testing.T) {
	minute := time.Minute
	failing := JobScript{FailsAfter: minute, FailureLeavesMigrationReady: true}
	cases := []struct {
		name   string
		script Migration
		every  time.Duration // between PUTs
		want   []bool
	}{
		{"each one's job failed and left the migration ready", Migration{Job: failing}, minute, []bool{false, true, true}},
		{"the first one still runs", Migration{Job: failing}, minute - 1, []bool{false, false, true}},
		{"the job failed and the migration continues", Migration{Job: JobScript{FailsAfter: minute}}, minute, []bool{false, false}},
		{"the migration failed", Migration{CutoverTakes: minute, CutoverEnds: Fails}, minute, []bool{false, true}},
		{"the migration expired", Migration{CutoverTakes: minute, CutoverEnds: Expires}, minute, []bool{false, true}},
		{"the migration is complete", Migration{CutoverTakes: minute}, minute, []bool{false, false}},
		{"it had expired before the first", Migration{Age: defaultExpiry}, minute, []bool{false, true}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Options{})
				client := newClient(t, s)
				if c.script.CutoverTakes == 0 {
					c.script.CutoverTakes = time.Hour
				}
				c.script.SecondPut = SilentSuccess
				id := s.Add(c.script)
				for range c.want {
					client.wantStatus(client.put(id), 200)
					after(c.every)
				}
				var got []bool
				for _, a := range s.CutoverLedger(id) {
					got = append(got, a.FailedBefore)
					if a.FailedReportedBefore {
						t.Error("nobody was told, and yet it counts as reported")
					}
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("%v, want %v", got, c.want)
				}
			})
		})
	}
}

func TestCompleteCountsAsServedOnlyWhereItArrivedWhole(t *testing.T) {
	cases := []struct {
		name   string
		script Migration
		do     Effect
		want   bool
	}{
		{"served", Migration{BegunElsewhere: true}, Effect{}, true},
		{"delayed", Migration{BegunElsewhere: true}, Effect{Delay: 1}, true},
		{"not complete", Migration{}, Effect{}, false},
		{"garbled", Migration{BegunElsewhere: true}, Effect{Garble: "{}"}, false},
		{"cut short", Migration{BegunElsewhere: true}, Effect{Wire: CloseMidBody}, false},
		{"reset", Migration{BegunElsewhere: true}, Effect{Wire: Reset}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := New(Options{})
			client := newClient(t, s)
			id := s.Add(c.script)
			if c.do.name() != "" {
				s.Inject(Fault{After: true, Do: c.do})
			}
			get, _ := client.paths(id)
			_, err := client.try("GET", get)
			if got := s.ServedComplete(id); got != c.want || got && err != nil {
				t.Errorf("served complete: %t, error %v", got, err)
			}
			if (last(s).ServedStatus == statusComplete) != c.want {
				t.Errorf("entry %+v", last(s))
			}
		})
	}
}

func TestWaitingEndsWithTheFirstMatchPastOrFuture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		c := newClient(t, s)
		id := s.Add(Migration{})
		accepted := func(e Entry) bool { return e.Accepted }
		go func() {
			after(time.Minute)
			c.get(id)
			c.put(id)
			c.put(id)
		}()
		for range 2 { // the second time it is past
			e, err := s.WaitFor(t.Context(), accepted)
			if err != nil || e.N != 2 || e.LiveMigrationID != id || e.ProjectID != s.Credentials().ProjectID {
				t.Errorf("%+v %v", e, err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.WaitFor(ctx, func(Entry) bool { return false }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
	})
}

func TestEveryEntryIsToldOnceOutsideOfTheLock(t *testing.T) {
	var s *Sim
	var told []string
	s = New(Options{OnEntry: func(e Entry) {
		if len(s.Log()) < e.N { // would not return under the lock
			t.Error("told before it was in the log")
		}
		told = append(told, e.String())
	}})
	c := newClient(t, s)
	id := s.Add(Migration{SteadyLag: 12, ReadyLag: 12})
	get, _ := c.paths(id)
	if _, err := c.raw(t.Context(), "GET", get, "", ""); err != nil {
		t.Fatal(err)
	}
	c.get(id)
	s.Inject(Fault{Name: "lost", After: true, Do: Effect{Wire: Reset}})
	_, put := c.paths(id)
	if _, err := c.try("PUT", put); !isReset(err) {
		t.Error(err)
	}
	c.call("GET", "/elsewhere")
	want := []string{
		"GET migration → 401 challenged",
		"GET migration → 200 served WORKING, ready, lag 12 s",
		"PUT cutover → no answer accepted the cutover, but the answer was spoilt [lost]",
		"GET /elsewhere → 404 refused: unknown path",
	}
	if !slices.Equal(told, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
}

func TestAnEntrySaysWhatWasAskedAndServed(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	c.header.Set("User-Agent", "somebody/1.0")
	c.header.Set("Accept", "application/json")
	id := s.Add(Migration{SteadyLag: 2, ReadyLag: 2})
	get, _ := c.paths(id)
	c.call("GET", get+"?pretty=true")
	e := last(s)
	if e.N != 1 || e.Method != "GET" || e.Path != get || e.Query != "pretty=true" || e.UserAgent != "somebody/1.0" ||
		e.Accept != "application/json" || e.Credential != "bearer" || e.Status != 200 || !e.Acted ||
		e.ServedStatus != "WORKING" || e.Ready == nil || !*e.Ready || e.Lag == nil || *e.Lag != 2 {
		t.Errorf("%+v", e)
	}
}

func TestAnEntryHasTheIDsOfTheCallThatWasMade(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	c.call("GET", c.group("/liveMigrations/validate")) // which is where validations are started
	if e := last(s); e.Call != CallMigration || e.LiveMigrationID != "validate" || e.JobID != "" || e.OrgID != "" {
		t.Errorf("%+v", e)
	}
}

func TestUnknownMigrationsHaveAnEmptyLedger(t *testing.T) {
	s := New(Options{})
	if s.AcceptedCutovers("unknown") != 0 || s.ServedComplete("unknown") {
		t.Error("something was entered for an unknown migration")
	}
}
