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
)

// Everything that can happen while waiting for the end.

func TestFault35BrokenAnswersWhileWaiting(t *testing.T) {
	inBubble(t, takes(time.Hour), func(s *stage) {
		for i, effect := range []atlassim.Effect{
			{Status: 500}, {Wire: atlassim.Close}, {Garble: "<html>Bad gateway</html>"}, {Wire: atlassim.Hang}, {Wire: atlassim.Reset},
		} {
			s.sim.Inject(atlassim.Fault{Call: "migration", Skip: 2 + 3*i, Times: 5, Do: effect})
		}
		s.ends(s.apply(), coretest.Create)
		s.state("SUCCESS")
		s.accepted(1, 1)
	})
}

func TestFault36UnknownStatusWordWhileWaiting(t *testing.T) {
	inBubble(t, atlassim.Migration{
		CutoverTakes: time.Hour,
		Words:        atlassim.Words{Status: "FINALIZING", StatusAfter: time.Minute, StatusFor: 30 * time.Minute},
	}, func(s *stage) {
		s.ends(s.apply(), coretest.Create)
		s.state("SUCCESS")
		s.accepted(1, 1)
		if s.count(func(e atlassim.Entry) bool { return e.ServedStatus == "FINALIZING" }) == 0 {
			t.Error("the word was never served")
		}
	})
}

func TestFault37MissingWhileWaiting(t *testing.T) {
	missing := func(times int) atlassim.Fault {
		return atlassim.Fault{Call: "migration", Skip: 2, Times: times, Do: atlassim.Effect{
			Status: http.StatusNotFound, Body: `{"error":404,"errorCode":"RESOURCE_NOT_FOUND","detail":"No such migration."}`,
		}}
	}
	t.Run("once", func(t *testing.T) {
		inBubble(t, takes(time.Hour), func(s *stage) {
			s.sim.Inject(missing(1))
			s.ends(s.apply(), coretest.Create)
			s.state("SUCCESS")
			s.accepted(1, 1)
		})
	})
	t.Run("for ever", func(t *testing.T) {
		inBubble(t, takes(time.Hour), func(s *stage) {
			s.sim.Inject(missing(-1))
			began := time.Now()
			s.timeout("2h").ends(s.apply(), coretest.Create, unableToConfirm)
			s.state("PENDING tainted")
			s.accepted(1, 1)
			if took := time.Since(began); took != 2*time.Hour {
				t.Errorf("gave up after %s", took)
			}
		})
	})
}

func TestFault38CredentialsRevokedWhileWaiting(t *testing.T) {
	inBubble(t, takes(time.Hour), func(s *stage) {
		s.sim.SetKey(func(k *atlassim.Key) { k.RevokedAfterPut = time.Minute })
		began := time.Now()
		s.ends(s.apply(), coretest.Create, unableToConfirm)
		s.state("PENDING tainted")
		s.accepted(1, 1)
		if took := time.Since(began); took > 70*time.Second {
			t.Errorf("gave up after %s", took)
		}
		s.sim.RestoreKey()
		s.ends(s.apply(), coretest.Replace, notUndone)
		s.state("SUCCESS")
		s.accepted(1, 1)
	})
}

// A plan with credentials that do not work fails, and loses nothing.
func TestFault38AppliedAgainBeforeTheCredentialsWork(t *testing.T) {
	inBubble(t, takes(time.Hour), func(s *stage) {
		s.sim.SetKey(func(k *atlassim.Key) { k.RevokedAfterPut = time.Minute })
		s.ends(s.apply(), coretest.Create, unableToConfirm)
		s.ends(s.apply(), "", unableToRefresh, unableToRead)
		s.state("PENDING tainted")
		s.accepted(1, 1)
		s.sim.RestoreKey()
		s.ends(s.apply(), coretest.Replace, notUndone)
		s.state("SUCCESS")
		s.accepted(1, 1)
	})
}

func TestFault39FailedOrExpiredAfterTheRequest(t *testing.T) {
	for ending, says := range map[atlassim.Ending]string{atlassim.Fails: "The disk is full.", atlassim.Expires: "120 hours"} {
		t.Run(ending.String(), func(t *testing.T) {
			inBubble(t, atlassim.Migration{
				CutoverTakes: 5 * time.Minute, CutoverEnds: ending, FailReason: "The disk is full.",
				Job: atlassim.JobScript{SucceedsAfter: map[bool]time.Duration{true: time.Minute}[ending == atlassim.Expires]},
			}, func(s *stage) {
				s.ends(s.apply(), coretest.Create, cutoverFailed)
				s.state("FAILED tainted")
				s.accepted(1, 1)
				if got := s.State.String("error_message"); !strings.Contains(got, says) {
					t.Errorf("error_message is %q", got)
				}
				s.ends(s.apply(), "", unableToStart)
				s.state("FAILED tainted")
				s.accepted(1, 1)
			})
		})
	}
}

