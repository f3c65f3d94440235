// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package cutover_test

import (
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// A clock that jumps while a provider runs, as when it is corrected or set by hand.
// No process has a wall clock of its own, so the provider is built with a standard
// library whose time.Now adds what a file holds. Its monotonic clock stays right, as
// it does if the machine's clock is set. A CLI that is built like that jumps too.

// clockVariable names the file, which holds eight bytes: seconds.
const clockVariable = "WALL_CLOCK_SHIFT"

// clockSource is added to package time. The runtime's own calls of time.Now allow
// neither a system call nor a deep stack, so that the file is mapped once.
const clockSource = `package time

import (
	"syscall"
	"unsafe"
)

var shift = new(int64)

func init() {
	name, _ := syscall.Getenv("` + clockVariable + `")
	file, err := syscall.Open(name, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer syscall.Close(file)
	if mapped, err := syscall.Mmap(file, 0, 8, syscall.PROT_READ, syscall.MAP_SHARED); err == nil {
		shift = (*int64)(unsafe.Pointer(&mapped[0]))
	}
}
`

const (
	readsClock   = "sec, nsec, mono := runtimeNow()\n"
	readsShifted = readsClock + "\tsec += *shift\n"
)

// providerWithClock builds such a provider once.
var providerWithClock = sync.OnceValues(func() (program []byte, err error) {
	dir, err := os.MkdirTemp("", "clock")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	overlay, err := clockOverlay(dir)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "provider")
	command := exec.Command("go", "build", "-overlay", overlay, "-o", path, "github.com/atlasmigration/terraform-provider-atlasmigration")
	command.Stderr = os.Stderr
	if err := command.Run(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// clockOverlay writes the files and the list of what they replace.
func clockOverlay(dir string) (string, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", err
	}
	library := filepath.Join(strings.TrimSpace(string(root)), "src", "time")
	original, err := os.ReadFile(filepath.Join(library, "time.go"))
	if err != nil {
		return "", err
	}
	replaced := map[string]string{}
	for name, text := range map[string]string{
		"time.go": strings.Replace(string(original), readsClock, readsShifted, 1), "shift.go": clockSource,
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return "", err
		}
		replaced[filepath.Join(library, name)] = path
	}
	list, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, list, 0o600)
}

// clockHarness is a CLI's, with a provider whose clock can be set.
type clockHarness struct{ *cliHarness }

func newClockHarness(t *testing.T, atlas *clitest.Atlas, m atlassim.Migration) *clockHarness {
	t.Helper()
	s := &clockHarness{newCLIHarnessWith(t, atlas, m, example)}
	program, err := providerWithClock()
	must(t, err)
	must(t, os.WriteFile(s.Provider, program, 0o700))
	s.Env[clockVariable] = filepath.Join(t.TempDir(), "shift")
	s.set(0)
	return s
}

// set makes the clock wrong by so much.
func (s *clockHarness) set(shift time.Duration) {
	s.T.Helper()
	file, err := os.OpenFile(s.Env[clockVariable], os.O_CREATE|os.O_WRONLY, 0o600)
	must(s.T, err)
	defer func() { must(s.T, file.Close()) }()
	text, err := binary.Append(nil, binary.NativeEndian, int64(shift/time.Second))
	must(s.T, err)
	_, err = file.WriteAt(text, 0)
	must(s.T, err)
}

// starts starts an apply and waits until it has read the live migration.
func (s *clockHarness) starts() *clitest.Run {
	s.T.Helper()
	r := s.Start("apply", "-auto-approve")
	r.Says("Creating...")
	s.readAgain()
	return r
}

// readAgain waits for another read.
func (s *clockHarness) readAgain() {
	s.T.Helper()
	before := len(s.Sim.Log())
	s.sees("a read", func(e atlassim.Entry) bool { return e.N > before && e.Call == "migration" && e.ServedStatus != "" })
}

// recorded asserts that a time in the state is by the clock that has jumped.
func (s *clockHarness) recorded(attribute string, jump time.Duration) {
	s.T.Helper()
	text, _ := s.State()[cutoverType+".this"].Attributes[attribute].(string)
	at, err := time.Parse(time.RFC3339, text)
	if wrong := time.Until(at) - jump; err != nil || wrong.Abs() > 10*time.Minute {
		s.T.Errorf("%s is %q, and the clock jumped %s", attribute, text, jump)
	}
}

