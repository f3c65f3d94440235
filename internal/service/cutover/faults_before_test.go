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

// Everything that can happen before the request.

func TestPlainRun(t *testing.T) {
	inFakeTime(t, takes(5*time.Minute), func(s *harness) {
		s.CheckApply(s.Apply(), coretest.Create)
		s.CheckState("SUCCESS")
		s.CheckAttribute("error_message", "")
		s.checkCutovers(1, 1)
		s.CheckApply(s.CheckSilent(s.Apply), coretest.NoOp)
	})
}

func TestAlreadyComplete(t *testing.T) {
	inFakeTime(t, atlassim.Migration{BegunElsewhere: true}, func(s *harness) {
		s.CheckApply(s.Apply(), coretest.Create, alreadyComplete)
		s.CheckState("SUCCESS")
		s.CheckAttribute("id", s.id)
		s.checkCutovers(0, 0)
	})
}

func TestCutoverInFlightWhenCreateStarts(t *testing.T) {
	inFakeTime(t, atlassim.Migration{BegunElsewhere: true, CutoverTakes: 20 * time.Minute}, func(s *harness) {
		began := time.Now()
		s.CheckApply(s.Apply(), coretest.Create, alreadyUnderWay)
		s.CheckState("SUCCESS")
		s.checkCutovers(0, 0)
		if late := time.Since(began) - 20*time.Minute; late > 30*time.Second {
			t.Errorf("noticed %s late", late)
		}
	})
}

func TestNotReadyThenReady(t *testing.T) {
	inFakeTime(t, atlassim.Migration{
		Scheduled: time.Minute, Copying: time.Hour, InitialLag: 900, CatchUp: 10 * time.Minute, ReadyLag: 60,
		CutoverTakes: time.Minute,
	}, func(s *harness) {
		s.CheckApply(s.Apply(), coretest.Create)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
	})
}

func TestLagAboveTheLimitThenBelow(t *testing.T) {
	inFakeTime(t, atlassim.Migration{
		InitialLag: 900, CatchUp: 15 * time.Minute, ReadyLag: 900, CutoverTakes: time.Minute,
	}, func(s *harness) {
		s.Set("max_lag_seconds", 60).CheckApply(s.Apply(), coretest.Create)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
		last := int64(-1)
		for _, e := range s.Sim.Log() {
			if e.Call == "cutover" {
				break
			}
			if e.Lag != nil {
				last = *e.Lag
			}
		}
		if last < 0 || last > 60 {
			t.Errorf("the cutover was requested at a lag of %d s", last)
		}
	})
}

func TestReadyTimeoutPasses(t *testing.T) {
	for _, limit := range []string{"0s", "10m"} {
		t.Run(limit, func(t *testing.T) {
			inFakeTime(t, catchingUp("host.example:27017"), func(s *harness) {
				began := time.Now()
				r := s.Set("ready_timeout", limit).Apply()
				s.CheckApply(r, coretest.Create, notReadyYet)
				s.CheckState("")
				s.checkCutovers(0, 0)
				if want, _ := time.ParseDuration(limit); time.Since(began) != want {
					t.Errorf("gave up after %s", time.Since(began))
				}
				if !strings.Contains(providertest.Details(r), "host.example:27017") {
					t.Errorf("does not name the migration host: %s", providertest.Details(r))
				}
			})
		})
	}
}

// catchingUp is a migration that Atlas reports with a lag for an hour before it is
// ready.
func catchingUp(hosts ...string) atlassim.Migration {
	return atlassim.Migration{InitialLag: 3600, CatchUp: time.Hour, ReadyLag: 10, Hosts: hosts}
}

