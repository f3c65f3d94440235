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
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// failsStart makes something go wrong with the request that starts.
func failsStart(do atlassim.Effect, after bool) func(*harness) {
	return func(s *harness) { s.Sim.Inject(atlassim.Fault{Call: atlassim.CallStart, After: after, Do: do}) }
}

// What an apply does about a request that Atlas may have acted on: nothing. Each
// row says how many live migrations there are afterwards.
func TestALostAnswerToTheStartIsNeverAskedForAgain(t *testing.T) {
	html := "<html>Bad gateway</html>"
	for name, row := range map[string]struct {
		fault   func(*harness)
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
		"cut short":                  {failsStart(atlassim.Effect{Wire: atlassim.CloseMidBody}, true), 1, 1, "did not bring the ID"},
		"a body without end":         {failsStart(atlassim.Effect{Wire: atlassim.EndlessBody}, true), 1, 1, "did not bring the ID"},
		"a page":                     {failsStart(atlassim.Effect{Garble: html}, true), 1, 1, "did not bring the ID"},
		"no ID":                      {failsStart(atlassim.Effect{Garble: "{}"}, true), 1, 1, "did not bring the ID"},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				s.Sim.SetTemplate(copies(time.Hour))
				row.fault(s)
				r := s.Apply()
				s.CheckFailed(r, true)
				s.Check(r, coretest.Create, unableToConfirmStart)
				s.CheckText(r, row.says)
				s.CheckText(r, "Nothing was stored in the state.")
				s.CheckText(r, "Check the destination cluster in the Atlas console")
				s.CheckText(r, "project_id/live_migration_id")
				s.CheckState("")
				s.checkStarts(row.started, row.asked)
				s.afterALostStart(row.started)
			})
		})
	}
}

// afterALostStart asserts how it continues: where one runs, Atlas refuses another
// and an import adopts it; if none does, the next apply starts it.
func (s *harness) afterALostStart(started int) {
	s.T.Helper()
	s.Sim.ClearFaults()
	r := s.Apply()
	if started == 0 {
		s.Check(r, coretest.Create)
		s.checkStarts(1, 2)
		return
	}
	s.Check(r, coretest.Create, unableToStart)
	s.CheckText(r, "CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT")
	s.CheckText(r, "terraform import")
	s.CheckState("")
	s.Check(s.Import(context.Background(), s.Sim.Credentials().ProjectID+"/"+s.migrationID()), "", incompleteImport)
	s.Check(s.Apply(), coretest.Update)
	s.Check(s.Plan(), coretest.NoOp)
	s.checkStarts(1, 2)
}

func TestAStartThatHadNoEffectIsSentAgain(t *testing.T) {
	for name, fault := range map[string]atlassim.Fault{
		"a 429":                        {Call: atlassim.CallStart, Do: atlassim.Effect{Status: 429, Header: http.Header{"Retry-After": {"2"}}}},
		"a 429 that lasts":             {Call: atlassim.CallStart, Times: 9, Do: atlassim.Effect{Status: 429, Header: http.Header{"Retry-After": {"90"}}}},
		"a 429 that says nothing":      {Call: atlassim.CallStart, Times: 9, Do: atlassim.Effect{Status: 429}},
		"a connection that is refused": {Call: atlassim.CallStart, Times: 2, Do: atlassim.Effect{Wire: atlassim.RefuseDial}},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				s.Sim.Inject(fault)
				s.Check(s.Apply(), coretest.Create)
				if got := s.Sim.AcceptedStarts(cluster); got != 1 {
					t.Errorf("Atlas started %d", got)
				}
			})
		})
	}
}

// A proxy can say 429 for a request that went through. Atlas then refuses the
// second one, since there is one live migration to a cluster at a time.
func TestA429ForAStartThatWentThroughStartsNoSecondOne(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(copies(time.Hour))
		failsStart(atlassim.Effect{Status: 429}, true)(s)
		r := s.Apply()
		s.Check(r, coretest.Create, unableToStart)
		s.CheckText(r, "terraform import")
		s.checkStarts(1, 2)
	})
}

