// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
)

// failsStart makes something go wrong with the request that starts.
func failsStart(do atlassim.Effect, after bool) func(*stage) {
	return func(s *stage) { s.sim.Inject(atlassim.Fault{Call: atlassim.CallStart, After: after, Do: do}) }
}

// What an apply does about a request that Atlas may have acted on: nothing. Each
// row says how many live migrations there are afterwards.
func TestALostAnswerToTheStartIsNeverAskedForAgain(t *testing.T) {
	html := "<html>Bad gateway</html>"
	for name, row := range map[string]struct {
		fault   func(*stage)
		started int
		asked   int
		says    string
	}{
		"reset before Atlas acted":   {failsStart(atlassim.Effect{Wire: atlassim.Reset}, false), 0, 1, "was lost or unclear"},
		"reset after Atlas acted":    {failsStart(atlassim.Effect{Wire: atlassim.Reset}, true), 1, 1, "was lost or unclear"},
		"closed before Atlas acted":  {failsStart(atlassim.Effect{Wire: atlassim.Close}, false), 0, 1, "was lost or unclear"},
		"closed after Atlas acted":   {failsStart(atlassim.Effect{Wire: atlassim.Close}, true), 1, 1, "was lost or unclear"},
		"500 before Atlas acted":     {failsStart(atlassim.Effect{Status: 500}, false), 0, 1, "was lost or unclear"},
		"500 after Atlas acted":      {failsStart(atlassim.Effect{Status: 500}, true), 1, 1, "was lost or unclear"},
		"502 HTML after Atlas acted": {failsStart(atlassim.Effect{Status: 502, Body: html}, true), 1, 1, "an HTML page"},
		"503 before Atlas acted":     {failsStart(atlassim.Effect{Status: 503, Body: html}, false), 0, 1, "was lost or unclear"},
		"504 after Atlas acted":      {failsStart(atlassim.Effect{Status: 504}, true), 1, 1, "was lost or unclear"},
		"408 after Atlas acted":      {failsStart(atlassim.Effect{Status: 408}, true), 1, 1, "was lost or unclear"},
		"302 after Atlas acted":      {failsStart(atlassim.Effect{Status: 302, Header: http.Header{"Location": {"/"}}}, true), 1, 1, "was lost or unclear"},
		"no answer in its time":      {failsStart(atlassim.Effect{Wire: atlassim.Hang}, true), 1, 1, "was lost or unclear"},
		"cut short":                  {failsStart(atlassim.Effect{Wire: atlassim.CloseMidBody}, true), 1, 1, "did not bring the id"},
		"a body without end":         {failsStart(atlassim.Effect{Wire: atlassim.EndlessBody}, true), 1, 1, "did not bring the id"},
		"a page":                     {failsStart(atlassim.Effect{Garble: html}, true), 1, 1, "did not bring the id"},
		"no id":                      {failsStart(atlassim.Effect{Garble: "{}"}, true), 1, 1, "did not bring the id"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, migrationType, func(s *stage) {
				s.sim.SetTemplate(copies(time.Hour))
				row.fault(s)
				r := s.apply()
				s.fails(r, true)
				s.ends(r, coretest.Create, unableToConfirmStart)
				s.says(r, row.says)
				s.says(r, "Nothing was stored in the state.")
				s.says(r, "Look at the destination cluster in the web console")
				s.says(r, "project_id/live_migration_id")
				s.state("")
				s.started(row.started, row.asked)
				s.afterALostStart(row.started)
			})
		})
	}
}

// afterALostStart asserts how it goes on: where one runs, Atlas refuses another
// and an import adopts it; where none does, the next apply starts it.
func (s *stage) afterALostStart(started int) {
	s.t.Helper()
	s.sim.ClearFaults()
	r := s.apply()
	if started == 0 {
		s.ends(r, coretest.Create)
		s.started(1, 2)
		return
	}
	s.ends(r, coretest.Create, unableToStart)
	s.says(r, "CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT")
	s.says(r, "terraform import")
	s.state("")
	s.ends(s.Import(context.Background(), s.sim.Credentials().ProjectID+"/"+s.migrationID()), "")
	s.ends(s.apply(), coretest.Update)
	s.ends(s.plan(), coretest.NoOp)
	s.started(1, 2)
}

