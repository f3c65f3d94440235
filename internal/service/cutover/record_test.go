// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// record asserts the record of the night: times after start, or "" for null.
func (s *harness) record(start time.Time, requested, lag, completed string) {
	s.T.Helper()
	for attribute, want := range map[string]string{"requested_at": requested, "completed_at": completed} {
		if want != "" {
			after, err := time.ParseDuration(want)
			must(s.T, err)
			want = start.Add(after).UTC().Format(time.RFC3339)
		}
		s.CheckAttribute(attribute, want)
	}
	s.CheckAttribute("lag_seconds_at_request", lag)
}

func TestTheRecordOfACutoverSaysWhenAndAtWhichLag(t *testing.T) {
	inFakeTime(t, atlassim.Migration{InitialLag: 40, SteadyLag: 40, ReadyLag: 100, CutoverTakes: 10 * time.Second}, func(s *harness) {
		start := time.Now()
		s.CheckApply(s.Apply(), coretest.Create)
		s.record(start, "0s", "40", "10s")
		s.CheckApply(s.CheckSilent(s.Apply), coretest.NoOp)
		s.Set("max_lag_seconds", 5).CheckApply(s.Apply(), coretest.Update)
		s.record(start, "0s", "40", "10s")
	})
}

func TestTheRecordOfAnInterruptedCutoverKeepsItsRequest(t *testing.T) {
	inFakeTime(t, takes(time.Hour), func(s *harness) {
		start := time.Now()
		s.Interrupt(10 * time.Minute)
		s.record(start, "0s", "0", "")
		providertest.Sleep(10 * time.Minute)
		s.CheckApply(s.Apply(), coretest.Update)
		s.record(start, "0s", "0", s.completion(start))
		s.checkCutovers(1, 1)
	})
}

// completion is when Atlas first said COMPLETE in the server's log.
func (s *harness) completion(start time.Time) string {
	s.T.Helper()
	for _, e := range s.Sim.Log() {
		if e.ServedStatus == "COMPLETE" {
			return e.At.Sub(start).String()
		}
	}
	s.T.Error("Atlas never said COMPLETE")
	return ""
}

func TestTheRecordOfACutoverThatARefreshFoundCompleteHasItsTime(t *testing.T) {
	inFakeTime(t, takes(time.Hour), func(s *harness) {
		start := time.Now()
		s.Interrupt(10 * time.Minute)
		providertest.Sleep(2 * time.Hour)
		s.Apply()
		s.CheckState("SUCCESS")
		s.record(start, "0s", "0", "2h10m")
	})
}

// What this configuration did not do is not in its record.
func TestTheRecordOfWhatWasNotRequestedHereIsNull(t *testing.T) {
	m := takes(time.Minute)
	m.BegunElsewhere = true
	inFakeTime(t, m, func(s *harness) {
		start := time.Now()
		s.CheckApply(s.Apply(), coretest.Create, alreadyUnderWay)
		s.record(start, "", "", s.completion(start))
		s.LoseState()
		s.Import(context.Background(), s.Sim.Credentials().ProjectID+"/"+s.id)
		s.record(start, "", "", "")
	})
}