func timedOut(s *stage) {
	s.timeout("2m")
	s.ends(s.apply(), coretest.Create, unableToConfirm)
	s.state("PENDING tainted")
	s.timeout("6h")
}

func TestFault40TimeOutWhilePending(t *testing.T) {
	inBubble(t, takes(time.Hour), func(s *stage) {
		began := time.Now()
		timedOut(s)
		s.accepted(1, 1)
		if took := time.Since(began); took != 2*time.Minute {
			t.Errorf("timed out after %s", took)
		}
		if s.State.String("error_message") == "" {
			t.Error("error_message does not say what is not known")
		}
	})
}

func TestFault41TimedOutAndReappliedWhileInFlight(t *testing.T) {
	inBubble(t, takes(time.Hour), func(s *stage) {
		timedOut(s)
		s.ends(s.apply(), coretest.Replace, notUndone)
		s.state("SUCCESS")
		s.accepted(1, 1)
	})
}

func TestFault42TimedOutAndReappliedAfterCompletion(t *testing.T) {
	inBubble(t, takes(time.Hour), func(s *stage) {
		timedOut(s)
		pass(time.Hour)
		s.ends(s.apply(), coretest.Replace, notUndone)
		s.state("SUCCESS")
		s.accepted(1, 1)
	})
}

func TestFault43TimedOutWithCreateBeforeDestroy(t *testing.T) {
	inBubble(t, takes(time.Hour), func(s *stage) {
		s.CreateBeforeDestroy = true
		timedOut(s)
		s.ends(s.apply(), coretest.Replace, alreadyUnderWay, notUndone)
		s.state("SUCCESS")
		s.accepted(1, 1)
	})
}

func TestFault44TimedOutAndUntainted(t *testing.T) {
	inBubble(t, takes(time.Hour), func(s *stage) {
		timedOut(s)
		s.Untaint()
		s.ends(s.apply(), coretest.Update)
		s.state("SUCCESS")
		s.attribute("error_message", "")
		s.accepted(1, 1)
		s.ends(s.silent(s.apply), coretest.NoOp)
	})
}

func TestFault45InterruptBeforeTheRequest(t *testing.T) {
	for summary, m := range map[string]atlassim.Migration{
		unableToStart: catchingUp(), possiblyInProgress: {Copying: time.Hour},
	} {
		inBubble(t, m, func(s *stage) {
			s.ends(s.interrupted(time.Minute), coretest.Create, summary)
			s.state("")
			s.accepted(0, 0)
		})
	}
}

func TestFault46InterruptDuringTheRequest(t *testing.T) {
	inBubble(t, takes(time.Hour), func(s *stage) {
		s.sim.Inject(atlassim.Fault{Call: "cutover", After: true, Do: atlassim.Effect{Delay: 30 * time.Second}})
		began := time.Now()
		s.ends(s.interrupted(10*time.Second), coretest.Create, cutoverGoesOn)
		s.state("PENDING")
		s.accepted(1, 1)
		if took := time.Since(began); took != 30*time.Second {
			t.Errorf("returned after %s, want the request's end", took)
		}
		if job := s.State.String("id"); job == s.id {
			t.Error("the job that the request was answered with is lost")
		}
		s.ends(s.apply(), coretest.Update)
		s.state("SUCCESS")
		s.accepted(1, 1)
	})
}

func TestFault47InterruptWhileWaiting(t *testing.T) {
	inBubble(t, takes(time.Hour), func(s *stage) {
		began := time.Now()
		s.ends(s.interrupted(10*time.Minute), coretest.Create, cutoverGoesOn)
		s.state("PENDING")
		s.accepted(1, 1)
		if took := time.Since(began); took > 10*time.Minute+time.Second {
			t.Errorf("returned %s after the interrupt", took-10*time.Minute)
		}
		s.ends(s.apply(), coretest.Update)
		s.state("SUCCESS")
		s.accepted(1, 1)
	})
}

// A request that was interrupted with its answer lost may never have arrived.
// Only a replacement may ask again, so the state is tainted.
func TestAnInterruptWithoutAnAnswerTaints(t *testing.T) {
	inBubble(t, takes(time.Hour), func(s *stage) {
		s.sim.Inject(atlassim.Fault{Call: "cutover", Do: atlassim.Effect{Wire: atlassim.Hang}})
		s.ends(s.interrupted(10*time.Second), coretest.Create, unableToConfirm)
		s.state("PENDING tainted")
		s.ends(s.apply(), coretest.Replace, notUndone)
		s.state("SUCCESS")
		s.accepted(1, 2)
	})
}

func TestFault54ReplaceAfterSuccess(t *testing.T) {
	inBubble(t, takes(time.Minute), func(s *stage) {
		s.apply()
		s.ends(s.ApplyReplacing(context.Background()), coretest.Replace, notUndone)
		s.state("SUCCESS")
		s.accepted(1, 1)
	})
}

