// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// Everything that can happen to the processes and to the state file, with a
// real Terraform. The points at which they are hurt are events in the server's
// log.

// long is a cutover that lasts until a test ends it.
var long = atlassim.Migration{CutoverTakes: time.Hour}

// converges asserts that after whatever happened one more apply ends well, and
// the apply after it has nothing to do.
func (s *cliHarness) converges() {
	s.T.Helper()
	s.Sim.ClearFaults()
	s.finish()
	s.Apply(0)
	s.CheckState("SUCCESS")
	s.checkCutovers(1)
	before := len(s.Sim.Log())
	s.Terraform(0, "plan", "-detailed-exitcode")
	if sent := len(s.Sim.Log()) - before; sent != 0 {
		s.T.Errorf("an empty plan sent %d requests", sent)
	}
}

func TestInterruptBeforeTheRequestByProcess(t *testing.T) {
	s := newCLIHarness(t, atlassim.Migration{Copying: time.Hour})
	r := s.Start("apply", "-auto-approve")
	// The plan looks too, and Terraform 1.0 forgets an interrupt while it plans.
	r.Says("Creating...")
	before := len(s.Sim.Log())
	s.sees("a look of the apply", func(e atlassim.Entry) bool { return e.N > before && e.ServedStatus == "WORKING" })
	r.Signal(syscall.SIGINT, true)
	r.Ends(1)
	s.CheckState("")
	s.checkCutovers(0)
}

func TestInterruptDuringTheRequestByProcess(t *testing.T) {
	s := newCLIHarness(t, long)
	release := s.Sim.Inject(atlassim.Fault{Call: "cutover", After: true, Do: atlassim.Effect{Wire: atlassim.Hang}})
	r := s.Start("apply", "-auto-approve")
	s.sees("the request", func(e atlassim.Entry) bool { return e.Accepted })
	r.Signal(syscall.SIGINT, true)
	release()
	r.Ends(1)
	s.CheckState("PENDING")
	s.converges()
}

func TestInterruptWhileWaitingByProcess(t *testing.T) {
	s := newCLIHarness(t, long)
	r := s.Start("apply", "-auto-approve")
	s.seesLookAfterRequest()
	r.Signal(syscall.SIGINT, true)
	r.Ends(1)
	s.CheckState("PENDING")
	s.converges()
}

func TestTerminate(t *testing.T) {
	s := newCLIHarness(t, long)
	r := s.Start("apply", "-auto-approve")
	s.seesLookAfterRequest()
	r.Signal(syscall.SIGTERM, false)
	r.Ends(1)
	s.CheckState("PENDING")
	s.converges()
}

func TestInterruptTwice(t *testing.T) {
	s := newCLIHarness(t, long)
	s.Sim.Inject(atlassim.Fault{Call: "cutover", After: true, Do: atlassim.Effect{Wire: atlassim.Hang}})
	r := s.Start("apply", "-auto-approve")
	s.sees("the request", func(e atlassim.Entry) bool { return e.Accepted })
	r.Signal(syscall.SIGINT, true)
	r.Says("Gracefully shutting down")
	r.Signal(syscall.SIGINT, true)
	r.Ends(1)
	s.converges()
}

// killPoints are the three points at which a process is killed, each as the
// fault that holds the run there and the event that tells.
var killPoints = map[string]struct {
	hold    *atlassim.Fault
	reached func(*cliHarness)
}{
	"before the request": {
		&atlassim.Fault{Call: "migration", Times: -1, Do: atlassim.Effect{Wire: atlassim.Hang}},
		func(s *cliHarness) {
			s.sees("a look", func(e atlassim.Entry) bool { return e.Call == "migration" && e.Credential != "none" })
		},
	},
	"after it was sent": {
		&atlassim.Fault{Call: "cutover", After: true, Do: atlassim.Effect{Wire: atlassim.Hang}},
		func(s *cliHarness) { s.sees("the request", func(e atlassim.Entry) bool { return e.Accepted }) },
	},
	"while waiting": {nil, (*cliHarness).seesLookAfterRequest},
}

func TestKillOfTheProvider(t *testing.T) {
	for name, point := range killPoints {
		t.Run(name, func(t *testing.T) {
			s := newCLIHarness(t, long)
			if point.hold != nil {
				s.Sim.Inject(*point.hold)
			}
			r := s.Start("apply", "-auto-approve")
			point.reached(s)
			r.SignalProvider(syscall.SIGKILL)
			r.Ends(1)
			s.converges()
		})
	}
}

func TestKillOfTerraform(t *testing.T) {
	for name, point := range killPoints {
		t.Run(name, func(t *testing.T) {
			s := newCLIHarness(t, long)
			if point.hold != nil {
				s.Sim.Inject(*point.hold)
			}
			r := s.Start("apply", "-auto-approve")
			point.reached(s)
			r.Signal(syscall.SIGKILL, false)
			r.Ends(-1)
			s.CheckState("")
			s.converges()
		})
	}
}

func TestSavedPlanAppliedAgainAfterAKill(t *testing.T) {
	s := newCLIHarness(t, long)
	s.Terraform(0, "plan", "-out=plan")
	r := s.Start("apply", "plan")
	s.seesLookAfterRequest()
	r.Signal(syscall.SIGKILL, false)
	r.Ends(-1)
	s.finish()
	s.Terraform(0, "apply", "plan")
	s.CheckState("SUCCESS")
	s.checkCutovers(1)
}

func TestStateLost(t *testing.T) {
	t.Run("it was deleted", func(t *testing.T) {
		s := newCLIHarness(t, atlassim.Migration{})
		s.Apply(0)
		if err := os.Remove(filepath.Join(s.Dir, "terraform.tfstate")); err != nil {
			t.Fatal(err)
		}
		s.converges()
	})
	t.Run("it could not be written", func(t *testing.T) {
		s := newCLIHarness(t, long)
		r := s.Start("apply", "-auto-approve", "-lock=false")
		s.sees("the request", func(e atlassim.Entry) bool { return e.Accepted })
		path := filepath.Join(s.Dir, "terraform.tfstate")
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		s.finish()
		r.Ends(1)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		s.converges()
	})
}

func TestCreateBeforeDestroyByProcess(t *testing.T) {
	s := newCLIHarness(t, long)
	s.configure(`lifecycle { create_before_destroy = true }
  timeouts = { create = "1s" }`)
	s.Apply(1)
	s.CheckState("PENDING tainted")
	s.configure(`lifecycle { create_before_destroy = true }`)
	s.converges()
}

func TestUntaintByProcess(t *testing.T) {
	s := newCLIHarness(t, long)
	s.configure(`timeouts = { create = "1s" }`)
	s.Apply(1)
	s.CheckState("PENDING tainted")
	s.Terraform(0, "untaint", address)
	s.configure(``)
	s.converges()
}

func TestReplaceByProcess(t *testing.T) {
	s := newCLIHarness(t, atlassim.Migration{})
	s.Apply(0)
	s.Terraform(0, "apply", "-auto-approve", "-replace="+address)
	s.converges()
}

func TestDestroyByProcess(t *testing.T) {
	s := newCLIHarness(t, atlassim.Migration{})
	s.Apply(0)
	before := len(s.Sim.Log())
	s.Terraform(0, "destroy", "-auto-approve")
	if sent := len(s.Sim.Log()) - before; sent != 0 {
		t.Errorf("sent %d requests", sent)
	}
	s.CheckState("")
	s.converges()
}
