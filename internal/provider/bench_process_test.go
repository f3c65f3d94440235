// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

const (
	cutoverProgram = "terraform-provider-atlasmigration"
	nothingProgram = "terraform-provider-donothing"
)

// programs builds both providers as a release does, each into a folder of its
// name, and returns the folder of both.
func programs(b *testing.B) string {
	b.Helper()
	clitest.SkipUnless(b)
	dir := b.TempDir()
	for name, source := range map[string]string{cutoverProgram: "", nothingProgram: "/internal/donothing/program"} {
		build := exec.CommandContext(b.Context(), "go", "build", "-buildvcs=false", "-trimpath", "-ldflags=-s -w",
			"-o", filepath.Join(dir, name, name), "github.com/atlasmigration/terraform-provider-atlasmigration"+source)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if printed, err := build.CombinedOutput(); err != nil {
			b.Fatalf("unable to build %s: %v\n%s", name, err, printed)
		}
	}
	return dir
}

// BenchmarkHandshake is the time from a provider's start to the line that says
// where it listens, with what it holds in memory then, and its size.
func BenchmarkHandshake(b *testing.B) {
	dir := programs(b)
	for provider, name := range map[string]string{"cutover": cutoverProgram, "nothing": nothingProgram} {
		b.Run("provider="+provider, func(b *testing.B) {
			binary := filepath.Join(dir, name, name)
			info, err := os.Stat(binary)
			if err != nil {
				b.Fatal(err)
			}
			var resident float64
			for b.Loop() {
				resident += handshake(b, binary)
			}
			b.ReportMetric(resident/float64(b.N), "MiB-resident")
			b.ReportMetric(float64(info.Size())/1e6, "MB-binary")
		})
	}
}

// handshake returns the resident memory after it, in MiB.
func handshake(b *testing.B, binary string) float64 {
	provider := exec.CommandContext(b.Context(), binary)
	// What makes a provider believe that Terraform has started it.
	provider.Env = append(os.Environ(), "PLUGIN_PROTOCOL_VERSIONS=6",
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
	out, err := provider.StdoutPipe()
	if err == nil {
		err = provider.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatalf("%s gave no handshake: %v", binary, err)
	}
	b.StopTimer()
	defer b.StartTimer()
	resident := memory(binary, "VmRSS")
	_ = provider.Process.Kill() // Nothing is lost: it has done nothing yet.
	_ = provider.Wait()
	// version|protocol|unix|socket|grpc|certificate
	if parts := strings.Split(line, "|"); len(parts) > 3 && parts[2] == "unix" {
		_ = os.Remove(parts[3]) // It had no time to do so itself.
	}
	return resident
}

// commands are those of the CLI, each with the commands that go before it.
var commands = []struct {
	name   string
	args   []string
	before [][]string
}{
	{"validate", []string{"validate"}, nil},
	{"plan", planned, nil},
	{"apply", []string{"apply", "-input=false", "plan"}, [][]string{planned}},
	{"replan", []string{"plan", "-input=false", "-detailed-exitcode"}, [][]string{applied}},
	{"destroy", []string{"destroy", "-input=false", "-auto-approve"}, [][]string{applied}},
}

var (
	planned = []string{"plan", "-input=false", "-out=plan"}
	applied = []string{"apply", "-input=false", "-auto-approve"}
)

// BenchmarkCommand is a command of the CLI on cutovers that are complete, which a
// plan reads and an apply adopts, beside as many resources that do nothing: by
// the clock, and as the time of the processors.
func BenchmarkCommand(b *testing.B) {
	dir := programs(b)
	for _, size := range []int{1, 100, 1000} {
		if testing.Short() && size > 1 {
			break
		}
		for _, c := range commands {
			for _, provider := range []string{"cutover", "nothing", "twin"} {
				b.Run(fmt.Sprintf("%s/cutovers=%d/provider=%s", c.name, size, provider), func(b *testing.B) {
					s := newSite(b, dir)
					folder := s.folder(b, provider, s.add(size, atlassim.Migration{BegunElsewhere: true}))
					for _, args := range c.before {
						s.run(b, folder, args...)
					}
					measureCommand(b, s, folder, c.args)
				})
			}
		}
	}
}

func measureCommand(b *testing.B, s *site, folder string, args []string) {
	var busy time.Duration
	before := len(s.Log())
	for b.Loop() {
		b.StopTimer()
		again := filepath.Join(b.TempDir(), "again")
		if err := os.CopyFS(again, os.DirFS(folder)); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		state := s.run(b, again, args...)
		busy += state.UserTime() + state.SystemTime()
	}
	b.ReportMetric(busy.Seconds()/float64(b.N), "cpu-sec/op")
	b.ReportMetric(float64(len(s.Log())-before)/float64(b.N), "requests/op")
}

// BenchmarkAtOnce applies many cutovers that have not begun, all in the same
// moment, and watches the provider's memory.
func BenchmarkAtOnce(b *testing.B) {
	dir, cutovers := programs(b), 1000
	if testing.Short() {
		cutovers = 10
	}
	for provider, name := range map[string]string{"cutover": cutoverProgram, "nothing": nothingProgram} {
		b.Run(fmt.Sprintf("cutovers=%d/provider=%s", cutovers, provider), func(b *testing.B) {
			var peak, requests, connections float64
			for b.Loop() {
				b.StopTimer()
				s := newSite(b, dir)
				ids := s.add(cutovers, atlassim.Migration{CutoverTakes: 20 * time.Second, InitialLag: 1, SteadyLag: 1, ReadyLag: 1})
				folder := s.folder(b, provider, ids)
				s.run(b, folder, planned...)
				before, opened := len(s.Log()), s.opened.Load()
				stop := watchPeak(filepath.Join(dir, name, name))
				b.StartTimer()
				s.run(b, folder, "apply", "-input=false", "-parallelism="+strconv.Itoa(cutovers), "plan")
				b.StopTimer()
				peak += stop()
				requests += float64(len(s.Log()) - before)
				connections += float64(s.opened.Load() - opened)
				b.StartTimer()
			}
			b.ReportMetric(peak/float64(b.N), "MiB-peak")
			b.ReportMetric(requests/float64(b.N), "requests/op")
			b.ReportMetric(connections/float64(b.N), "connections/op")
		})
	}
}

// site is a simulated Atlas on a loopback port, and a CLI that knows it and the
// programs.
type site struct {
	*atlassim.Sim
	cli    string
	env    []string
	opened atomic.Int64 // connections
}

func newSite(b *testing.B, programs string) *site {
	b.Helper()
	s := &site{Sim: atlassim.New(atlassim.Options{}), cli: clitest.Path(b)}
	server := httptest.NewUnstartedServer(s.Sim)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.opened.Add(1)
		}
	}
	server.Start()
	b.Cleanup(server.Close)
	settings := filepath.Join(b.TempDir(), "cli.tfrc")
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"atlasmigration/atlasmigration\" = %q\n    \"atlasmigration/donothing\" = %q\n  }\n}\n",
		filepath.Join(programs, cutoverProgram), filepath.Join(programs, nothingProgram))
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	s.env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+settings, "TF_CLI_ARGS=-no-color",
		"MONGODB_ATLAS_BASE_URL="+server.URL,
		"MONGODB_ATLAS_PUBLIC_API_KEY="+s.Credentials().PublicKey, "MONGODB_ATLAS_PRIVATE_API_KEY="+s.Credentials().PrivateKey)
	return s
}

