// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// shop is a folder with a configuration, and a simulated Atlas with a live
// migration, for a real CLI that can be hurt.
type shop struct {
	*clitest.Workspace
	t   *testing.T
	sim *atlassim.Sim
	id  string
}

// newShop is one with the example.
func newShop(t *testing.T, m atlassim.Migration) *shop {
	t.Helper()
	return newShopWith(t, clitest.NewAtlas(t, 1), m, example)
}

func newShopWith(t *testing.T, atlas *clitest.Atlas, m atlassim.Migration, files ...string) *shop {
	t.Helper()
	s := &shop{Workspace: atlas.Workspace(t, files...), t: t, sim: atlas.Sim, id: atlas.Add(m)}
	s.Set("project_id", atlas.Credentials().ProjectID)
	s.Set("live_migration_id", s.id)
	return s
}

// configure adds lines to the resource of the example; none makes it the example
// again. They go to an override file, which is Terraform's own way to do that.
func (s *shop) configure(lines string) {
	s.t.Helper()
	override := "resource \"" + cutoverType + "\" \"this\" {\n  " + lines + "\n}\n"
	if err := os.WriteFile(filepath.Join(s.Dir, "main_override.tf"), []byte(override), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// running is a Terraform command that has been started.
type running struct {
	*shop
	command *exec.Cmd
	output  *transcript
}

// transcript is what a command prints, as it prints it.
type transcript struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

// Write adds to the transcript.
func (p *transcript) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
	return p.text.Write(b)
}

// String is all of it so far.
func (p *transcript) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// has tells whether the text has been printed, and otherwise gives a channel
// that is closed when more is.
func (p *transcript) has(text string) (bool, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.changed == nil {
		p.changed = make(chan struct{})
	}
	return strings.Contains(p.text.String(), text), p.changed
}

// says waits until the command prints a text.
func (r *running) says(text string) {
	r.t.Helper()
	late := time.After(clitest.Patience)
	for {
		found, more := r.output.has(text)
		if found {
			return
		}
		select {
		case <-more:
		case <-late:
			r.t.Fatalf("never said %q:\n%s", text, r.output)
		}
	}
}

// start starts a Terraform command in a process group of its own.
func (s *shop) start(arguments ...string) *running {
	s.t.Helper()
	r := &running{shop: s, command: s.Command(s.t.Context(), arguments...), output: &transcript{}}
	r.command.Stdout, r.command.Stderr = r.output, r.output
	r.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := r.command.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = syscall.Kill(-r.command.Process.Pid, syscall.SIGKILL) })
	return r
}

// ends waits for the command and asserts its exit status: -1 for killed.
func (r *running) ends(code int) {
	r.t.Helper()
	late := time.AfterFunc(clitest.Patience, func() { _ = syscall.Kill(-r.command.Process.Pid, syscall.SIGKILL) })
	defer late.Stop()
	err := r.command.Wait()
	if err != nil && !errors.As(err, new(*exec.ExitError)) && !errors.Is(err, exec.ErrWaitDelay) {
		r.t.Fatal(err)
	}
	if got := r.command.ProcessState.ExitCode(); got != code {
		r.t.Errorf("exit status %d, want %d\n%s", got, code, r.output)
	}
}

// signal sends a signal to the Terraform process, and to all of its group where
// a terminal would.
func (r *running) signal(sig syscall.Signal, group bool) {
	r.t.Helper()
	pid := r.command.Process.Pid
	if group {
		pid = -pid
	}
	if err := syscall.Kill(pid, sig); err != nil {
		r.t.Fatal(err)
	}
}

// killProvider kills the provider's process.
func (r *running) killProvider() {
	r.t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		r.t.Fatal(err)
	}
	if len(links) == 0 {
		r.t.Skip("needs /proc to find the provider's process")
	}
	killed := 0
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != r.Provider {
			continue
		}
		pid, err := strconv.Atoi(strings.Split(link, "/")[2])
		if err != nil {
			r.t.Fatal(err)
		}
		if syscall.Kill(pid, syscall.SIGKILL) == nil {
			killed++
		}
	}
	if killed != 1 {
		r.t.Errorf("killed %d providers, want 1", killed)
	}
}

// sees waits until the server's log has an entry that matches.
func (s *shop) sees(what string, match func(atlassim.Entry) bool) atlassim.Entry {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), clitest.Patience)
	defer cancel()
	entry, err := s.sim.WaitFor(ctx, match)
	if err != nil {
		s.t.Fatalf("the server never saw %s: %s", what, err)
	}
	return entry
}

// seesLookAfterRequest waits for the first look that follows an accepted
// request.
func (s *shop) seesLookAfterRequest() {
	s.t.Helper()
	put := s.sees("the request", func(e atlassim.Entry) bool { return e.Accepted })
	s.sees("a look after the request", func(e atlassim.Entry) bool { return e.N > put.N && e.Call == "migration" && e.ServedStatus != "" })
}

// finish makes Atlas complete the cutover at once.
func (s *shop) finish() {
	s.sim.Update(s.id, func(m *atlassim.Migration) { m.CutoverTakes = time.Nanosecond })
}

// state asserts what the state file holds, as [stage.state] does.
func (s *shop) state(want string) {
	s.t.Helper()
	if got := s.stateIn("terraform.tfstate"); got != want {
		s.t.Errorf("the state is %q, want %q", got, want)
	}
}

func (s *shop) stateIn(file string) string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.Dir, file))
	if errors.Is(err, fs.ErrNotExist) || len(text) == 0 {
		return ""
	}
	if err != nil {
		s.t.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Instances []struct {
				Status     string
				Attributes struct {
					Status string
				}
			}
		}
	}
	if err := json.Unmarshal(text, &state); err != nil {
		s.t.Fatal(err)
	}
	// A resource that was interrupted may be there without being there.
	if len(state.Resources) == 0 || len(state.Resources[0].Instances) == 0 {
		return ""
	}
	instance := state.Resources[0].Instances[0]
	return strings.TrimSpace(instance.Attributes.Status + " " + instance.Status)
}

// accepted asserts the server's ledger.
func (s *shop) accepted(want int) {
	s.t.Helper()
	if got := s.sim.AcceptedCutovers(s.id); got != want {
		s.t.Errorf("Atlas accepted %d cutovers, want %d", got, want)
	}
	if s.t.Failed() {
		for _, e := range s.sim.Log() {
			s.t.Log(e)
		}
	}
}
