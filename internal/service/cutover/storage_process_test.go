// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// A state file that cannot be written, or that somebody else holds.

// disk is a file system of its own, of 64 KiB, that holds the state.
type disk struct {
	t   *testing.T
	dir string
}

// onDisk moves the state to a file system of its own.
func (s *cliHarness) onDisk() disk {
	s.T.Helper()
	d := disk{s.T, filepath.Join(s.Dir, "disk")}
	if err := os.Mkdir(d.dir, 0o700); err != nil {
		s.T.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", d.dir).CombinedOutput(); err != nil {
		s.T.Skipf("needs to mount a file system: %s: %s", err, out)
	}
	s.T.Cleanup(func() { d.mount("umount", d.dir) })
	if err := os.Symlink(filepath.Join("disk", "terraform.tfstate"), filepath.Join(s.Dir, "terraform.tfstate")); err != nil {
		s.T.Fatal(err)
	}
	return d
}

func (d disk) mount(command string, arguments ...string) {
	d.t.Helper()
	if out, err := exec.Command(command, arguments...).CombinedOutput(); err != nil {
		d.t.Errorf("%s: %s: %s", command, err, out)
	}
}

// fill leaves no space, and release gives it back.
func (d disk) fill() {
	d.t.Helper()
	err := os.WriteFile(d.filler(), make([]byte, 1<<20), 0o600)
	if !errors.Is(err, syscall.ENOSPC) {
		d.t.Fatalf("the disk is not full: %v", err)
	}
}

func (d disk) release() {
	d.t.Helper()
	if err := os.Remove(d.filler()); err != nil {
		d.t.Fatal(err)
	}
}

func (d disk) filler() string { return filepath.Join(d.dir, "filler") }

// readOnly makes the disk so, or writable again.
func (d disk) readOnly(yes bool) {
	d.t.Helper()
	option := "remount,rw"
	if yes {
		option = "remount,ro"
	}
	d.mount("mount", "-o", option, d.dir)
}

func TestAStateThatCannotBeWrittenCostsNoSecondRequest(t *testing.T) {
	for name, at := range map[string]struct {
		hurt, heal func(disk)
		exit       int
		// left is what errored.tfstate holds.
		left string
	}{
		"the disk is full": {disk.fill, disk.release, 1, "SUCCESS"},
		// No CLI says a word of a state that it cannot open after all.
		"the disk is read-only": {func(d disk) { d.readOnly(true) }, func(d disk) { d.readOnly(false) }, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newCLIHarness(t, long)
			d := s.onDisk()
			// A lock would keep the file open, and the disk from becoming read-only.
			r := s.Start("apply", "-auto-approve", "-lock=false")
			s.seesLookAfterRequest()
			at.hurt(d)
			s.finish()
			r.Ends(at.exit)
			if got := s.stateIn("errored.tfstate"); got != at.left {
				t.Errorf("errored.tfstate holds %q, want %q", got, at.left)
			}
			at.heal(d)
			s.CheckState("")
			s.converges()
		})
	}
}

func TestAStateThatNobodyCanLockSendsNothing(t *testing.T) {
	s := newCLIHarness(t, long)
	d := s.onDisk()
	d.readOnly(true)
	before := len(s.Sim.Log())
	s.Apply(1)
	if sent := len(s.Sim.Log()) - before; sent != 0 {
		t.Errorf("sent %d requests", sent)
	}
	d.readOnly(false)
	s.converges()
}

func TestAStateThatAnotherApplyHoldsSendsNothing(t *testing.T) {
	s := newCLIHarness(t, long)
	s.Sim.Inject(*killPoints["before the request"].hold)
	r := s.Start("apply", "-auto-approve")
	killPoints["before the request"].reached(s)
	before := len(s.Sim.Log())
	if said := s.Apply(1); !strings.Contains(said, "Error acquiring the state lock") {
		t.Errorf("said\n%s", said)
	}
	if sent := len(s.Sim.Log()) - before; sent != 0 {
		t.Errorf("sent %d requests", sent)
	}
	s.Sim.ClearFaults()
	s.sees("the request", func(e atlassim.Entry) bool { return e.Accepted })
	s.finish()
	r.Ends(0)
	s.CheckState("SUCCESS")
	s.converges()
}
