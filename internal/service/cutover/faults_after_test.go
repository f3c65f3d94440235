// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// Everything that can happen while waiting for the end.

func TestBrokenAnswersWhileWaiting(t *testing.T) {
	inFakeTime(t, takes(time.Hour), func(s *harness) {
		for i, effect := range []atlassim.Effect{
			{Status: 500}, {Wire: atlassim.Close}, {Garble: "<html>Bad gateway</html>"}, {Wire: atlassim.Hang}, {Wire: atlassim.Reset},
		} {
			s.Sim.Inject(atlassim.Fault{Call: "migration", Skip: 2 + 3*i, Times: 5, Do: effect})
		}
		s.CheckApply(s.Apply(), coretest.Create)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
	})
}

func TestUnknownStatusWordWhileWaiting(t *testing.T) {
	inFakeTime(t, atlassim.Migration{
		CutoverTakes: time.Hour,
		Words:        atlassim.Words{Status: "FINALIZING", StatusAfter: time.Minute, StatusFor: 30 * time.Minute},
	}, func(s *harness) {
		s.CheckApply(s.Apply(), coretest.Create)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
		if s.count(func(e atlassim.Entry) bool { return e.ServedStatus == "FINALIZING" }) == 0 {
			t.Error("the word was never served")
		}
	})
}

func TestMissingWhileWaiting(t *testing.T) {
	missing := func(times int) atlassim.Fault {
		return atlassim.Fault{Call: "migration", Skip: 2, Times: times, Do: atlassim.Effect{
			Status: http.StatusNotFound, Body: `{"error":404,"errorCode":"RESOURCE_NOT_FOUND","detail":"No such migration."}`,
		}}
	}
	t.Run("once", func(t *testing.T) {
		inFakeTime(t, takes(time.Hour), func(s *harness) {
			s.Sim.Inject(missing(1))
			s.CheckApply(s.Apply(), coretest.Create)
			s.CheckState("SUCCESS")
			s.checkCutovers(1, 1)
		})
	})
	t.Run("for ever", func(t *testing.T) {
		inFakeTime(t, takes(time.Hour), func(s *harness) {
			s.Sim.Inject(missing(-1))
			began := time.Now()
			s.SetTimeouts("2h").CheckApply(s.Apply(), coretest.Create, unableToConfirm)
			s.CheckState("PENDING tainted")
			s.checkCutovers(1, 1)
			if took := time.Since(began); took != 2*time.Hour {
				t.Errorf("gave up after %s", took)
			}
		})
	})
}

func TestCredentialsRevokedWhileWaiting(t *testing.T) {
	inFakeTime(t, takes(time.Hour), func(s *harness) {
		s.Sim.SetKey(func(k *atlassim.Key) { k.RevokedAfterPut = time.Minute })
		began := time.Now()
		s.CheckApply(s.Apply(), coretest.Create, unableToConfirm)
		s.CheckState("PENDING tainted")
		s.checkCutovers(1, 1)
		if took := time.Since(began); took > 70*time.Second {
			t.Errorf("gave up after %s", took)
		}
		s.Sim.RestoreKey()
		s.CheckApply(s.Apply(), coretest.Replace, notUndone)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
	})
}

// A plan with credentials that do not work fails, and loses nothing.
func TestAppliedAgainBeforeTheCredentialsWork(t *testing.T) {
	inFakeTime(t, takes(time.Hour), func(s *harness) {
		s.Sim.SetKey(func(k *atlassim.Key) { k.RevokedAfterPut = time.Minute })
		s.CheckApply(s.Apply(), coretest.Create, unableToConfirm)
		s.CheckApply(s.Apply(), "", unableToRefresh, unableToRead)
		s.CheckState("PENDING tainted")
		s.checkCutovers(1, 1)
		s.Sim.RestoreKey()
		s.CheckApply(s.Apply(), coretest.Replace, notUndone)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
	})
}

