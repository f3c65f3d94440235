// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// All short sequences of what can happen to the start of a live migration. Nothing
// undoes a start, and no call of Atlas finds one whose ID was lost.

// kind is a kind of Atlas, and of configuration.
type kind struct {
	name   string
	script atlassim.Migration
	waits  bool
}

func (k kind) String() string { return k.name }

var kinds = []kind{
	// A live migration that is complete is the one case in which Atlas takes another
	// start into the same cluster, and the worst.
	{"it completes at once", atlassim.Migration{BegunElsewhere: true}, false},
	{"it completes at once, and is waited for", atlassim.Migration{BegunElsewhere: true}, true},
	{"it runs", atlassim.Migration{Copying: time.Minute}, false},
	{"it runs, and is waited for", atlassim.Migration{Copying: time.Minute}, true},
	{"it fails", atlassim.Migration{Copying: time.Hour, FailsAfter: 15 * time.Minute}, true},
}

var events = append(providertest.Events(atlassim.CallStart),
	providertest.Event{Name: "drop the destination's data, or not", Do: func(s *providertest.Sequence) {
		s.Set("drop_destination_data", s.Config["drop_destination_data"] != true)
	}},
	providertest.Event{Name: "change the source", Do: changeSource},
	providertest.Event{Name: "rename its key", Do: func(s *providertest.Sequence) {
		s.Run(context.Background(), func(ctx context.Context) coretest.Result { return s.ApplyRenamed(ctx, false) })
	}},
	providertest.Event{Name: "import it", Do: func(s *providertest.Sequence) { importLast(s) }},
)

func changeSource(s *providertest.Sequence) {
	s.SetNested("source", "tls_enabled", !tls(s))
}

func tls(s *providertest.Sequence) bool {
	source, _ := s.Config["source"].(map[string]any)
	return source["tls_enabled"] == true
}

// importLast imports the live migration that was started last, as a diagnostic about a
// lost ID says.
func importLast(s *providertest.Sequence) {
	if starts := s.Sim.Starts(); s.State == nil && len(starts) > 0 {
		s.Run(context.Background(), func(ctx context.Context) coretest.Result {
			return s.Import(ctx, s.Sim.Credentials().ProjectID+"/"+starts[len(starts)-1].LiveMigrationID)
		})
	}
}

// checkStored checks that a command started one live migration at most, and that its ID
// is in the state or said to be lost. One that was killed says nothing.
func checkStored(s *providertest.Sequence) func(coretest.Result, int) {
	return func(r coretest.Result, from int) {
		var started []string
		for _, e := range s.Sim.Log()[from:] {
			if e.Call == atlassim.CallStart && e.Accepted {
				started = append(started, e.LiveMigrationID)
			}
		}
		if len(started) > 1 {
			s.Violates("one command started %d live migrations", len(started))
		}
		lost := len(started) == 1 && s.State.String("id") != started[0] && !s.Transport.Killed()
		if lost && !slices.Contains(coretest.Summaries(r.Diagnostics), unableToConfirmStart) {
			s.Violates("the ID was lost, and nobody said so: %q", coretest.Summaries(r.Diagnostics))
		}
	}
}

// over reports whether the last live migration failed, so that another one is what
// everybody expects.
func over(s *providertest.Sequence, starts []atlassim.Start) bool {
	last := s.Sim.Status(starts[len(starts)-1].LiveMigrationID)
	return last == "FAILED" || last == "EXPIRED"
}

func exhaust(t *testing.T, k kind, sequence []providertest.Event) (e providertest.Exhausted) {
	t.Helper()
	inFakeTime(t, func(h *harness) {
		s := &providertest.Sequence{Harness: h.Harness}
		s.Check = checkStored(s)
		s.Sim.SetTemplate(k.script)
		s.SetTimeouts("40s")
		if k.waits {
			s.Set("wait_until", "ready")
		}
		forgotten := false
		for _, event := range sequence {
			starts := s.Sim.Starts()
			event.Do(s)
			another := len(starts) > 0 && len(s.Sim.Starts()) > len(starts)
			if another && !event.Asks && !forgotten && !over(s, starts) {
				s.Violates("another live migration was started, and nobody asked for it")
			}
			// What no state holds is started again: Atlas has no call that finds it.
			forgotten = (s.State == nil || s.State.Tainted) && (forgotten || event.Asks)
		}
		last := ""
		if starts := s.Sim.Starts(); len(starts) > 0 {
			last = s.Sim.Status(starts[len(starts)-1].LiveMigrationID)
		}
		e.State = s.Fingerprint(sequence, []string{"id", "status", "wait_until", "drop_destination_data", "ready_for_cutover", "source"},
			s.Config["drop_destination_data"], tls(s), forgotten, last, len(s.Sim.Starts()))
		s.Set("drop_destination_data", s.State.String("drop_destination_data") == "true")
		s.Converge(func(said string) {
			if strings.Contains(said, "import it with terraform import") {
				importLast(s)
			}
			if strings.Contains(said, "Revert the change") {
				changeSource(s)
			}
			if strings.Contains(said, "Remove drop_destination_data") {
				s.Set("drop_destination_data", false)
			}
		})
		e.Broken, e.Log = s.Broken, s.Sim.Log()
	})
	return e
}

// TestExhaust tries the worst kind of Atlas alone unless EXHAUST is set.
func TestExhaust(t *testing.T) {
	providertest.Exhaust[kind, providertest.Event]{Kinds: providertest.Tried(kinds, kinds[:1]), Events: events, Try: exhaust}.Run(t)
}
