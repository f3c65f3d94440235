// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package progress

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

// pass lets time pass, which in fake time takes none.
func pass(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // Fake time: nobody waits.
}

func TestEveryChangeIsToldAtOnceAndOtherwiseEveryMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		r := Run{Kind: Cutover, Event: func(text string) { told = append(told, text) }}.New(t.Context())
		for range 150 {
			r.Report(migration.Progress{Reason: migration.InProgress, Next: time.Second})
			pass(time.Second)
		}
		if len(told) != 3 {
			t.Errorf("told %d times in 150 seconds: %q", len(told), told)
		}
		r.Report(migration.Progress{Step: migration.ReadFailed})
		r.Report(migration.Progress{Reason: migration.InProgress})
		r.End(migration.Outcome{End: migration.Completed})
		if len(told) != 6 {
			t.Errorf("told %q", told)
		}
	})
}

// A read can hang, and Atlas can ask to be left alone for minutes.
func TestAMinuteWithoutAReportIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		r := Run{Kind: Cutover, Event: func(text string) { told = append(told, text) }}.New(t.Context())
		pass(90 * time.Second)
		r.Report(migration.Progress{Step: migration.RequestAnswered, Request: migration.Accepted})
		pass(150 * time.Second)
		r.End(migration.Outcome{End: migration.Completed})
		pass(time.Hour)
		if want := []string{
			"nothing new for 1m0s. Before that: reading Atlas", "request accepted", "nothing new for 1m0s. Before that: request accepted",
			"nothing new for 2m0s. Before that: request accepted", "complete: Atlas confirmed the cutover after 0s",
		}; !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}

// The timer has a goroutine of its own, in which a panic would end the process.
func TestAPanicWhileRepeatingEndsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := 0
		r := Run{Kind: Cutover, Event: func(string) {
			if told++; told == 1 {
				panic("broken")
			}
		}}.New(t.Context())
		pass(150 * time.Second)
		r.End(migration.Outcome{End: migration.Completed})
		if told != 3 {
			t.Errorf("told %d times", told)
		}
	})
}

// Nobody is left with the last word that Atlas does not answer.
func TestWhatFollowsOnSilenceIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		r := Run{Kind: Cutover, Event: func(text string) { told = append(told, text) }}.New(t.Context())
		waiting := migration.Progress{Reason: migration.InProgress, Next: 5 * time.Second}
		r.Report(waiting)
		pass(61 * time.Second)
		r.Report(waiting)
		pass(5 * time.Second)
		r.Report(waiting)
		r.End(migration.Outcome{End: migration.Completed})
		if len(told) != 4 || !strings.HasPrefix(told[1], "nothing new for 1m0s. Before that: ") || told[2] != told[0] {
			t.Errorf("told %q", told)
		}
	})
}

// A read takes its time after a pause of nearly half a minute.
func TestAReportIsToldRatherThanTheOneBeforeRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := Run{Kind: Cutover, Event: func(text string) {
			if strings.HasPrefix(text, "nothing new") {
				t.Errorf("told %q", text)
			}
		}}.New(t.Context())
		for range 20 {
			r.Report(migration.Progress{Reason: migration.NotReady, Next: 29200 * time.Millisecond})
			pass(29200*time.Millisecond + 900*time.Millisecond)
		}
		r.End(migration.Outcome{End: migration.Completed})
	})
}

// A lag that falls by steps is not a change at each step.
func TestALagThatFallsSlowlyIsToldEveryMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := 0
		r := Run{Kind: Cutover, Event: func(string) { told++ }}.New(t.Context())
		for i := range 120 {
			lag := int64(100 - i/8)
			p := migration.Progress{Reason: migration.Lagging, Next: 5 * time.Second}
			p.Observed.Migration.LagSeconds = &lag
			r.Report(p)
			pass(5 * time.Second)
		}
		r.End(migration.Outcome{End: migration.Completed})
		if told > 14 {
			t.Errorf("told %d times in ten minutes", told)
		}
	})
}

