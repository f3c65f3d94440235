// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package validation_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

func TestAValidationIsAskedForOnceAndThenLeftAlone(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetValidation(takes(10 * time.Minute))
		began := time.Now()
		s.Check(s.Apply(), coretest.Create)
		s.CheckState("SUCCESS")
		if took := time.Since(began); took < 10*time.Minute || took > 10*time.Minute+30*time.Second {
			t.Errorf("noticed after %s", took)
		}
		if got := s.State.String("source_project_id"); got != "5ff4a1d4e21b3f0001a7c9e2" {
			t.Errorf("source_project_id is %q", got)
		}
		if got, want := s.State.String("id"), s.Calls(atlassim.CallValidate)[0].JobID; got != want {
			t.Errorf("the ID is %q, want %q", got, want)
		}
		s.Check(s.CheckSilent(s.Plan), coretest.NoOp)
		s.Check(s.CheckSilent(s.Apply), coretest.NoOp)
		s.Check(s.CheckSilent(s.Destroy), coretest.Delete)
		s.checkValidations(1)
	})
}

func TestTheProgressFileTellsOfAValidation(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.KeepProgress()
		s.Sim.SetValidation(takes(10 * time.Minute))
		s.Check(s.Interrupt(5*time.Minute), coretest.Create, validationGoesOn)
		s.Check(s.Apply(), coretest.Update)
		s.CheckProgress("requesting a validation", "request accepted, validation "+s.Calls(atlassim.CallValidate)[0].JobID+" started",
			"validating, ", "interrupted after ", "validating, ", "validation succeeded after ")
		s.checkValidations(1)
	})
}

func TestAFailedValidationSaysWhyAndIsAskedForAnew(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetValidation(atlassim.ValidationScript{Takes: time.Minute, Fails: true, FailTimes: 1, Reason: "The user may not read local.oplog.rs."})
		r := s.Apply()
		s.CheckFailed(r, true)
		s.Check(r, coretest.Create, validationFailed)
		s.CheckText(r, "The user may not read local.oplog.rs.")
		s.CheckState("FAILED tainted")
		if got := s.State.String("error_message"); got != "The user may not read local.oplog.rs." {
			t.Errorf("error_message is %q", got)
		}
		s.Check(s.Apply(), coretest.Replace)
		s.CheckState("SUCCESS")
		if got := s.State.String("error_message"); got != "" {
			t.Errorf("error_message is %q", got)
		}
		s.checkValidations(2)
	})
}

func TestAChangeValidatesAnew(t *testing.T) {
	for argument, change := range providertest.RequestChanges {
		if argument == "project_id" { // the other project does not exist
			continue
		}
		t.Run(argument, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				s.Apply()
				change(s.Harness)
				s.Check(s.Apply(), coretest.Replace)
				s.CheckState("SUCCESS")
				s.checkValidations(2)
			})
		})
	}
	t.Run("but not to a default", func(t *testing.T) {
		inFakeTime(t, func(s *harness) {
			s.Apply()
			s.Set("drop_destination_data", false).Check(s.CheckSilent(s.Apply), coretest.Update)
			s.checkValidations(1)
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
		"no ID":                    {After: true, Do: atlassim.Effect{Garble: "{}"}},
		"a page":                   {After: true, Do: atlassim.Effect{Garble: "<html>"}},
		"500":                      {Do: atlassim.Effect{Status: 500}},
		"502 HTML":                 {After: true, Do: atlassim.Effect{Status: 502, Body: "<html>"}},
		"503 five times":           {Times: 5, Do: atlassim.Effect{Status: 503}},
		"429":                      {Do: atlassim.Effect{Status: 429}},
		"429 for long":             {Times: 9, Do: atlassim.Effect{Status: 429, Header: http.Header{"Retry-After": {"90"}}}},
		"refused":                  {Times: 2, Do: atlassim.Effect{Wire: atlassim.RefuseDial}},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				fault.Call = atlassim.CallValidate
				s.Sim.Inject(fault)
				s.Check(s.Apply(), coretest.Create)
				s.CheckState("SUCCESS")
				asked := len(s.Calls(atlassim.CallValidate))
				s.checkValidations(asked)
				if fault.Do.Wire != atlassim.RefuseDial && asked < 2 {
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
		"Atlas has no time":        {atlassim.Effect{Status: 429}, time.Hour, "did not take the request"},
		"nobody is at the address": {atlassim.Effect{Wire: atlassim.RefuseDial}, 5 * time.Minute, "did not take the request"},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				s.Sim.Inject(atlassim.Fault{Call: atlassim.CallValidate, Times: -1, Do: row.do})
				began := time.Now()
				r := s.Apply()
				s.Check(r, coretest.Create, unableToValidate)
				s.CheckText(r, row.says)
				s.CheckState("")
				if took := time.Since(began); took < row.took-time.Minute || took > row.took+2*time.Minute {
					t.Errorf("gave up after %s, want %s", took, row.took)
				}
			})
		})
	}
}