func TestFailedOrExpiredBefore(t *testing.T) {
	for name, m := range map[string]atlassim.Migration{
		"FAILED":  {Copying: time.Hour, FailsAfter: time.Second},
		"EXPIRED": {ExpiresAfter: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, m, func(s *harness) {
				providertest.Sleep(time.Minute)
				r := s.Apply()
				s.CheckApply(r, "", unableToStart)
				s.CheckState("")
				s.checkCutovers(0, 0)
				if explains := strings.Contains(providertest.Details(r), "120-hour"); explains != (name == "EXPIRED") {
					t.Errorf("explains the timer: %t\n%s", explains, providertest.Details(r))
				}
			})
		})
	}
}

func TestRefusedAtTheFirstLook(t *testing.T) {
	for name, row := range map[string]struct {
		arm    func(*harness)
		says   string
		action coretest.Action
	}{
		"401 without the role": {func(s *harness) {
			s.Sim.Inject(atlassim.Fault{Call: "migration", Times: -1, Do: atlassim.Effect{
				Status: http.StatusUnauthorized, Body: `{"error":401,"errorCode":"USER_CANNOT_ACCESS_GROUP","detail":"No access."}`,
			}})
		}, "Organization Owner", ""},
		"403 off the access list": {func(s *harness) {
			s.Sim.SetKey(func(k *atlassim.Key) { k.OnAccessList = false })
		}, "access list", coretest.Create},
		"404 of another migration": {func(s *harness) {
			s.Set("live_migration_id", "0123456789abcdef01234567")
		}, "live_migration_id", ""},
		"404 of another project": {func(s *harness) {
			s.Set("project_id", "0123456789abcdef01234567")
		}, "project_id", ""},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, takes(time.Minute), func(s *harness) {
				row.arm(s)
				began := time.Now()
				r := s.Apply()
				s.CheckApply(r, row.action, unableToRead)
				s.CheckState("")
				s.checkCutovers(0, 0)
				if !strings.Contains(providertest.Details(r), row.says) {
					t.Errorf("does not say %q: %s", row.says, providertest.Details(r))
				}
				if time.Since(began) > 0 {
					t.Errorf("took %s to say so", time.Since(began))
				}
			})
		})
	}
}

func TestBrokenAtTheFirstLookThenFine(t *testing.T) {
	inFakeTime(t, takes(time.Minute), func(s *harness) {
		s.Sim.Inject(atlassim.Fault{Call: "migration", Times: 2, Do: atlassim.Effect{Status: 500}})
		s.Sim.Inject(atlassim.Fault{Call: "migration", Times: 6, Do: atlassim.Effect{
			Status: 503, Body: "<html><body>Service unavailable</body></html>", Header: http.Header{"Content-Type": {"text/html"}},
		}})
		s.CheckApply(s.Apply(), coretest.Create)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
	})
}

func TestUnknownStatusWordAtTheFirstLook(t *testing.T) {
	inFakeTime(t, atlassim.Migration{Words: atlassim.Words{Status: "PAUSED"}}, func(s *harness) {
		s.CheckApply(s.Apply(), coretest.Create, unableToStart)
		s.CheckState("")
		s.checkCutovers(0, 0)
	})
}

func TestConnectionRefusedThenUp(t *testing.T) {
	inFakeTime(t, takes(time.Minute), func(s *harness) {
		s.Sim.Inject(atlassim.Fault{Times: 10, Do: atlassim.Effect{Wire: atlassim.RefuseDial}})
		s.CheckApply(s.Apply(), coretest.Create)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
	})
}

func TestUntrustedCertificate(t *testing.T) {
	inFakeTime(t, takes(time.Minute), func(s *harness) {
		s.Sim.Inject(atlassim.Fault{Times: -1, Do: atlassim.Effect{Wire: atlassim.TLSUntrusted}})
		began := time.Now()
		r := s.Apply()
		s.CheckApply(r, coretest.Create, unableToRead)
		s.CheckState("")
		s.checkCutovers(0, 0)
		if time.Since(began) > 0 || !strings.Contains(providertest.Details(r), "certificate") {
			t.Errorf("took %s to say: %s", time.Since(began), providertest.Details(r))
		}
	})
}