func (s *site) add(n int, m atlassim.Migration) []string {
	var ids []string
	for range n {
		ids = append(ids, s.Add(m))
	}
	return ids
}

// folder has a configuration with those live migrations.
func (s *site) folder(b *testing.B, provider string, ids []string) string {
	b.Helper()
	dir := clitest.Folder(b, filepath.Join("testdata", "bench", provider, "main.tf"))
	variables, err := json.Marshal(map[string]any{"project_id": s.Credentials().ProjectID, "live_migration_ids": ids})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "terraform.tfvars.json"), variables, 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
	return dir
}

func (s *site) run(b *testing.B, dir string, args ...string) *os.ProcessState {
	b.Helper()
	command := exec.CommandContext(b.Context(), s.cli, args...)
	command.Dir, command.Env = dir, s.env
	if printed, err := command.CombinedOutput(); err != nil {
		b.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, printed)
	}
	return command.ProcessState
}

// watchPeak watches the processes of a binary. The function that it returns ends
// the watch, and gives the most memory that was resident, in MiB.
func watchPeak(binary string) func() float64 {
	end, peak := make(chan struct{}), make(chan float64)
	go func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for most := 0.0; ; {
			select {
			case <-end:
				peak <- most
				return
			case <-tick.C:
				// The kernel keeps the maximum itself.
				most = max(most, memory(binary, "VmHWM"))
			}
		}
	}()
	return func() float64 {
		close(end)
		return <-peak
	}
}

// memory is VmRSS (resident now) or VmHWM (the most so far) of a process of a
// binary, in MiB; 0 if there is none. Only Linux says so.
func memory(binary, which string) float64 {
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, process := range processes {
		if runs, err := os.Readlink(filepath.Join(process, "exe")); err != nil || runs != binary {
			continue
		}
		status, _ := os.ReadFile(filepath.Join(process, "status"))
		_, rest, _ := strings.Cut(string(status), which+":")
		var kib float64
		if _, err := fmt.Sscan(rest, &kib); err == nil {
			return kib / 1024
		}
	}
	return 0
}
