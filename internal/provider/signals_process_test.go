// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"cmp"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// Signals as terminals, containers and pipelines send them, with real processes.

const (
	cutoverAddress    = "atlasmigration_live_migration_cutover.this"
	migrationAddress  = "atlasmigration_live_migration.this"
	validationAddress = "atlasmigration_live_migration_validation.this"

	// stopRequested is in the log at TRACE once Terraform asks the provider to stop.
	stopRequested = "tf_rpc=StopProvider"
)

// signals are those that end a process, each with what becomes of the CLI.
var signals = []struct {
	name   string
	signal syscall.Signal
	asks   bool // the CLI asks its providers to stop, and stores what they return
	exit   int
}{
	{"INT", syscall.SIGINT, true, 1},
	{"TERM", syscall.SIGTERM, true, 1},
	{"HUP", syscall.SIGHUP, false, -1},
	{"QUIT", syscall.SIGQUIT, false, 2},
	{"KILL", syscall.SIGKILL, false, -1},
}

// moment is when a signal comes.
type moment struct {
	name    string
	holds   []atlassim.Fault // what keeps the apply there
	reached func(*apply)
	started bool   // Atlas has accepted what was asked for
	log     string // at which level the provider logs; TRACE if empty
}

// apply is an apply that a signal hits.
type apply struct {
	*clitest.Workspace
	*clitest.Run
	t     *testing.T
	atlas *clitest.Atlas
	// cutover is the live migration that is cut over.
	cutover string
}

func newApply(t *testing.T, at moment, file string) *apply {
	t.Helper()
	a := prepareApply(t, at, file)
	a.Run = a.Start("apply", "-auto-approve")
	return a
}

// prepareApply is one that has not been started.
func prepareApply(t *testing.T, at moment, file string) *apply {
	t.Helper()
	atlas := clitest.NewAtlas(t, 1)
	atlas.SetTemplate(atlassim.Migration{Copying: time.Hour})
	for _, fault := range at.holds {
		atlas.Inject(fault)
	}
	script := atlassim.Migration{CutoverTakes: time.Hour}
	if !at.started {
		script.Copying = time.Hour
	}
	a := &apply{Workspace: atlas.Workspace(t, file), t: t, atlas: atlas, cutover: atlas.Add(script)}
	a.Set("project_id", atlas.Credentials().ProjectID)
	a.Set("live_migration_id", a.cutover)
	a.Log(cmp.Or(at.log, "TRACE"))
	return a
}

// accepted waits for a request of a kind that Atlas accepted.
func (a *apply) accepted(call string) atlassim.Entry {
	a.t.Helper()
	return a.atlas.Sees(a.t, call, func(e atlassim.Entry) bool { return e.Call == call && e.Accepted })
}

// count is how many requests of a kind Atlas accepted.
func (a *apply) count(call string) int {
	n := 0
	for _, e := range a.atlas.Log() {
		if e.Call == call && e.Accepted {
			n++
		}
	}
	return n
}

func (a *apply) counts(want map[string]int) {
	a.t.Helper()
	for call, n := range want {
		if got := a.count(call); got != n {
			a.t.Errorf("Atlas accepted %d requests of the kind %s, want %d", got, call, n)
		}
	}
}

// finish lets everything that was or will be started come to its end.
func (a *apply) finish() {
	over := func(m *atlassim.Migration) { m.Copying, m.CutoverTakes = 0, time.Nanosecond }
	a.atlas.ClearFaults()
	a.atlas.SetTemplate(atlassim.Migration{})
	a.atlas.Update(a.cutover, over)
	for _, started := range a.atlas.Starts() {
		a.atlas.Update(started.LiveMigrationID, over)
	}
}

// busy refuses a call for longer than the client waits by itself.
func busy(call string) atlassim.Fault {
	return atlassim.Fault{Call: call, Times: -1, Do: atlassim.Effect{
		Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"120"}},
	}}
}

// late holds the answers to a call that Atlas has acted on.
func late(call string) atlassim.Fault {
	return atlassim.Fault{Call: call, Times: -1, After: true, Do: atlassim.Effect{Wire: atlassim.Hang}}
}

