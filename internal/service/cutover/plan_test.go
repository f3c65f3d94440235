// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// What a plan says about the cutover that it would create.
func TestAPlanLooksAhead(t *testing.T) {
	for name, row := range map[string]struct {
		migration atlassim.Migration
		arm       func(*harness)
		summaries []string
		fails     bool
		says      string
	}{
		"ready is nothing to tell": {takes(0), nil, nil, false, ""},
		"not ready shows the lag": {
			atlassim.Migration{InitialLag: 600, CatchUp: time.Hour, Hosts: []string{"host.example:27017"}}, nil,
			[]string{notYetReady}, false, "10m behind",
		},
		"the lag above the limit": {
			atlassim.Migration{InitialLag: 600, CatchUp: time.Hour, ReadyLag: 700}, func(s *harness) { s.Set("max_lag_seconds", 5) },
			[]string{notYetReady}, false, "max_lag_seconds",
		},
		"copying, or in progress": {atlassim.Migration{Copying: time.Hour}, nil, []string{notReadyOrBegun}, false, ""},
		"complete":                {atlassim.Migration{BegunElsewhere: true}, nil, []string{isComplete}, false, "without a request"},
		"failed":                  {atlassim.Migration{FailsAfter: time.Nanosecond}, func(*harness) { providertest.Sleep(time.Second) }, []string{unableToStart}, true, "FAILED"},
		"expired":                 {atlassim.Migration{ExpiresAfter: time.Nanosecond}, func(*harness) { providertest.Sleep(time.Second) }, []string{unableToStart}, true, "120-hour"},
		"not found": {takes(0), func(s *harness) { s.Set("live_migration_id", "0123456789abcdef01234567") },
			[]string{unableToRead}, true, "live_migration_id"},
		"an unknown word": {atlassim.Migration{Words: atlassim.Words{Status: "PAUSED"}}, nil, []string{unknownStatus}, false, "PAUSED"},
		"no access":       {takes(0), func(s *harness) { s.Sim.RevokeKey() }, []string{unableToRead}, true, "Organization Owner"},
		"off the access list": {takes(0), func(s *harness) { s.Sim.SetKey(func(k *atlassim.Key) { k.OnAccessList = false }) },
			[]string{unableToPlan}, false, "access list"},
		"out of reach": {takes(0), fault(atlassim.Fault{Times: -1, Do: atlassim.Effect{Wire: atlassim.RefuseDial}}),
			[]string{unableToPlan}, false, "base_url"},
		"broken": {takes(0), fault(atlassim.Fault{Times: -1, Do: atlassim.Effect{Status: http.StatusInternalServerError}}),
			[]string{unableToPlan}, false, "500"},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, row.migration, func(s *harness) {
				if row.arm != nil {
					row.arm(s)
				}
				began := time.Now()
				r := s.Plan()
				s.Check(r, r.Action, row.summaries...)
				if r.Failed() != row.fails || !strings.Contains(providertest.Details(r), row.says) {
					t.Errorf("failed: %t, said: %s", r.Failed(), providertest.Details(r))
				}
				s.checkCutovers(0, 0)
				if took := time.Since(began); took > time.Minute {
					t.Errorf("kept the user waiting for %s", took)
				}
			})
		})
	}
}

func TestAPlanOfAFinishedCutoverLooksAtNothing(t *testing.T) {
	inFakeTime(t, takes(0), func(s *harness) {
		s.Apply()
		s.CheckSilent(s.Plan)
	})
}
