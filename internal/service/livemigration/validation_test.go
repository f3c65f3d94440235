// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
)

func takes(d time.Duration) atlassim.ValidationScript { return atlassim.ValidationScript{Takes: d} }

// validated asserts how many requests for a validation reached the server, and
// that none of them started a live migration.
func (s *stage) validated(asked int) {
	s.t.Helper()
	s.sent(atlassim.CallValidate, asked)
	s.started(0, 0)
}

func TestAValidationIsAskedForOnceAndThenLeftAlone(t *testing.T) {
	inBubble(t, validationType, func(s *stage) {
		s.sim.SetValidation(takes(10 * time.Minute))
		began := time.Now()
		s.ends(s.apply(), coretest.Create)
		s.state("SUCCESS")
		if took := time.Since(began); took < 10*time.Minute || took > 10*time.Minute+30*time.Second {
			t.Errorf("noticed after %s", took)
		}
		if got := s.State.String("source_project_id"); got != "5ff4a1d4e21b3f0001a7c9e2" {
			t.Errorf("source_project_id is %q", got)
		}
		if got, want := s.State.String("id"), s.log(atlassim.CallValidate)[0].JobID; got != want {
			t.Errorf("the id is %q, want %q", got, want)
		}
		s.ends(s.silent(s.plan), coretest.NoOp)
		s.ends(s.silent(s.apply), coretest.NoOp)
		s.ends(s.silent(s.destroy), coretest.Delete)
		s.validated(1)
	})
}

func TestAFailedValidationSaysWhyAndIsAskedForAnew(t *testing.T) {
	inBubble(t, validationType, func(s *stage) {
		s.sim.SetValidation(atlassim.ValidationScript{Takes: time.Minute, Fails: true, FailTimes: 1, Reason: "The user may not read local.oplog.rs."})
		r := s.apply()
		s.fails(r, true)
		s.ends(r, coretest.Create, validationFailed)
		s.says(r, "The user may not read local.oplog.rs.")
		s.state("FAILED tainted")
		if got := s.State.String("error_message"); got != "The user may not read local.oplog.rs." {
			t.Errorf("error_message is %q", got)
		}
		s.ends(s.apply(), coretest.Replace)
		s.state("SUCCESS")
		if got := s.State.String("error_message"); got != "" {
			t.Errorf("error_message is %q", got)
		}
		s.validated(2)
	})
}

func TestAChangeValidatesAnew(t *testing.T) {
	for argument, change := range theChanges {
		if argument == "project_id" { // the other project does not exist
			continue
		}
		t.Run(argument, func(t *testing.T) {
			inBubble(t, validationType, func(s *stage) {
				s.apply()
				change(s)
				s.ends(s.apply(), coretest.Replace)
				s.state("SUCCESS")
				s.validated(2)
			})
		})
	}
	t.Run("but not to a default", func(t *testing.T) {
		inBubble(t, validationType, func(s *stage) {
			s.apply()
			s.with("drop_destination_data", false).ends(s.silent(s.apply), coretest.Update)
			s.validated(1)
		})
	})
}

// A second request does no harm, so that every failure that can go away by
// itself is asked again.
func TestALostAnswerToAValidationIsAskedForAgain(t *testing.T) {
	for name, fault := range map[string]atlassim.Fault{
		"reset before Atlas acted": {Do: atlassim.Effect{Wire: atlassim.Reset}},
		"reset after Atlas acted":  {After: true, Do: atlassim.Effect{Wire: atlassim.Reset}},
		"closed after Atlas acted": {After: true, Do: atlassim.Effect{Wire: atlassim.Close}},
		"no answer in its time":    {After: true, Do: atlassim.Effect{Wire: atlassim.Hang}},
		"cut short":                {After: true, Do: atlassim.Effect{Wire: atlassim.CloseMidBody}},
		"no id":                    {After: true, Do: atlassim.Effect{Garble: "{}"}},
		"a page":                   {After: true, Do: atlassim.Effect{Garble: "<html>"}},
		"500":                      {Do: atlassim.Effect{Status: 500}},
		"502 HTML":                 {After: true, Do: atlassim.Effect{Status: 502, Body: "<html>"}},
		"503 five times":           {Times: 5, Do: atlassim.Effect{Status: 503}},
		"429":                      {Do: atlassim.Effect{Status: 429}},
		"429 for long":             {Times: 9, Do: atlassim.Effect{Status: 429, Header: http.Header{"Retry-After": {"90"}}}},
		"refused":                  {Times: 2, Do: atlassim.Effect{Wire: atlassim.RefuseDial}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, validationType, func(s *stage) {
				fault.Call = atlassim.CallValidate
				s.sim.Inject(fault)
				s.ends(s.apply(), coretest.Create)
				s.state("SUCCESS")
				s.started(0, 0)
				if asked := len(s.log(atlassim.CallValidate)); fault.Do.Wire != atlassim.RefuseDial && asked < 2 {
					t.Errorf("asked %d times", asked)
				}
			})
		})
	}
}

