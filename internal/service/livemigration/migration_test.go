// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
)

// copies is a live migration that takes so long to be ready.
func copies(d time.Duration) atlassim.Migration {
	return atlassim.Migration{Scheduled: time.Minute, Copying: d - time.Minute, InitialLag: 600, CatchUp: time.Hour, ReadyLag: 600}
}

func TestALiveMigrationIsStartedOnceAndThenLeftAlone(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.sim.SetTemplate(copies(time.Hour))
		s.ends(s.apply(), coretest.Create)
		s.state("NEW")
		if got := s.State.String("id"); got != s.migrationID() {
			t.Errorf("the id is %q, want that of the live migration", got)
		}
		for range 5 {
			pass(20 * time.Minute)
			s.ends(s.plan(), coretest.NoOp)
			s.ends(s.apply(), coretest.NoOp)
		}
		s.state("WORKING")
		s.started(1, 1)
		lags := map[int64]bool{}
		for _, e := range s.log(atlassim.CallMigration) {
			if e.Lag != nil {
				lags[*e.Lag] = true
			}
		}
		if len(lags) < 3 {
			t.Errorf("the lag never changed: %v", lags)
		}
	})
}

func TestBothDialectsAreSentFromTheSameConfiguration(t *testing.T) {
	for dialect, want := range map[string]struct{ path, contentType, drop string }{
		"v1.0": {"/api/atlas/v1.0/groups/", "application/json", "dropEnabled"},
		"v2":   {"/api/atlas/v2/groups/", "application/vnd.atlas.2024-05-30+json", "dropDestinationData"},
	} {
		for typeName, call := range map[string]string{migrationType: atlassim.CallStart, validationType: atlassim.CallValidate} {
			t.Run(typeName+" with "+dialect, func(t *testing.T) {
				inBubble(t, typeName, func(s *stage) {
					s.Provider["api_version"] = dialect
					s.with("drop_destination_data", true)
					s.with("sharding", map[string]any{"entries": []any{map[string]any{
						"database": "shop", "collection": "orders", "key": []any{
							map[string]any{"field": "customer", "kind": "hashed"}, map[string]any{"field": "_id", "kind": "1"},
						},
					}}})
					said := []string{}
					if typeName == migrationType {
						said = append(said, dropsData)
					}
					s.ends(s.apply(), coretest.Create, said...)
					sent := s.log(call)
					if len(sent) != 1 {
						t.Fatalf("sent %d requests", len(sent))
					}
					if got := sent[0]; got.Path[:len(want.path)] != want.path || got.ContentType != want.contentType ||
						!slices.Contains(got.Body, want.drop) || !slices.Contains(got.Body, "source.password") {
						t.Errorf("sent %s %s with %q", got.Path, got.ContentType, got.Body)
					}
				})
			})
		}
	}
}

func TestAnApplyWaitsUntilALiveMigrationIsReady(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.sim.SetTemplate(copies(30 * time.Hour))
		began := time.Now()
		s.with("wait_until", "ready").ends(s.apply(), coretest.Create)
		s.state("WORKING")
		if took := time.Since(began); took < 30*time.Hour || took > 30*time.Hour+time.Minute {
			t.Errorf("noticed after %s", took)
		}
		s.ends(s.plan(), coretest.NoOp)
		s.started(1, 1)
	})
}

// What was ready once and falls behind is nothing to wait for again.
func TestAReadyLiveMigrationThatFallsBehindIsLeftAlone(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		m := copies(time.Hour)
		m.Slips = []atlassim.Slip{{After: time.Hour, For: 10 * time.Hour, Lag: 90000}}
		s.sim.SetTemplate(m)
		s.with("wait_until", "ready").ends(s.apply(), coretest.Create)
		pass(2 * time.Hour)
		s.ends(s.plan(), coretest.NoOp)
		looks := s.log(atlassim.CallMigration)
		if last := looks[len(looks)-1]; last.Ready == nil || *last.Ready {
			t.Errorf("it never fell behind: %s", last)
		}
	})
}

// A wait that was cut short is over once anybody has seen it ready.
func TestAWaitThatWasCutShortEndsWithTheFirstReadyRefresh(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		m := copies(3 * time.Hour)
		m.Slips = []atlassim.Slip{{After: 4 * time.Hour, For: 10 * time.Hour, Lag: 90000}}
		s.sim.SetTemplate(m)
		s.with("wait_until", "ready").timeout("1h").ends(s.apply(), coretest.Create, notReady)
		pass(3 * time.Hour)
		s.ends(s.apply(), coretest.NoOp)
		pass(5 * time.Hour)
		s.ends(s.apply(), coretest.NoOp)
		looks := s.log(atlassim.CallMigration)
		if last := looks[len(looks)-1]; last.Ready == nil || *last.Ready {
			t.Errorf("it never fell behind: %s", last)
		}
	})
}

