// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// Everything that can happen to the request and its answer.

func TestTheLookPrimedTheNonce(t *testing.T) {
	for name, algorithm := range map[string]atlassim.Algorithm{"MD5": atlassim.MD5, "SHA-256": atlassim.SHA256} {
		t.Run(name, func(t *testing.T) {
			inFakeTimeWith(t, atlassim.Options{Algorithms: []atlassim.Algorithm{algorithm}, NonceLife: time.Hour, StrictNonceCount: true},
				takes(10*time.Second), func(s *harness) {
					s.CheckApply(s.Apply(), coretest.Create)
					s.checkCutovers(1, 1)
					wire := s.count(func(e atlassim.Entry) bool { return e.Call == "cutover" })
					challenges := s.count(func(e atlassim.Entry) bool { return e.Challenged })
					if wire != 1 || challenges != 1 {
						t.Errorf("%d PUTs on the wire and %d challenges, want 1 and 1", wire, challenges)
					}
					// A challenge, the plan's read, a read, the request; then the
					// migration eleven times, and the job once.
					if got, want := len(s.Sim.Log()), 4+11+1; got != want {
						t.Errorf("%d requests, want %d", got, want)
					}
				})
		})
	}
}

func TestNonceStaleAtTheRequest(t *testing.T) {
	inFakeTimeWith(t, atlassim.Options{NonceLife: 10 * time.Second}, takes(time.Minute), func(s *harness) {
		s.Sim.Inject(atlassim.Fault{Call: "migration", Skip: 1, After: true, Do: atlassim.Effect{Delay: 20 * time.Second}})
		s.CheckApply(s.Apply(), coretest.Create)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
		if stale := s.count(func(e atlassim.Entry) bool { return e.Call == "cutover" && e.Challenged }); stale != 1 {
			t.Errorf("the request was challenged %d times, want once", stale)
		}
	})
}

func TestUnauthorizedForEver(t *testing.T) {
	inFakeTime(t, takes(time.Minute), func(s *harness) {
		s.Sim.RevokeKey()
		r := s.Apply()
		s.CheckApply(r, "", unableToRead)
		s.CheckState("")
		s.checkCutovers(0, 0)
		if got := len(s.Sim.Log()); got != 2 {
			t.Errorf("%d requests, want 2 for the plan", got)
		}
		if !strings.Contains(providertest.Details(r), "You are not authorized for this resource") {
			t.Errorf("does not have Atlas's own words: %s", providertest.Details(r))
		}
	})
}

// A key that stops working between the plan and the apply.
func TestUnauthorizedSinceThePlan(t *testing.T) {
	inFakeTime(t, takes(time.Minute), func(s *harness) {
		s.Sim.Inject(atlassim.Fault{Call: "migration", Skip: 1, Times: -1, Do: atlassim.Effect{Status: http.StatusUnauthorized}})
		s.CheckApply(s.Apply(), coretest.Create, unableToRead)
		s.CheckState("")
		s.checkCutovers(0, 0)
	})
}

func TestChallengeThatCannotBeAnswered(t *testing.T) {
	for name, c := range map[string]struct {
		challenge []string
		named     string // "" if there is none to be named
	}{
		"malformed":              {[]string{`Digest realm="MMS, nonce=`}, "malformed Digest"},
		"unsupported algorithm":  {[]string{`Digest realm="x", nonce="n", algorithm=SHA3-512, qop="auth"`}, "Digest algorithm=SHA3-512 qop=auth"},
		"unsupported protection": {[]string{`Digest realm="x", nonce="n", qop="auth-conf"`}, "Digest qop=auth-conf"},
		"none":                   {},
		"of another kind":        {[]string{`Basic realm="x"`}, "Basic"},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, takes(time.Minute), func(s *harness) {
				s.Sim.Inject(atlassim.Fault{Times: -1, BeforeAuth: true, Do: atlassim.Effect{
					Status: http.StatusUnauthorized, Header: http.Header{"Www-Authenticate": c.challenge},
					Body: `{"error":401,"reason":"Unauthorized","detail":"The words of Atlas."}`,
				}})
				r := s.Apply()
				s.CheckApply(r, "", unableToRead)
				s.CheckState("")
				s.checkCutovers(0, 0)
				if !strings.Contains(providertest.Details(r), "The words of Atlas") {
					t.Errorf("does not have Atlas's own words: %s", providertest.Details(r))
				}
				named := strings.Contains(providertest.Details(r), "(challenge: "+c.named+")")
				blamed := strings.Contains(providertest.Details(r), "Check the credentials")
				if named != (c.named != "") || blamed == named {
					t.Errorf("names the challenge: %t, blames the credentials: %t: %s", named, blamed, providertest.Details(r))
				}
			})
		})
	}
}

