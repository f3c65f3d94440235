// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// shows asserts that a text has these parts, in order.
func shows(t *testing.T, text string, parts ...string) {
	t.Helper()
	rest := text
	for _, part := range parts {
		found := regexp.MustCompile(part).FindStringIndex(rest)
		if found == nil {
			t.Fatalf("never shows %q, or not in its place:\n%s", part, text)
		}
		rest = rest[found[1]:]
	}
}

// theNight is what people are shown of a cutover, in order.
var theNight = []string{
	`waiting to be ready for cutover, lag \d+ s, falling [\d.]+ s a second, ready in about `,
	`requesting the cutover, lag \d+ s`, `request accepted, job [a-f0-9]{24}`,
	`Atlas is finishing the cutover, `, `complete: Atlas confirmed the cutover after `,
}

// nightSpeed is how many times faster than real the time passes in which
// [catchesUp] catches up, so that an estimate can be made: that takes 30 s.
const nightSpeed = 12

func catchesUp() atlassim.Migration {
	return atlassim.Migration{InitialLag: 600, CatchUp: 9 * time.Minute, ReadyLag: 10, CutoverTakes: 90 * time.Second}
}

// script runs a command on a terminal of its own.
func script(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("script")
	if err != nil {
		t.Skip("needs the program script, of util-linux, which gives a command a terminal")
	}
	return path
}

func TestAcceptanceTheTerminalShowsAnApplyWhileItRuns(t *testing.T) {
	t.Parallel()
	terminal := script(t)
	s := newCLIHarnessWith(t, clitest.NewAtlas(t, nightSpeed), catchesUp(), example)
	s.Env["ATLASMIGRATION_PROGRESS_FILE"] = "/dev/tty"
	command := s.Command(t.Context(), "apply", "-auto-approve")
	line := strings.Join(command.Args, " ")
	command.Path, command.Args = terminal, []string{"script", "--quiet", "--return", "--command", line, os.DevNull}
	shown, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s\n%s", err, shown)
	}
	shows(t, string(shown), append(append([]string{`: Creating\.\.\.`}, theNight...), `Apply complete!`)...)
	s.CheckState("SUCCESS")
	s.checkCutovers(1)
}

const twoCutovers = `
resource "atlasmigration_live_migration_cutover" "other" {
  project_id        = var.project_id
  live_migration_id = "OTHER"
}
`

// The lines of two cutovers in one file are whole, and each tells its own story with
// its times.
func TestAcceptanceTheProgressFileOfTwoCutoversHasWholeLines(t *testing.T) {
	t.Parallel()
	atlas := clitest.NewAtlas(t, nightSpeed)
	s := newCLIHarnessWith(t, atlas, catchesUp(), example)
	other := atlas.Add(catchesUp())
	must(t, os.WriteFile(filepath.Join(s.Dir, "other.tf"), []byte(strings.Replace(twoCutovers, "OTHER", other, 1)), 0o600))
	file := filepath.Join(t.TempDir(), "night.log")
	s.Env["ATLASMIGRATION_PROGRESS_FILE"] = file
	s.Apply(0)
	text, err := os.ReadFile(file)
	must(t, err)
	whole := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [a-f0-9]{24}/([a-f0-9]{24}) \S.*$`)
	told := map[string]string{}
	for line := range strings.Lines(string(text)) {
		parts := whole.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if parts == nil {
			t.Fatalf("not a whole line: %q", line)
		}
		told[parts[1]] += line
	}
	for _, id := range []string{s.id, other} {
		shows(t, told[id], theNight...)
		if got := atlas.AcceptedCutovers(id); got != 1 {
			t.Errorf("Atlas accepted %d cutovers of %s", got, id)
		}
	}
}