// jumps are by how much a clock jumps.
var jumps = map[string]time.Duration{"an hour ahead": time.Hour, "an hour back": -time.Hour}

// eachJump runs a test for each, with an API key and with a service account, whose token
// has an end.
func eachJump(t *testing.T, m atlassim.Migration, test func(s *clockHarness, jump time.Duration)) {
	t.Helper()
	for name, jump := range jumps {
		for _, account := range []string{"API key", "service account"} {
			t.Run(name+", with a "+account, func(t *testing.T) {
				t.Parallel()
				atlas := clitest.NewAtlas(t, 1)
				if account != "API key" {
					atlas.AsServiceAccount()
				}
				test(newClockHarness(t, atlas, m), jump)
			})
		}
	}
}

func TestAClockThatJumpsWhileItWaitsForReadinessChangesNothing(t *testing.T) {
	eachJump(t, atlassim.Migration{Copying: time.Hour, CutoverTakes: time.Nanosecond}, func(s *clockHarness, jump time.Duration) {
		r := s.starts()
		s.set(jump)
		s.readAgain()
		s.Sim.Update(s.id, func(m *atlassim.Migration) { m.Copying = 0 })
		r.Ends(0)
		s.CheckState("SUCCESS")
		s.recorded("requested_at", jump)
		s.set(0)
		s.converges()
	})
}

func TestAClockThatJumpsWhileTheRequestIsOnItsWayChangesNothing(t *testing.T) {
	eachJump(t, long, func(s *clockHarness, jump time.Duration) {
		release := s.Sim.Inject(atlassim.Fault{Call: "cutover", After: true, Do: atlassim.Effect{Wire: atlassim.Hang}})
		r := s.Start("apply", "-auto-approve")
		s.sees("the request", func(e atlassim.Entry) bool { return e.Accepted })
		s.set(jump)
		release()
		s.seesLookAfterRequest()
		s.finish()
		r.Ends(0)
		s.CheckState("SUCCESS")
		s.recorded("completed_at", jump)
		s.set(0)
		s.converges()
	})
}

// By two hours, since it is wrong the other way before. The apply is interrupted, too,
// and resumed by a provider whose clock is right.
func TestAClockThatJumpsDuringTheCutoverChangesNothing(t *testing.T) {
	eachJump(t, atlassim.Migration{Copying: time.Hour, CutoverTakes: time.Hour}, func(s *clockHarness, jump time.Duration) {
		r := s.starts()
		s.set(-jump)
		s.Sim.Update(s.id, func(m *atlassim.Migration) { m.Copying = 0 })
		s.seesLookAfterRequest()
		s.set(jump)
		s.readAgain()
		s.readAgain()
		r.Signal(syscall.SIGINT, true)
		r.Ends(1)
		s.CheckState("PENDING")
		s.recorded("requested_at", -jump)
		s.set(0)
		s.converges()
	})
}

// The window is over at its end by the clock, and at its length after the start.
func TestAClockThatJumpsOpensNoWindow(t *testing.T) {
	for name, row := range map[string]struct{ jump, window time.Duration }{
		"an hour ahead, past its end": {time.Hour, 30 * time.Minute},
		"an hour back, before it":     {-time.Hour, 15 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newClockHarness(t, clitest.NewAtlas(t, 1), atlassim.Migration{InitialLag: 100, SteadyLag: 100, CutoverTakes: time.Hour})
			s.configure(`not_after = "` + time.Now().Add(row.window).UTC().Format(time.RFC3339) + `"`)
			r := s.starts()
			s.set(row.jump)
			r.Says("Maintenance window has closed")
			r.Ends(1)
			s.CheckState("")
			s.checkCutovers(0)
			s.set(0)
			s.configure(``)
			s.Sim.Update(s.id, func(m *atlassim.Migration) { m.InitialLag, m.SteadyLag = 0, 0 })
			s.converges()
		})
	}
}