// What people are told is at INFO, a warning at WARN, and every read at DEBUG.
func TestTheLogIsReadableAtInfo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		r := Run{Kind: Cutover}.New(tflogtest.RootLogger(t.Context(), &log))
		r.Report(migration.Progress{Step: migration.RequestAnswered, Request: migration.Unknown})
		const pause = 7 * time.Second
		for range 120 {
			r.Report(migration.Progress{Reason: migration.InProgress, Next: pause})
			pass(pause)
		}
		r.End(migration.Outcome{End: migration.Completed})
		lines, err := tflogtest.MultilineJSONDecode(&log)
		if err != nil {
			t.Fatal(err)
		}
		levels, quiet := map[any]int{}, time.Duration(0)
		for _, line := range lines {
			levels[line["@level"]]++
			if quiet += pause; line["@level"] != "debug" {
				quiet = 0
			}
			if quiet >= time.Minute {
				t.Errorf("nothing is said for %s", quiet)
			}
		}
		if levels["warn"] != 1 || levels["info"] > 20 || levels["debug"] < 100 {
			t.Errorf("logged %v", levels)
		}
	})
}

func TestAnEstimateIsMadeOnlyWhileTheLagFallsSteadily(t *testing.T) {
	for _, row := range []struct {
		name   string
		lags   []int64 // ten seconds apart; negative for none
		target int64
		want   string
	}{
		{"it falls", []int64{502, 452, 402, 352, 302}, 0, ", falling 5 s a second, ready in about 1m"},
		{"it falls to a limit", []int64{502, 452, 402, 352, 302}, 202, ", falling 5 s a second, ready in about 20s"},
		{"it is low enough", []int64{52, 42, 32, 22, 12}, 30, ", falling 1 s a second"},
		{"it falls slowly", []int64{9004, 9003, 9002, 9001, 9000}, 0, ", falling 0.1 s a second, ready in about 25h0m"},
		{"for too short a time", []int64{502, 452}, 0, ""},
		{"it stands still", []int64{300, 300, 300, 300, 300}, 0, ""},
		{"it stopped falling", []int64{502, 452, 402, 402, 402, 402}, 0, ""},
		{"it rose in between", []int64{502, 452, 600, 550}, 0, ""},
		{"it rises", []int64{300, 310, 320, 330, 340}, 0, ""},
		{"it was missing in between", []int64{502, 452, -1, 352, 302}, 0, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				trend := lagTrend{target: row.target}
				for i, lag := range row.lags {
					if i > 0 {
						pass(10 * time.Second)
					}
					lm := migration.LiveMigration{LagSeconds: &lag}
					if lag < 0 {
						lm.LagSeconds = nil
					}
					trend.add(lm)
				}
				if got := trend.estimate(); got != row.want {
					t.Errorf("got %q, want %q", got, row.want)
				}
			})
		})
	}
}

func TestTheFileHoldsWholeLinesOfManyRuns(t *testing.T) {
	name := filepath.Join(t.TempDir(), "progress.log")
	var all sync.WaitGroup
	const runs, lines = 8, 50
	for range runs {
		file, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Go(func() {
			defer func() { _ = file.Close() }()
			for range lines {
				if err := file.Append("project/migration", "one\nline\x1b[2J"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
	if len(got) != runs*lines {
		t.Fatalf("%d lines, want %d", len(got), runs*lines)
	}
	for _, line := range got {
		at, rest, _ := strings.Cut(line, " ")
		if _, err := time.Parse(time.RFC3339, at); err != nil || !strings.HasSuffix(at, "Z") || rest != "project/migration one line [2J" {
			t.Errorf("line %q", line)
		}
	}
}

// What the file cannot take disturbs nothing.
func TestAFileThatFailsLaterDisturbsNothing(t *testing.T) {
	file, err := Open(filepath.Join(t.TempDir(), "progress.log"))
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	var told int
	r := Run{Kind: Cutover, File: file, Event: func(string) { told++ }}.New(t.Context())
	r.Report(migration.Progress{Reason: migration.InProgress})
	r.End(migration.Outcome{End: migration.Completed})
	if told != 2 {
		t.Errorf("told %d times", told)
	}
}

func TestAFileThatCannotBeOpenedIsAnError(t *testing.T) {
	if _, err := Open(filepath.Join(t.TempDir(), "missing", "progress.log")); err == nil {
		t.Error("opened")
	}
}

func TestTheLineNamesTheLiveMigrationOnceItHasAnID(t *testing.T) {
	name := filepath.Join(t.TempDir(), "progress.log")
	file, err := Open(name)
	if err != nil {
		t.Fatal(err)
	}
	r := Run{Kind: Start, ProjectID: "project", File: file}.New(t.Context())
	r.Report(migration.Progress{Step: migration.Requesting})
	r.Report(migration.Progress{Step: migration.RequestAnswered, Request: migration.Accepted, Observed: observed(1)})
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(content); !strings.Contains(text, " project requesting") || !strings.Contains(text, " project/m request accepted") {
		t.Errorf("got %s", text)
	}
}
