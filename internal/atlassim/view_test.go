// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"fmt"
	"testing"
	"time"
)

func describe(v view) string {
	text := v.status
	if v.ready {
		text += " ready"
	}
	if v.lag != nil {
		text += fmt.Sprintf(" %d", *v.lag)
	}
	return text
}

func TestAMigrationIsWhatItsScriptSaysAtEveryMoment(t *testing.T) {
	minute := time.Minute
	plain := Migration{
		Scheduled: minute, Copying: 2 * minute, InitialLag: 100, SteadyLag: 10, CatchUp: 10 * minute, ReadyLag: 55,
		CutoverTakes: 3 * minute,
	}
	with := func(change func(*Migration)) Migration { return changed(plain, change) }
	const none = -1
	cases := []struct {
		name   string
		script Migration
		put    time.Duration // when a cutover is set going
		at     time.Duration
		want   string
	}{
		{"scheduled", plain, none, 0, "NEW"},
		{"still scheduled", plain, none, minute - 1, "NEW"},
		{"copying", plain, none, minute, "WORKING"},
		{"just copied", plain, none, 3 * minute, "WORKING 100"},
		{"a part of a second counts whole", plain, none, 3*minute + time.Millisecond, "WORKING 100"},
		{"catching up", plain, none, 7 * minute, "WORKING 64"},
		{"ready", plain, none, 8 * minute, "WORKING ready 55"},
		{"caught up", plain, none, 20 * minute, "WORKING ready 10"},
		{"expires after 120 h from being ready", plain, none, 8*minute + 120*time.Hour + time.Second, "EXPIRED"},
		{"not expired before that", plain, none, 8*minute + 120*time.Hour - time.Second, "WORKING ready 10"},
		{"never expires", with(func(m *Migration) { m.ExpiresAfter = -1 }), none, 9999 * time.Hour, "WORKING ready 10"},
		{"fails", with(func(m *Migration) { m.FailsAfter = minute }), none, minute, "FAILED"},
		{"has not failed yet", with(func(m *Migration) { m.FailsAfter = minute }), none, minute - 1, "NEW"},
		{"copies for ever", with(func(m *Migration) { m.Copying = Forever }), none, 9999 * time.Hour, "WORKING"},
		{"is never ready and so never expires", with(func(m *Migration) { m.ReadyLag = -1 }), none, 9999 * time.Hour, "WORKING 10"},
		{"slips", with(func(m *Migration) { m.LagSpikes = []LagSpike{{15 * minute, 10 * minute, 200}} }), none, 18 * minute, "WORKING 200"},
		{"catches up from the slip", with(func(m *Migration) { m.LagSpikes = []LagSpike{{15 * minute, 10 * minute, 200}} }), none, 26 * minute, "WORKING ready 40"},
		{"cutting over", plain, 10 * minute, 10 * minute, "WORKING"},
		{"cutting over to the last", plain, 10 * minute, 13*minute - 1, "WORKING"},
		{"completes", plain, 10 * minute, 13 * minute, "COMPLETE"},
		{"does not expire once it was cut over", plain, 10 * minute, 9999 * time.Hour, "COMPLETE"},
		{"the cutover fails", with(func(m *Migration) { m.CutoverEnds = Fails }), 10 * minute, 13 * minute, "FAILED"},
		{"the cutover expires", with(func(m *Migration) { m.CutoverEnds = Expires }), 10 * minute, 13 * minute, "EXPIRED"},
		{"the cutover never ends", with(func(m *Migration) { m.CutoverEnds = Stays }), 10 * minute, 9999 * time.Hour, "WORKING"},
		{"ready stays true for a time", with(func(m *Migration) { m.ReadyAfterPut = minute }), 10 * minute, 11*minute - 1, "WORKING ready"},
		{"ready no longer", with(func(m *Migration) { m.ReadyAfterPut = minute }), 10 * minute, 11 * minute, "WORKING"},
		{"ready until the end", with(func(m *Migration) { m.ReadyAfterPut = Forever }), 10 * minute, 13*minute - 1, "WORKING ready"},
		{"and not after it", with(func(m *Migration) { m.ReadyAfterPut = Forever }), 10 * minute, 13 * minute, "COMPLETE"},
		{"the lag stays for a time", with(func(m *Migration) { m.LagAfterPut = minute }), 10 * minute, 11*minute - 1, "WORKING 28"},
		{"the lag is gone", with(func(m *Migration) { m.LagAfterPut = minute }), 10 * minute, 11 * minute, "WORKING"},
		{"asked too early it is not ready any more", plain, minute, 4 * minute, "WORKING 91"},
		{"asked too early it begins once ready", plain, minute, 8*minute + time.Second, "WORKING"},
		{"and ends", plain, minute, 11*minute + time.Second, "COMPLETE"},
		{"the job fails and leaves it ready", with(func(m *Migration) {
			m.Job = JobScript{FailsAfter: minute, FailureLeavesMigrationReady: true}
		}), 10 * minute, 20 * minute, "WORKING ready 10"},
		{"the job fails and the migration continues", with(func(m *Migration) {
			m.Job = JobScript{FailsAfter: minute}
		}), 10 * minute, 13 * minute, "COMPLETE"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := &liveMigration{script: c.script, added: time.Unix(0, 0)}
			if c.put != none {
				l.begin(l.added.Add(c.put))
			}
			if got := describe(l.at(l.added.Add(c.at))); got != c.want {
				t.Errorf("after %v: %q, want %q", c.at, got, c.want)
			}
		})
	}
}

func TestTheNextReadyMomentIsFound(t *testing.T) {
	falls := Migration{Copying: 10 * time.Second, InitialLag: 100, CatchUp: 100 * time.Second, ReadyLag: 50}
	cases := []struct {
		name   string
		script Migration
		from   time.Duration
		want   time.Duration // negative: never
	}{
		{"ready at once", Migration{}, 0, 0},
		{"while the lag falls", falls, 0, 60 * time.Second},
		{"already ready", falls, 80 * time.Second, 80 * time.Second},
		{"only after a slip that hides the moment", changed(falls, func(m *Migration) {
			m.LagSpikes = []LagSpike{{After: 40 * time.Second, For: 40 * time.Second, Lag: 100}}
		}), 0, 70 * time.Second},
		{"only when an even higher lag ends", changed(falls, func(m *Migration) {
			m.ReadyLag, m.InitialLag = 0, 0
			m.LagSpikes = []LagSpike{{After: 0, For: 40 * time.Second, Lag: 1 << 40}}
		}), 0, 50 * time.Second},
		{"before a slip begins", changed(falls, func(m *Migration) {
			m.LagSpikes = []LagSpike{{After: 60 * time.Second, For: Forever, Lag: 100}}
		}), 0, 60 * time.Second},
		{"never", changed(falls, func(m *Migration) { m.ReadyLag = -1 }), 0, -1},
		{"never copied", changed(falls, func(m *Migration) { m.Copying, m.CatchUp = Forever, Forever }), 0, -1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, ever := c.script.nextReady(c.from)
			if ever != (c.want >= 0) {
				t.Fatalf("ever ready: %t", ever)
			}
			if ever && (got-c.want).Abs() > 2*time.Millisecond {
				t.Errorf("ready at %v, want %v", got, c.want)
			}
		})
	}
}
