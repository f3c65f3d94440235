// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// invoke invokes the action, to its end.
func (s *harness) invoke() coretest.Invocation { return s.Invoke(context.Background()) }

// ended asserts how an invocation ended.
func (s *harness) ended(i coretest.Invocation, summaries ...string) {
	s.T.Helper()
	s.CheckApply(i.Result, "", summaries...)
	s.CheckState("")
}

func TestTheActionTellsHowItGoes(t *testing.T) {
	inFakeTime(t, atlassim.Migration{
		Copying: 90 * time.Second, InitialLag: 600, CatchUp: 5 * time.Minute, ReadyLag: 10, CutoverTakes: 150 * time.Second,
	}, func(s *harness) {
		i := s.invoke()
		s.ended(i)
		s.checkCutovers(1, 1)
		for n, want := range []string{
			"not ready and no lag reported: still copying, or a cutover is in progress; following it, 0s",
			"waiting to be ready for cutover, lag ",
			"requesting the cutover, lag ",
			"request accepted, job ",
			"Atlas is finishing the cutover, 1s",
			"Atlas is finishing the cutover, 1m",
			"complete: Atlas confirmed the cutover after ",
		} {
			at := slices.IndexFunc(i.Progress, func(said string) bool { return strings.HasPrefix(said, want) })
			if at < 0 {
				t.Errorf("never said %q", want)
				continue
			}
			if n > 0 && at == 0 {
				t.Errorf("said %q first", want)
			}
		}
		if len(i.Progress) > 16 {
			t.Errorf("said %d things, which is too many to read: %q", len(i.Progress), i.Progress)
		}
	})
}

func TestTheActionsEndings(t *testing.T) {
	for name, row := range map[string]struct {
		migration atlassim.Migration
		arm       func(*harness)
		summaries []string
		accepted  int
	}{
		"plain":               {takes(time.Minute), nil, nil, 1},
		"already complete":    {atlassim.Migration{BegunElsewhere: true}, nil, []string{alreadyComplete}, 0},
		"already in progress": {atlassim.Migration{BegunElsewhere: true, CutoverTakes: time.Hour}, nil, []string{alreadyUnderWay}, 0},
		"not ready in time":   {atlassim.Migration{Copying: time.Hour}, func(s *harness) { s.Set("ready_timeout", "1m") }, []string{notReadyYet}, 0},
		"failed before":       {atlassim.Migration{FailsAfter: time.Nanosecond}, func(*harness) { providertest.Sleep(time.Second) }, []string{unableToStart}, 0},
		"failed":              {atlassim.Migration{CutoverTakes: time.Minute, CutoverEnds: atlassim.Fails}, nil, []string{cutoverFailed}, 1},
		"expired":             {atlassim.Migration{CutoverTakes: time.Minute, CutoverEnds: atlassim.Expires}, nil, []string{cutoverFailed}, 1},
		"unknown word":        {atlassim.Migration{Words: atlassim.Words{Status: "PAUSED"}}, nil, []string{unableToStart}, 0},
		"out of reach":        {takes(0), fault(atlassim.Fault{Times: -1, Do: atlassim.Effect{Wire: atlassim.RefuseDial}}), []string{unableToRead}, 0},
		"no access":           {takes(0), func(s *harness) { s.Sim.RevokeKey() }, []string{unableToRead}, 0},
		"request refused":     {takes(0), fault(atlassim.Fault{Call: "cutover", Do: atlassim.Effect{Status: http.StatusBadRequest}}), []string{unableToStart}, 0},
		"request lost":        {takes(0), fault(atlassim.Fault{Call: "cutover", Do: atlassim.Effect{Wire: atlassim.Reset}}), []string{unableToConfirm}, 0},
		"timed out":           {takes(time.Hour), func(s *harness) { s.Set("timeouts", map[string]any{"invoke": "5m"}) }, []string{unableToConfirm}, 1},
		"access lost":         {takes(time.Hour), func(s *harness) { s.Sim.SetKey(func(k *atlassim.Key) { k.RevokedAfterPut = time.Minute }) }, []string{unableToConfirm}, 1},
		"rate limit for all":  {takes(0), fault(atlassim.Fault{Call: "cutover", Times: -1, Do: atlassim.Effect{Status: http.StatusTooManyRequests}}), []string{unableToStart}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, row.migration, func(s *harness) {
				if row.arm != nil {
					row.arm(s)
				}
				i := s.invoke()
				s.ended(i, row.summaries...)
				if got := s.Sim.AcceptedCutovers(s.id); got != row.accepted {
					t.Errorf("Atlas accepted %d cutovers, want %d", got, row.accepted)
				}
				if strings.Contains(providertest.Details(i.Result), "pply") {
					t.Errorf("an action's words speak of an apply:\n%s", providertest.Details(i.Result))
				}
			})
		})
	}
}

func fault(f atlassim.Fault) func(*harness) { return func(s *harness) { s.Sim.Inject(f) } }

func TestTheActionPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newHarness(t, simtest.New(t, atlassim.Options{}), takes(time.Minute))
		s.Server = s.Serve(explosive{s.Sim.Transport()})
		s.ended(s.invoke(), unableToConfirm)
		s.checkCutovers(1, 1)
	})
}

func TestAnInterruptedActionThatIsInvokedAgainSendsNoSecondRequest(t *testing.T) {
	for name, row := range map[string]struct {
		after  time.Duration
		first  []string
		second []string
	}{
		"before the request": {time.Minute, []string{possiblyInProgress}, nil},
		"while waiting":      {45 * time.Minute, []string{unableToConfirm}, []string{alreadyUnderWay}},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, atlassim.Migration{Copying: 30 * time.Minute, CutoverTakes: time.Hour}, func(s *harness) {
				ctx, cancel := context.WithTimeout(context.Background(), row.after)
				defer cancel()
				began := time.Now()
				s.ended(s.Invoke(ctx), row.first...)
				if took := time.Since(began); took > row.after+time.Second {
					t.Errorf("returned %s after the interrupt", took-row.after)
				}
				s.ended(s.invoke(), row.second...)
				s.checkCutovers(1, 1)
			})
		})
	}
}

func TestTheActionsArgumentsAreValidated(t *testing.T) {
	for name, row := range map[string]struct {
		attribute string
		value     any
		summary   string
	}{
		"a project ID":        {"project_id", "x", "Invalid Attribute Value Match"},
		"a live migration ID": {"live_migration_id", "X", "Invalid Attribute Value Match"},
		"a lag":               {"max_lag_seconds", -1, "Invalid Attribute Value"},
		"a ready_timeout":     {"ready_timeout", "soon", "Invalid duration"},
		"a timeout":           {"timeouts", map[string]any{"invoke": "0s"}, "Invalid timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, takes(0), func(s *harness) {
				s.Set(row.attribute, row.value)
				s.ended(s.invoke(), row.summary)
				if len(s.Sim.Log()) > 0 {
					t.Error("sent a request")
				}
			})
		})
	}
}