func TestAValidationThatIsRefusedStoresNothing(t *testing.T) {
	for name, row := range map[string]struct {
		fault func(*harness)
		says  string
	}{
		"a missing role":  {func(s *harness) { s.Sim.SetKey(func(k *atlassim.Key) { k.OrgOwner = false }) }, "Organization Owner"},
		"the access list": {func(s *harness) { s.Sim.SetKey(func(k *atlassim.Key) { k.OnAccessList = false }) }, "access list"},
		"a wrong project": {func(s *harness) { s.Set("project_id", "6a1b2c3d4e5f60718293a4b5") }, "Check project_id"},
		"a conflict": {func(s *harness) {
			s.Sim.Inject(atlassim.Fault{Call: atlassim.CallValidate, Do: atlassim.Effect{Status: 409}})
		}, "something else runs there"},
		"a redirect": {func(s *harness) {
			s.Sim.Inject(atlassim.Fault{Call: atlassim.CallValidate, Do: atlassim.Effect{Status: 302}})
		}, "Atlas refused the request."},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				row.fault(s)
				r := s.Apply()
				s.Check(r, coretest.Create, unableToValidate)
				s.CheckText(r, row.says)
				s.CheckState("")
				s.checkValidations(1)
			})
		})
	}
}

func TestAnInterruptedValidationIsGoneOnWith(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetValidation(takes(30 * time.Minute))
		began := time.Now()
		r := s.Interrupt(10 * time.Minute)
		s.CheckFailed(r, false)
		s.Check(r, coretest.Create, validationGoesOn)
		s.CheckState("PENDING")
		if took := time.Since(began); took > 10*time.Minute+time.Second {
			t.Errorf("returned after %s", took)
		}
		s.Check(s.Plan(), coretest.Update)
		s.Check(s.Interrupt(time.Minute), coretest.Update, validationGoesOn)
		s.CheckState("PENDING")
		s.Check(s.Apply(), coretest.Update)
		s.CheckState("SUCCESS")
		s.checkValidations(1)
	})
}

func TestAnInterruptBeforeAValidationIsNamed(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.Inject(atlassim.Fault{Call: atlassim.CallValidate, After: true, Do: atlassim.Effect{Wire: atlassim.Hang}})
		r := s.Interrupt(10 * time.Second)
		s.Check(r, coretest.Create, unableToValidate)
		s.CheckText(r, "interrupted before Atlas named a validation")
		s.CheckState("")
		s.Check(s.Apply(), coretest.Create)
		s.checkValidations(2)
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
			inFakeTime(t, func(s *harness) {
				s.Sim.SetValidation(atlassim.ValidationScript{Takes: 30 * time.Minute, Fails: row.fails, FailTimes: 1})
				s.Interrupt(time.Minute)
				providertest.Sleep(time.Hour)
				s.Check(s.Apply(), row.action)
				s.CheckState("SUCCESS")
				s.checkValidations(row.asked)
			})
		})
	}
}

func TestATimeOutOfAValidation(t *testing.T) {
	t.Run("in a create it taints, and the next apply validates again", func(t *testing.T) {
		inFakeTime(t, func(s *harness) {
			s.Sim.SetValidation(takes(2 * time.Hour))
			began := time.Now()
			r := s.Apply()
			s.CheckFailed(r, true)
			s.Check(r, coretest.Create, unableToConfirm)
			s.CheckState("PENDING tainted")
			if took := time.Since(began); took != time.Hour {
				t.Errorf("gave up after %s, want the default of an hour", took)
			}
			s.Sim.SetValidation(takes(time.Minute))
			s.Check(s.Apply(), coretest.Replace, validationGoesOn)
			s.CheckState("SUCCESS")
			s.checkValidations(2)
		})
	})
	t.Run("in an update it does not, and the next apply continues", func(t *testing.T) {
		inFakeTime(t, func(s *harness) {
			s.Sim.SetValidation(takes(2 * time.Hour))
			s.SetTimeouts("30m").Interrupt(time.Minute)
			r := s.Apply()
			s.CheckFailed(r, true)
			s.Check(r, coretest.Update, unableToConfirm)
			s.CheckState("PENDING")
			s.SetTimeouts("3h").Check(s.Apply(), coretest.Update)
			s.CheckState("SUCCESS")
			s.checkValidations(1)
		})
	})
}