func TestWhatIsReadyNeedsNoWait(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.apply()
		pass(time.Minute)
		s.with("wait_until", "ready").ends(s.silentApplyAfterRefresh(), coretest.Update)
		s.ends(s.plan(), coretest.NoOp)
	})
}

func TestReadinessCanBeWaitedForLater(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.sim.SetTemplate(copies(5 * time.Hour))
		s.apply()
		s.with("wait_until", "ready")
		began := time.Now()
		s.ends(s.apply(), coretest.Update)
		if took := time.Since(began); took < 4*time.Hour {
			t.Errorf("waited %s", took)
		}
		s.ends(s.plan(), coretest.NoOp)
		s.with("wait_until", "started").ends(s.silentApplyAfterRefresh(), coretest.Update)
		s.started(1, 1)
	})
}

// silentApplyAfterRefresh applies, and asserts that nothing but the refresh was
// sent.
func (s *stage) silentApplyAfterRefresh() coretest.Result {
	s.t.Helper()
	before := len(s.requests())
	r := s.apply()
	if sent := s.requests()[before:]; len(sent) != 1 || sent[0].Call != atlassim.CallMigration {
		s.t.Errorf("sent %v, want one look", sent)
	}
	return r
}

func TestADestinationProjectCanBeGiven(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.within("destination", "project_id", "6a1b2c3d4e5f60718293a4b5")
		r := s.apply()
		s.ends(r, coretest.Create, unableToStart)
		s.says(r, "destination.groupId")
		s.within("destination", "project_id", s.sim.Credentials().ProjectID).ends(s.apply(), coretest.Create)
		s.started(1, 2)
		// To leave it out asks for the same.
		s.within("destination", "project_id", nil).ends(s.apply(), coretest.Update)
		s.with("drop_destination_data", false).ends(s.apply(), coretest.Update)
		s.started(1, 2)
	})
}

// theChanges are a change of each argument.
var theChanges = map[string]func(*stage){
	"project_id": func(s *stage) { s.with("project_id", "6a1b2c3d4e5f60718293a4b5") },
	"source":     func(s *stage) { s.within("source", "cluster_name", "customers") },
	"destination": func(s *stage) {
		s.within("destination", "hostname_schema_type", "VPC_PEERING")
	},
	"migration_hosts":       func(s *stage) { s.with("migration_hosts", []string{"migration-host-2.example.net"}) },
	"drop_destination_data": func(s *stage) { s.with("drop_destination_data", true) },
	"sharding": func(s *stage) {
		s.with("sharding", map[string]any{"entries": []any{map[string]any{
			"database": "shop", "collection": "orders", "key": []any{map[string]any{"field": "_id", "kind": "hashed"}},
		}}})
	},
}

func TestAChangeIsRefusedWhileALiveMigrationRuns(t *testing.T) {
	for argument, change := range theChanges {
		t.Run(argument, func(t *testing.T) {
			inBubble(t, migrationType, func(s *stage) {
				s.sim.SetTemplate(copies(time.Hour))
				s.apply()
				change(s)
				for _, run := range []func() coretest.Result{s.plan, s.apply} {
					r := run()
					s.ends(r, "", unableToChange)
					s.says(r, "The configuration changes "+argument+" of a live migration that is running.")
					s.says(r, "cancel the live migration in the web console first")
				}
				s.state("NEW")
				s.started(1, 1)
			})
		})
	}
}

func TestAChangeReplacesALiveMigrationThatIsOver(t *testing.T) {
	for argument, change := range theChanges {
		if argument == "project_id" { // the other project has no live migrations
			continue
		}
		t.Run(argument, func(t *testing.T) {
			inBubble(t, migrationType, func(s *stage) {
				s.sim.SetTemplate(atlassim.Migration{Copying: time.Hour, FailsAfter: time.Minute})
				s.apply()
				pass(2 * time.Minute)
				change(s)
				said := []string{notUndone}
				if argument == "drop_destination_data" {
					said = []string{dropsData, notUndone}
				}
				s.ends(s.apply(), coretest.Replace, said...)
				s.state("NEW")
				s.started(2, 2)
			})
		})
	}
}

