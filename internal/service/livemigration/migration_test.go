// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// copies is a live migration that takes so long to be ready.
func copies(d time.Duration) atlassim.Migration {
	return atlassim.Migration{Scheduled: time.Minute, Copying: d - time.Minute, InitialLag: 600, CatchUp: time.Hour, ReadyLag: 600}
}

func TestALiveMigrationIsStartedOnceAndThenLeftAlone(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(copies(time.Hour))
		s.Check(s.Apply(), coretest.Create)
		s.CheckState("NEW")
		if got := s.State.String("id"); got != s.migrationID() {
			t.Errorf("the ID is %q, want that of the live migration", got)
		}
		for range 5 {
			providertest.Sleep(20 * time.Minute)
			s.Check(s.Plan(), coretest.NoOp)
			s.Check(s.Apply(), coretest.NoOp)
		}
		s.CheckState("WORKING")
		s.checkStarts(1, 1)
		lags := map[int64]bool{}
		for _, e := range s.Calls(atlassim.CallMigration) {
			if e.Lag != nil {
				lags[*e.Lag] = true
			}
		}
		if len(lags) < 3 {
			t.Errorf("the lag never changed: %v", lags)
		}
	})
}

func TestAnApplyWaitsUntilALiveMigrationIsReady(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(copies(30 * time.Hour))
		began := time.Now()
		s.Set("wait_until", "ready").Check(s.Apply(), coretest.Create)
		s.CheckState("WORKING")
		if took := time.Since(began); took < 30*time.Hour || took > 30*time.Hour+time.Minute {
			t.Errorf("noticed after %s", took)
		}
		s.Check(s.Plan(), coretest.NoOp)
		s.checkStarts(1, 1)
	})
}

// What was ready once and falls behind is nothing to wait for again.
func TestAReadyLiveMigrationThatFallsBehindIsLeftAlone(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		m := copies(time.Hour)
		m.LagSpikes = []atlassim.LagSpike{{After: time.Hour, For: 10 * time.Hour, Lag: 90000}}
		s.Sim.SetTemplate(m)
		s.Set("wait_until", "ready").Check(s.Apply(), coretest.Create)
		providertest.Sleep(2 * time.Hour)
		s.Check(s.Plan(), coretest.NoOp)
		looks := s.Calls(atlassim.CallMigration)
		if last := looks[len(looks)-1]; last.Ready == nil || *last.Ready {
			t.Errorf("it never fell behind: %s", last)
		}
	})
}

// A wait that was cut short is over once anybody has seen it ready.
func TestAWaitThatWasCutShortEndsWithTheFirstReadyRefresh(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		m := copies(3 * time.Hour)
		m.LagSpikes = []atlassim.LagSpike{{After: 4 * time.Hour, For: 10 * time.Hour, Lag: 90000}}
		s.Sim.SetTemplate(m)
		s.Set("wait_until", "ready").SetTimeouts("1h").Check(s.Apply(), coretest.Create, notReady)
		providertest.Sleep(3 * time.Hour)
		s.Check(s.Apply(), coretest.NoOp)
		providertest.Sleep(5 * time.Hour)
		s.Check(s.Apply(), coretest.NoOp)
		looks := s.Calls(atlassim.CallMigration)
		if last := looks[len(looks)-1]; last.Ready == nil || *last.Ready {
			t.Errorf("it never fell behind: %s", last)
		}
	})
}

func TestWhatIsReadyNeedsNoWait(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Apply()
		providertest.Sleep(time.Minute)
		s.Set("wait_until", "ready").Check(s.silentApplyAfterRefresh(), coretest.Update)
		s.Check(s.Plan(), coretest.NoOp)
	})
}

func TestReadinessCanBeWaitedForLater(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(copies(5 * time.Hour))
		s.Apply()
		s.Set("wait_until", "ready")
		began := time.Now()
		s.Check(s.Apply(), coretest.Update)
		if took := time.Since(began); took < 4*time.Hour {
			t.Errorf("waited %s", took)
		}
		s.Check(s.Plan(), coretest.NoOp)
		s.Set("wait_until", "started").Check(s.silentApplyAfterRefresh(), coretest.Update)
		s.checkStarts(1, 1)
	})
}