func TestFault56TimeOutInUpdate(t *testing.T) {
	inBubble(t, takes(3*time.Hour), func(s *stage) {
		s.interrupted(time.Minute)
		s.timeout("1h").ends(s.apply(), coretest.Update, unableToConfirm)
		s.state("PENDING")
		s.timeout("6h").ends(s.apply(), coretest.Update)
		s.state("SUCCESS")
		s.accepted(1, 1)
	})
}

func TestFault57MissingAtRefreshAfterSuccess(t *testing.T) {
	inBubble(t, takes(time.Minute), func(s *stage) {
		s.apply()
		s.sim.Inject(atlassim.Fault{Times: -1, Do: atlassim.Effect{Status: http.StatusNotFound}})
		r := s.silent(func() coretest.Result { return s.Plan(context.Background()) })
		s.ends(r, coretest.NoOp)
		s.state("SUCCESS")
	})
}

func TestFault58Destroy(t *testing.T) {
	t.Run("after SUCCESS", func(t *testing.T) {
		inBubble(t, takes(time.Minute), func(s *stage) {
			s.apply()
			r := s.silent(func() coretest.Result { return s.Destroy(context.Background()) })
			s.ends(r, coretest.Delete, notUndone)
			s.state("")
		})
	})
	t.Run("while PENDING", func(t *testing.T) {
		inBubble(t, takes(time.Hour), func(s *stage) {
			s.interrupted(time.Minute)
			r := s.Destroy(context.Background())
			s.ends(r, coretest.Delete, notUndone)
			s.state("")
			s.accepted(1, 1)
			if !strings.Contains(details(r), "goes on") {
				t.Errorf("does not say that the cutover goes on: %s", details(r))
			}
			if slices.ContainsFunc(s.sim.Log(), func(e atlassim.Entry) bool { return e.Method == http.MethodDelete }) {
				t.Error("sent a DELETE")
			}
		})
	})
}

func TestFault59Import(t *testing.T) {
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
		for way, run := range map[string]func(*stage) coretest.Result{
			"by id": func(s *stage) coretest.Result {
				return s.Import(context.Background(), s.Config["project_id"].(string)+"/"+s.id)
			},
			"by identity": func(s *stage) coretest.Result {
				return s.ImportByIdentity(context.Background(), map[string]string{
					"project_id": s.Config["project_id"].(string), "live_migration_id": s.id,
				})
			},
		} {
			t.Run(name+" "+way, func(t *testing.T) {
				inBubble(t, row.migration, func(s *stage) {
					s.ends(run(s), "", row.summaries...)
					s.state(row.state)
					s.accepted(0, 0)
					if row.state == "SUCCESS" {
						s.ends(s.silent(s.apply), coretest.NoOp)
					}
				})
			})
		}
	}
}

func TestFault61PlainHTTP(t *testing.T) {
	for url, summaries := range map[string][]string{
		"http://cloud.example.com": {"Invalid base_url"},
		"http://127.0.0.1:8080":    nil,
		"http://[::1]:8080":        nil,
		"http://localhost:8080":    nil,
	} {
		t.Run(url, func(t *testing.T) {
			inBubble(t, takes(time.Minute), func(s *stage) {
				s.Provider = map[string]any{"base_url": url}
				r := s.apply()
				if got := coretest.Summaries(r.Diagnostics); !slices.Equal(got, append([]string{}, summaries...)) {
					t.Errorf("said %q, want %q", got, summaries)
				}
				if (len(s.sim.Log()) == 0) != r.Failed() {
					t.Errorf("%d requests were sent", len(s.sim.Log()))
				}
			})
		})
	}
}

func TestFault63ReadyStaysTrueAfterTheRequest(t *testing.T) {
	for name, lingers := range map[string]time.Duration{"ten seconds": 10 * time.Second, "until the end": atlassim.Forever} {
		m := atlassim.Migration{CutoverTakes: 10 * time.Minute, ReadyAfterPut: lingers}
		t.Run(name+", within one run", func(t *testing.T) {
			inBubble(t, m, func(s *stage) {
				s.ends(s.apply(), coretest.Create)
				s.state("SUCCESS")
				s.accepted(1, 1)
			})
		})
		t.Run(name+", across an interrupt", func(t *testing.T) {
			inBubble(t, m, func(s *stage) {
				s.interrupted(2 * time.Second)
				s.ends(s.apply(), coretest.Update)
				s.state("SUCCESS")
				s.accepted(1, 1)
			})
		})
		t.Run(name+", across a kill", func(t *testing.T) {
			inBubble(t, m, func(s *stage) {
				s.interrupted(2 * time.Second)
				s.LoseState()
				s.apply()
				s.state("SUCCESS")
				s.accepted(1, map[time.Duration]int{10 * time.Second: 1, atlassim.Forever: 2}[lingers])
			})
		})
	}
}