func TestRateLimitedWithRetryAfter(t *testing.T) {
	inFakeTime(t, takes(time.Minute), func(s *harness) {
		s.Sim.Inject(atlassim.Fault{Call: "cutover", Do: atlassim.Effect{
			Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"2"}},
		}})
		s.CheckApply(s.Apply(), coretest.Create)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 2)
		var puts []time.Time
		for _, e := range s.Sim.Log() {
			if e.Call == "cutover" {
				puts = append(puts, e.At)
			}
		}
		if waited := puts[1].Sub(puts[0]); waited != 2*time.Second {
			t.Errorf("asked again after %s, want 2s", waited)
		}
	})
}

func TestRetryAfterOfAnySort(t *testing.T) {
	for name, value := range map[string]string{
		"a billion seconds": "1000000000", "negative": "-5", "garbage": "soon", "beyond any integer": strings.Repeat("9", 30),
		"a date in the past": "Sun, 06 Nov 1994 08:49:37 GMT", "a date in the future": "Fri, 01 Jan 2100 00:00:00 GMT",
	} {
		t.Run(name, func(t *testing.T) {
			limited := func(call string, times int) atlassim.Fault {
				return atlassim.Fault{Call: call, Times: times, Do: atlassim.Effect{
					Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {value}},
				}}
			}
			inFakeTime(t, takes(time.Minute), func(s *harness) {
				s.Sim.Inject(limited("cutover", 1))
				s.Sim.Inject(limited("migration", 2))
				s.CheckApply(s.Apply(), coretest.Create)
				s.CheckState("SUCCESS")
				s.checkCutovers(1, 2)
			})
			inFakeTime(t, takes(time.Minute), func(s *harness) {
				s.Sim.Inject(limited("cutover", -1))
				began := time.Now()
				s.SetTimeouts("20m").CheckApply(s.Apply(), coretest.Create, unableToStart)
				s.CheckState("")
				if got := time.Since(began); got != 20*time.Minute {
					t.Errorf("ended after %s, want the timeout", got)
				}
			})
		})
	}
}

func TestUnavailableBeforeItActed(t *testing.T) {
	inFakeTime(t, takes(time.Minute), func(s *harness) {
		s.Sim.Inject(atlassim.Fault{Call: "cutover", Do: atlassim.Effect{Status: 503}})
		s.CheckApply(s.Apply(), coretest.Create, unableToConfirm)
		s.CheckState("PENDING tainted")
		s.checkCutovers(0, 1)
		s.CheckApply(s.Apply(), coretest.Replace, notUndone)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 2)
	})
}

func TestServerErrorAfterItActed(t *testing.T) {
	for _, status := range []int{500, 502, 503, 504} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			inFakeTime(t, takes(time.Minute), func(s *harness) {
				s.Sim.Inject(atlassim.Fault{Call: "cutover", After: true, Do: atlassim.Effect{Status: status}})
				s.CheckApply(s.Apply(), coretest.Create)
				s.CheckState("SUCCESS")
				s.CheckAttribute("id", s.id)
				s.checkCutovers(1, 1)
			})
		})
	}
}

