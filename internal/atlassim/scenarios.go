// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"net/http"
	"slices"
	"time"
)

// Scenario is a story that can be rehearsed: a live migration, and what goes wrong with it.
type Scenario struct {
	Name      string
	Rehearses string // one line for a person
	// Build adds the live migration to a world, with everything that goes with
	// it, and returns its ID; an empty one where the client has to start it.
	Build func(*Sim) (liveMigrationID string)
}

// inSync is a live migration that is ready from the beginning, with a lag of a second.
func inSync(cutoverTakes time.Duration) Migration {
	return Migration{InitialLag: 1, SteadyLag: 1, ReadyLag: 10, CutoverTakes: cutoverTakes}
}

// copying is a live migration that copies for 2 minutes and is ready some 3 minutes after.
func copying() Migration {
	return Migration{
		Copying: 2 * time.Minute, InitialLag: 900, SteadyLag: 2, CatchUp: 3 * time.Minute,
		ReadyLag: 10, CutoverTakes: 3 * time.Minute,
	}
}

func migration(m Migration) func(*Sim) string {
	return func(s *Sim) string { return s.Add(m) }
}

func withFaults(m Migration, faults ...Fault) func(*Sim) string {
	return func(s *Sim) string {
		for _, f := range faults {
			s.Inject(f)
		}
		return s.Add(m)
	}
}

// changed returns a migration with a change made to it.
func changed(m Migration, change func(*Migration)) Migration {
	change(&m)
	return m
}

const badGateway = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"

// FindScenario returns the scenario of that name.
func FindScenario(name string) (Scenario, bool) {
	for _, scenario := range Scenarios() {
		if scenario.Name == name {
			return scenario, true
		}
	}
	return Scenario{}, false
}

// Scenarios returns every scenario, in the order to read them in. All times are simulated.
func Scenarios() []Scenario {
	return slices.Concat(stories(), faultyNetworks(), openQuestions(), journeys())
}

// stories are about the live migration itself.
func stories() []Scenario {
	return []Scenario{
		{"happy", "copies 2 min, the lag falls from 900 s, ready, the cutover takes 3 min", migration(copying())},
		{"ready-now", "ready from the beginning, the cutover takes 2 min", migration(inSync(2 * time.Minute))},
		{"falls-behind", "as happy, but nearly in sync it falls 600 s behind and has to catch up again", migration(changed(copying(), func(m *Migration) {
			m.LagSpikes = []LagSpike{{After: 2 * time.Minute, For: 5 * time.Minute, Lag: 600}}
		}))},
		{"never-ready", "the source writes faster than the lag can fall: never below 400 s", migration(changed(copying(), func(m *Migration) {
			m.SteadyLag = 400
		}))},
		{"slow", "ready from the beginning, the cutover takes 3 h", migration(inSync(3 * time.Hour))},
		{"fails", "the cutover fails after 2 min, for a reason that only its job tells", migration(changed(inSync(2*time.Minute), func(m *Migration) {
			m.CutoverEnds = Fails
			m.FailReason = "The migration host lost its connection to the source cluster."
		}))},
		{"expires", "nobody asked for the cutover in time: it has EXPIRED", migration(changed(inSync(0), func(m *Migration) {
			m.Age = defaultExpiry
		}))},
		{"already-complete", "somebody else cut over and it is done", migration(changed(inSync(0), func(m *Migration) {
			m.BegunElsewhere = true
		}))},
		{"in-flight", "somebody else started the cutover, which takes 5 min", migration(changed(inSync(5*time.Minute), func(m *Migration) {
			m.BegunElsewhere = true
		}))},
		{"job-fails", "the first cutover's job fails after 1 min and leaves the migration ready; a second one works", migration(changed(inSync(3*time.Minute), func(m *Migration) {
			m.FailReason = "The destination cluster could not be reached."
			m.Job = JobScript{FailsAfter: time.Minute, FailTimes: 1, FailureLeavesMigrationReady: true}
		}))},
	}
}

// faultyNetworks are about what happens to requests and answers.
func faultyNetworks() []Scenario {
	html := http.Header{"Content-Type": {"text/html"}}
	return []Scenario{
		{"lost-answer", "the PUT is acted on, but the connection is reset before the answer", withFaults(inSync(2*time.Minute),
			Fault{Name: "lost answer", Call: CallCutover, After: true, Do: Effect{Wire: Reset}})},
		{"lost-request", "the connection is reset before the PUT is acted on", withFaults(inSync(2*time.Minute),
			Fault{Name: "lost request", Call: CallCutover, Do: Effect{Wire: Reset}})},
		{"flaky", "reads of the live migration fail now and then: 502 with HTML, 500, closed and reset connections, garbage", withFaults(inSync(10*time.Minute),
			Fault{Name: "bad gateway", Call: CallMigration, Skip: 1, Times: 2, Do: Effect{Status: http.StatusBadGateway, Body: badGateway, Header: html}},
			Fault{Name: "closed", Call: CallMigration, Skip: 3, Do: Effect{Wire: Close}},
			Fault{Name: "reset", Call: CallMigration, Skip: 4, Do: Effect{Wire: Reset}},
			Fault{Name: "garbage", Call: CallMigration, Skip: 5, Do: Effect{Garble: badGateway}},
			Fault{Name: "internal error", Call: CallMigration, Skip: 6, Do: Effect{Status: http.StatusInternalServerError}},
			Fault{Name: "cut short", Call: CallMigration, Skip: 7, Do: Effect{Wire: CloseMidBody}})},
		{"rate-limited", "3 requests at once and 20 a minute (real time), then 429", func(s *Sim) string {
			s.SetRateLimit(Bucket{Capacity: 3, PerMinute: 20, RetryAfter: true})
			return s.Add(inSync(5 * time.Minute))
		}},
		{"key-revoked", "the credentials are revoked 1 min after the PUT; the cutover continues for 5 min", func(s *Sim) string {
			s.SetKey(func(k *Key) { k.RevokedAfterPut = time.Minute })
			return s.Add(inSync(5 * time.Minute))
		}},
	}
}

// openQuestions are about what nobody has published.
func openQuestions() []Scenario {
	return []Scenario{
		{"lingers", "readyForCutover stays true for 10 s after the PUT", migration(changed(inSync(2*time.Minute), func(m *Migration) {
			m.ReadyAfterPut = 10 * time.Second
		}))},
		{"old-words", "answers as v1.0 once gave them: PENDING until done, no readyForCutover, no lag", migration(changed(inSync(2*time.Minute), func(m *Migration) {
			m.Words.OldWords = true
		}))},
		{"no-body", "the PUT is answered 202 without a body, so without a job", migration(changed(inSync(2*time.Minute), func(m *Migration) {
			m.PutAnswer = Accepted202
		}))},
		{"second-put-accepted", "a second PUT would be accepted as well: look at the log that none was sent", migration(changed(inSync(2*time.Minute), func(m *Migration) {
			m.SecondPut = SilentSuccess
		}))},
	}
}