// silentApplyAfterRefresh applies, and asserts that nothing but the refresh was
// sent.
func (s *harness) silentApplyAfterRefresh() coretest.Result {
	s.T.Helper()
	before := len(s.Requests())
	r := s.Apply()
	if sent := s.Requests()[before:]; len(sent) != 1 || sent[0].Call != atlassim.CallMigration {
		s.T.Errorf("sent %v, want one look", sent)
	}
	return r
}

func TestADestinationProjectCanBeGiven(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.SetNested("destination", "project_id", "6a1b2c3d4e5f60718293a4b5")
		r := s.Apply()
		s.Check(r, coretest.Create, unableToStart)
		s.CheckText(r, "destination.groupId")
		s.SetNested("destination", "project_id", s.Sim.Credentials().ProjectID).Check(s.Apply(), coretest.Create)
		s.checkStarts(1, 2)
		// To leave it out asks for the same.
		s.SetNested("destination", "project_id", nil).Check(s.Apply(), coretest.Update)
		s.Set("drop_destination_data", false).Check(s.Apply(), coretest.Update)
		s.checkStarts(1, 2)
	})
}

func TestAChangeIsRefusedWhileALiveMigrationRuns(t *testing.T) {
	for argument, change := range providertest.RequestChanges {
		t.Run(argument, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				s.Sim.SetTemplate(copies(time.Hour))
				s.Apply()
				change(s.Harness)
				for _, run := range []func() coretest.Result{s.Plan, s.Apply} {
					r := run()
					s.Check(r, "", unableToChange)
					s.CheckText(r, "The configuration changes "+argument+" of a live migration that is running.")
					s.CheckText(r, "cancel the live migration in the Atlas console first")
				}
				s.CheckState("NEW")
				s.checkStarts(1, 1)
			})
		})
	}
}

func TestAChangeReplacesALiveMigrationThatIsOver(t *testing.T) {
	for argument, change := range providertest.RequestChanges {
		if argument == "project_id" { // the other project has no live migrations
			continue
		}
		t.Run(argument, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				s.Sim.SetTemplate(atlassim.Migration{Copying: time.Hour, FailsAfter: time.Minute})
				s.Apply()
				providertest.Sleep(2 * time.Minute)
				change(s.Harness)
				said := []string{notUndone}
				if argument == "drop_destination_data" {
					said = []string{dropsData, notUndone}
				}
				s.Check(s.Apply(), coretest.Replace, said...)
				s.CheckState("NEW")
				s.checkStarts(2, 2)
			})
		})
	}
}

// The state may be older than the live migration's end.
func TestAChangeLooksWhetherALiveMigrationIsOver(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(copies(time.Hour))
		s.Apply()
		s.Set("drop_destination_data", true)
		// The refresh sees it run, and the look after that sees it over.
		s.Sim.Inject(atlassim.Fault{Call: atlassim.CallMigration, Do: atlassim.Effect{Garble: `{"status":"WORKING"}`}})
		s.Sim.Update(s.migrationID(), func(m *atlassim.Migration) { m.FailsAfter = time.Second })
		providertest.Sleep(time.Minute)
		s.Check(s.Apply(), coretest.Replace, dropsData, notStopped)
		s.checkStarts(2, 2)
	})
}

func TestAChangeIsRefusedWhileAtlasCannotBeRead(t *testing.T) {
	for name, status := range map[string]int{"it is broken": 500, "access is denied": 401, "it shows no live migration": 404} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				s.Apply()
				s.Set("drop_destination_data", true)
				s.Sim.Inject(atlassim.Fault{Call: atlassim.CallMigration, Times: -1, Do: atlassim.Effect{Status: status}})
				r := s.Apply()
				s.Check(r, "", unableToRefresh, unableToChange)
				if status == 404 {
					s.CheckText(r, "terraform state rm")
				}
				s.checkStarts(1, 1)
			})
		})
	}
}

