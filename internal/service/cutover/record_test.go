// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"context"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
)

// record asserts the record of the night: times after start, or "" for null.
func (s *stage) record(start time.Time, requested, lag, completed string) {
	s.t.Helper()
	for attribute, want := range map[string]string{"requested_at": requested, "completed_at": completed} {
		if want != "" {
			after, err := time.ParseDuration(want)
			must(s.t, err)
			want = start.Add(after).UTC().Format(time.RFC3339)
		}
		s.attribute(attribute, want)
	}
	s.attribute("lag_seconds_at_request", lag)
}

func TestTheRecordOfACutoverSaysWhenAndAtWhichLag(t *testing.T) {
	inBubble(t, atlassim.Migration{InitialLag: 40, SteadyLag: 40, ReadyLag: 100, CutoverTakes: 10 * time.Second}, func(s *stage) {
		start := time.Now()
		s.ends(s.apply(), coretest.Create)
		s.record(start, "0s", "40", "10s")
		s.ends(s.silent(s.apply), coretest.NoOp)
		s.with("max_lag_seconds", 5).ends(s.apply(), coretest.Update)
		s.record(start, "0s", "40", "10s")
	})
}

func TestTheRecordOfAnInterruptedCutoverKeepsItsRequest(t *testing.T) {
	inBubble(t, takes(time.Hour), func(s *stage) {
		start := time.Now()
		s.interrupted(10 * time.Minute)
		s.record(start, "0s", "0", "")
		pass(10 * time.Minute)
		s.ends(s.apply(), coretest.Update)
		s.record(start, "0s", "0", s.completion(start))
		s.accepted(1, 1)
	})
}

// completion is when Atlas first said COMPLETE in the server's log.
func (s *stage) completion(start time.Time) string {
	s.t.Helper()
	for _, e := range s.sim.Log() {
		if e.ServedStatus == "COMPLETE" {
			return e.At.Sub(start).String()
		}
	}
	s.t.Error("Atlas never said COMPLETE")
	return ""
}

func TestTheRecordOfACutoverThatARefreshFoundCompleteHasItsTime(t *testing.T) {
	inBubble(t, takes(time.Hour), func(s *stage) {
		start := time.Now()
		s.interrupted(10 * time.Minute)
		pass(2 * time.Hour)
		s.apply()
		s.state("SUCCESS")
		s.record(start, "0s", "0", "2h10m")
	})
}

// What this configuration did not do is not in its record.
func TestTheRecordOfWhatWasNotRequestedHereIsNull(t *testing.T) {
	m := takes(time.Minute)
	m.BegunElsewhere = true
	inBubble(t, m, func(s *stage) {
		start := time.Now()
		s.ends(s.apply(), coretest.Create, alreadyUnderWay)
		s.record(start, "", "", s.completion(start))
		s.LoseState()
		s.Import(context.Background(), s.sim.Credentials().ProjectID+"/"+s.id)
		s.record(start, "", "", "")
	})
}

func TestNoRequestLeavesAfterTheMaintenanceWindow(t *testing.T) {
	t.Run("a run that waits ends with the window", func(t *testing.T) {
		inBubble(t, catchingUp(), func(s *stage) {
			start := time.Now()
			s.with("not_after", start.Add(20*time.Minute).UTC().Format(time.RFC3339))
			s.ends(s.apply(), coretest.Create, windowClosed)
			s.state("")
			s.accepted(0, 0)
			if took := time.Since(start); took != 20*time.Minute {
				t.Errorf("ended after %s", took)
			}
		})
	})
	t.Run("a plan that is made after it fails", func(t *testing.T) {
		inBubble(t, takes(time.Minute), func(s *stage) {
			s.with("not_after", time.Now().UTC().Format(time.RFC3339))
			pass(time.Second)
			s.ends(s.apply(), "", windowClosed)
			s.accepted(0, 0)
		})
	})
	for name, fault := range map[string]atlassim.Fault{
		"a read that hangs":  {Call: "migration", Skip: 1, Do: atlassim.Effect{Wire: atlassim.Hang}},
		"a long Retry-After": {Call: "cutover", Do: retryAfter(429, "60")},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, takes(time.Minute), func(s *stage) {
				start := time.Now()
				s.sim.Inject(fault)
				s.with("not_after", start.Add(20*time.Second).UTC().Format(time.RFC3339))
				if r := s.apply(); !r.Failed() {
					t.Errorf("did not fail: %q", coretest.Summaries(r.Diagnostics))
				}
				s.state("")
				s.sentWithin(start, 20*time.Second)
			})
		})
	}
	t.Run("a cutover in progress is followed", func(t *testing.T) {
		m := takes(time.Hour)
		m.BegunElsewhere = true
		inBubble(t, m, func(s *stage) {
			s.with("not_after", time.Now().Add(time.Minute).UTC().Format(time.RFC3339))
			pass(2 * time.Minute)
			s.ends(s.apply(), coretest.Create, alreadyUnderWay)
			s.state("SUCCESS")
			s.accepted(0, 0)
		})
	})
}