var resourceMoments = []moment{
	{
		name:  "before the request",
		holds: []atlassim.Fault{busy(atlassim.CallStart), busy(atlassim.CallValidate)},
		reached: func(a *apply) {
			a.Says(cutoverAddress + ": Creating...")
			before := len(a.atlas.Log())
			refused := func(call string) {
				a.atlas.Sees(a.t, call, func(e atlassim.Entry) bool { return e.Call == call && e.Status == http.StatusTooManyRequests })
			}
			refused(atlassim.CallStart)
			refused(atlassim.CallValidate)
			a.atlas.Sees(a.t, "a look", func(e atlassim.Entry) bool {
				return e.N > before && e.LiveMigrationID == a.cutover && e.ServedStatus != ""
			})
		},
	}, {
		name:    "during the request",
		holds:   []atlassim.Fault{late(atlassim.CallStart), late(atlassim.CallValidate), late(atlassim.CallCutover)},
		started: true,
		reached: func(a *apply) {
			a.accepted(atlassim.CallStart)
			a.accepted(atlassim.CallValidate)
			a.accepted(atlassim.CallCutover)
		},
	}, {
		name: "while waiting",
		holds: []atlassim.Fault{
			{Call: atlassim.CallJob, Times: -1, Do: atlassim.Effect{Garble: `{"status":"PENDING"}`}},
		},
		started: true, log: "INFO",
		reached: func(a *apply) {
			// What Terraform cannot store is in the log by now.
			a.Logged(a.accepted(atlassim.CallStart).LiveMigrationID)
			a.Logged(a.accepted(atlassim.CallValidate).JobID)
			a.Logged(a.accepted(atlassim.CallCutover).JobID)
		},
	},
}

func TestAcceptanceASignalLosesNothingThatTerraformCanStillStore(t *testing.T) {
	for _, at := range resourceMoments {
		for _, s := range signals {
			for _, target := range []string{"the CLI", "its group"} {
				t.Run(at.name+"/"+s.name+" to "+target, func(t *testing.T) {
					t.Parallel()
					a := newApply(t, at, "testdata/signals/main.tf")
					at.reached(a)
					a.Signal(s.signal, target != "the CLI")
					if s.asks {
						a.asked(at)
						return
					}
					a.Ends(s.exit)
					a.orphaned(at, s.signal != syscall.SIGKILL)
				})
			}
		}
	}
}

// stopped waits until the provider is asked to stop, and then lets it have the
// answers that were held.
func (a *apply) stopped(at moment) {
	a.t.Helper()
	if at.log != "" {
		return // Nothing is held, and no level below TRACE tells.
	}
	a.Logged(stopRequested)
	if at.started {
		a.atlas.ClearFaults()
	}
}

// asked asserts what an apply leaves that was asked to stop, and that the next
// one continues.
func (a *apply) asked(at moment) {
	a.t.Helper()
	a.stopped(at)
	a.Ends(1)
	a.ProvidersEnd()
	if at.started {
		a.stored()
	} else {
		a.storedNothing()
	}
	a.finish()
	a.Apply(0)
	a.counts(map[string]int{atlassim.CallStart: 1, atlassim.CallCutover: 1, atlassim.CallValidate: 1})
}

// orphaned asserts that a provider whose CLI is gone sends nothing more and
// ends, and that the next apply, to which a person gives what the log holds,
// continues.
func (a *apply) orphaned(at moment, release bool) {
	a.t.Helper()
	if release {
		a.finish()
	}
	a.ProvidersEnd()
	a.storedNothing()
	started, again := 0, 0
	if at.started {
		started, again = 1, 1
	}
	a.counts(map[string]int{atlassim.CallStart: started, atlassim.CallCutover: started, atlassim.CallValidate: started})
	a.finish()
	for _, start := range a.atlas.Starts() {
		a.Terraform(0, "import", migrationAddress, start.ProjectID+"/"+start.LiveMigrationID)
	}
	a.Apply(0)
	a.counts(map[string]int{atlassim.CallStart: 1, atlassim.CallCutover: 1, atlassim.CallValidate: 1 + again})
}