func TestFailedOrExpiredAfterTheRequest(t *testing.T) {
	for ending, says := range map[atlassim.Ending]string{atlassim.Fails: "The disk is full.", atlassim.Expires: "120-hour"} {
		t.Run(ending.String(), func(t *testing.T) {
			inFakeTime(t, atlassim.Migration{
				CutoverTakes: 5 * time.Minute, CutoverEnds: ending, FailReason: "The disk is full.",
				Job: atlassim.JobScript{SucceedsAfter: map[bool]time.Duration{true: time.Minute}[ending == atlassim.Expires]},
			}, func(s *harness) {
				s.CheckApply(s.Apply(), coretest.Create, cutoverFailed)
				s.CheckState("FAILED tainted")
				s.checkCutovers(1, 1)
				if got := s.State.String("error_message"); !strings.Contains(got, says) {
					t.Errorf("error_message is %q", got)
				}
				s.CheckApply(s.Apply(), "", unableToStart)
				s.CheckState("FAILED tainted")
				s.checkCutovers(1, 1)
			})
		})
	}
}

func timedOut(s *harness) {
	s.SetTimeouts("2m")
	s.CheckApply(s.Apply(), coretest.Create, unableToConfirm)
	s.CheckState("PENDING tainted")
	s.SetTimeouts("6h")
}

func TestTimeOutWhilePending(t *testing.T) {
	inFakeTime(t, takes(time.Hour), func(s *harness) {
		began := time.Now()
		timedOut(s)
		s.checkCutovers(1, 1)
		if took := time.Since(began); took != 2*time.Minute {
			t.Errorf("timed out after %s", took)
		}
		if s.State.String("error_message") == "" {
			t.Error("error_message does not say what is not known")
		}
	})
}

func TestTimedOutAndReappliedWhileInFlight(t *testing.T) {
	inFakeTime(t, takes(time.Hour), func(s *harness) {
		timedOut(s)
		s.CheckApply(s.Apply(), coretest.Replace, notUndone)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
	})
}

func TestTimedOutAndReappliedAfterCompletion(t *testing.T) {
	inFakeTime(t, takes(time.Hour), func(s *harness) {
		timedOut(s)
		providertest.Sleep(time.Hour)
		s.CheckApply(s.Apply(), coretest.Replace, notUndone)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
	})
}

func TestTimedOutWithCreateBeforeDestroy(t *testing.T) {
	inFakeTime(t, takes(time.Hour), func(s *harness) {
		s.CreateBeforeDestroy = true
		timedOut(s)
		s.CheckApply(s.Apply(), coretest.Replace, alreadyUnderWay, notUndone)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
	})
}

func TestTimedOutAndUntainted(t *testing.T) {
	inFakeTime(t, takes(time.Hour), func(s *harness) {
		timedOut(s)
		s.Untaint()
		s.CheckApply(s.Apply(), coretest.Update)
		s.CheckState("SUCCESS")
		s.CheckAttribute("error_message", "")
		s.checkCutovers(1, 1)
		s.CheckApply(s.CheckSilent(s.Apply), coretest.NoOp)
	})
}

func TestInterruptBeforeTheRequest(t *testing.T) {
	for summary, m := range map[string]atlassim.Migration{
		unableToStart: catchingUp(), possiblyInProgress: {Copying: time.Hour},
	} {
		inFakeTime(t, m, func(s *harness) {
			s.CheckApply(s.Interrupt(time.Minute), coretest.Create, summary)
			s.CheckState("")
			s.checkCutovers(0, 0)
		})
	}
}

func TestInterruptDuringTheRequest(t *testing.T) {
	inFakeTime(t, takes(time.Hour), func(s *harness) {
		s.Sim.Inject(atlassim.Fault{Call: "cutover", After: true, Do: atlassim.Effect{Delay: 30 * time.Second}})
		began := time.Now()
		s.CheckApply(s.Interrupt(10*time.Second), coretest.Create, cutoverGoesOn)
		s.CheckState("PENDING")
		s.checkCutovers(1, 1)
		if took := time.Since(began); took != 30*time.Second {
			t.Errorf("returned after %s, want the request's end", took)
		}
		if job := s.State.String("id"); job == s.id {
			t.Error("the job that the request was answered with is lost")
		}
		s.CheckApply(s.Apply(), coretest.Update)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
	})
}

func TestInterruptWhileWaiting(t *testing.T) {
	inFakeTime(t, takes(time.Hour), func(s *harness) {
		began := time.Now()
		s.CheckApply(s.Interrupt(10*time.Minute), coretest.Create, cutoverGoesOn)
		s.CheckState("PENDING")
		s.checkCutovers(1, 1)
		if took := time.Since(began); took > 10*time.Minute+time.Second {
			t.Errorf("returned %s after the interrupt", took-10*time.Minute)
		}
		s.CheckApply(s.Apply(), coretest.Update)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
	})
}

