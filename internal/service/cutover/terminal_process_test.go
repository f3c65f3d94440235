// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
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
	s.Log("INFO") // As in a pipeline's console.
	command := s.Command(t.Context(), "apply", "-auto-approve")
	line := strings.Join(command.Args, " ")
	command.Path, command.Args = terminal, []string{"script", "--quiet", "--return", "--command", line, os.DevNull}
	shown, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s\n%s", err, shown)
	}
	shows(t, string(shown), append(append([]string{`: Creating\.\.\.`}, theNight...), `Apply complete!`)...)
	logged := s.Files()["provider.log"]
	shows(t, logged, theNight...)
	if strings.Contains(logged, "[DEBUG]") {
		t.Errorf("logs more than INFO:\n%s", logged)
	}
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
	told := stories(t, file)
	for _, id := range []string{s.id, other} {
		shows(t, told[id], theNight...)
		if got := atlas.AcceptedCutovers(id); got != 1 {
			t.Errorf("Atlas accepted %d cutovers of %s", got, id)
		}
	}
}

// stories are the lines of a progress file by live migration. Each has to be whole.
func stories(t *testing.T, file string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(file)
	must(t, err)
	whole := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [a-f0-9]{24}/([a-f0-9]{24}) \S.*\n$`)
	told := map[string]string{}
	for line := range strings.Lines(string(text)) {
		parts := whole.FindStringSubmatch(line)
		if parts == nil {
			t.Fatalf("not a whole line: %q", line)
		}
		told[parts[1]] += line
	}
	return told
}

// The record and the progress file of runs that were interrupted and killed read as
// those of one, as far as the state survived.
func TestAcceptanceTheRecordSurvivesAKill(t *testing.T) {
	t.Parallel()
	s, file := newCLIHarness(t, long), filepath.Join(t.TempDir(), "night.log")
	s.Env["ATLASMIGRATION_PROGRESS_FILE"] = file
	r := s.Start("apply", "-auto-approve")
	s.hasTold(s.sees("the request", func(e atlassim.Entry) bool { return e.Accepted }).N)
	r.Signal(syscall.SIGINT, true)
	r.Ends(1)
	requested := s.attribute("requested_at")
	if _, err := time.Parse(time.RFC3339, requested); err != nil || s.attribute("completed_at") != "" {
		t.Errorf("the state has %v", s.State()[address].Attributes)
	}
	r = s.Start("apply", "-auto-approve")
	r.Says("Modifying...")
	s.hasTold(len(s.Sim.Log()))
	r.Signal(syscall.SIGKILL, true)
	r.Ends(-1)
	s.converges()
	if got := s.attribute("requested_at"); got != requested || s.attribute("completed_at") < requested {
		t.Errorf("requested at %s, the state has %v", requested, s.State()[address].Attributes)
	}
	told := stories(t, file)[s.id]
	shows(t, told, "requesting the cutover, ", "request accepted, ", "Atlas is finishing the cutover, ", "interrupted after ",
		"Atlas is finishing the cutover, ", "complete: Atlas confirmed the cutover between two runs")
	once(t, told, "requesting the cutover", "complete: ")
}

// Where no state was stored, nothing is known of the request but what the file has.
func TestAcceptanceTheRecordOfALostStateIsInTheProgressFile(t *testing.T) {
	t.Parallel()
	s, file := newCLIHarness(t, long), filepath.Join(t.TempDir(), "night.log")
	s.Env["ATLASMIGRATION_PROGRESS_FILE"] = file
	r := s.Start("apply", "-auto-approve")
	s.seesLookAfterRequest()
	r.Signal(syscall.SIGKILL, true)
	r.Ends(-1)
	s.converges()
	for attribute, known := range map[string]bool{"requested_at": false, "lag_seconds_at_request": false, "completed_at": true} {
		if got := s.attribute(attribute); (got != "") != known {
			t.Errorf("%s is %q", attribute, got)
		}
	}
	told := stories(t, file)[s.id]
	shows(t, told, "requesting the cutover, ", "request accepted, ", "complete before this run, nothing was requested")
	once(t, told, "requesting the cutover", "complete")
}

// hasTold waits until a run has told of what it read after a request: it has when
// it reads again.
func (s *cliHarness) hasTold(after int) {
	s.T.Helper()
	for range 2 {
		after = s.sees("a read", func(e atlassim.Entry) bool { return e.N > after && e.Call == "migration" && e.ServedStatus != "" }).N
	}
}

// attribute is what the state file has of an attribute, "" for null.
func (s *cliHarness) attribute(name string) string {
	s.T.Helper()
	value, known := s.State()[address].Attributes[name]
	if !known {
		s.T.Fatalf("the state has no %s", name)
	}
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

func once(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if n := strings.Count(text, part); n != 1 {
			t.Errorf("says %q %d times:\n%s", part, n, text)
		}
	}
}

// A provider that is stopped while it reads, and continues after not_after, sends
// nothing, though what it reads then says that it could.
func TestAcceptanceAStoppedProviderRequestsNothingAfterTheWindow(t *testing.T) {
	t.Parallel()
	const window = 5 * time.Second
	s := newCLIHarness(t, long)
	s.configure(`not_after = timeadd(timestamp(), "` + window.String() + `")`) // from the apply on
	s.Terraform(0, "plan", "-out=plan")
	// Terraform plans once more, with a read, since the time is known by then.
	release := s.Sim.Inject(atlassim.Fault{Call: "migration", Skip: 1, Do: atlassim.Effect{Wire: atlassim.Hang}})
	r := s.Start("apply", "plan")
	r.Says("Creating...")
	s.stopsUntil(r, time.After(window), release)
	s.CheckState("")
}

func TestAcceptanceAStoppedActionRequestsNothingAfterTheWindow(t *testing.T) {
	clitest.SkipUnless(t, clitest.Actions)
	t.Parallel()
	const window = 5 * time.Second
	s := newCLIHarnessWith(t, clitest.NewAtlas(t, 1), long, "../../provider/testdata/signals_action/main.tf")
	file := filepath.Join(s.Dir, "main.tf")
	text, err := os.ReadFile(file)
	must(t, err)
	must(t, os.WriteFile(file, []byte(strings.Replace(string(text), "config {",
		"config {\n    not_after = timeadd(timestamp(), \""+window.String()+"\")", 1)), 0o600)) // from the invocation on
	// Its plan reads nothing, since the time is not known then.
	release := s.Sim.Inject(atlassim.Fault{Call: "migration", Do: atlassim.Effect{Wire: atlassim.Hang}})
	r := s.Start("apply", "-auto-approve")
	r.Says("Action started")
	s.stopsUntil(r, time.After(window), release)
	r.Says("The action requested no cutover")
}

// stopsUntil stops the provider while it reads, until the window closes.
func (s *cliHarness) stopsUntil(r *clitest.Run, closed <-chan time.Time, release func()) {
	s.T.Helper()
	s.sees("a read that is held", func(e atlassim.Entry) bool { return e.Fault != "" })
	r.SignalProvider(syscall.SIGSTOP)
	<-closed
	release()
	r.SignalProvider(syscall.SIGCONT)
	r.Says(windowClosed)
	r.Ends(1)
	s.checkCutovers(0)
}