func TestConnectionLostAfterItActed(t *testing.T) {
	for _, wire := range []atlassim.Wire{atlassim.Reset, atlassim.Close} {
		t.Run(wire.String(), func(t *testing.T) {
			inFakeTime(t, takes(time.Minute), func(s *harness) {
				s.Sim.Inject(atlassim.Fault{Call: "cutover", After: true, Do: atlassim.Effect{Wire: wire}})
				s.CheckApply(s.Apply(), coretest.Create)
				s.CheckState("SUCCESS")
				s.checkCutovers(1, 1)
			})
		})
	}
}

func TestConnectionLostBeforeItActed(t *testing.T) {
	for _, wire := range []atlassim.Wire{atlassim.Reset, atlassim.Close} {
		t.Run(wire.String(), func(t *testing.T) {
			inFakeTime(t, takes(time.Minute), func(s *harness) {
				s.Sim.Inject(atlassim.Fault{Call: "cutover", Do: atlassim.Effect{Wire: wire}})
				s.CheckApply(s.Apply(), coretest.Create, unableToConfirm)
				s.CheckState("PENDING tainted")
				s.checkCutovers(0, 1)
				s.CheckApply(s.Apply(), coretest.Replace, notUndone)
				s.CheckState("SUCCESS")
				s.checkCutovers(1, 2)
			})
		})
	}
}

func TestRequestHangsPastItsTime(t *testing.T) {
	for name, after := range map[string]bool{"before it acted": false, "after it acted": true} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, takes(10*time.Minute), func(s *harness) {
				s.Sim.Inject(atlassim.Fault{Call: "cutover", After: after, Do: atlassim.Effect{Wire: atlassim.Hang}})
				r := s.Apply()
				if after {
					s.CheckApply(r, coretest.Create)
					s.CheckState("SUCCESS")
					s.checkCutovers(1, 1)
					return
				}
				s.CheckApply(r, coretest.Create, unableToConfirm)
				s.CheckState("PENDING tainted")
				s.checkCutovers(0, 1)
			})
		})
	}
}

func TestEveryFormOfSuccess(t *testing.T) {
	for answer, named := range map[atlassim.PutAnswer]bool{
		atlassim.JobAnswer: true, atlassim.Accepted202: false, atlassim.NoContent204: false, atlassim.EmptyObject200: false,
	} {
		t.Run(answer.String(), func(t *testing.T) {
			inFakeTime(t, atlassim.Migration{CutoverTakes: time.Minute, PutAnswer: answer}, func(s *harness) {
				s.CheckApply(s.Apply(), coretest.Create)
				s.CheckState("SUCCESS")
				s.checkCutovers(1, 1)
				if got := s.State.String("id"); (got != s.id) != named {
					t.Errorf("id is %q; the live migration's is %q", got, s.id)
				}
				if got := s.State.String("source_project_id"); (got != "") != named {
					t.Errorf("source_project_id is %q", got)
				}
				s.CheckApply(s.CheckSilent(s.Apply), coretest.NoOp)
			})
		})
	}
}

func TestAcceptedWithAnUnreadableBody(t *testing.T) {
	for name, effect := range map[string]atlassim.Effect{
		"truncated":          {Garble: `{"_id":"a659ce44`},
		"HTML":               {Garble: "<html><body>Thank you</body></html>"},
		"wrong types":        {Garble: `{"_id":7,"status":["PENDING"]}`},
		"an array":           {Garble: `[]`},
		"a broken body":      {Wire: atlassim.CloseMidBody},
		"a body without end": {Wire: atlassim.EndlessBody},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, takes(10*time.Minute), func(s *harness) {
				s.Sim.Inject(atlassim.Fault{Call: "cutover", After: true, Do: effect})
				s.CheckApply(s.Apply(), coretest.Create)
				s.CheckState("SUCCESS")
				s.CheckAttribute("id", s.id)
				s.checkCutovers(1, 1)
			})
		})
	}
}

func TestJobSucceedsWhileTheMigrationWorks(t *testing.T) {
	inFakeTime(t, atlassim.Migration{
		CutoverTakes: time.Hour, Job: atlassim.JobScript{SucceedsAfter: time.Minute},
	}, func(s *harness) {
		began := time.Now()
		s.CheckApply(s.Apply(), coretest.Create)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
		if took := time.Since(began); took < time.Hour || !s.Sim.ServedComplete(s.id) {
			t.Errorf("ended after %s", took)
		}
	})
}