func TestAValidationThatIsNeverAnsweredEndsInTime(t *testing.T) {
	for name, row := range map[string]struct {
		do   atlassim.Effect
		took time.Duration
		says string
	}{
		"the answers are lost":     {atlassim.Effect{Wire: atlassim.Reset}, time.Hour, "every answer was lost or unclear"},
		"Atlas has no time":        {atlassim.Effect{Status: 429}, time.Hour, "did not get through"},
		"nobody is at the address": {atlassim.Effect{Wire: atlassim.RefuseDial}, 5 * time.Minute, "did not get through"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, validationType, func(s *stage) {
				s.sim.Inject(atlassim.Fault{Call: atlassim.CallValidate, Times: -1, Do: row.do})
				began := time.Now()
				r := s.apply()
				s.ends(r, coretest.Create, unableToValidate)
				s.says(r, row.says)
				s.state("")
				if took := time.Since(began); took < row.took-time.Minute || took > row.took+2*time.Minute {
					t.Errorf("gave up after %s, want %s", took, row.took)
				}
			})
		})
	}
}

func TestAValidationThatIsRefusedStoresNothing(t *testing.T) {
	for name, row := range map[string]struct {
		fault func(*stage)
		says  string
	}{
		"a missing role":  {func(s *stage) { s.sim.SetKey(func(k *atlassim.Key) { k.OrgOwner = false }) }, "Organization Owner"},
		"the access list": {func(s *stage) { s.sim.SetKey(func(k *atlassim.Key) { k.OnAccessList = false }) }, "access list"},
		"a wrong project": {func(s *stage) { s.with("project_id", "6a1b2c3d4e5f60718293a4b5") }, "Check project_id"},
		"a conflict": {func(s *stage) {
			s.sim.Inject(atlassim.Fault{Call: atlassim.CallValidate, Do: atlassim.Effect{Status: 409}})
		}, "something else runs there"},
		"a redirect": {func(s *stage) {
			s.sim.Inject(atlassim.Fault{Call: atlassim.CallValidate, Do: atlassim.Effect{Status: 302}})
		}, "Atlas refused the request."},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, validationType, func(s *stage) {
				row.fault(s)
				r := s.apply()
				s.ends(r, coretest.Create, unableToValidate)
				s.says(r, row.says)
				s.state("")
				s.validated(1)
			})
		})
	}
}

func TestAnInterruptedValidationIsGoneOnWith(t *testing.T) {
	inBubble(t, validationType, func(s *stage) {
		s.sim.SetValidation(takes(30 * time.Minute))
		began := time.Now()
		r := s.interrupted(10 * time.Minute)
		s.fails(r, false)
		s.ends(r, coretest.Create, validationGoesOn)
		s.state("PENDING")
		if took := time.Since(began); took > 10*time.Minute+time.Second {
			t.Errorf("returned after %s", took)
		}
		s.ends(s.plan(), coretest.Update)
		s.ends(s.interrupted(time.Minute), coretest.Update, validationGoesOn)
		s.state("PENDING")
		s.ends(s.apply(), coretest.Update)
		s.state("SUCCESS")
		s.validated(1)
	})
}

