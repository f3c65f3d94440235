// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package clitest

import (
	"errors"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"
)

// Run is a command of the CLI that has been started, in a process group of its
// own.
type Run struct {
	w       *Workspace
	t       testing.TB
	command *exec.Cmd
	output  *transcript
}

// Start starts a command.
func (w *Workspace) Start(arguments ...string) *Run {
	w.t.Helper()
	r := &Run{w: w, t: w.t, command: w.Command(w.t.Context(), arguments...), output: &transcript{}}
	r.command.Stdout, r.command.Stderr = r.output, r.output
	ownGroup(r.command)
	must(w.t, r.command.Start())
	w.t.Cleanup(r.kill)
	return r
}

// Says waits until the command prints a text.
func (r *Run) Says(text string) {
	r.t.Helper()
	r.SaysTimes(1, text)
}

// SaysTimes waits until the command has printed a text so many times.
func (r *Run) SaysTimes(times int, text string) {
	r.t.Helper()
	late := time.After(Patience)
	for {
		found, more := r.output.count(text)
		if found >= times {
			return
		}
		select {
		case <-more:
		case <-late:
			r.t.Fatalf("said %q %d times, not %d:\n%s", text, found, times, r.output)
		}
	}
}

// Ends waits for the command and asserts its exit status: -1 if a signal ended
// it.
func (r *Run) Ends(status int) {
	r.t.Helper()
	late := time.AfterFunc(Patience, r.kill)
	defer late.Stop()
	err := r.command.Wait()
	if err != nil && !errors.As(err, new(*exec.ExitError)) && !errors.Is(err, exec.ErrWaitDelay) {
		r.t.Fatal(err)
	}
	if got := r.command.ProcessState.ExitCode(); got != status {
		r.t.Errorf("exit status %d, want %d\n%s", got, status, r.output)
	}
}

// Signal sends a signal to the CLI's process, or to all of its group, as a
// terminal does.
func (r *Run) Signal(s syscall.Signal, group bool) {
	r.t.Helper()
	if s == syscall.SIGHUP && signal.Ignored(s) {
		r.t.Skip("needs a terminal's SIGHUP, which nohup withholds from the CLI")
	}
	pid := r.command.Process.Pid
	if group {
		pid = -pid
	}
	err := kill(pid, s)
	if errors.Is(err, errors.ErrUnsupported) {
		r.t.Skip("needs signals, which Windows does not have")
	}
	must(r.t, err)
}

// SignalProvider sends a signal to the provider's process alone.
func (r *Run) SignalProvider(s syscall.Signal) {
	r.t.Helper()
	reached := 0
	for _, pid := range r.w.providers() {
		if kill(pid, s) == nil {
			reached++
		}
	}
	if reached != 1 {
		r.t.Errorf("%s reached %d providers, want 1", s, reached)
	}
}

func (r *Run) kill() { _ = kill(-r.command.Process.Pid, syscall.SIGKILL) }
