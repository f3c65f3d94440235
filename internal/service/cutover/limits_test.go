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

// sentWithin asserts, on the server's own log, that no request for a cutover
// arrived later than limit after start.
func (s *harness) sentWithin(start time.Time, limit time.Duration) {
	s.T.Helper()
	for _, e := range s.Sim.Log() {
		if e.Call == "cutover" && e.At.Sub(start) > limit {
			s.T.Errorf("a request arrived after %s", e.At.Sub(start))
		}
	}
}

func retryAfter(status int, seconds string) atlassim.Effect {
	return atlassim.Effect{Status: status, Header: http.Header{"Retry-After": {seconds}}}
}

// Whatever delays the request, none arrives at Atlas after a limit has passed.
func TestNoRequestArrivesAfterALimit(t *testing.T) {
	const limit = 12 * time.Second
	slow := atlassim.Effect{Delay: 20 * time.Second}
	ready, late := takes(time.Minute), catchingUp()
	late.CatchUp, late.InitialLag = 30*time.Second, 300
	for name, row := range map[string]struct {
		migration atlassim.Migration
		fault     atlassim.Fault
	}{
		"a read hangs":                     {ready, atlassim.Fault{Call: "migration", Skip: 1, Do: atlassim.Effect{Wire: atlassim.Hang}}},
		"a read is slow":                   {ready, atlassim.Fault{Call: "migration", Skip: 1, After: true, Do: slow}},
		"a read is answered with a 503":    {ready, atlassim.Fault{Call: "migration", Skip: 1, Do: retryAfter(503, "30")}},
		"a read is answered with a 429":    {ready, atlassim.Fault{Call: "migration", Skip: 1, Do: retryAfter(429, "30")}},
		"the request is answered with 429": {ready, atlassim.Fault{Call: "cutover", Do: retryAfter(429, "30")}},
		"it is ready late":                 {late, atlassim.Fault{}},
	} {
		for attribute, set := range map[string]func(*harness){
			"ready_timeout": func(s *harness) { s.Set("ready_timeout", limit.String()) },
			"timeouts":      func(s *harness) { s.SetTimeouts(limit.String()) },
		} {
			t.Run(name+", with "+attribute, func(t *testing.T) {
				inFakeTime(t, row.migration, func(s *harness) {
					set(s)
					if row.fault.Call != "" {
						s.Sim.Inject(row.fault)
					}
					start := time.Now()
					if r := s.Apply(); !r.Failed() {
						t.Errorf("did not fail: %q", coretest.Summaries(r.Diagnostics))
					}
					s.CheckState("")
					s.sentWithin(start, limit)
					if got := s.Sim.AcceptedCutovers(s.id); got != 0 {
						t.Errorf("Atlas accepted %d cutovers", got)
					}
				})
			})
		}
		t.Run(name+", with an interrupt", func(t *testing.T) {
			inFakeTime(t, row.migration, func(s *harness) {
				if row.fault.Call != "" {
					s.Sim.Inject(row.fault)
				}
				start := time.Now()
				s.Interrupt(limit)
				s.sentWithin(start, limit)
			})
		})
	}
}

// slowChallenges delays the answer to every request for a cutover that has to be
// signed again.
type slowChallenges struct{ http.RoundTripper }

func (n slowChallenges) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := n.RoundTripper.RoundTrip(req)
	if err == nil && req.Method == http.MethodPut && resp.StatusCode == http.StatusUnauthorized {
		providertest.Sleep(20 * time.Second)
	}
	return resp, err
}

// The digest handshake takes its time too: a limit can pass between a challenge
// and its answer.
func TestNoRequestIsSignedAfterALimit(t *testing.T) {
	inFakeTimeWith(t, atlassim.Options{NonceLife: time.Second}, takes(time.Minute), func(s *harness) {
		s.Server = s.Serve(slowChallenges{s.Sim.Transport()})
		// The nonce ends while the answer to the read is on its way.
		s.Sim.Inject(atlassim.Fault{Call: "migration", Skip: 1, After: true, Do: atlassim.Effect{Delay: 3 * time.Second}})
		s.CheckApply(s.Set("ready_timeout", "12s").Apply(), coretest.Create, notReadyYet)
		s.CheckState("")
		s.checkCutovers(0, 0)
	})
}

