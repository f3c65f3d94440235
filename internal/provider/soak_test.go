// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"os"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
)

const (
	soakCutovers = 50
	// soakSpeed is how many times faster Atlas's clock runs than the provider's,
	// which polls in real time: it polls a cutover of six hours for six minutes.
	soakSpeed = 60
	// requestsPerFault is how many requests one fault comes with.
	requestsPerFault = 5
	// heapMargin is several times what the heap was seen to vary by, up and down, and
	// less than 50 bytes for each request of six minutes.
	heapMargin = 128 << 10
)

// TestFiftyCutoversForHoursLeakNothing lasts as long as SOAK says. All cutovers are
// in progress after the first minute and at the end, so that both measurements are of
// the same load. What each of them leaves behind shows once they have all ended.
func TestFiftyCutoversForHoursLeakNothing(t *testing.T) {
	if os.Getenv("SOAK") == "" {
		t.Skip("SOAK does not say for how long; make soak does")
	}
	length, err := time.ParseDuration(os.Getenv("SOAK"))
	if err != nil {
		t.Fatal(err)
	}
	defer func(rate int) { runtime.MemProfileRate = rate }(runtime.MemProfileRate)
	runtime.MemProfileRate = 1 // Every allocation, for what heap subtracts.
	s := newSoak(t, length)
	before := s.measure("before the first cutover", nil)
	delete(before, heapInUse) // What is made once and kept is not there yet.
	waiting := maps.Clone(before)
	waiting[goroutines] += soakCutovers
	creates := s.plan()
	ctx, cancel := context.WithTimeout(t.Context(), length+5*time.Minute)
	defer cancel()
	began := time.Now()
	s.start(ctx, creates)
	<-time.After(time.Until(began.Add(min(time.Minute, length/6))))
	early := s.measure("after the first minute", waiting)
	<-time.After(time.Until(began.Add(length)))
	late := s.measure("at the end", early)
	s.all.Wait()
	after := s.measure("after the last cutover", before)
	for _, name := range []string{heapInUse, goroutines, providerConnections, atlasConnections, openFiles} {
		t.Run(name, func(t *testing.T) {
			if _, ok := early[name]; !ok {
				t.Skip("there is no /proc that tells")
			}
			checkFigure(t, name, late, early)
			checkFigure(t, name, after, before)
		})
	}
	s.checkCutovers()
}

func checkFigure(t *testing.T, name string, now, then figures) {
	t.Helper()
	if grown := now.growth(then, name); grown > 0 {
		t.Errorf("%s: %d, want at most %d", name, now[name], now[name]-grown)
	}
}

// soak is a provider in this process, and a simulated Atlas behind a socket.
type soak struct {
	t       *testing.T
	sim     *atlassim.Sim
	core    *core
	clients provider.Clients
	ids     []string
	status  [soakCutovers]string
	all     sync.WaitGroup
	running atomic.Int64

	flaky    atomic.Bool
	requests atomic.Int64
	// port is Atlas's, as the kernel writes it.
	port string
}

func newSoak(t *testing.T, length time.Duration) *soak {
	t.Helper()
	s := &soak{t: t}
	s.sim = simtest.New(t, atlassim.Options{Speed: soakSpeed, NonceLife: soakSpeed * time.Minute, OnEntry: s.disturb})
	for range soakCutovers {
		// The cutovers outlast the measurement at the end.
		takes := soakSpeed * (length + 10*time.Second)
		s.ids = append(s.ids, s.sim.Add(atlassim.Migration{
			InitialLag: 1, SteadyLag: 1, ReadyLag: 1, CutoverTakes: takes, SecondPut: atlassim.SilentSuccess,
		}))
	}
	address := simtest.Start(t, s.sim)
	s.port = fmt.Sprintf(":%04X", netip.MustParseAddrPort(strings.TrimPrefix(address, "http://")).Port())
	env := keys(s.sim.Credentials().PublicKey, s.sim.Credentials().PrivateKey)
	s.core = startCore(t, provider.New("soak", provider.WithClients(&s.clients), provider.WithEnvironment(func(name string) string {
		if name == "MONGODB_ATLAS_BASE_URL" {
			return address
		}
		return env(name)
	}))(), cutoverType)
	return s
}

const sorry = "<html>Sorry</html>"

// soakFaults are what goes wrong, in turn. Only reads are kept from Atlas: a cutover
// request that may have arrived is never repeated.
var soakFaults = []atlassim.Fault{
	{Name: "500", Call: atlassim.CallMigration, Do: atlassim.Effect{Status: 500}},
	{Name: "429", Do: atlassim.Effect{Status: 429, Header: http.Header{"Retry-After": {"1"}}}},
	{After: true, Do: atlassim.Effect{Wire: atlassim.Reset}},
	{Name: "503", Call: atlassim.CallMigration, Do: atlassim.Effect{Status: 503, Body: sorry}},
	{After: true, Do: atlassim.Effect{Wire: atlassim.Close}},
	{After: true, Do: atlassim.Effect{Wire: atlassim.CloseMidBody}},
	{After: true, Do: atlassim.Effect{Wire: atlassim.EndlessBody}},
	{After: true, Do: atlassim.Effect{Garble: sorry}},
	{After: true, Do: atlassim.Effect{Wire: atlassim.Hang}},
}