func TestAStartThatIsRefusedStoresNothing(t *testing.T) {
	for name, row := range map[string]struct {
		fault func(*harness)
		says  string
	}{
		"a missing role":         {func(s *harness) { s.Sim.SetKey(func(k *atlassim.Key) { k.OrgOwner = false }) }, "Organization Owner"},
		"the access list":        {func(s *harness) { s.Sim.SetKey(func(k *atlassim.Key) { k.OnAccessList = false }) }, "access list"},
		"a wrong project":        {func(s *harness) { s.Set("project_id", "6a1b2c3d4e5f60718293a4b5") }, "Check project_id"},
		"an argument":            {failsStart(atlassim.Effect{Status: 400}, false), "Check the arguments"},
		"an upgrade":             {failsStart(atlassim.Effect{Status: 405}, false), "during an upgrade"},
		"a version that is gone": {failsStart(atlassim.Effect{Status: 410}, false), "Atlas refused the request."},
		"an untrusted certificate": {func(s *harness) {
			s.Sim.Inject(atlassim.Fault{Times: -1, Do: atlassim.Effect{Wire: atlassim.TLSUntrusted}})
		}, "certificate authority"},
		"an address that nobody has": {func(s *harness) {
			s.Sim.Inject(atlassim.Fault{Times: -1, Do: atlassim.Effect{Wire: atlassim.RefuseDial}})
		}, "did not take the request"},
		"a rate limit that never ends": {func(s *harness) {
			s.SetTimeouts("10m").Sim.Inject(atlassim.Fault{Call: atlassim.CallStart, Times: -1, Do: atlassim.Effect{Status: 429}})
		}, "did not take the request"},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				row.fault(s)
				began := time.Now()
				r := s.Apply()
				s.CheckFailed(r, true)
				s.Check(r, coretest.Create, unableToStart)
				s.CheckText(r, row.says)
				s.CheckText(r, "No live migration was started, and nothing was stored in the state.")
				s.CheckState("")
				if got := s.Sim.AcceptedStarts(cluster); got != 0 {
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
	inFakeTime(t, func(s *harness) {
		s.Sim.Inject(atlassim.Fault{Times: -1, Do: atlassim.Effect{Wire: atlassim.TLSUntrusted}})
		began := time.Now()
		s.Check(s.Apply(), coretest.Create, unableToStart)
		if took := time.Since(began); took > time.Second {
			t.Errorf("gave up after %s", took)
		}
	})
}

func TestAnInterruptBeforeTheStart(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.Inject(atlassim.Fault{Call: atlassim.CallStart, Times: -1, Do: atlassim.Effect{
			Status: 429, Header: http.Header{"Retry-After": {"120"}}}})
		began := time.Now()
		r := s.Interrupt(30 * time.Second)
		s.CheckFailed(r, true)
		s.Check(r, coretest.Create, unableToStart)
		s.CheckText(r, "interrupted before Atlas took the request")
		s.CheckState("")
		s.checkStarts(0, 1)
		if took := time.Since(began); took > 31*time.Second {
			t.Errorf("returned after %s", took)
		}
	})
}

// A request that is cancelled half-way is one nobody knows about.
func TestAnInterruptDuringTheStart(t *testing.T) {
	for wait, summaries := range map[string][]string{"started": nil, "ready": {goesOn}} {
		t.Run("until "+wait, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				s.Sim.SetTemplate(copies(time.Hour))
				s.Sim.Inject(atlassim.Fault{Call: atlassim.CallStart, After: true, Do: atlassim.Effect{Delay: 20 * time.Second}})
				r := s.Set("wait_until", wait).Interrupt(time.Second)
				s.CheckFailed(r, false)
				s.Check(r, coretest.Create, summaries...)
				s.CheckState("NEW")
				s.Check(s.Apply(), map[string]coretest.Action{"started": coretest.NoOp, "ready": coretest.Update}[wait])
				s.checkStarts(1, 1)
			})
		})
	}
}

