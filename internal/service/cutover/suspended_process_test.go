// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package cutover_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// Processes that are suspended, as Ctrl-Z, a debugger, a laptop's lid or the snapshot
// of a virtual machine does.

// suspensions are what is suspended, or continued, by a signal.
var suspensions = map[string]func(*clitest.Run, syscall.Signal){
	"the provider": func(r *clitest.Run, s syscall.Signal) { r.SignalProvider(s) },
	"the CLI":      func(r *clitest.Run, s syscall.Signal) { r.Signal(s, false) },
	"both":         func(r *clitest.Run, s syscall.Signal) { r.Signal(s, true) },
}

func TestAProviderThatSleptThroughItsTimeSendsNothing(t *testing.T) {
	for name, send := range suspensions {
		if name == "the CLI" {
			continue // It keeps no provider from what it was asked for.
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newCLIHarness(t, atlassim.Migration{Copying: time.Hour, CutoverTakes: time.Hour})
			s.configure(`timeouts = { create = "4s" }`)
			r := s.Start("apply", "-auto-approve")
			r.Says("Creating...")
			before := len(s.Sim.Log())
			s.sees("a look of the apply", func(e atlassim.Entry) bool { return e.N > before && e.ServedStatus == "WORKING" })
			send(r, syscall.SIGSTOP)
			s.Sim.Update(s.id, func(m *atlassim.Migration) { m.Copying = 0 })
			<-time.After(4 * time.Second) // Its time passes.
			send(r, syscall.SIGCONT)
			r.Ends(1)
			s.checkCutovers(0)
			s.configure(``)
			s.converges()
		})
	}
}

func TestWhatSleptWhileItWaitedSeesTheEnd(t *testing.T) {
	for name, send := range suspensions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newCLIHarness(t, long)
			r := s.Start("apply", "-auto-approve")
			s.seesLookAfterRequest()
			send(r, syscall.SIGSTOP)
			s.finish()
			send(r, syscall.SIGCONT)
			r.Ends(0)
			s.CheckState("SUCCESS")
			s.converges()
		})
	}
}

// Terraform is killed while it is suspended, and the provider with it: what it may
// have sent is found.
func TestAKillOfWhatSleepsIsAKill(t *testing.T) {
	s := newCLIHarness(t, long)
	r := s.Start("apply", "-auto-approve")
	s.seesLookAfterRequest()
	r.Signal(syscall.SIGSTOP, true)
	r.Signal(syscall.SIGKILL, true)
	r.Ends(-1)
	s.converges()
}