func TestAStartThatHadNoEffectIsSentAgain(t *testing.T) {
	for name, fault := range map[string]atlassim.Fault{
		"a 429":                        {Call: atlassim.CallStart, Do: atlassim.Effect{Status: 429, Header: http.Header{"Retry-After": {"2"}}}},
		"a 429 that lasts":             {Call: atlassim.CallStart, Times: 9, Do: atlassim.Effect{Status: 429, Header: http.Header{"Retry-After": {"90"}}}},
		"a 429 that says nothing":      {Call: atlassim.CallStart, Times: 9, Do: atlassim.Effect{Status: 429}},
		"a connection that is refused": {Call: atlassim.CallStart, Times: 2, Do: atlassim.Effect{Wire: atlassim.RefuseDial}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, migrationType, func(s *stage) {
				s.sim.Inject(fault)
				s.ends(s.apply(), coretest.Create)
				if got := s.sim.AcceptedStarts(cluster); got != 1 {
					t.Errorf("Atlas started %d", got)
				}
			})
		})
	}
}

// A proxy can say 429 for a request that went through. Atlas then refuses the
// second one, since there is one live migration to a cluster at a time.
func TestA429ForAStartThatWentThroughStartsNoSecondOne(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.sim.SetTemplate(copies(time.Hour))
		failsStart(atlassim.Effect{Status: 429}, true)(s)
		r := s.apply()
		s.ends(r, coretest.Create, unableToStart)
		s.says(r, "terraform import")
		s.started(1, 2)
	})
}

func TestAStartThatIsRefusedStoresNothing(t *testing.T) {
	for name, row := range map[string]struct {
		fault func(*stage)
		says  string
	}{
		"a missing role":         {func(s *stage) { s.sim.SetKey(func(k *atlassim.Key) { k.OrgOwner = false }) }, "Organization Owner"},
		"the access list":        {func(s *stage) { s.sim.SetKey(func(k *atlassim.Key) { k.OnAccessList = false }) }, "access list"},
		"a wrong project":        {func(s *stage) { s.with("project_id", "6a1b2c3d4e5f60718293a4b5") }, "Check project_id"},
		"an argument":            {failsStart(atlassim.Effect{Status: 400}, false), "Check the arguments"},
		"an upgrade":             {failsStart(atlassim.Effect{Status: 405}, false), "during an upgrade"},
		"a version that is gone": {failsStart(atlassim.Effect{Status: 410}, false), "Atlas refused the request."},
		"an untrusted certificate": {func(s *stage) {
			s.sim.Inject(atlassim.Fault{Times: -1, Do: atlassim.Effect{Wire: atlassim.TLSUntrusted}})
		}, "certificate authority"},
		"an address that nobody has": {func(s *stage) {
			s.sim.Inject(atlassim.Fault{Times: -1, Do: atlassim.Effect{Wire: atlassim.RefuseDial}})
		}, "did not get through"},
		"a rate limit that never ends": {func(s *stage) {
			s.timeout("10m").sim.Inject(atlassim.Fault{Call: atlassim.CallStart, Times: -1, Do: atlassim.Effect{Status: 429}})
		}, "did not get through"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, migrationType, func(s *stage) {
				row.fault(s)
				began := time.Now()
				r := s.apply()
				s.fails(r, true)
				s.ends(r, coretest.Create, unableToStart)
				s.says(r, row.says)
				s.says(r, "No live migration was started, and nothing was stored in the state.")
				s.state("")
				if got := s.sim.AcceptedStarts(cluster); got != 0 {
					t.Errorf("Atlas started %d", got)
				}
				if took := time.Since(began); took > 11*time.Minute {
					t.Errorf("gave up after %s", took)
				}
			})
		})
	}
}

func TestAnUntrustedCertificateIsNotTriedAgain(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.sim.Inject(atlassim.Fault{Times: -1, Do: atlassim.Effect{Wire: atlassim.TLSUntrusted}})
		began := time.Now()
		s.ends(s.apply(), coretest.Create, unableToStart)
		if took := time.Since(began); took > time.Second {
			t.Errorf("gave up after %s", took)
		}
	})
}

func TestAnInterruptBeforeTheStart(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.sim.Inject(atlassim.Fault{Call: atlassim.CallStart, Times: -1, Do: atlassim.Effect{
			Status: 429, Header: http.Header{"Retry-After": {"120"}}}})
		began := time.Now()
		r := s.interrupted(30 * time.Second)
		s.fails(r, true)
		s.ends(r, coretest.Create, unableToStart)
		s.says(r, "interrupted before Atlas took the request")
		s.state("")
		s.started(0, 1)
		if took := time.Since(began); took > 31*time.Second {
			t.Errorf("returned after %s", took)
		}
	})
}

