// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration_test

import (
	"context"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// checkRecord asserts when the live migration was started and seen ready; zero is
// null.
func (s *harness) checkRecord(started, ready time.Time) {
	s.T.Helper()
	for attribute, at := range map[string]time.Time{"started_at": started, "ready_at": ready} {
		want := ""
		if !at.IsZero() {
			want = at.UTC().Format(time.RFC3339)
		}
		s.CheckAttribute(attribute, want)
	}
}

// servedReady is when Atlas first said in the server's log that it is ready.
func (s *harness) servedReady() time.Time {
	s.T.Helper()
	for _, e := range s.Calls(atlassim.CallMigration) {
		if e.Ready != nil && *e.Ready {
			return e.At
		}
	}
	s.T.Fatal("Atlas never said that it is ready")
	return time.Time{}
}

func TestTheRecordSaysWhenALiveMigrationStartedAndWasReady(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(copies(3 * time.Hour))
		start := time.Now()
		s.Set("wait_until", "ready").Check(s.Apply(), coretest.Create)
		s.checkRecord(start, s.servedReady())
		s.Check(s.Apply(), coretest.NoOp)
		s.SetTimeouts("50h").Check(s.Apply(), coretest.Update)
		s.checkRecord(start, s.servedReady())
		s.checkStarts(1, 1)
	})
}

func TestTheProgressFileTellsOfAStartAndItsWait(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.KeepProgress()
		s.Sim.SetTemplate(atlassim.Migration{Copying: time.Hour, InitialLag: 600, CatchUp: time.Hour, ReadyLag: 10})
		s.Set("wait_until", "ready")
		s.Check(s.Interrupt(90*time.Minute), coretest.Create, goesOn)
		s.Check(s.Apply(), coretest.Update)
		s.CheckProgress("requesting the start of the live migration", "request accepted, live migration "+s.migrationID()+" started",
			"waiting to be ready for cutover", "waiting to be ready for cutover, lag ", "interrupted after ", "ready for cutover after ")
		s.checkStarts(1, 1)
	})
}

func TestTheRecordOfAnInterruptedWaitIsCompletedByTheNextApply(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(copies(3 * time.Hour))
		start := time.Now()
		s.Set("wait_until", "ready")
		s.Check(s.Interrupt(time.Hour), coretest.Create, goesOn)
		s.checkRecord(start, time.Time{})
		s.Check(s.Apply(), coretest.Update)
		s.checkRecord(start, s.servedReady())
	})
}

func TestARefreshThatFirstSeesALiveMigrationReadyRecordsIt(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(copies(3 * time.Hour))
		start := time.Now()
		s.Apply()
		s.checkRecord(start, time.Time{})
		providertest.Sleep(5 * time.Hour)
		s.Check(s.Apply(), coretest.NoOp)
		ready := s.servedReady()
		s.checkRecord(start, ready)
		providertest.Sleep(time.Hour)
		s.Check(s.Apply(), coretest.NoOp)
		s.checkRecord(start, ready)
	})
}

func TestTheRecordOfAnImportedLiveMigrationIsNull(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		id := s.Sim.Add(atlassim.Migration{Destination: cluster, Hosts: []string{"migration-host-1.example.net"}})
		s.CheckFailed(s.Do(context.Background(), func(ctx context.Context) coretest.Result {
			return s.Import(ctx, s.Sim.Credentials().ProjectID+"/"+id)
		}), false)
		s.Check(s.Apply(), coretest.Update)
		s.checkRecord(time.Time{}, time.Time{})
		s.checkStarts(0, 0)
	})
}

// computed are the attributes that only the provider sets.
var computed = []string{"id", "status", "ready_for_cutover", "lag_time_seconds"}

// What the provider before started_at and ready_at stored plans to nothing.
func TestStoredStateNeedsNoChange(t *testing.T) {
	for name, requests := range map[string]int{"running": 1, "complete": 0} {
		t.Run(name, func(t *testing.T) {
			i := providertest.ReadStored(t, name)
			known := i.Attributes(t)
			inFakeTime(t, func(s *harness) {
				lag := int64(1)
				m := atlassim.Migration{InitialLag: lag, SteadyLag: lag, ReadyLag: 10}
				m.ID, _ = known["id"].(string)
				m.ProjectID, _ = known["project_id"].(string)
				s.Sim.Add(m)
				s.TakeOver(i, computed...)
				if !s.State.Equals(known) {
					s.T.Errorf("stored was\n%s\nread is\n%s", i.JSON, s.State.Value)
				}
				if source, _ := known["source"].(map[string]any); source["managed_authentication"] == false {
					s.SetNested("source", "password", providertest.SourcePassword) // which no state holds
				}
				s.Check(s.Apply(), coretest.NoOp)
				s.checkRecord(time.Time{}, time.Time{})
				s.CheckRequests(atlassim.CallMigration, requests)
				s.checkStarts(0, 0)
			})
		})
	}
}