// disturb makes one of the next requests fail.
func (s *soak) disturb(atlassim.Entry) {
	if n := int(s.requests.Add(1)); s.flaky.Load() && n%requestsPerFault == 0 {
		s.sim.Inject(soakFaults[n/requestsPerFault%len(soakFaults)])
	}
}

// plan plans all cutovers, and returns what creates each. One that does not end fails.
func (s *soak) plan() []func(context.Context) {
	var creates []func(context.Context)
	for i, id := range s.ids {
		config := s.core.config(s.sim.Credentials().ProjectID, id)
		plan := s.core.plan(config)
		creates = append(creates, func(ctx context.Context) {
			defer s.running.Add(-1)
			created := s.core.create(ctx, config, plan)
			s.status[i] = s.core.attribute(created.NewState, "status")
		})
	}
	return creates
}

// start starts all cutovers.
func (s *soak) start(ctx context.Context, creates []func(context.Context)) {
	s.flaky.Store(true)
	s.running.Store(soakCutovers)
	for _, create := range creates {
		s.all.Go(func() { create(ctx) })
	}
}

// checkCutovers compares the states with Atlas's log.
func (s *soak) checkCutovers() {
	faults, ofCutovers := map[string]int{}, 0
	log := s.sim.Log()
	for _, e := range log {
		if e.Fault != "" {
			faults[e.Fault]++
		}
		if e.Fault != "" && e.Call == atlassim.CallCutover {
			ofCutovers++
		}
	}
	s.t.Logf("%d requests, with these faults: %v; %d of cutover requests", len(log), faults, ofCutovers)
	for i, id := range s.ids {
		if n := s.sim.AcceptedCutovers(id); n != 1 || s.status[i] != "SUCCESS" {
			s.t.Errorf("Atlas accepted %d cutovers of a live migration, whose status is %q", n, s.status[i])
		}
	}
}

const (
	heapInUse           = "heap in use"
	goroutines          = "goroutines"
	providerConnections = "connections of the provider"
	atlasConnections    = "connections of Atlas"
	openFiles           = "open files"
)

// figures are what may leak, by name. What the system does not tell is missing.
type figures map[string]int

// growth is by how much more than allowed a figure is above what it was.
func (f figures) growth(then figures, name string) int {
	was, ok := then[name]
	if name == heapInUse {
		was += heapMargin
	}
	if !ok {
		return 0
	}
	return f[name] - was
}

// measure waits for moments in which no request is in flight, by taking the least of
// each figure. There are no faults meanwhile: for a second, or for ten if a figure
// does not come down to its bound.
func (s *soak) measure(when string, bound figures) figures {
	flaky := s.flaky.Swap(false)
	s.sim.ClearFaults()
	began, least := time.Now(), s.sample()
	for time.Since(began) < time.Second || time.Since(began) < 10*time.Second && least.above(bound) {
		<-time.After(20 * time.Millisecond)
		for name, n := range s.sample() {
			least[name] = min(least[name], n)
		}
	}
	s.t.Logf("%s: %d cutovers in progress, %v", when, s.running.Load(), least)
	s.flaky.Store(flaky)
	return least
}

func (f figures) above(bound figures) bool {
	for name := range bound {
		if f.growth(bound, name) > 0 {
			return true
		}
	}
	return false
}

// sample closes the connections that the provider keeps, of which there are as many
// as faults have left.
func (s *soak) sample() figures {
	s.clients.Close()
	f := figures{goroutines: runtime.NumGoroutine(), heapInUse: s.heap()}
	if files, err := os.ReadDir("/proc/self/fd"); err == nil {
		f[openFiles] = len(files)
	}
	if table, err := os.ReadFile("/proc/self/net/tcp"); err == nil {
		maps.Copy(f, s.connections(string(table)))
	}
	return f
}

// connections counts those of either side, in the kernel's table.
func (s *soak) connections(table string) figures {
	f := figures{providerConnections: 0, atlasConnections: 0}
	for line := range strings.Lines(table) {
		fields := strings.Fields(line) // 1 local and 2 remote address, 3 state, 9 inode
		switch {
		case len(fields) < 10 || fields[9] == "0" || fields[3] == "0A": // heading, closed, or listening
		case strings.HasSuffix(fields[1], s.port):
			f[atlasConnections]++
		case strings.HasSuffix(fields[2], s.port):
			f[providerConnections]++
		}
	}
	return f
}

// heap is what is in use, in bytes, but for what Atlas's side of the connections
// made: its log grows with each request.
func (s *soak) heap() int {
	runtime.GC()
	runtime.GC() // The profile is that of the collection before.
	inUse := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(inUse)
	records := make([]runtime.MemProfileRecord, 1<<13)
	n, ok := runtime.MemProfile(records, false)
	if !ok {
		s.t.Fatalf("there are %d records of memory", n)
	}
	total := int(inUse[0].Value.Uint64()) //nolint:gosec // It fits.
	for _, r := range records[:n] {
		if calledBy(r.Stack(), "net/http.(*conn).serve") {
			total -= int(r.InUseBytes())
		}
	}
	return total
}

func calledBy(stack []uintptr, function string) bool {
	frames := runtime.CallersFrames(stack)
	for {
		frame, more := frames.Next()
		if frame.Function == function || !more {
			return frame.Function == function
		}
	}
}