func TestDestroyOnlyForgets(t *testing.T) {
	t.Run("what runs", func(t *testing.T) {
		inFakeTime(t, func(s *harness) {
			s.Sim.SetTemplate(copies(time.Hour))
			s.Apply()
			r := s.Destroy()
			s.Check(r, coretest.Delete, notStopped)
			s.CheckText(r, s.Sim.Credentials().ProjectID+"/"+s.migrationID())
			s.CheckState("")
		})
	})
	t.Run("what is over", func(t *testing.T) {
		inFakeTime(t, func(s *harness) {
			s.Sim.SetTemplate(atlassim.Migration{FailsAfter: time.Minute})
			s.Apply()
			providertest.Sleep(time.Hour)
			s.Check(s.Apply(), coretest.NoOp, hasFailed)
			s.Check(s.CheckSilent(s.Destroy), coretest.Delete, notUndone)
			s.CheckState("")
		})
	})
}

func TestARefreshNeverCostsTheState(t *testing.T) {
	for name, status := range map[string]int{"404": 404, "401": 401, "403": 403, "500": 500} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				s.Apply()
				s.Sim.Inject(atlassim.Fault{Call: atlassim.CallMigration, Times: -1, Do: atlassim.Effect{Status: status}})
				s.Check(s.Apply(), coretest.NoOp, unableToRefresh)
				s.CheckState("NEW")
				s.checkStarts(1, 1)
			})
		})
	}
}

func TestWhatIsOverIsNeverAskedAboutAgain(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(atlassim.Migration{ExpiresAfter: time.Hour})
		s.Apply()
		providertest.Sleep(2 * time.Hour)
		s.Check(s.Apply(), coretest.NoOp, hasFailed)
		s.CheckState("EXPIRED")
		s.Check(s.CheckSilent(s.Plan), coretest.NoOp, hasFailed)
	})
}

func TestAnImportIsAdoptedFromTheConfiguration(t *testing.T) {
	imports := map[string]func(s *harness, project, id string) coretest.Result{
		"by id": func(s *harness, project, id string) coretest.Result {
			return s.Import(context.Background(), project+"/"+id)
		},
		"by identity": func(s *harness, project, id string) coretest.Result {
			return s.ImportByIdentity(context.Background(), map[string]string{"project_id": project, "live_migration_id": id})
		},
	}
	for name, imported := range imports {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				m := copies(time.Hour)
				m.Destination, m.Hosts = cluster, []string{"migration-host-1.example.net"}
				project, id := s.Sim.Credentials().ProjectID, s.Sim.Add(m)
				r := imported(s, project, id)
				s.Check(r, "", incompleteImport)
				s.CheckText(r, project+"/"+id)
				s.CheckState("NEW")
				s.Check(s.Plan(), coretest.Update)
				s.Check(s.silentApplyAfterRefresh(), coretest.Update)
				s.Check(s.Plan(), coretest.NoOp)
				// From now on a change shows.
				s.Set("drop_destination_data", true).Check(s.Plan(), "", unableToChange)
				s.checkStarts(0, 0)
			})
		})
	}
}

func TestAnImportCanWaitForReadiness(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.importsRunning("migration-host-1.example.net")
		s.Set("wait_until", "ready").Check(s.Apply(), coretest.Update)
		s.Check(s.Plan(), coretest.NoOp)
		s.checkStarts(0, 0)
	})
}

// importsRunning imports a live migration with these migration hosts, and returns
// its ID.
func (s *harness) importsRunning(hosts ...string) string {
	s.T.Helper()
	m := copies(time.Hour)
	m.Hosts = hosts
	id := s.Sim.Credentials().ProjectID + "/" + s.Sim.Add(m)
	s.Check(s.Import(context.Background(), id), "", incompleteImport)
	return id
}