func TestJobFailsWhileTheMigrationIsReady(t *testing.T) {
	inFakeTime(t, atlassim.Migration{
		CutoverTakes: time.Hour, FailReason: "The oplog is gone.",
		Job: atlassim.JobScript{FailsAfter: time.Minute, FailTimes: 1, FailureLeavesMigrationReady: true},
	}, func(s *harness) {
		s.CheckApply(s.Apply(), coretest.Create, cutoverFailed)
		s.CheckState("FAILED tainted")
		s.CheckAttribute("error_message", "The oplog is gone.")
		s.checkCutovers(1, 1)
		s.CheckApply(s.Apply(), coretest.Replace, notUndone)
		s.CheckState("SUCCESS")
		s.checkCutovers(2, 2)
		if ledger := s.Sim.CutoverLedger(s.id); !ledger[1].FailedReportedBefore {
			t.Error("asked again before Atlas reported the first cutover as failed")
		}
	})
}

func TestJobCannotBeRead(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			inFakeTime(t, atlassim.Migration{CutoverTakes: time.Hour, Job: atlassim.JobScript{Status: status}}, func(s *harness) {
				s.CheckApply(s.Apply(), coretest.Create)
				s.CheckState("SUCCESS")
				s.checkCutovers(1, 1)
				if asked := s.count(func(e atlassim.Entry) bool { return e.Call == "job" && e.Acted }); asked != 1 {
					t.Errorf("asked about the job %d times, want once", asked)
				}
			})
		})
	}
}

// The first run's cutover does not show: no lag, and ready until the end. The
// second run asks again, and takes the conflict for what it is.
func TestConflictAtTheRequest(t *testing.T) {
	inFakeTime(t, atlassim.Migration{CutoverTakes: 10 * time.Minute, ReadyAfterPut: atlassim.Forever}, func(s *harness) {
		s.Sim.Inject(atlassim.Fault{Call: "cutover", After: true, Do: atlassim.Effect{Wire: atlassim.Reset}})
		s.CheckApply(s.Apply(), coretest.Create, unableToConfirm)
		s.CheckState("PENDING tainted")
		s.CheckApply(s.Apply(), coretest.Replace, notUndone)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 2)
	})
}

func TestRedirectToTheSameHost(t *testing.T) {
	for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			inFakeTime(t, takes(time.Minute), func(s *harness) {
				s.Sim.Inject(atlassim.Fault{Call: "cutover", Do: atlassim.Effect{
					Status: status, Header: http.Header{"Location": {"/api/atlas/v1.0/groups"}},
				}})
				s.CheckApply(s.Apply(), coretest.Create, unableToConfirm)
				s.CheckState("PENDING tainted")
				s.checkCutovers(0, 1)
				if strays := s.count(func(e atlassim.Entry) bool { return e.Call == "unknown" }); strays != 0 {
					t.Errorf("followed the redirect %d times", strays)
				}
			})
		})
	}
}

// Atlas does not act on a request that it answers with 429. A proxy may say so of one
// that went through.
func TestARequestThatWentThroughInSpiteOfA429IsNotSentAgain(t *testing.T) {
	for name, m := range map[string]atlassim.Migration{
		"shown at once":     {CutoverTakes: 5 * time.Minute},
		"shown after 10 s":  {CutoverTakes: 5 * time.Minute, ReadyAfterPut: 10 * time.Second},
		"a second is taken": {CutoverTakes: 5 * time.Minute, SecondPut: atlassim.SilentSuccess},
		"complete at once":  {CutoverTakes: time.Nanosecond},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, m, func(h *harness) {
				h.Sim.Inject(atlassim.Fault{Call: atlassim.CallCutover, After: true, Do: atlassim.Effect{Status: http.StatusTooManyRequests}})
				h.Apply()
				h.CheckState("SUCCESS")
				h.checkCutovers(1, 1)
			})
		})
	}
}