// A request that is cancelled half-way is one nobody knows about.
func TestAnInterruptDuringTheStart(t *testing.T) {
	for wait, summaries := range map[string][]string{"started": nil, "ready": {goesOn}} {
		t.Run("until "+wait, func(t *testing.T) {
			inBubble(t, migrationType, func(s *stage) {
				s.sim.SetTemplate(copies(time.Hour))
				s.sim.Inject(atlassim.Fault{Call: atlassim.CallStart, After: true, Do: atlassim.Effect{Delay: 20 * time.Second}})
				r := s.with("wait_until", wait).interrupted(time.Second)
				s.fails(r, false)
				s.ends(r, coretest.Create, summaries...)
				s.state("NEW")
				s.ends(s.apply(), map[string]coretest.Action{"started": coretest.NoOp, "ready": coretest.Update}[wait])
				s.started(1, 1)
			})
		})
	}
}

func TestAnInterruptWhileWaitingIsGoneOnWith(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.sim.SetTemplate(copies(5 * time.Hour))
		s.with("wait_until", "ready")
		began := time.Now()
		r := s.interrupted(time.Hour)
		s.fails(r, false)
		s.ends(r, coretest.Create, goesOn)
		s.state("WORKING")
		if took := time.Since(began); took > time.Hour+time.Second {
			t.Errorf("returned after %s", took)
		}
		s.ends(s.interrupted(time.Hour), coretest.Update, goesOn)
		s.ends(s.apply(), coretest.Update)
		s.ends(s.plan(), coretest.NoOp)
		s.started(1, 1)
	})
}

// An error would taint the resource, and a replacement start a second one.
func TestATimeOutOfTheCreateIsAWarningAndGoneOnWith(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.sim.SetTemplate(copies(10 * time.Hour))
		s.with("wait_until", "ready").timeout("2h")
		began := time.Now()
		r := s.apply()
		s.fails(r, false)
		s.ends(r, coretest.Create, notReady)
		s.says(r, "Raise timeouts.create")
		s.state("WORKING")
		if took := time.Since(began); took != 2*time.Hour {
			t.Errorf("gave up after %s", took)
		}
		// An update cannot taint, so it fails.
		r = s.apply()
		s.fails(r, true)
		s.ends(r, coretest.Update, notReady)
		s.says(r, "Raise timeouts.update")
		s.state("WORKING")
		s.timeout("9h").ends(s.apply(), coretest.Update)
		s.ends(s.plan(), coretest.NoOp)
		s.started(1, 1)
	})
}

// What became ready while nobody waited needs no wait.
func TestAWaitThatIsOverBeforeItIsGoneOnWith(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.sim.SetTemplate(copies(3 * time.Hour))
		s.with("wait_until", "ready").timeout("1h").ends(s.apply(), coretest.Create, notReady)
		pass(3 * time.Hour)
		s.ends(s.apply(), coretest.NoOp)
		s.state("WORKING")
	})
}

func TestAFailureWhileWaiting(t *testing.T) {
	for word, m := range map[string]atlassim.Migration{
		"FAILED":  {Copying: 2 * time.Hour, FailsAfter: time.Hour},
		"EXPIRED": {Copying: time.Minute, ReadyLag: -1, Words: atlassim.Words{Status: "EXPIRED", StatusAfter: time.Hour}},
	} {
		t.Run(word, func(t *testing.T) {
			inBubble(t, migrationType, func(s *stage) {
				s.sim.SetTemplate(m)
				r := s.with("wait_until", "ready").apply()
				s.fails(r, true)
				s.ends(r, coretest.Create, migrationFailed)
				s.state(word + " tainted")
				s.started(1, 1)
			})
		})
	}
	t.Run("the next apply starts another one", func(t *testing.T) {
		inBubble(t, migrationType, func(s *stage) {
			s.sim.SetTemplate(atlassim.Migration{Copying: 2 * time.Hour, FailsAfter: time.Hour})
			s.with("wait_until", "ready").apply()
			s.sim.SetTemplate(copies(time.Hour))
			s.ends(s.apply(), coretest.Replace, notUndone)
			s.state("WORKING")
			s.started(2, 2)
		})
	})
	t.Run("an update leaves it to the user", func(t *testing.T) {
		inBubble(t, migrationType, func(s *stage) {
			s.sim.SetTemplate(atlassim.Migration{Copying: 10 * time.Hour, FailsAfter: 3 * time.Hour})
			s.with("wait_until", "ready").timeout("1h").apply()
			s.ends(s.timeout("9h").apply(), coretest.Update, migrationFailed)
			s.state("FAILED")
			s.ends(s.apply(), coretest.NoOp, hasFailed)
			s.started(1, 1)
			s.sim.SetTemplate(copies(time.Hour))
			s.ends(s.run(context.Background(), s.ApplyReplacing), coretest.Replace, hasFailed, notUndone)
			s.state("WORKING")
			s.started(2, 2)
		})
	})
}

