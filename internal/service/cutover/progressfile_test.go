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
	inBubble(t, atlassim.Migration{InitialLag: 600, CatchUp: 5 * time.Minute, ReadyLag: 10, CutoverTakes: time.Hour}, func(s *stage) {
		s.Provider = map[string]any{"progress_file": name}
		s.interrupted(20 * time.Minute)
		s.ends(s.apply(), coretest.Update)
		s.accepted(1, 1)
		content, err := os.ReadFile(name)
		must(t, err)
		lines := strings.Split(string(content), "\n")
		at := -1
		for _, want := range []string{
			"waiting to be ready for cutover, lag ", ", ready in about ", "requesting the cutover, lag ", "request accepted, job ",
			"Atlas is finishing the cutover, ", "interrupted after ", "Atlas is finishing the cutover, ", "complete: Atlas confirmed the cutover",
		} {
			next := slices.IndexFunc(lines[at+1:], func(line string) bool {
				return strings.Contains(line, want) && strings.Contains(line, s.sim.Credentials().ProjectID+"/"+s.id)
			})
			if next < 0 {
				t.Fatalf("never says %q after line %d:\n%s", want, at, content)
			}
			at += next + 1
		}
		if strings.Contains(string(content), s.sim.Credentials().PrivateKey) {
			t.Error("the file holds a secret")
		}
	})
}

// A file that cannot be opened is an error before anything is sent.
func TestAProgressFileThatCannotBeOpenedSendsNothing(t *testing.T) {
	inBubble(t, takes(time.Minute), func(s *stage) {
		s.Provider = map[string]any{"progress_file": filepath.Join(t.TempDir(), "missing", "night.log")}
		s.ends(s.silent(s.apply), "", "Unable to open progress file")
		s.state("")
	})
}