// An import does not know its destination, so a rename before its first apply is
// refused for every cluster of the project.
func TestAnImportUnderAnotherAddressStartsNothing(t *testing.T) {
	for name, m := range map[string]atlassim.Migration{
		"which completed": {BegunElsewhere: true}, "which runs": copies(time.Hour),
	} {
		for _, createFirst := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, created first: %t", name, createFirst), func(t *testing.T) {
				inFakeTime(t, func(s *harness) {
					s.Import(context.Background(), s.Sim.Credentials().ProjectID+"/"+s.Sim.Add(m))
					r := s.Do(context.Background(), func(ctx context.Context) coretest.Result { return s.ApplyRenamed(ctx, createFirst) })
					s.Check(r, "", forgetsImport)
					if s.State == nil {
						t.Error("the import is gone")
					}
					s.checkStarts(0, 0)
				})
			})
		}
	}
}

// A configuration that named the wrong destination of an import says nothing about
// the right one.
func TestAnImportThatWasConfiguredWronglyIsNotStartedUnderAnotherName(t *testing.T) {
	for _, createFirst := range []bool{false, true} {
		t.Run(fmt.Sprintf("created first: %t", createFirst), func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				id := s.Sim.Add(atlassim.Migration{BegunElsewhere: true, Hosts: []string{"migration-host-1.example.net"}})
				s.Import(context.Background(), s.Sim.Credentials().ProjectID+"/"+id)
				s.Check(s.SetNested("destination", "cluster_name", "customers-atlas").Apply(), coretest.Update)
				renamed := func(ctx context.Context) coretest.Result { return s.ApplyRenamed(ctx, createFirst) }
				s.SetNested("destination", "cluster_name", cluster)
				s.Check(s.Do(context.Background(), renamed), "", forgetsImport)
				s.checkStarts(0, 0)
			})
		})
	}
}

// Where it completed is remembered when a changed destination is taken into the state.
func TestTheDestinationOfWhatCompletedIsRemembered(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(atlassim.Migration{BegunElsewhere: true})
		s.Apply()
		s.Check(s.SetNested("destination", "cluster_name", "customers-atlas").Apply(), coretest.Update, completedAlready)
		s.SetNested("destination", "cluster_name", "invoices-atlas").Apply()
		s.SetNested("destination", "cluster_name", cluster)
		renamed := func(ctx context.Context) coretest.Result { return s.ApplyRenamed(ctx, false) }
		s.Check(s.Do(context.Background(), renamed), "", "Refusing to start a completed live migration again")
		s.checkStarts(1, 1)
	})
}

func TestAnImportOfNothingNamesWhatWasAskedFor(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		project := s.Sim.Credentials().ProjectID
		nothing := project + "/6a1b2c3d4e5f60718293a4b5"
		r := s.Import(context.Background(), nothing)
		s.Check(r, "", unableToImport)
		s.CheckText(r, nothing)
		r = s.CheckSilent(func() coretest.Result { return s.Import(context.Background(), "orders") })
		s.Check(r, "", "Invalid import ID")
		s.CheckText(r, `"orders"`)
		r = s.CheckSilent(func() coretest.Result {
			return s.ImportByIdentity(context.Background(), map[string]string{"project_id": project, "live_migration_id": "orders"})
		})
		s.Check(r, "", "Invalid import identity")
		s.CheckText(r, `"`+project+`" and "orders"`)
		s.CheckState("")
	})
}