func TestBrokenAnswersWhileWaitingAreToleratedUntilItIsReady(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.sim.SetTemplate(copies(5 * time.Hour))
		for i, effect := range []atlassim.Effect{
			{Status: 500}, {Status: 429}, {Wire: atlassim.Close}, {Garble: "<html>"}, {Wire: atlassim.Hang}, {Wire: atlassim.Reset},
			{Wire: atlassim.RefuseDial}, {Status: 404},
		} {
			s.sim.Inject(atlassim.Fault{Call: atlassim.CallMigration, Skip: 2 + 3*i, Times: 3, Do: effect})
		}
		s.with("wait_until", "ready").ends(s.apply(), coretest.Create)
		s.state("WORKING")
		s.started(1, 1)
	})
}

func TestAStatusThatNobodyKnowsIsNeverReady(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.sim.SetTemplate(atlassim.Migration{Words: atlassim.Words{Status: "PAUSED", StatusFor: time.Hour}})
		began := time.Now()
		s.with("wait_until", "ready").ends(s.apply(), coretest.Create)
		if took := time.Since(began); took < time.Hour {
			t.Errorf("took PAUSED for ready after %s", took)
		}
		s.state("WORKING")
	})
}

// Old deployments never say that they are ready.
func TestAnAnswerThatDoesNotSayReadyIsNotReady(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.sim.SetTemplate(atlassim.Migration{Words: atlassim.Words{OldWords: true}})
		s.with("wait_until", "ready").timeout("1h").ends(s.apply(), coretest.Create, notReady)
		s.state("PENDING")
	})
}

func TestWhatEndsAWaitNeverTaints(t *testing.T) {
	for name, row := range map[string]struct {
		status int
		says   string
	}{
		"the credentials are revoked": {401, "The credentials no longer work."},
		"the access list changes":     {403, "The credentials no longer work."},
		"it is gone":                  {404, "Atlas no longer knows the live migration."},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, migrationType, func(s *stage) {
				s.sim.SetTemplate(copies(5 * time.Hour))
				s.sim.Inject(atlassim.Fault{Call: atlassim.CallMigration, Skip: 3, Times: -1, Do: atlassim.Effect{Status: row.status}})
				began := time.Now()
				r := s.with("wait_until", "ready").apply()
				s.fails(r, false)
				s.ends(r, coretest.Create, unableToWait)
				s.says(r, row.says)
				if took := time.Since(began); took > 5*time.Minute {
					t.Errorf("gave up after %s", took)
				}
				s.state("NEW")
				r = s.apply()
				s.fails(r, true)
				s.ends(r, coretest.Update, unableToRefresh, unableToWait)
				s.state("NEW")
				s.sim.ClearFaults()
				s.ends(s.apply(), coretest.Update)
				s.started(1, 1)
			})
		})
	}
}

// A live migration of which the state was lost is found by nobody: Atlas refuses
// a second one, and the user imports the first.
func TestAKill(t *testing.T) {
	isStart := func(req *http.Request) bool { return req.Method == http.MethodPost && authorized(req) }
	for name, row := range map[string]struct {
		dies    func(*http.Request) (bool, bool)
		started int
	}{
		"before the start was sent": {func(req *http.Request) (bool, bool) { return isStart(req), false }, 0},
		"after the start was sent":  {func(req *http.Request) (bool, bool) { return false, isStart(req) }, 1},
		"while waiting":             {func(req *http.Request) (bool, bool) { return req.Method == http.MethodGet, false }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, migrationType, func(s *stage) {
				s.sim.SetTemplate(copies(time.Hour))
				s.with("wait_until", "ready").killed(row.dies)
				s.state("")
				s.started(row.started, row.started)
				if row.started == 1 {
					s.afterALostStart(1)
					return
				}
				s.ends(s.apply(), coretest.Create)
				s.started(1, 1)
			})
		})
	}
	t.Run("while an update waits", func(t *testing.T) {
		inBubble(t, migrationType, func(s *stage) {
			s.sim.SetTemplate(copies(5 * time.Hour))
			s.with("wait_until", "ready").timeout("1h").apply()
			looks := 0
			s.timeout("48h").killed(func(req *http.Request) (bool, bool) {
				if req.Method == http.MethodGet && authorized(req) {
					looks++
				}
				return looks == 5, false
			})
			s.ends(s.apply(), coretest.Update)
			s.ends(s.plan(), coretest.NoOp)
			s.started(1, 1)
		})
	})
}

// Atlas guards what Terraform forgets.
func TestAReplacementOfWhatRunsStartsNoSecondOne(t *testing.T) {
	inBubble(t, migrationType, func(s *stage) {
		s.sim.SetTemplate(copies(time.Hour))
		s.apply()
		r := s.run(context.Background(), s.ApplyReplacing)
		s.ends(r, coretest.Replace, notStopped, unableToStart)
		s.started(1, 2)
	})
}