func TestAnInterruptBeforeAValidationIsNamed(t *testing.T) {
	inBubble(t, validationType, func(s *stage) {
		s.sim.Inject(atlassim.Fault{Call: atlassim.CallValidate, After: true, Do: atlassim.Effect{Wire: atlassim.Hang}})
		r := s.interrupted(10 * time.Second)
		s.ends(r, coretest.Create, unableToValidate)
		s.says(r, "interrupted before Atlas named a validation")
		s.state("")
		s.ends(s.apply(), coretest.Create)
		s.validated(2)
	})
}

func TestAValidationThatEndsWhileNobodyWaitsIsSeenByTheRefresh(t *testing.T) {
	for name, row := range map[string]struct {
		fails  bool
		action coretest.Action
		asked  int
	}{
		"SUCCESS": {false, coretest.NoOp, 1},
		"FAILED":  {true, coretest.Replace, 2},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, validationType, func(s *stage) {
				s.sim.SetValidation(atlassim.ValidationScript{Takes: 30 * time.Minute, Fails: row.fails, FailTimes: 1})
				s.interrupted(time.Minute)
				pass(time.Hour)
				s.ends(s.apply(), row.action)
				s.state("SUCCESS")
				s.validated(row.asked)
			})
		})
	}
}

func TestATimeOutOfAValidation(t *testing.T) {
	t.Run("in a create it taints, and the next apply validates anew", func(t *testing.T) {
		inBubble(t, validationType, func(s *stage) {
			s.sim.SetValidation(takes(2 * time.Hour))
			began := time.Now()
			r := s.apply()
			s.fails(r, true)
			s.ends(r, coretest.Create, unableToConfirm)
			s.state("PENDING tainted")
			if took := time.Since(began); took != time.Hour {
				t.Errorf("gave up after %s, want the default of an hour", took)
			}
			s.sim.SetValidation(takes(time.Minute))
			s.ends(s.apply(), coretest.Replace, validationGoesOn)
			s.state("SUCCESS")
			s.validated(2)
		})
	})
	t.Run("in an update it does not, and the next apply goes on", func(t *testing.T) {
		inBubble(t, validationType, func(s *stage) {
			s.sim.SetValidation(takes(2 * time.Hour))
			s.timeout("30m").interrupted(time.Minute)
			r := s.apply()
			s.fails(r, true)
			s.ends(r, coretest.Update, unableToConfirm)
			s.state("PENDING")
			s.timeout("3h").ends(s.apply(), coretest.Update)
			s.state("SUCCESS")
			s.validated(1)
		})
	})
}

func TestAFailureSeenByAnUpdateIsReplaced(t *testing.T) {
	inBubble(t, validationType, func(s *stage) {
		s.sim.SetValidation(atlassim.ValidationScript{Takes: 20 * time.Minute, Fails: true, FailTimes: 1})
		s.interrupted(time.Minute)
		s.ends(s.apply(), coretest.Update, validationFailed)
		s.state("FAILED")
		s.ends(s.apply(), coretest.Replace)
		s.state("SUCCESS")
		s.validated(2)
	})
}

func TestBrokenAnswersAboutAValidationAreTolerated(t *testing.T) {
	inBubble(t, validationType, func(s *stage) {
		s.sim.SetValidation(atlassim.ValidationScript{Takes: 30 * time.Minute, AppearsAfter: 90 * time.Second})
		for i, effect := range []atlassim.Effect{
			{Status: 500}, {Status: 429}, {Wire: atlassim.Close}, {Garble: "<html>"}, {Wire: atlassim.Hang}, {Wire: atlassim.Reset},
			{Garble: `{"status":"PAUSED"}`}, {Status: 302}, {Wire: atlassim.RefuseDial},
		} {
			s.sim.Inject(atlassim.Fault{Call: atlassim.CallJob, Skip: 20 + 3*i, Times: 3, Do: effect})
		}
		s.ends(s.apply(), coretest.Create)
		s.state("SUCCESS")
		s.validated(1)
	})
}