// What Atlas says of an import is a fact: a configuration that says something else
// is refused at plan, and nothing wrong is stored.
func TestAConfigurationThatDoesNotFitAnImportIsRefusedAtPlan(t *testing.T) {
	for name, row := range map[string]struct {
		value any
		says  string
	}{
		"project_id": {"aaaaaaaaaaaaaaaaaaaaaaaa", `in Atlas and "aaaaaaaaaaaaaaaaaaaaaaaa" in the configuration`},
		"migration_hosts": {[]string{"another.example.net"},
			`migration_hosts is ["migration-host-1.example.net"] in Atlas and ["another.example.net"] in the configuration`},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				id := s.importsRunning("migration-host-1.example.net")
				before, fits := s.State.Value, s.Config[name]
				s.Set(name, row.value)
				for _, run := range []func() coretest.Result{s.Plan, s.Apply} {
					r := run()
					s.Check(r, "", importMismatch)
					s.CheckText(r, id)
					s.CheckText(r, row.says)
				}
				if !s.State.Value.Equal(before) {
					t.Errorf("the state changed from %s to %s", before, s.State.Value)
				}
				s.Set(name, fits).Check(s.Apply(), coretest.Update)
				s.checkStarts(0, 0)
			})
		})
	}
}

// A configuration has exactly one host, so that two from Atlas could never fit.
func TestAnImportWithTwoHostsTakesTheConfiguredOne(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.importsRunning("a.example.net", "b.example.net")
		s.Check(s.Apply(), coretest.Update)
		s.Check(s.Plan(), coretest.NoOp)
		s.checkStarts(0, 0)
	})
}

// completes starts a live migration and completes it in the console.
func (s *harness) completes() {
	s.T.Helper()
	s.Sim.SetTemplate(atlassim.Migration{BegunElsewhere: true})
	s.Apply()
	providertest.Sleep(time.Minute)
	s.Plan()
	s.CheckState("COMPLETE")
}

// After its completion, a live migration is a fact: no changed argument starts
// another one.
func TestAChangeOfWhatCompletedStartsNothing(t *testing.T) {
	for argument, change := range providertest.RequestChanges {
		t.Run(argument, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				s.completes()
				before := s.migrationID()
				change(s.Harness)
				if argument == "project_id" {
					s.Check(s.Apply(), "", unableToChange)
				} else {
					s.Check(s.CheckSilent(s.Apply), coretest.Update, completedAlready)
					s.Check(s.CheckSilent(s.Apply), coretest.NoOp)
				}
				s.CheckState("COMPLETE")
				if s.migrationID() != before {
					t.Errorf("the state holds %s, want %s", s.migrationID(), before)
				}
				s.checkStarts(1, 1)
			})
		})
	}
	t.Run("all together", func(t *testing.T) {
		inFakeTime(t, func(s *harness) {
			s.completes()
			for argument, change := range providertest.RequestChanges {
				if argument != "project_id" {
					change(s.Harness)
				}
			}
			s.Check(s.CheckSilent(s.Apply), coretest.Update, completedAlready)
			s.checkStarts(1, 1)
		})
	})
	t.Run("although the state is older than the completion", func(t *testing.T) {
		inFakeTime(t, func(s *harness) {
			s.Sim.SetTemplate(atlassim.Migration{Scheduled: time.Second, BegunElsewhere: true})
			s.Apply()
			s.Set("migration_hosts", []string{"migration-host-2.example.net"})
			// The refresh sees it run, and the read after that sees it complete.
			s.Sim.Inject(atlassim.Fault{Call: atlassim.CallMigration, Do: atlassim.Effect{Garble: `{"status":"WORKING"}`}})
			providertest.Sleep(time.Minute)
			s.Check(s.Apply(), coretest.Update, completedAlready)
			s.checkStarts(1, 1)
		})
	})
}

// Only a person starts it again, and never to delete what it brought.
func TestWhatCompletedIsStartedAgainOnlyOnPurpose(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.completes()
		s.Set("drop_destination_data", true)
		r := s.Do(context.Background(), s.ApplyReplacing)
		s.Check(r, "", completedAlready, wouldDropMigrated)
		s.CheckText(r, "terraform state rm")
		s.CheckState("COMPLETE")
		s.checkStarts(1, 1)
		s.Set("drop_destination_data", nil)
		s.Check(s.Do(context.Background(), s.ApplyReplacing), coretest.Replace, notUndone)
		s.checkStarts(2, 2)
	})
}