func TestNoRequestLeavesAfterTheMaintenanceWindow(t *testing.T) {
	t.Run("a run that waits ends with the window", func(t *testing.T) {
		inFakeTime(t, catchingUp(), func(s *harness) {
			start := time.Now()
			s.Set("not_after", start.Add(20*time.Minute).UTC().Format(time.RFC3339))
			s.CheckApply(s.Apply(), coretest.Create, windowClosed)
			s.CheckState("")
			s.checkCutovers(0, 0)
			if took := time.Since(start); took != 20*time.Minute {
				t.Errorf("ended after %s", took)
			}
		})
	})
	t.Run("a plan that is made after it fails", func(t *testing.T) {
		inFakeTime(t, takes(time.Minute), func(s *harness) {
			s.Set("not_after", time.Now().UTC().Format(time.RFC3339))
			providertest.Sleep(time.Second)
			s.CheckApply(s.Apply(), "", windowClosed)
			s.checkCutovers(0, 0)
		})
	})
	t.Run("a plan that is made after it and cannot read says so", func(t *testing.T) {
		for kind, plan := range map[string]func(*harness) coretest.Result{
			"resource": (*harness).Plan,
			"action":   func(s *harness) coretest.Result { return s.invoke().Result },
		} {
			inFakeTime(t, takes(time.Minute), func(s *harness) {
				s.Set("not_after", time.Now().UTC().Format(time.RFC3339))
				providertest.Sleep(time.Second)
				s.Sim.Inject(atlassim.Fault{Call: "migration", Times: -1, Do: atlassim.Effect{Status: 403}})
				if r := plan(s); !strings.Contains(providertest.Details(r), "The time in not_after has passed.") {
					t.Errorf("%s: says %q", kind, providertest.Details(r))
				}
				s.checkCutovers(0, 0)
			})
		}
	})
	for _, status := range []int{401, 404} {
		t.Run(fmt.Sprintf("an action whose plan is answered with %d is invoked all the same", status), func(t *testing.T) {
			inFakeTime(t, takes(time.Minute), func(s *harness) {
				s.Set("not_after", time.Now().UTC().Format(time.RFC3339))
				providertest.Sleep(time.Second)
				s.Sim.Inject(atlassim.Fault{Call: "migration", Do: atlassim.Effect{Status: status}})
				i := s.invoke()
				s.ended(i, unableToRead, windowClosed)
				s.checkCutovers(0, 0)
				if said := providertest.Details(i.Result); len(i.Progress) == 0 || !strings.Contains(said, "The time in not_after has passed.") {
					t.Errorf("told %q, and said %q", i.Progress, said)
				}
			})
		})
	}
	t.Run("an action that waits ends with the window", func(t *testing.T) {
		inFakeTime(t, catchingUp(), func(s *harness) {
			start := time.Now()
			s.Set("not_after", start.Add(20*time.Minute).UTC().Format(time.RFC3339))
			i := s.invoke()
			s.ended(i, windowClosed)
			s.checkCutovers(0, 0)
			if took := time.Since(start); took != 20*time.Minute || len(i.Progress) == 0 {
				t.Errorf("ended after %s, and said %q", took, i.Progress)
			}
		})
	})
	t.Run("an action that is planned after it fails", func(t *testing.T) {
		inFakeTime(t, takes(time.Minute), func(s *harness) {
			s.Set("not_after", time.Now().UTC().Format(time.RFC3339))
			providertest.Sleep(time.Second)
			i := s.invoke()
			s.ended(i, windowClosed)
			s.checkCutovers(0, 0)
			if len(i.Progress) > 0 {
				t.Errorf("was invoked, and said %q", i.Progress)
			}
		})
	})
	t.Run("an action follows a cutover in progress", func(t *testing.T) {
		m := takes(time.Hour)
		m.BegunElsewhere = true
		inFakeTime(t, m, func(s *harness) {
			s.Set("not_after", time.Now().UTC().Format(time.RFC3339))
			providertest.Sleep(time.Minute)
			s.ended(s.invoke(), alreadyUnderWay)
			s.checkCutovers(0, 0)
		})
	})
	for name, fault := range map[string]atlassim.Fault{
		"a read that hangs":  {Call: "migration", Skip: 1, Do: atlassim.Effect{Wire: atlassim.Hang}},
		"a long Retry-After": {Call: "cutover", Do: retryAfter(429, "60")},
	} {
		for kind, run := range map[string]func(*harness) coretest.Result{
			"resource": (*harness).Apply,
			"action":   func(s *harness) coretest.Result { return s.invoke().Result },
		} {
			t.Run(name+", for the "+kind, func(t *testing.T) {
				inFakeTime(t, takes(time.Minute), func(s *harness) {
					start, fault := time.Now(), fault
					nothing := "This apply requested no cutover"
					if kind == "action" {
						fault.Skip = 0 // Its plan reads nothing before the window closes.
						nothing = "The action requested no cutover"
					}
					s.Sim.Inject(fault)
					s.Set("not_after", start.Add(20*time.Second).UTC().Format(time.RFC3339))
					if r := run(s); !r.Failed() || !strings.Contains(providertest.Details(r), nothing) {
						t.Errorf("says %q", providertest.Details(r))
					}
					s.CheckState("")
					s.sentWithin(start, 20*time.Second)
					if got := s.Sim.AcceptedCutovers(s.id); got != 0 {
						t.Errorf("Atlas accepted %d cutovers", got)
					}
				})
			})
		}
	}
	t.Run("a cutover in progress is followed", func(t *testing.T) {
		m := takes(time.Hour)
		m.BegunElsewhere = true
		inFakeTime(t, m, func(s *harness) {
			s.Set("not_after", time.Now().Add(time.Minute).UTC().Format(time.RFC3339))
			providertest.Sleep(2 * time.Minute)
			s.CheckApply(s.Apply(), coretest.Create, alreadyUnderWay)
			s.CheckState("SUCCESS")
			s.checkCutovers(0, 0)
		})
	})
}
