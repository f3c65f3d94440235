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
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
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
			inFakeTime(t, takes(time.Minute), func(s *harness) {
				s.Apply()
				s.Set(argument, row.value)
				s.CheckApply(s.CheckSilent(s.Apply), row.action, row.said...)
				s.CheckState("SUCCESS")
				s.CheckAttribute("live_migration_id", s.id)
				s.checkCutovers(1, 1)
			})
		})
	}
}

// A completed cutover whose live migration is not known when it is planned, since
// that is replaced, stays, and its apply refuses another one.
func TestACompletedCutoverStaysWhileItsLiveMigrationIsUnknown(t *testing.T) {
	inFakeTime(t, takes(time.Minute), func(s *harness) {
		s.Apply()
		s.Unknown = []string{"live_migration_id"}
		r := s.CheckSilent(s.Plan)
		if r.Action != coretest.Update || r.Failed() || !strings.Contains(providertest.Details(r), s.id) {
			t.Errorf("planned to %q: %s", r.Action, providertest.Details(r))
		}
		s.checkCutovers(1, 1)
	})
}

// A second live migration is cut over by another resource, or on purpose.
func TestAnotherCutoverIsRequestedOnlyOnPurpose(t *testing.T) {
	inFakeTime(t, takes(time.Minute), func(s *harness) {
		s.Apply()
		second := s.Sim.Add(takes(time.Minute))
		s.Set("live_migration_id", second).CheckApply(s.CheckSilent(s.Apply), coretest.Update, refusesAnother)
		s.LoseState()
		s.CheckApply(s.Apply(), coretest.Create)
		if got := s.Sim.AcceptedCutovers(second); got != 1 {
			t.Errorf("Atlas accepted %d cutovers of the second live migration, want 1", got)
		}
	})
}

// What Atlas accepted without any effect is requested again by a person only:
// neither by a tainted resource's replacement, nor before the person was told how.
func TestAnAcceptedRequestWithoutEffectIsNotRepeatedByItself(t *testing.T) {
	m := takes(30 * 24 * time.Hour)
	m.LagAfterPut, m.ReadyAfterPut, m.SecondPut = atlassim.Forever, atlassim.Forever, atlassim.SilentSuccess
	inFakeTime(t, m, func(s *harness) {
		start := time.Now()
		s.CheckApply(s.Apply(), coretest.Create, unableToConfirm)
		for range 3 {
			s.CheckApply(s.Apply(), coretest.Replace, notUndone, unableToConfirm)
			s.CheckState("PENDING tainted")
			s.record(start, "0s", "0", "")
			s.checkCutovers(1, 1)
		}
		s.Untaint()
		r := s.Apply()
		s.CheckApply(r, coretest.Update, unableToConfirm)
		if !strings.Contains(providertest.Details(r), "-replace") {
			t.Errorf("does not say how to request it again: %s", providertest.Details(r))
		}
		s.checkCutovers(1, 1)
		s.ApplyReplacing(context.Background())
		s.checkCutovers(2, 2)
	})
}
