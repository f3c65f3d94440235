// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
)

// The file of an apply that was interrupted and of the one that resumed it reads
// as one story.
func TestTheProgressFileTellsOneStory(t *testing.T) {
	name := filepath.Join(t.TempDir(), "night.log")
	inFakeTime(t, atlassim.Migration{InitialLag: 600, CatchUp: 5 * time.Minute, ReadyLag: 10, CutoverTakes: time.Hour}, func(s *harness) {
		s.Provider = map[string]any{"progress_file": name}
		s.Interrupt(20 * time.Minute)
		s.CheckApply(s.Apply(), coretest.Update)
		s.checkCutovers(1, 1)
		content, err := os.ReadFile(name)
		must(t, err)
		lines := strings.Split(string(content), "\n")
		at := -1
		for _, want := range []string{
			"waiting to be ready for cutover, lag ", ", ready in about ", "requesting the cutover, lag ", "request accepted, job ",
			"Atlas is finishing the cutover, ", "interrupted after ", "Atlas is finishing the cutover, ", "complete: Atlas confirmed the cutover",
		} {
			next := slices.IndexFunc(lines[at+1:], func(line string) bool {
				return strings.Contains(line, want) && strings.Contains(line, s.Sim.Credentials().ProjectID+"/"+s.id)
			})
			if next < 0 {
				t.Fatalf("never says %q after line %d:\n%s", want, at, content)
			}
			at += next + 1
		}
		if strings.Contains(string(content), s.Sim.Credentials().PrivateKey) {
			t.Error("the file holds a secret")
		}
	})
}

// An action says the same in Terraform's own output.
func TestTheProgressFileTellsOfAnAction(t *testing.T) {
	inFakeTime(t, catchingUp(), func(s *harness) {
		s.KeepProgress()
		i := s.invoke()
		s.ended(i)
		s.checkCutovers(1, 1)
		if told := s.Progress(); len(told) < 5 || !slices.Equal(told, i.Progress) {
			t.Errorf("the file says %q, the action %q", told, i.Progress)
		}
	})
}

// Whatever keeps Atlas from being read, a line comes at least once a minute.
func TestTheProgressFileHasALineEveryMinute(t *testing.T) {
	hangs := atlassim.Effect{Wire: atlassim.Hang}
	for name, row := range map[string]struct {
		migration atlassim.Migration
		fault     atlassim.Fault
	}{
		"nothing happens":             {takes(time.Hour), atlassim.Fault{}},
		"the first reads hang":        {takes(time.Hour), atlassim.Fault{Call: "migration", Skip: 1, Times: 8, Do: hangs}},
		"reads before it hang":        {catchingUp(), atlassim.Fault{Call: "migration", Skip: 20, Times: 8, Do: hangs}},
		"reads after it hang":         {takes(time.Hour), atlassim.Fault{Call: "migration", Skip: 20, Times: 8, Do: hangs}},
		"Atlas asks to wait":          {takes(time.Hour), atlassim.Fault{Call: "migration", Skip: 20, Times: 3, Do: retryAfter(429, "300")}},
		"Atlas asks to wait a little": {takes(time.Hour), atlassim.Fault{Call: "migration", Skip: 20, Times: 8, Do: retryAfter(429, "50")}},
		"the request is put off":      {takes(time.Hour), atlassim.Fault{Call: "cutover", Do: retryAfter(429, "300")}},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "night.log")
			inFakeTime(t, row.migration, func(s *harness) {
				if row.fault.Call != "" {
					s.Sim.Inject(row.fault)
				}
				s.Provider = map[string]any{"progress_file": file}
				before := time.Now()
				s.Apply()
				s.CheckState("SUCCESS")
				content, err := os.ReadFile(file)
				must(t, err)
				for line := range strings.Lines(string(content)) {
					at, err := time.Parse(time.RFC3339, line[:len("2006-01-02T15:04:05Z")])
					must(t, err)
					if at.Sub(before) > time.Minute {
						t.Errorf("no line for %s, then %s", at.Sub(before), line)
					}
					before = at
				}
			})
		})
	}
}

// A file that cannot be opened is an error before anything is sent.
func TestAProgressFileThatCannotBeOpenedSendsNothing(t *testing.T) {
	inFakeTime(t, takes(time.Minute), func(s *harness) {
		s.Provider = map[string]any{"progress_file": filepath.Join(t.TempDir(), "missing", "night.log")}
		s.CheckApply(s.CheckSilent(s.Apply), "", "Unable to open progress file")
		s.CheckState("")
	})
}