func TestAnInterruptWhileWaitingIsGoneOnWith(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(copies(5 * time.Hour))
		s.Set("wait_until", "ready")
		began := time.Now()
		r := s.Interrupt(time.Hour)
		s.CheckFailed(r, false)
		s.Check(r, coretest.Create, goesOn)
		s.CheckState("WORKING")
		if took := time.Since(began); took > time.Hour+time.Second {
			t.Errorf("returned after %s", took)
		}
		s.Check(s.Interrupt(time.Hour), coretest.Update, goesOn)
		s.Check(s.Apply(), coretest.Update)
		s.Check(s.Plan(), coretest.NoOp)
		s.checkStarts(1, 1)
	})
}

// An error would taint the resource, and a replacement start a second one.
func TestATimeOutOfTheCreateIsAWarningAndGoneOnWith(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(copies(10 * time.Hour))
		s.Set("wait_until", "ready").SetTimeouts("2h")
		began := time.Now()
		r := s.Apply()
		s.CheckFailed(r, false)
		s.Check(r, coretest.Create, notReady)
		s.CheckText(r, "Raise timeouts.create")
		s.CheckState("WORKING")
		if took := time.Since(began); took != 2*time.Hour {
			t.Errorf("gave up after %s", took)
		}
		// An update cannot taint, so it fails.
		r = s.Apply()
		s.CheckFailed(r, true)
		s.Check(r, coretest.Update, notReady)
		s.CheckText(r, "Raise timeouts.update")
		s.CheckState("WORKING")
		s.SetTimeouts("9h").Check(s.Apply(), coretest.Update)
		s.Check(s.Plan(), coretest.NoOp)
		s.checkStarts(1, 1)
	})
}

// What became ready while nobody waited needs no wait.
func TestAWaitThatIsOverBeforeItIsGoneOnWith(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(copies(3 * time.Hour))
		s.Set("wait_until", "ready").SetTimeouts("1h").Check(s.Apply(), coretest.Create, notReady)
		providertest.Sleep(3 * time.Hour)
		s.Check(s.Apply(), coretest.NoOp)
		s.CheckState("WORKING")
	})
}

func TestAFailureWhileWaiting(t *testing.T) {
	for word, m := range map[string]atlassim.Migration{
		"FAILED":  {Copying: 2 * time.Hour, FailsAfter: time.Hour},
		"EXPIRED": {Copying: time.Minute, ReadyLag: -1, Words: atlassim.Words{Status: "EXPIRED", StatusAfter: time.Hour}},
	} {
		t.Run(word, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				s.Sim.SetTemplate(m)
				r := s.Set("wait_until", "ready").Apply()
				s.CheckFailed(r, true)
				s.Check(r, coretest.Create, migrationFailed)
				s.CheckState(word + " tainted")
				s.checkStarts(1, 1)
			})
		})
	}
	t.Run("the next apply starts another one", func(t *testing.T) {
		inFakeTime(t, func(s *harness) {
			s.Sim.SetTemplate(atlassim.Migration{Copying: 2 * time.Hour, FailsAfter: time.Hour})
			s.Set("wait_until", "ready").Apply()
			s.Sim.SetTemplate(copies(time.Hour))
			s.Check(s.Apply(), coretest.Replace, notUndone)
			s.CheckState("WORKING")
			s.checkStarts(2, 2)
		})
	})
	t.Run("an update leaves it to the user", func(t *testing.T) {
		inFakeTime(t, func(s *harness) {
			s.Sim.SetTemplate(atlassim.Migration{Copying: 10 * time.Hour, FailsAfter: 3 * time.Hour})
			s.Set("wait_until", "ready").SetTimeouts("1h").Apply()
			s.Check(s.SetTimeouts("9h").Apply(), coretest.Update, migrationFailed)
			s.CheckState("FAILED")
			s.Check(s.Apply(), coretest.NoOp, hasFailed)
			s.checkStarts(1, 1)
			s.Sim.SetTemplate(copies(time.Hour))
			s.Check(s.Do(context.Background(), s.ApplyReplacing), coretest.Replace, hasFailed, notUndone)
			s.CheckState("WORKING")
			s.checkStarts(2, 2)
		})
	})
}