func TestAFailureSeenByAnUpdateIsReplaced(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetValidation(atlassim.ValidationScript{Takes: 20 * time.Minute, Fails: true, FailTimes: 1})
		s.Interrupt(time.Minute)
		s.Check(s.Apply(), coretest.Update, validationFailed)
		s.CheckState("FAILED")
		s.Check(s.Apply(), coretest.Replace)
		s.CheckState("SUCCESS")
		s.checkValidations(2)
	})
}

func TestBrokenAnswersAboutAValidationAreTolerated(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetValidation(atlassim.ValidationScript{Takes: 30 * time.Minute, AppearsAfter: 90 * time.Second})
		for i, effect := range []atlassim.Effect{
			{Status: 500}, {Status: 429}, {Wire: atlassim.Close}, {Garble: "<html>"}, {Wire: atlassim.Hang}, {Wire: atlassim.Reset},
			{Garble: `{"status":"PAUSED"}`}, {Status: 302}, {Wire: atlassim.RefuseDial},
		} {
			s.Sim.Inject(atlassim.Fault{Call: atlassim.CallJob, Skip: 20 + 3*i, Times: 3, Do: effect})
		}
		s.Check(s.Apply(), coretest.Create)
		s.CheckState("SUCCESS")
		s.checkValidations(1)
	})
}

func TestAValidationThatAtlasNeverShowsIsAskedForAnew(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetValidation(atlassim.ValidationScript{AppearsAfter: atlassim.Forever})
		began := time.Now()
		r := s.Apply()
		s.Check(r, coretest.Create, unableToConfirm)
		s.CheckText(r, "Atlas no longer knows the validation.")
		s.CheckState("FAILED tainted")
		if took := time.Since(began); took < 2*time.Minute || took > 3*time.Minute {
			t.Errorf("gave up after %s", took)
		}
		s.Sim.SetValidation(takes(0))
		s.Check(s.Apply(), coretest.Replace)
		s.CheckState("SUCCESS")
		s.checkValidations(2)
	})
}

func TestCredentialsThatAreRevokedEndTheWaitAtOnce(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetValidation(takes(30 * time.Minute))
		s.Sim.Inject(atlassim.Fault{Call: atlassim.CallJob, Skip: 3, Times: -1, Do: atlassim.Effect{Status: 401}})
		began := time.Now()
		r := s.Apply()
		s.Check(r, coretest.Create, unableToConfirm)
		s.CheckText(r, "The credentials no longer work.")
		s.CheckState("PENDING tainted")
		if took := time.Since(began); took > time.Minute {
			t.Errorf("gave up after %s", took)
		}
		s.Untaint()
		s.Check(s.Apply(), coretest.Update, validationRefresh, unableToConfirm)
		s.CheckState("PENDING")
	})
}

func TestWhatIsKnownOfAPendingValidationIsKept(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetValidation(takes(30 * time.Minute))
		s.Interrupt(time.Minute)
		s.Sim.Inject(atlassim.Fault{Call: atlassim.CallJob, Times: -1, Do: atlassim.Effect{Status: 500}})
		s.SetTimeouts("1m").Check(s.Apply(), coretest.Update, validationRefresh, unableToConfirm)
		if got := s.State.String("source_project_id"); got != "5ff4a1d4e21b3f0001a7c9e2" {
			t.Errorf("source_project_id is %q", got)
		}
	})
}

// A killed apply leaves no state, and the next one validates again.
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
			inFakeTime(t, func(s *harness) {
				s.Sim.SetValidation(takes(10 * time.Minute))
				s.Kill(row.dies)
				s.CheckState("")
				s.Check(s.Apply(), coretest.Create)
				s.CheckState("SUCCESS")
				s.checkValidations(row.asked)
			})
		})
	}
}

func TestAPendingValidationIsForgottenWithAWarning(t *testing.T) {
	inFakeTime(t, func(s *harness) {
		s.Sim.SetValidation(takes(30 * time.Minute))
		s.Interrupt(time.Minute)
		s.Check(s.Destroy(), coretest.Delete, validationGoesOn)
		s.CheckState("")
	})
}

func TestAPendingValidationSurvivesARefreshThatFails(t *testing.T) {
	for name, status := range map[string]int{"404": 404, "401": 401, "500": 500} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				s.Sim.SetValidation(takes(30 * time.Minute))
				s.Interrupt(time.Minute)
				s.Sim.Inject(atlassim.Fault{Call: atlassim.CallJob, Times: 1, Do: atlassim.Effect{Status: status}})
				s.Check(s.Apply(), coretest.Update, validationRefresh)
				s.CheckState("SUCCESS")
				s.checkValidations(1)
			})
		})
	}
}