// stored asserts that the state has everything that was started.
func (a *apply) stored() {
	a.t.Helper()
	state := a.State()
	for address, want := range map[string]string{
		migrationAddress: a.accepted(atlassim.CallStart).LiveMigrationID, validationAddress: a.accepted(atlassim.CallValidate).JobID,
		cutoverAddress: a.accepted(atlassim.CallCutover).JobID,
	} {
		if got := state[address]; got.Attributes["id"] != want || got.Status != "" {
			a.t.Errorf("the state has %v %s for %s, want %s", got.Attributes["id"], got.Status, address, want)
		}
	}
}

func (a *apply) storedNothing() {
	a.t.Helper()
	for _, address := range []string{migrationAddress, validationAddress, cutoverAddress} {
		if found, ok := a.State()[address]; ok {
			a.t.Errorf("the state has %s: %v", address, found)
		}
	}
}

func TestAcceptanceATokenThatIsOnItsWayWhenTheGroupIsTerminatedIsStored(t *testing.T) {
	atlas := clitest.NewAtlas(t, 1)
	release := atlas.Inject(late(atlassim.CallLink))
	w := atlas.Workspace(t, "../../examples/guides/cutover-runbook/1-link/main.tf")
	w.Set("organization_id", atlas.Credentials().OrgID)
	w.Log("TRACE")
	r := w.Start("apply", "-auto-approve", "-target=atlasmigration_link_token.this")
	atlas.Sees(t, "the request", func(e atlassim.Entry) bool { return e.Call == atlassim.CallLink && e.Accepted })
	r.Signal(syscall.SIGTERM, true)
	w.Logged(stopRequested)
	release()
	r.Ends(1)
	token, _ := w.State()["atlasmigration_link_token.this"].Attributes["link_token"].(string)
	if !strings.HasPrefix(token, atlassim.LinkTokenPrefix) {
		t.Errorf("the state has the token %q", token)
	}
	w.Logged("[INFO]  provider.terraform-provider-atlasmigration: Atlas created a link token")
	if strings.Contains(w.Files()["provider.log"], atlassim.LinkTokenPrefix) {
		t.Error("the log has the token")
	}
	w.Apply(0)
	links := 0
	for _, e := range atlas.Log() {
		if e.Call == atlassim.CallLink && e.Accepted {
			links++
		}
	}
	if links != 1 {
		t.Errorf("Atlas created %d tokens", links)
	}
}

func TestAcceptanceASignalToTheProviderAloneChangesNothing(t *testing.T) {
	for _, s := range signals {
		if s.signal == syscall.SIGKILL {
			continue // Nothing survives that.
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			a := newApply(t, moment{started: true}, "../../examples/cutover/main.tf")
			a.accepted(atlassim.CallCutover)
			a.SignalProvider(s.signal)
			a.finish()
			a.Ends(0)
			a.counts(map[string]int{atlassim.CallCutover: 1})
		})
	}
}

// A log of which nobody reads the other end is written to all the while.
func TestAcceptanceAProviderThatLostItsCLIGivesItsTokenBack(t *testing.T) {
	atlas := clitest.NewAtlas(t, 1).AsServiceAccount()
	w := atlas.Workspace(t, "../../examples/cutover/main.tf")
	w.Set("project_id", atlas.Credentials().ProjectID)
	w.Set("live_migration_id", atlas.Add(atlassim.Migration{CutoverTakes: time.Hour}))
	w.Log("TRACE")
	r := w.Start("apply", "-auto-approve")
	put := atlas.Sees(t, "the request", func(e atlassim.Entry) bool { return e.Accepted })
	r.Signal(syscall.SIGKILL, false)
	r.Ends(-1)
	w.ProvidersEnd()
	atlas.Sees(t, "the revocation", func(e atlassim.Entry) bool { return e.N > put.N && e.Call == atlassim.CallRevoke })
}