func TestBrokenAnswersWhileWaitingAreToleratedUntilItIsReady(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(copies(5 * time.Hour))
		for i, effect := range []atlassim.Effect{
			{Status: 500}, {Status: 429}, {Wire: atlassim.Close}, {Garble: "<html>"}, {Wire: atlassim.Hang}, {Wire: atlassim.Reset},
			{Wire: atlassim.RefuseDial}, {Status: 404},
		} {
			s.Sim.Inject(atlassim.Fault{Call: atlassim.CallMigration, Skip: 2 + 3*i, Times: 3, Do: effect})
		}
		s.Set("wait_until", "ready").Check(s.Apply(), coretest.Create)
		s.CheckState("WORKING")
		s.checkStarts(1, 1)
	})
}

func TestAStatusThatNobodyKnowsIsNeverReady(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(atlassim.Migration{Words: atlassim.Words{Status: "PAUSED", StatusFor: time.Hour}})
		began := time.Now()
		s.Set("wait_until", "ready").Check(s.Apply(), coretest.Create)
		if took := time.Since(began); took < time.Hour {
			t.Errorf("took PAUSED for ready after %s", took)
		}
		s.CheckState("WORKING")
	})
}

// Old deployments never say that they are ready.
func TestAnAnswerThatDoesNotSayReadyIsNotReady(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(atlassim.Migration{Words: atlassim.Words{OldWords: true}})
		s.Set("wait_until", "ready").SetTimeouts("1h").Check(s.Apply(), coretest.Create, notReady)
		s.CheckState("PENDING")
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
			inFakeTime(t, func(s *harness) {
				s.Sim.SetTemplate(copies(5 * time.Hour))
				s.Sim.Inject(atlassim.Fault{Call: atlassim.CallMigration, Skip: 3, Times: -1, Do: atlassim.Effect{Status: row.status}})
				began := time.Now()
				r := s.Set("wait_until", "ready").Apply()
				s.CheckFailed(r, false)
				s.Check(r, coretest.Create, unableToWait)
				s.CheckText(r, row.says)
				if took := time.Since(began); took > 5*time.Minute {
					t.Errorf("gave up after %s", took)
				}
				s.CheckState("NEW")
				r = s.Apply()
				s.CheckFailed(r, true)
				s.Check(r, coretest.Update, unableToRefresh, unableToWait)
				s.CheckState("NEW")
				s.Sim.ClearFaults()
				s.Check(s.Apply(), coretest.Update)
				s.checkStarts(1, 1)
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
			inFakeTime(t, func(s *harness) {
				s.Sim.SetTemplate(copies(time.Hour))
				s.Set("wait_until", "ready").Kill(row.dies)
				s.CheckState("")
				s.checkStarts(row.started, row.started)
				if row.started == 1 {
					s.afterALostStart(1)
					return
				}
				s.Check(s.Apply(), coretest.Create)
				s.checkStarts(1, 1)
			})
		})
	}
	t.Run("while an update waits", func(t *testing.T) {
		inFakeTime(t, func(s *harness) {
			s.Sim.SetTemplate(copies(5 * time.Hour))
			s.Set("wait_until", "ready").SetTimeouts("1h").Apply()
			looks := 0
			s.SetTimeouts("48h").Kill(func(req *http.Request) (bool, bool) {
				if req.Method == http.MethodGet && authorized(req) {
					looks++
				}
				return looks == 5, false
			})
			s.Check(s.Apply(), coretest.Update)
			s.Check(s.Plan(), coretest.NoOp)
			s.checkStarts(1, 1)
		})
	})
}

// Atlas guards what Terraform forgets.
func TestAReplacementOfWhatRunsStartsNoSecondOne(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetTemplate(copies(time.Hour))
		s.Apply()
		r := s.Do(context.Background(), s.ApplyReplacing)
		s.Check(r, coretest.Replace, notStopped, unableToStart)
		s.checkStarts(1, 2)
	})
}