// A request that was interrupted with its answer lost may never have arrived.
// Only a replacement may ask again, so the state is tainted.
func TestAnInterruptWithoutAnAnswerTaints(t *testing.T) {
	inFakeTime(t, takes(time.Hour), func(s *harness) {
		s.Sim.Inject(atlassim.Fault{Call: "cutover", Do: atlassim.Effect{Wire: atlassim.Hang}})
		s.CheckApply(s.Interrupt(10*time.Second), coretest.Create, unableToConfirm)
		s.CheckState("PENDING tainted")
		s.CheckApply(s.Apply(), coretest.Replace, notUndone)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 2)
	})
}

func TestReplaceAfterSuccess(t *testing.T) {
	inFakeTime(t, takes(time.Minute), func(s *harness) {
		s.Apply()
		s.CheckApply(s.ApplyReplacing(context.Background()), coretest.Replace, notUndone)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
	})
}

func TestTimeOutInUpdate(t *testing.T) {
	inFakeTime(t, takes(3*time.Hour), func(s *harness) {
		s.Interrupt(time.Minute)
		s.SetTimeouts("1h").CheckApply(s.Apply(), coretest.Update, unableToConfirm)
		s.CheckState("PENDING")
		s.SetTimeouts("6h").CheckApply(s.Apply(), coretest.Update)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
	})
}

func TestMissingAtRefreshAfterSuccess(t *testing.T) {
	inFakeTime(t, takes(time.Minute), func(s *harness) {
		s.Apply()
		s.Sim.Inject(atlassim.Fault{Times: -1, Do: atlassim.Effect{Status: http.StatusNotFound}})
		r := s.CheckSilent(s.Plan)
		s.CheckApply(r, coretest.NoOp)
		s.CheckState("SUCCESS")
	})
}

func TestDestroy(t *testing.T) {
	t.Run("after SUCCESS", func(t *testing.T) {
		inFakeTime(t, takes(time.Minute), func(s *harness) {
			s.Apply()
			r := s.CheckSilent(s.Destroy)
			s.CheckApply(r, coretest.Delete, notUndone)
			s.CheckState("")
		})
	})
	t.Run("while PENDING", func(t *testing.T) {
		inFakeTime(t, takes(time.Hour), func(s *harness) {
			s.Interrupt(time.Minute)
			r := s.Destroy()
			s.CheckApply(r, coretest.Delete, notUndone)
			s.CheckState("")
			s.checkCutovers(1, 1)
			if !strings.Contains(providertest.Details(r), "continues") {
				t.Errorf("does not say that the cutover continues: %s", providertest.Details(r))
			}
			if slices.ContainsFunc(s.Sim.Log(), func(e atlassim.Entry) bool { return e.Method == http.MethodDelete }) {
				t.Error("sent a DELETE")
			}
		})
	})
}

func TestImport(t *testing.T) {
	for name, row := range map[string]struct {
		migration atlassim.Migration
		state     string
		summaries []string
	}{
		"of COMPLETE": {atlassim.Migration{BegunElsewhere: true}, "SUCCESS", nil},
		"of FAILED":   {atlassim.Migration{BegunElsewhere: true, CutoverEnds: atlassim.Fails}, "FAILED", nil},
		"of EXPIRED":  {atlassim.Migration{BegunElsewhere: true, CutoverEnds: atlassim.Expires}, "FAILED", nil},
		"of WORKING":  {takes(time.Minute), "", []string{unableToImport}},
	} {
		for way, run := range map[string]func(*harness) coretest.Result{
			"by id": func(s *harness) coretest.Result {
				return s.Import(context.Background(), s.Config["project_id"].(string)+"/"+s.id)
			},
			"by identity": func(s *harness) coretest.Result {
				return s.ImportByIdentity(context.Background(), map[string]string{
					"project_id": s.Config["project_id"].(string), "live_migration_id": s.id,
				})
			},
		} {
			t.Run(name+" "+way, func(t *testing.T) {
				inFakeTime(t, row.migration, func(s *harness) {
					s.CheckApply(run(s), "", row.summaries...)
					s.CheckState(row.state)
					s.checkCutovers(0, 0)
					if row.state == "SUCCESS" {
						s.CheckApply(s.CheckSilent(s.Apply), coretest.NoOp)
					}
				})
			})
		}
	}
}