// The state may be older than the live migration's end.
func TestAChangeLooksWhetherALiveMigrationIsOver(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.sim.SetTemplate(copies(time.Hour))
		s.apply()
		s.with("drop_destination_data", true)
		// The refresh sees it run, and the look after that sees it over.
		s.sim.Inject(atlassim.Fault{Call: atlassim.CallMigration, Do: atlassim.Effect{Garble: `{"status":"WORKING"}`}})
		s.sim.Update(s.migrationID(), func(m *atlassim.Migration) { m.FailsAfter = time.Second })
		pass(time.Minute)
		s.ends(s.apply(), coretest.Replace, dropsData, notStopped)
		s.started(2, 2)
	})
}

func TestAChangeIsRefusedWhileAtlasCannotBeRead(t *testing.T) {
	for name, status := range map[string]int{"it is broken": 500, "access is denied": 401, "it shows no live migration": 404} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, migrationType, func(s *stage) {
				s.apply()
				s.with("drop_destination_data", true)
				s.sim.Inject(atlassim.Fault{Call: atlassim.CallMigration, Times: -1, Do: atlassim.Effect{Status: status}})
				r := s.apply()
				s.ends(r, "", unableToRefresh, unableToChange)
				if status == 404 {
					s.says(r, "terraform state rm")
				}
				s.started(1, 1)
			})
		})
	}
}

func TestDestroyOnlyForgets(t *testing.T) {
	t.Run("what runs", func(t *testing.T) {
		inBubble(t, migrationType, func(s *stage) {
			s.sim.SetTemplate(copies(time.Hour))
			s.apply()
			r := s.destroy()
			s.ends(r, coretest.Delete, notStopped)
			s.says(r, s.sim.Credentials().ProjectID+"/"+s.migrationID())
			s.state("")
		})
	})
	t.Run("what is over", func(t *testing.T) {
		inBubble(t, migrationType, func(s *stage) {
			s.sim.SetTemplate(atlassim.Migration{FailsAfter: time.Minute})
			s.apply()
			pass(time.Hour)
			s.ends(s.apply(), coretest.NoOp, hasFailed)
			s.ends(s.silent(s.destroy), coretest.Delete, notUndone)
			s.state("")
		})
	})
}

func TestARefreshNeverCostsTheState(t *testing.T) {
	for name, status := range map[string]int{"404": 404, "401": 401, "403": 403, "500": 500} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, migrationType, func(s *stage) {
				s.apply()
				s.sim.Inject(atlassim.Fault{Call: atlassim.CallMigration, Times: -1, Do: atlassim.Effect{Status: status}})
				s.ends(s.apply(), coretest.NoOp, unableToRefresh)
				s.state("NEW")
				s.started(1, 1)
			})
		})
	}
}

func TestWhatIsOverIsNeverAskedAboutAgain(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.sim.SetTemplate(atlassim.Migration{ExpiresAfter: time.Hour})
		s.apply()
		pass(2 * time.Hour)
		s.ends(s.apply(), coretest.NoOp, hasFailed)
		s.state("EXPIRED")
		s.ends(s.silent(s.plan), coretest.NoOp, hasFailed)
	})
}

func TestAnImportIsAdoptedFromTheConfiguration(t *testing.T) {
	imports := map[string]func(s *stage, project, id string) coretest.Result{
		"by id": func(s *stage, project, id string) coretest.Result {
			return s.Import(context.Background(), project+"/"+id)
		},
		"by identity": func(s *stage, project, id string) coretest.Result {
			return s.ImportByIdentity(context.Background(), map[string]string{"project_id": project, "live_migration_id": id})
		},
	}
	for name, imported := range imports {
		t.Run(name, func(t *testing.T) {
			inBubble(t, migrationType, func(s *stage) {
				m := copies(time.Hour)
				m.Destination = cluster
				project, id := s.sim.Credentials().ProjectID, s.sim.Add(m)
				s.ends(imported(s, project, id), "")
				s.state("NEW")
				s.ends(s.plan(), coretest.Update)
				s.ends(s.silentApplyAfterRefresh(), coretest.Update)
				s.ends(s.plan(), coretest.NoOp)
				// From now on a change shows.
				s.with("drop_destination_data", true).ends(s.plan(), "", unableToChange)
				s.started(0, 0)
			})
		})
	}
}

