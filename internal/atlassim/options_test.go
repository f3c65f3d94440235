// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestEveryAnswerToAnAcceptedPut(t *testing.T) {
	cases := []struct {
		apiVersion apiVersion
		answer     PutAnswer
		hide       bool
		status     int
		fields     int // -1: no body
	}{
		{v1, PutAnswerDefault, false, 200, 5},
		{v1, PutAnswerDefault, true, 200, 4},
		{v1, Accepted202, false, 202, -1},
		{v1, NoContent204, false, 204, -1},
		{v1, EmptyObject200, false, 200, 0},
		{v2, PutAnswerDefault, false, 202, -1},
		{v2, JobAnswer, false, 200, 5},
		{v2, NoContent204, false, 204, -1},
		{v2, EmptyObject200, false, 200, 0},
	}
	for i, c := range cases {
		t.Run(fmt.Sprintf("%s %q", c.apiVersion, c.answer), func(t *testing.T) {
			// The script's word comes before the world's.
			script, world := c.answer, Replies{PutAnswer: EmptyObject200}
			if script == PutAnswerDefault || i%2 == 0 {
				script, world = PutAnswerDefault, Replies{PutAnswer: c.answer}
			}
			s := New(Options{Replies: world})
			client := newClient(t, s).speak(c.apiVersion, "2023-01-01")
			id := s.Add(Migration{PutAnswer: script, HideJobID: c.hide})
			r := client.put(id)
			client.wantStatus(r, c.status)
			if c.fields < 0 && r.body != "" {
				t.Errorf("body %q", r.body)
			}
			if c.fields >= 0 && len(r.object(t)) != c.fields {
				t.Errorf("body %q", r.body)
			}
			if s.AcceptedCutovers(id) != 1 || !last(s).Accepted {
				t.Errorf("%d accepted, entry %+v", s.AcceptedCutovers(id), last(s))
			}
		})
	}
}

func TestTheWorldSaysWhatAPutGetsIfItsScriptDoesNot(t *testing.T) {
	s := New(Options{Replies: Replies{SecondPut: SilentSuccess, EarlyPut: Conflict409, ReadyAfterPut: Forever}})
	c := newClient(t, s)
	early, second := s.Add(Migration{ReadyLag: -1}), s.Add(Migration{CutoverEnds: Stays})
	told := s.Add(Migration{CutoverEnds: Stays, SecondPut: BadRequest400})
	for _, step := range []struct {
		id     string
		status int
	}{{early, 409}, {second, 200}, {second, 200}, {told, 200}, {told, 400}} {
		c.wantStatus(c.put(step.id), step.status)
	}
	if m := c.get(second); m["readyForCutover"] != true {
		t.Errorf("after the PUT %v", m)
	}
}

func TestEveryAnswerToAPutThatShouldNotHaveBeenSent(t *testing.T) {
	early := Migration{InitialLag: 9, CatchUp: 9 * time.Second, CutoverEnds: Stays}
	second := Migration{CutoverEnds: Stays}
	cases := []struct {
		name     string
		script   Migration
		refusal  Refusal
		puts     int
		status   int
		accepted int
	}{
		{"early by default", early, RefusalDefault, 1, 400, 0},
		{"early as a conflict", early, Conflict409, 1, 409, 0},
		{"early accepted in silence", early, SilentSuccess, 1, 200, 1},
		{"second by default", second, RefusalDefault, 2, 409, 1},
		{"second as a bad request", second, BadRequest400, 2, 400, 1},
		{"second accepted in silence", second, SilentSuccess, 2, 200, 2},
		{"second of a completed migration", Migration{}, RefusalDefault, 2, 409, 1},
		{"first of an expired migration", Migration{Age: 120 * time.Hour}, RefusalDefault, 1, 409, 0},
		{"first where somebody else cut over", Migration{BegunElsewhere: true}, RefusalDefault, 1, 409, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Options{})
				client := newClient(t, s)
				c.script.EarlyPut, c.script.SecondPut = c.refusal, c.refusal
				id := s.Add(c.script)
				after(time.Second)
				var r reply
				for range c.puts {
					r = client.put(id)
				}
				client.wantStatus(r, c.status)
				if got := s.AcceptedCutovers(id); got != c.accepted {
					t.Errorf("%d accepted, want %d", got, c.accepted)
				}
			})
		})
	}
}

func TestAnEarlyPutAcceptedInSilenceBeginsOnceReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		c := newClient(t, s)
		id := s.Add(Migration{InitialLag: 10, CatchUp: 10 * time.Second, CutoverTakes: time.Minute, EarlyPut: SilentSuccess, SecondPut: SilentSuccess})
		c.wantStatus(c.put(id), 200)
		c.wantStatus(c.put(id), 200)
		after(69 * time.Second)
		if m := c.get(id); m["status"] != "WORKING" || m["readyForCutover"] != false || m["lagTimeSeconds"] != nil {
			t.Errorf("before the end %v", m)
		}
		after(2 * time.Second)
		if m := c.get(id); m["status"] != "COMPLETE" {
			t.Errorf("after the end %v", m)
		}
	})
}

func TestASecondPutAcceptedInSilenceChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		c := newClient(t, s)
		id := s.Add(Migration{CutoverTakes: time.Minute, SecondPut: SilentSuccess})
		c.put(id)
		after(40 * time.Second)
		job := c.put(id).object(t)["_id"].(string)
		after(20 * time.Second)
		if m := c.get(id); m["status"] != "COMPLETE" {
			t.Errorf("the second PUT put the end off: %v", m)
		}
		if j := c.call("GET", c.jobPath(job)).object(t); j["status"] != "SUCCESS" {
			t.Errorf("its job %v", j)
		}
	})
}

func TestTheWordsOfAnAnswerCanDiffer(t *testing.T) {
	cases := []struct {
		name  string
		words Words
		at    time.Duration
		want  string // of status, readyForCutover, lagTimeSeconds; "-" where left out
	}{
		{"in full", Words{}, 0, "WORKING true 1"},
		{"without a lag", Words{NoLag: true}, 0, "WORKING true <nil>"},
		{"the field without a lag left out", Words{NoLag: true, OmitLag: true}, 0, "WORKING true -"},
		{"old words", Words{OldWords: true}, 0, "PENDING - -"},
		{"old words at the end", Words{OldWords: true}, time.Hour, "COMPLETE - -"},
		{"another status", Words{Status: "PAUSED"}, time.Hour, "PAUSED false <nil>"},
		{"another status, not yet", Words{Status: "PAUSED", StatusAfter: time.Minute}, time.Minute - 1, "WORKING true 1"},
		{"another status for a time", Words{Status: "PAUSED", StatusAfter: time.Minute, StatusFor: time.Minute}, 2*time.Minute - 1, "PAUSED true 1"},
		{"another status no longer", Words{Status: "PAUSED", StatusAfter: time.Minute, StatusFor: time.Minute}, 2 * time.Minute, "WORKING true 1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Options{})
				client := newClient(t, s)
				m := inSync(time.Minute)
				m.Words, m.ReadyAfterPut, m.LagAfterPut = c.words, Forever, Forever
				m.CutoverTakes = 30 * time.Minute
				id := s.Add(m)
				client.put(id)
				after(c.at)
				object := client.get(id)
				got := ""
				for _, field := range []string{"status", "readyForCutover", "lagTimeSeconds"} {
					value, ok := object[field]
					if !ok {
						value = "-"
					}
					got += " " + sprint(value)
				}
				if got[1:] != c.want {
					t.Errorf("%s, want %s", got[1:], c.want)
				}
			})
		})
	}
}

func TestAJobGoesAsItsScriptSays(t *testing.T) {
	minute := time.Minute
	cases := []struct {
		name   string
		ends   Ending
		job    JobScript
		at     time.Duration
		status int
		want   string
	}{
		{"with the migration", Completes, JobScript{}, 5 * minute, 200, "PENDING <nil>"},
		{"succeeds with the migration", Completes, JobScript{}, 10 * minute, 200, "SUCCESS <nil>"},
		{"fails with the migration", Fails, JobScript{}, 10 * minute, 200, "FAILED why"},
		{"fails where the migration expires", Expires, JobScript{}, 10 * minute, 200, "FAILED why"},
		{"succeeds sooner", Completes, JobScript{SucceedsAfter: minute}, minute, 200, "SUCCESS <nil>"},
		{"fails sooner", Completes, JobScript{FailsAfter: minute}, minute, 200, "FAILED why"},
		{"has not failed yet", Completes, JobScript{FailsAfter: minute}, minute - 1, 200, "PENDING <nil>"},
		{"cannot be read", Completes, JobScript{Status: 405}, minute, 405, "<nil> <nil>"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Options{})
				client := newClient(t, s)
				id := s.Add(Migration{CutoverTakes: 10 * minute, CutoverEnds: c.ends, FailReason: "why", Job: c.job})
				job := client.put(id).object(t)["_id"].(string)
				after(c.at)
				r := client.call("GET", client.jobPath(job))
				client.wantStatus(r, c.status)
				object := r.object(t)
				if got := sprint(object["status"]) + " " + sprint(object["errorMessage"]); got != c.want {
					t.Errorf("%s, want %s", got, c.want)
				}
			})
		})
	}
}

func TestAScriptCanChangeWhileItRuns(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	hosts := []string{"a.example.net"}
	id := s.Add(Migration{CutoverEnds: Stays, Hosts: hosts})
	hosts[0] = "changed by its caller"
	c.put(id)
	s.Update(id, func(m *Migration) {
		m.CutoverEnds, m.ID, m.ProjectID = Completes, "other", "other"
	})
	if begun := s.Add(Migration{CutoverTakes: Forever}); c.get(begun)["readyForCutover"] != true {
		t.Error("is not ready")
	} else {
		s.Update(begun, func(m *Migration) { m.BegunElsewhere = true })
		if m := c.get(begun); m["readyForCutover"] != false {
			t.Errorf("somebody else asked for its cutover: %v", m)
		}
	}
	s.Update("unknown", func(*Migration) { t.Error("an unknown migration was changed") })
	if m := c.get(id); m["status"] != "COMPLETE" || sprint(m["migrationHosts"]) != "[a.example.net]" {
		t.Errorf("%v", m)
	}
}