func TestAValidationThatAtlasNeverShowsIsAskedForAnew(t *testing.T) {
	inBubble(t, validationType, func(s *stage) {
		s.sim.SetValidation(atlassim.ValidationScript{AppearsAfter: atlassim.Forever})
		began := time.Now()
		r := s.apply()
		s.ends(r, coretest.Create, unableToConfirm)
		s.says(r, "Atlas no longer knows the validation.")
		s.state("FAILED tainted")
		if took := time.Since(began); took < 2*time.Minute || took > 3*time.Minute {
			t.Errorf("gave up after %s", took)
		}
		s.sim.SetValidation(takes(0))
		s.ends(s.apply(), coretest.Replace)
		s.state("SUCCESS")
		s.validated(2)
	})
}

func TestCredentialsThatAreRevokedEndTheWaitAtOnce(t *testing.T) {
	inBubble(t, validationType, func(s *stage) {
		s.sim.SetValidation(takes(30 * time.Minute))
		s.sim.Inject(atlassim.Fault{Call: atlassim.CallJob, Skip: 3, Times: -1, Do: atlassim.Effect{Status: 401}})
		began := time.Now()
		r := s.apply()
		s.ends(r, coretest.Create, unableToConfirm)
		s.says(r, "The credentials no longer work.")
		s.state("PENDING tainted")
		if took := time.Since(began); took > time.Minute {
			t.Errorf("gave up after %s", took)
		}
		s.Untaint()
		s.ends(s.apply(), coretest.Update, validationRefresh, unableToConfirm)
		s.state("PENDING")
	})
}

func TestWhatIsKnownOfAPendingValidationIsKept(t *testing.T) {
	inBubble(t, validationType, func(s *stage) {
		s.sim.SetValidation(takes(30 * time.Minute))
		s.interrupted(time.Minute)
		s.sim.Inject(atlassim.Fault{Call: atlassim.CallJob, Times: -1, Do: atlassim.Effect{Status: 500}})
		s.timeout("1m").ends(s.apply(), coretest.Update, validationRefresh, unableToConfirm)
		if got := s.State.String("source_project_id"); got != "5ff4a1d4e21b3f0001a7c9e2" {
			t.Errorf("source_project_id is %q", got)
		}
	})
}

// A killed apply leaves no state, and the next one validates anew.
func TestAKilledValidationIsAskedForAnew(t *testing.T) {
	isAsk := func(req *http.Request) bool { return req.Method == http.MethodPost && authorized(req) }
	for name, row := range map[string]struct {
		dies  func(*http.Request) (bool, bool)
		asked int
	}{
		"before the request": {func(req *http.Request) (bool, bool) { return isAsk(req), false }, 1},
		"after it was sent":  {func(req *http.Request) (bool, bool) { return false, isAsk(req) }, 2},
		"while waiting":      {func(req *http.Request) (bool, bool) { return req.Method == http.MethodGet, false }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, validationType, func(s *stage) {
				s.sim.SetValidation(takes(10 * time.Minute))
				s.killed(row.dies)
				s.state("")
				s.ends(s.apply(), coretest.Create)
				s.state("SUCCESS")
				s.validated(row.asked)
			})
		})
	}
}

func TestAPendingValidationIsForgottenWithAWarning(t *testing.T) {
	inBubble(t, validationType, func(s *stage) {
		s.sim.SetValidation(takes(30 * time.Minute))
		s.interrupted(time.Minute)
		s.ends(s.destroy(), coretest.Delete, validationGoesOn)
		s.state("")
	})
}

func TestAPendingValidationSurvivesARefreshThatFails(t *testing.T) {
	for name, status := range map[string]int{"404": 404, "401": 401, "500": 500} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, validationType, func(s *stage) {
				s.sim.SetValidation(takes(30 * time.Minute))
				s.interrupted(time.Minute)
				s.sim.Inject(atlassim.Fault{Call: atlassim.CallJob, Times: 1, Do: atlassim.Effect{Status: status}})
				s.ends(s.apply(), coretest.Update, validationRefresh)
				s.state("SUCCESS")
				s.validated(1)
			})
		})
	}
}
