// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
)

// After SUCCESS no changed argument requests another cutover, and none is asked
// about.
func TestAChangeOfACompletedCutoverSendsNothing(t *testing.T) {
	other := strings.Repeat("a", 24)
	for argument, row := range map[string]struct {
		value  any
		action coretest.Action
		said   []string
	}{
		"max_lag_seconds":   {5, coretest.Update, nil},
		"ready_timeout":     {"1m", coretest.Update, nil},
		"not_after":         {"2026-11-28T02:00:00Z", coretest.Update, nil},
		"timeouts":          {map[string]any{"create": "1h"}, coretest.Update, nil},
		"live_migration_id": {other, coretest.Update, []string{refusesAnother}},
		"project_id":        {other, coretest.Update, []string{refusesAnother}},
	} {
		t.Run(argument, func(t *testing.T) {
			inBubble(t, takes(time.Minute), func(s *stage) {
				s.apply()
				s.with(argument, row.value)
				s.ends(s.silent(s.apply), row.action, row.said...)
				s.state("SUCCESS")
				s.attribute("live_migration_id", s.id)
				s.accepted(1, 1)
			})
		})
	}
}

// A completed cutover whose live migration is not known when it is planned, since
// that is replaced, stays, and its apply refuses another one.
func TestACompletedCutoverStaysWhileItsLiveMigrationIsUnknown(t *testing.T) {
	inBubble(t, takes(time.Minute), func(s *stage) {
		s.apply()
		s.Unknown = []string{"live_migration_id"}
		r := s.silent(func() coretest.Result { return s.Plan(context.Background()) })
		if r.Action != coretest.Update || r.Failed() || !strings.Contains(details(r), s.id) {
			t.Errorf("planned to %q: %s", r.Action, details(r))
		}
		s.accepted(1, 1)
	})
}

// A second live migration is cut over by another resource, or on purpose.
func TestAnotherCutoverIsRequestedOnlyOnPurpose(t *testing.T) {
	inBubble(t, takes(time.Minute), func(s *stage) {
		s.apply()
		second := s.sim.Add(takes(time.Minute))
		s.with("live_migration_id", second).ends(s.silent(s.apply), coretest.Update, refusesAnother)
		s.LoseState()
		s.ends(s.apply(), coretest.Create)
		if got := s.sim.AcceptedCutovers(second); got != 1 {
			t.Errorf("Atlas accepted %d cutovers of the second live migration, want 1", got)
		}
	})
}

// What Atlas accepted without any effect is requested again by a person only:
// neither by a tainted resource's replacement, nor before the person was told how.
func TestAnAcceptedRequestWithoutEffectIsNotRepeatedByItself(t *testing.T) {
	m := takes(30 * 24 * time.Hour)
	m.LagAfterPut, m.ReadyAfterPut, m.SecondPut = atlassim.Forever, atlassim.Forever, atlassim.SilentSuccess
	inBubble(t, m, func(s *stage) {
		start := time.Now()
		s.ends(s.apply(), coretest.Create, unableToConfirm)
		for range 3 {
			s.ends(s.apply(), coretest.Replace, notUndone, unableToConfirm)
			s.state("PENDING tainted")
			s.record(start, "0s", "0", "")
			s.accepted(1, 1)
		}
		s.Untaint()
		r := s.apply()
		s.ends(r, coretest.Update, unableToConfirm)
		if !strings.Contains(details(r), "-replace") {
			t.Errorf("does not say how to request it again: %s", details(r))
		}
		s.accepted(1, 1)
		s.ApplyReplacing(context.Background())
		s.accepted(2, 2)
	})
}
