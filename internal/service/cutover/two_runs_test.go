// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// Two applies with separate states, on one live migration.
func TestTwoRunsAtOnce(t *testing.T) {
	for name, row := range map[string]struct {
		second   time.Duration // when the second apply starts
		answer   atlassim.Refusal
		accepted int
		failed   int // how many of the two applies fail
	}{
		"a second after the other, the second adopts":    {2 * time.Second, atlassim.SilentSuccess, 1, 0},
		"in the same moment, a conflict is adopted":      {0, atlassim.Conflict409, 1, 0},
		"in the same moment, a refusal ends the second":  {0, atlassim.BadRequest400, 1, 1},
		"in the same moment, Atlas may accept them both": {0, atlassim.SilentSuccess, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim := simtest.New(t, atlassim.Options{})
				one := newHarness(t, sim, atlassim.Migration{CutoverTakes: 10 * time.Minute, SecondPut: row.answer})
				two := newHarness(t, sim, atlassim.Migration{})
				two.id = one.id
				two.Set("live_migration_id", one.id)
				// Every look takes a second, so that both have the answer to theirs
				// before either has asked.
				sim.Inject(atlassim.Fault{Call: "migration", After: true, Times: 4, Do: atlassim.Effect{Delay: time.Second}})
				var results [2]coretest.Result
				var both sync.WaitGroup
				both.Go(func() { results[0] = one.Apply() })
				providertest.Sleep(row.second)
				both.Go(func() { results[1] = two.Apply() })
				both.Wait()
				failed := 0
				for i, r := range results {
					if r.Failed() {
						failed++
						continue
					}
					[]*harness{one, two}[i].CheckState("SUCCESS")
				}
				if got := sim.AcceptedCutovers(one.id); failed != row.failed || got != row.accepted {
					t.Errorf("%d failed and %d cutovers were accepted, want %d and %d", failed, got, row.failed, row.accepted)
				}
				// Whatever happened, another apply of each ends well.
				for _, s := range []*harness{one, two} {
					s.Apply()
					s.CheckState("SUCCESS")
				}
			})
		})
	}
}