// A cutover that a killed run or somebody in the console started shows as "not
// ready, without a lag": the next apply follows it, whatever ready_timeout is.
func TestARunningCutoverIsFollowedWhateverReadyTimeoutIs(t *testing.T) {
	for _, limit := range []string{"15s", "0s", "10m"} {
		for name, row := range map[string]struct {
			elsewhere bool
			begin     func(*harness)
			accepted  int
		}{
			"killed after the request":  {false, func(s *harness) { s.Interrupt(20 * time.Second); s.LoseState() }, 1},
			"killed, and a minute late": {false, func(s *harness) { s.Interrupt(20 * time.Second); s.LoseState(); providertest.Sleep(time.Minute) }, 1},
			"started in the console":    {true, func(*harness) { providertest.Sleep(time.Minute) }, 0},
		} {
			t.Run(name+", "+limit, func(t *testing.T) {
				m := takes(2 * time.Hour)
				m.BegunElsewhere = row.elsewhere
				inFakeTime(t, m, func(s *harness) {
					row.begin(s)
					s.Set("ready_timeout", limit)
					s.CheckApply(s.Apply(), coretest.Create, alreadyUnderWay)
					s.CheckState("SUCCESS")
					s.checkCutovers(row.accepted, row.accepted)
				})
			})
		}
	}
}

// While a cutover may be in progress, no text tells anybody to write.
func TestNobodyIsToldToWriteWhileACutoverMayBeInProgress(t *testing.T) {
	m := takes(3 * time.Hour)
	m.BegunElsewhere = true
	inFakeTime(t, m, func(s *harness) {
		s.Set("ready_timeout", "1m").SetTimeouts("30m")
		r := s.Apply()
		s.CheckApply(r, coretest.Create, possiblyInProgress)
		s.CheckPlan(r, notReadyOrBegun)
		s.CheckState("")
		for _, d := range r.Diagnostics {
			if !strings.Contains(d.Detail, "Do not write to the source") {
				t.Errorf("does not warn of writes: %s\n%s", d.Summary, d.Detail)
			}
		}
		s.SetTimeouts("6h")
		s.CheckApply(s.Apply(), coretest.Create, alreadyUnderWay)
		s.CheckState("SUCCESS")
		s.checkCutovers(0, 0)
	})
}

// If it turns out not to run after ready_timeout has passed, nothing is sent.
func TestReadinessAfterReadyTimeoutSendsNothing(t *testing.T) {
	inFakeTime(t, atlassim.Migration{Copying: time.Hour}, func(s *harness) {
		start := time.Now()
		s.CheckApply(s.Set("ready_timeout", "10m").Apply(), coretest.Create, notReadyYet)
		s.CheckState("")
		s.checkCutovers(0, 0)
		if took := time.Since(start); took < time.Hour || took > time.Hour+time.Minute {
			t.Errorf("ended after %s", took)
		}
	})
}

func TestAnAcceptedRequestWithoutEffectEndsWithinMinutes(t *testing.T) {
	m := takes(time.Minute)
	m.LagAfterPut, m.ReadyAfterPut = atlassim.Forever, atlassim.Forever
	m.CutoverTakes = 30 * 24 * time.Hour
	inFakeTime(t, m, func(s *harness) {
		start := time.Now()
		s.CheckApply(s.Apply(), coretest.Create, unableToConfirm)
		s.CheckState("PENDING tainted")
		s.checkCutovers(1, 1)
		if took := time.Since(start); took > 6*time.Minute {
			t.Errorf("ended after %s", took)
		}
	})
}