func TestAnImportCanWaitForReadiness(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		id := s.sim.Add(copies(time.Hour))
		s.Import(context.Background(), s.sim.Credentials().ProjectID+"/"+id)
		s.with("wait_until", "ready").ends(s.apply(), coretest.Update)
		s.ends(s.plan(), coretest.NoOp)
		s.started(0, 0)
	})
}

func TestAnImportOfNothingIsRefused(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		project := s.sim.Credentials().ProjectID
		s.ends(s.Import(context.Background(), project+"/6a1b2c3d4e5f60718293a4b5"), "", unableToImport)
		s.ends(s.silent(func() coretest.Result { return s.Import(context.Background(), "orders") }), "", "Invalid import id")
		s.ends(s.silent(func() coretest.Result {
			return s.ImportByIdentity(context.Background(), map[string]string{"project_id": project, "live_migration_id": "orders"})
		}), "", "Invalid import identity")
		s.state("")
	})
}

// An import fixes the project: a configuration that names another one is refused
// at plan, and nothing wrong is stored.
func TestAnImportOfAnotherProjectIsRefusedAtPlan(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		project, id := s.sim.Credentials().ProjectID, s.sim.Add(copies(time.Hour))
		s.Import(context.Background(), project+"/"+id)
		s.with("project_id", "aaaaaaaaaaaaaaaaaaaaaaaa")
		for _, run := range []func() coretest.Result{s.plan, s.apply} {
			r := run()
			s.ends(r, "", importMismatch)
			s.says(r, project+"/"+id)
			s.says(r, "aaaaaaaaaaaaaaaaaaaaaaaa")
		}
		if got := s.State.String("project_id"); got != project {
			t.Errorf("the state holds project %s, want %s", got, project)
		}
		s.started(0, 0)
	})
}

// completes starts a live migration and completes it in the console.
func (s *stage) completes() {
	s.t.Helper()
	s.sim.SetTemplate(atlassim.Migration{BegunElsewhere: true})
	s.apply()
	pass(time.Minute)
	s.plan()
	s.state("COMPLETE")
}

// After its completion, a live migration is a fact: no changed argument starts
// another one.
func TestAChangeOfWhatCompletedStartsNothing(t *testing.T) {
	for argument, change := range theChanges {
		t.Run(argument, func(t *testing.T) {
			inBubble(t, migrationType, func(s *stage) {
				s.completes()
				before := s.migrationID()
				change(s)
				if argument == "project_id" {
					s.ends(s.apply(), "", unableToChange)
				} else {
					s.ends(s.silent(s.apply), coretest.Update, completedAlready)
					s.ends(s.silent(s.apply), coretest.NoOp)
				}
				s.state("COMPLETE")
				if s.migrationID() != before {
					t.Errorf("the state holds %s, want %s", s.migrationID(), before)
				}
				s.started(1, 1)
			})
		})
	}
	t.Run("all together", func(t *testing.T) {
		inBubble(t, migrationType, func(s *stage) {
			s.completes()
			for argument, change := range theChanges {
				if argument != "project_id" {
					change(s)
				}
			}
			s.ends(s.silent(s.apply), coretest.Update, completedAlready)
			s.started(1, 1)
		})
	})
	t.Run("although the state is older than the completion", func(t *testing.T) {
		inBubble(t, migrationType, func(s *stage) {
			s.sim.SetTemplate(atlassim.Migration{Scheduled: time.Second, BegunElsewhere: true})
			s.apply()
			s.with("migration_hosts", []string{"migration-host-2.example.net"})
			// The refresh sees it run, and the read after that sees it complete.
			s.sim.Inject(atlassim.Fault{Call: atlassim.CallMigration, Do: atlassim.Effect{Garble: `{"status":"WORKING"}`}})
			pass(time.Minute)
			s.ends(s.apply(), coretest.Update, completedAlready)
			s.started(1, 1)
		})
	})
}

// Only a person starts it again, and never to delete what it brought.
func TestWhatCompletedIsStartedAgainOnlyOnPurpose(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.completes()
		s.with("drop_destination_data", true)
		r := s.run(context.Background(), s.ApplyReplacing)
		s.ends(r, "", completedAlready, wouldDropMigrated)
		s.says(r, "terraform state rm")
		s.state("COMPLETE")
		s.started(1, 1)
		s.with("drop_destination_data", nil)
		s.ends(s.run(context.Background(), s.ApplyReplacing), coretest.Replace, notUndone)
		s.started(2, 2)
	})
}