// A completed and a failed cutover are planned differently. An import fixes the IDs
// of both, and nothing of the other live migration is stored or requested.
func TestAConfigurationThatNamesAnotherThanTheImportedIsRefusedAtPlan(t *testing.T) {
	const other = "aaaaaaaaaaaaaaaaaaaaaaaa"
	for status, end := range map[string]atlassim.Ending{"SUCCESS": atlassim.Completes, "FAILED": atlassim.Fails} {
		for _, argument := range []string{"project_id", "live_migration_id"} {
			t.Run(status+" "+argument, func(t *testing.T) {
				inFakeTime(t, atlassim.Migration{BegunElsewhere: true, CutoverEnds: end}, func(s *harness) {
					s.Check(s.Import(context.Background(), s.Config["project_id"].(string)+"/"+s.id), "")
					before, imported := s.State.Value, s.Config[argument]
					s.Set(argument, other)
					for _, run := range []func() coretest.Result{s.Plan, s.Apply, func() coretest.Result {
						return s.Do(context.Background(), s.ApplyReplacing)
					}} {
						r := run()
						s.Check(r, "", importMismatch)
						s.CheckText(r, argument+` is "`+imported.(string)+`" in Atlas and "`+other+`" in the configuration`)
					}
					if !s.State.Value.Equal(before) {
						t.Errorf("the state changed from %s to %s", before, s.State.Value)
					}
					s.checkCutovers(0, 0)
				})
			})
		}
	}
}

// An apply takes an import over. What is changed later is a change, not a mistake.
func TestAnImportThatAnApplyTookOverIsACutoverLikeAnother(t *testing.T) {
	inFakeTime(t, atlassim.Migration{BegunElsewhere: true}, func(s *harness) {
		s.Check(s.Import(context.Background(), s.Config["project_id"].(string)+"/"+s.id), "")
		s.Check(s.Set("max_lag_seconds", 30).Apply(), coretest.Update)
		s.Set("live_migration_id", "aaaaaaaaaaaaaaaaaaaaaaaa")
		s.Check(s.Plan(), coretest.Update, mayNameOther)
		s.checkCutovers(0, 0)
	})
}

func TestPlainHTTP(t *testing.T) {
	for url, summaries := range map[string][]string{
		"http://cloud.example.com": {"Invalid base_url"},
		"http://127.0.0.1:8080":    nil,
		"http://[::1]:8080":        nil,
		"http://localhost:8080":    nil,
	} {
		t.Run(url, func(t *testing.T) {
			inFakeTime(t, takes(time.Minute), func(s *harness) {
				s.Provider = map[string]any{"base_url": url}
				r := s.Apply()
				if got := coretest.Summaries(r.Diagnostics); !slices.Equal(got, append([]string{}, summaries...)) {
					t.Errorf("said %q, want %q", got, summaries)
				}
				if (len(s.Sim.Log()) == 0) != r.Failed() {
					t.Errorf("%d requests were sent", len(s.Sim.Log()))
				}
			})
		})
	}
}

func TestReadyStaysTrueAfterTheRequest(t *testing.T) {
	for name, lingers := range map[string]time.Duration{"ten seconds": 10 * time.Second, "until the end": atlassim.Forever} {
		m := atlassim.Migration{CutoverTakes: 10 * time.Minute, ReadyAfterPut: lingers}
		t.Run(name+", within one run", func(t *testing.T) {
			inFakeTime(t, m, func(s *harness) {
				s.CheckApply(s.Apply(), coretest.Create)
				s.CheckState("SUCCESS")
				s.checkCutovers(1, 1)
			})
		})
		t.Run(name+", across an interrupt", func(t *testing.T) {
			inFakeTime(t, m, func(s *harness) {
				s.Interrupt(2 * time.Second)
				s.CheckApply(s.Apply(), coretest.Update)
				s.CheckState("SUCCESS")
				s.checkCutovers(1, 1)
			})
		})
		t.Run(name+", across a kill", func(t *testing.T) {
			inFakeTime(t, m, func(s *harness) {
				s.Interrupt(2 * time.Second)
				s.LoseState()
				s.Apply()
				s.CheckState("SUCCESS")
				s.checkCutovers(1, map[time.Duration]int{10 * time.Second: 1, atlassim.Forever: 2}[lingers])
			})
		})
	}
}
