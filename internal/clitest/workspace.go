// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package clitest

import (
	"cmp"
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Patience is how long a test waits for an event before it is a failure. No test
// takes it to pass.
const Patience = time.Minute

const logFile = "provider.log"

// Workspace is a folder with a configuration, in which the CLI is run as a user
// runs it.
type Workspace struct {
	// Dir is the folder. It has the configuration in it, and whatever the CLI
	// writes.
	Dir string

	// Provider is the path of the provider. It is a copy, so that its process can
	// be told from those of other tests.
	Provider string

	// CLI is the path of another CLI than that of the other tests, if it is not
	// empty.
	CLI string

	// Env is added to the environment of every command.
	Env map[string]string

	t testing.TB
}

// Workspace is a new one with copies of files, and the Atlas's environment.
func (a *Atlas) Workspace(t testing.TB, files ...string) *Workspace {
	t.Helper()
	bin := t.TempDir()
	w := &Workspace{
		Dir: Folder(t, files...), Provider: filepath.Join(bin, "terraform-provider-atlasmigration"), Env: maps.Clone(a.Env), t: t,
	}
	InstallProvider(t, w.Provider)
	settings := filepath.Join(bin, "cli.tfrc")
	must(t, os.WriteFile(settings, []byte("provider_installation {\n  dev_overrides {\n    \"atlasmigration/atlasmigration\" = \""+
		bin+"\"\n  }\n  direct {}\n}\n"), 0o600))
	maps.Copy(w.Env, map[string]string{
		"TF_CLI_CONFIG_FILE": settings, "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1",
		// Terraform 1.0 is two processes otherwise, and a signal that is for one
		// of them may not reach the other.
		"TF_FORK": "0",
	})
	return w
}

// Set sets a variable of the configuration.
func (w *Workspace) Set(variable, value string) { w.Env["TF_VAR_"+variable] = value }

// Trace makes the CLI and the provider log all they have to say, to trace.log.
func (w *Workspace) Trace() {
	w.Env["TF_LOG"], w.Env["TF_LOG_PATH"] = "TRACE", filepath.Join(w.Dir, "trace.log")
}

// Log makes the CLI write a level of the provider's log to provider.log.
func (w *Workspace) Log(level string) {
	w.Env["TF_LOG_PROVIDER"], w.Env["TF_LOG_PATH"] = level, filepath.Join(w.Dir, logFile)
}

// Logged waits until the log that [Workspace.Log] asks for holds a text. The CLI
// writes down what the provider says, so that its file is behind the provider.
func (w *Workspace) Logged(text string) {
	w.t.Helper()
	w.wait(func() bool { return strings.Contains(w.Files()[logFile], text) }, "the log has no %q", text)
}

// wait asks again and again whether something has come about of which no event
// tells.
func (w *Workspace) wait(done func() bool, otherwise string, about ...any) {
	w.t.Helper()
	late, again := time.After(Patience), time.NewTicker(50*time.Millisecond)
	defer again.Stop()
	for !done() {
		select {
		case <-again.C:
		case <-late:
			w.t.Fatalf(otherwise, about...)
		}
	}
}

// Command is a command of the CLI that is not started yet. The context's end
// kills it.
func (w *Workspace) Command(ctx context.Context, arguments ...string) *exec.Cmd {
	w.t.Helper()
	command := exec.CommandContext(ctx, cmp.Or(w.CLI, Path(w.t)), append(arguments, "-no-color")...)
	command.Dir, command.Env = w.Dir, os.Environ()
	for name, value := range w.Env {
		command.Env = append(command.Env, name+"="+value)
	}
	// A provider that outlives its CLI keeps the output open.
	command.WaitDelay = time.Second
	return command
}

// Terraform runs a command to its end, asserts its exit status and returns all
// that it printed.
func (w *Workspace) Terraform(status int, arguments ...string) string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), Patience)
	defer cancel()
	command := w.Command(ctx, arguments...)
	printed, err := command.CombinedOutput()
	if command.ProcessState == nil {
		w.t.Fatal(err)
	}
	if got := command.ProcessState.ExitCode(); got != status {
		w.t.Errorf("terraform %s: exit status %d, want %d\n%s", strings.Join(arguments, " "), got, status, printed)
	}
	return string(printed)
}

// Apply applies the configuration.
func (w *Workspace) Apply(status int) string {
	w.t.Helper()
	return w.Terraform(status, "apply", "-auto-approve")
}

// Files is the text of all files of the folder, by name. What is packed in a plan
// is there too, named after the plan: "first.tfplan/tfstate".
func (w *Workspace) Files() map[string]string {
	w.t.Helper()
	return contents(w.t, w.Dir)
}
