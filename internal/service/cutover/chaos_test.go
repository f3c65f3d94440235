// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"pgregory.net/rapid"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// The three invariants, against sequences of anything that can happen that
// nobody wrote down. A sequence is drawn whole and then carried out in fake time
// of its own, so that a failing one shrinks to steps that a person can follow.

// step is one thing that happens.
type step struct {
	what string
	do   func(*chaos)
}

func (s step) String() string { return s.what }

// chaos is a sequence being carried out.
type chaos struct {
	*coretest.Workspace
	sim  *atlassim.Sim
	id   string
	life *coretest.KillableTransport
	logs *providertest.Log
	// ready is the ready_timeout, and none if it is negative.
	ready  time.Duration
	told   []string // every diagnostic, whole
	broken []string // every invariant that did not hold
}

// chaosTimeout is shorter than the longest cutover and its readiness together.
const chaosTimeout = 20 * time.Minute

func newChaos(t simtest.T, m atlassim.Migration, account bool, version string, ready time.Duration) *chaos {
	sim := simtest.New(t, atlassim.Options{StrictNonceCount: true})
	c := &chaos{ready: ready, sim: sim, id: sim.Add(m), life: &coretest.KillableTransport{Next: sim.Transport()}, logs: &providertest.Log{}}
	keys := sim.Credentials()
	env := map[string]string{
		"MONGODB_ATLAS_PUBLIC_API_KEY": keys.PublicKey, "MONGODB_ATLAS_PRIVATE_API_KEY": keys.PrivateKey,
	}
	c.Workspace = &coretest.Workspace{
		Server: providerserver.NewProtocol6(provider.New("test", provider.WithTransport(c.life),
			provider.WithEnvironment(func(name string) string { return env[name] }))()),
		Type:     cutoverType,
		Provider: map[string]any{"api_version": version},
		Config: map[string]any{
			"project_id": keys.ProjectID, "live_migration_id": c.id,
			"timeouts": map[string]any{"create": chaosTimeout.String(), "update": chaosTimeout.String()},
		},
	}
	if ready >= 0 {
		c.Config["ready_timeout"] = ready.String()
	}
	if account {
		c.Provider["client_id"], c.Provider["client_secret"] = keys.ClientID, keys.ClientSecret
	}
	return c
}

// command runs a command, listens to all it says, and checks what it left.
func (c *chaos) command(ctx context.Context, run func(context.Context) coretest.Result) coretest.Result {
	before := len(c.sim.Log())
	r := run(tflogtest.RootLogger(ctx, c.logs))
	c.checkLimits(ctx, r.PlannedAt, before)
	if accepted := acceptedCutovers(c.sim.Log()[before:]); accepted > 1 {
		c.broken = append(c.broken, fmt.Sprintf("one apply had %d requests accepted", accepted))
	}
	for _, d := range r.Diagnostics {
		c.told = append(c.told, d.Summary+"\n"+d.Detail)
	}
	return r
}

// acceptedCutovers counts accepted requests, without those whose answer was made to
// say that Atlas had not acted: [chaos.look] judges a request that follows on one.
func acceptedCutovers(log []atlassim.Entry) (n int) {
	for _, e := range log {
		if e.Call == atlassim.CallCutover && e.Accepted && e.Status != http.StatusTooManyRequests {
			n++
		}
	}
	return n
}

// immediately is how long a request may take that waits for no readiness.
const immediately = 20 * time.Second

// checkLimits checks that no request arrived after a limit, or after the apply was
// interrupted.
func (c *chaos) checkLimits(ctx context.Context, start time.Time, before int) {
	limit := chaosTimeout
	if c.ready >= 0 {
		limit = min(limit, max(c.ready, immediately))
	}
	interrupt, interrupted := ctx.Deadline()
	interrupted = interrupted && interrupt.After(start) // An interrupt of the plan is forgotten.
	for _, e := range c.sim.Log()[before:] {
		late := e.Call == "cutover" && (e.At.Sub(start) > limit || interrupted && e.At.After(interrupt))
		if late {
			c.broken = append(c.broken, fmt.Sprintf("a request arrived %s after the start, limit %s, interrupted: %t after %s",
				e.At.Sub(start), limit, interrupted, interrupt.Sub(start)))
		}
	}
}

// whole runs a command to its end.
func (c *chaos) whole(run func(context.Context) coretest.Result) coretest.Result {
	return c.command(context.Background(), run)
}

// interrupted runs an apply that is told to stop.
func (c *chaos) interrupted(after time.Duration) {
	ctx, end := context.WithTimeout(context.Background(), after)
	defer end()
	c.command(ctx, c.Apply)
}

// killed runs an apply that dies. The core then keeps what it had, or has
// written down already that the old instance of a replacement is gone.
func (c *chaos) killed(limit time.Duration, dies coretest.Kill, forgets bool) {
	var before *coretest.Instance
	if c.State != nil && !forgets {
		copied := *c.State
		before = &copied
	}
	ctx, end := context.WithCancel(context.Background())
	defer end()
	c.life.Start(dies, end)
	dying := time.AfterFunc(limit, c.life.Kill)
	c.command(ctx, c.Apply)
	dying.Stop()
	synctest.Wait()
	if c.life.Killed() {
		c.State = before
	}
	c.life.Start(nil, nil)
}

const forEver = 1000 * time.Hour

// look checks what holds at any time.
func (c *chaos) look() {
	ledger := c.sim.CutoverLedger(c.id)
	for i, acceptance := range ledger {
		// A process that was killed may not have heard that its cutover failed.
		if i > 0 && !acceptance.FailedReportedBefore && !acceptance.FailedBefore {
			c.broken = append(c.broken, fmt.Sprintf("I1: cutover %d was accepted at request %d", i+1, acceptance.N))
		}
	}
	if c.State == nil {
		return
	}
	if c.State.String("status") == "SUCCESS" && !c.sim.ServedComplete(c.id) {
		c.broken = append(c.broken, "I2: the state says SUCCESS, and Atlas never said COMPLETE")
	}
	if !c.State.Value.IsFullyKnown() {
		c.broken = append(c.broken, "the state has unknown values: "+c.State.Value.String())
	}
}

// converge fixes everything and applies until nothing is left to do. A person
// does what the diagnostics say: where a cutover that Atlas accepted without
// naming a job failed unseen, that is to replace it by hand.
func (c *chaos) converge() {
	c.sim.ClearFaults()
	c.sim.RestoreKey()
	c.sim.SetRateLimit(atlassim.Bucket{})
	last := coretest.Result{}
	for range 40 {
		apply := c.Apply
		if strings.Contains(providertest.Details(last), "terraform untaint and then") {
			c.Untaint()
		}
		if strings.Contains(providertest.Details(last), "-replace") {
			apply = c.ApplyReplacing
		}
		last = c.whole(apply)
		c.look()
		if !last.Failed() && last.Action == coretest.NoOp && c.State.String("status") == "SUCCESS" {
			return
		}
		if c.terminal() {
			if c.State.String("status") == "PENDING" {
				c.broken = append(c.broken, "I3: Atlas reported a failure, and the state says PENDING")
			}
			return
		}
		providertest.Sleep(10 * time.Minute)
	}
	c.broken = append(c.broken, fmt.Sprintf("I3: still not quiet: %s %q", last.Action, coretest.Summaries(last.Diagnostics)))
}

// terminal is a migration that needs a person.
func (c *chaos) terminal() bool {
	log := c.sim.Log()
	for i := len(log) - 1; i >= 0; i-- {
		if log[i].Call == "migration" && log[i].ServedStatus != "" {
			return log[i].ServedStatus == "FAILED" || log[i].ServedStatus == "EXPIRED"
		}
	}
	return false
}

// secrets checks that nothing that was said has a secret in it.
func (c *chaos) secrets() {
	keys := c.sim.Credentials()
	for _, text := range append(c.told, c.logs.String()) {
		for _, secret := range []string{keys.PrivateKey, keys.AccessToken, keys.ClientSecret, "Digest ", "response="} {
			if strings.Contains(text, secret) {
				c.broken = append(c.broken, "a secret was shown: "+text[:min(len(text), 500)])
			}
		}
	}
}

// drawStep draws one thing that happens.
func drawStep() *rapid.Generator[step] {
	return rapid.Custom(func(t *rapid.T) step {
		after := time.Duration(rapid.OneOf(rapid.IntRange(0, 60), rapid.IntRange(0, 1800)).Draw(t, "seconds")) * time.Second
		kind := rapid.SampledFrom([]string{
			"apply", "apply", "interrupt", "kill", "kill at a request", "lose state", "taint", "untaint", "replace",
			"pass", "fault", "fault", "server", "revoke", "restore", "rate limit", "destroy",
		}).Draw(t, "step")
		switch kind {
		case "apply":
			return step{"apply", func(c *chaos) { c.whole(c.Apply) }}
		case "interrupt":
			return step{fmt.Sprintf("interrupt an apply after %s", after), func(c *chaos) { c.interrupted(after) }}
		case "kill":
			forgets := rapid.Bool().Draw(t, "forgets")
			return step{fmt.Sprintf("kill an apply after %s (forgets: %t)", after, forgets), func(c *chaos) {
				c.killed(after, nil, forgets)
			}}
		case "kill at a request":
			return drawKill(t)
		case "lose state":
			return step{"lose the state", (*chaos).LoseState}
		case "taint":
			return step{"taint", (*chaos).Taint}
		case "untaint":
			return step{"untaint", (*chaos).Untaint}
		case "replace":
			return step{"apply -replace", func(c *chaos) { c.whole(c.ApplyReplacing) }}
		case "destroy":
			return step{"destroy", func(c *chaos) { c.whole(c.Destroy) }}
		case "pass":
			return step{fmt.Sprintf("let %s pass", after), func(*chaos) { providertest.Sleep(after) }}
		case "revoke":
			return step{"revoke the key", func(c *chaos) { c.sim.RevokeKey() }}
		case "restore":
			return step{"restore the key", func(c *chaos) { c.sim.RestoreKey() }}
		case "rate limit":
			return step{"limit to 30 calls a minute", func(c *chaos) {
				c.sim.SetRateLimit(atlassim.Bucket{Capacity: 5, PerMinute: 30})
			}}
		case "server":
			return drawServer(t)
		default:
			return drawFault(t)
		}
	})
}

func drawKill(t *rapid.T) step {
	method := rapid.SampledFrom([]string{http.MethodGet, http.MethodPut}).Draw(t, "method")
	nth := rapid.IntRange(1, 4).Draw(t, "nth")
	sent := rapid.Bool().Draw(t, "sent")
	forgets := rapid.Bool().Draw(t, "forgets")
	return step{fmt.Sprintf("kill an apply at %s number %d (sent: %t, forgets: %t)", method, nth, sent, forgets), func(c *chaos) {
		seen := 0
		c.killed(forEver, func(req *http.Request) (bool, bool) {
			if req.Method == method {
				seen++
			}
			at := req.Method == method && seen == nth
			return at && !sent, at && sent
		}, forgets)
	}}
}

func drawFault(t *rapid.T) step {
	effects := map[string]atlassim.Effect{
		"500": {Status: 500}, "503 HTML": {Status: 503, Body: "<html>"}, "409": {Status: 409}, "404": {Status: 404}, "400": {Status: 400},
		"401": {Status: 401}, "429": {Status: 429}, "302": {Status: 302, Header: http.Header{"Location": {"/"}}},
		"429 for long": {Status: 429, Header: http.Header{"Retry-After": {"1000000000"}}},
		"reset":        {Wire: atlassim.Reset}, "close": {Wire: atlassim.Close}, "cut": {Wire: atlassim.CloseMidBody},
		"endless": {Wire: atlassim.EndlessBody}, "hang": {Wire: atlassim.Hang}, "refused": {Wire: atlassim.RefuseDial},
		"garbage": {Garble: "<html>"}, "truncated": {Garble: `{"_id":"a6`}, "types": {Garble: `{"status":7}`},
		"slow": {Delay: 20 * time.Second},
	}
	names := make([]string, 0, len(effects))
	for name := range effects {
		names = append(names, name)
	}
	slices.Sort(names)
	name := rapid.SampledFrom(names).Draw(t, "effect")
	f := atlassim.Fault{
		Call:  rapid.SampledFrom([]string{"cutover", "migration", "job", atlassim.CallToken, ""}).Draw(t, "call"),
		Skip:  rapid.IntRange(0, 5).Draw(t, "skip"),
		Times: rapid.SampledFrom([]int{1, 2, 7, -1}).Draw(t, "times"),
		After: rapid.Bool().Draw(t, "after"),
		Do:    effects[name],
	}
	return step{fmt.Sprintf("fault: %s on %q, after %d, %d times, acted: %t", name, f.Call, f.Skip, f.Times, f.After), func(c *chaos) {
		c.sim.Inject(f)
	}}
}

// drawServer changes what nobody has published.
func drawServer(t *rapid.T) step {
	change := drawUnknowns(t)
	return step{fmt.Sprintf("server: %+v", change), func(c *chaos) { c.sim.Update(c.id, change.apply) }}
}

// unknowns is everything that nobody has published about a cutover.
type unknowns struct {
	ReadyAfterPut, LagAfterPut time.Duration
	PutAnswer                  atlassim.PutAnswer
	SecondPut, EarlyPut        atlassim.Refusal
	NoLag                      bool
	// Course is how it goes, one of courses.
	Course string
}

// courses are how a live migration and its cutover go, other than straight to the end.
var courses = map[string]func(*atlassim.Migration){
	"": func(*atlassim.Migration) {},
	"the job succeeds before the live migration completes":       func(m *atlassim.Migration) { m.Job.SucceedsAfter = 10 * time.Second },
	"the first job fails, and the live migration is ready again": failsOnce,
	"the live migration fails":                                   func(m *atlassim.Migration) { m.CutoverEnds = atlassim.Fails },
	"it is copied first":                                         func(m *atlassim.Migration) { m.Copying = 30 * time.Second },
}

func failsOnce(m *atlassim.Migration) {
	m.Job = atlassim.JobScript{FailsAfter: 2 * time.Second, FailTimes: 1, FailureLeavesMigrationReady: true}
}

func (u unknowns) apply(m *atlassim.Migration) {
	courses[u.Course](m)
	m.ReadyAfterPut, m.LagAfterPut, m.PutAnswer = u.ReadyAfterPut, u.LagAfterPut, u.PutAnswer
	m.SecondPut, m.EarlyPut, m.Words.NoLag = u.SecondPut, u.EarlyPut, u.NoLag
}

func drawUnknowns(t *rapid.T) unknowns {
	u := unknowns{
		ReadyAfterPut: rapid.SampledFrom([]time.Duration{0, 10 * time.Second, atlassim.Forever}).Draw(t, "ready after put"),
		LagAfterPut:   rapid.SampledFrom([]time.Duration{0, 0, 30 * time.Second}).Draw(t, "lag after put"),
		PutAnswer:     rapid.SampledFrom([]atlassim.PutAnswer{atlassim.PutAnswerDefault, atlassim.JobAnswer, atlassim.Accepted202, atlassim.EmptyObject200}).Draw(t, "answer"),
		SecondPut:     rapid.SampledFrom([]atlassim.Refusal{atlassim.Conflict409, atlassim.BadRequest400, atlassim.SilentSuccess}).Draw(t, "second"),
		EarlyPut:      rapid.SampledFrom([]atlassim.Refusal{atlassim.Conflict409, atlassim.BadRequest400}).Draw(t, "early"),
		NoLag:         rapid.Bool().Draw(t, "no lag"),
	}
	// The known limit: a cutover that nothing shows, at an Atlas that would take
	// a second request for good.
	if u.ReadyAfterPut == atlassim.Forever || u.LagAfterPut > 0 {
		u.SecondPut = atlassim.Conflict409
	}
	return u
}

func drawMigration(t *rapid.T) atlassim.Migration {
	m := atlassim.Migration{
		Copying:      time.Duration(rapid.SampledFrom([]int{0, 0, 30, 400}).Draw(t, "copying")) * time.Second,
		InitialLag:   rapid.Int64Range(0, 600).Draw(t, "lag"),
		CatchUp:      5 * time.Minute,
		ReadyLag:     600,
		CutoverTakes: time.Duration(rapid.SampledFrom([]int{0, 5, 300, 1500}).Draw(t, "takes")) * time.Second,
		CutoverEnds:  rapid.SampledFrom([]atlassim.Ending{atlassim.Completes, atlassim.Completes, atlassim.Completes, atlassim.Fails}).Draw(t, "ends"),
	}
	if rapid.IntRange(0, 3).Draw(t, "job fails") == 0 {
		failsOnce(&m)
	} else if rapid.IntRange(0, 3).Draw(t, "job first") == 0 {
		m.Job.SucceedsAfter = time.Second
	}
	drawUnknowns(t).apply(&m)
	return m
}

func TestChaosKeepsTheInvariants(t *testing.T) {
	if !flagGiven("rapid.checks") {
		must(t, flag.Set("rapid.checks", cmp.Or(os.Getenv("CHAOS"), "400")))
	}
	rapid.Check(t, func(rt *rapid.T) {
		m, account := drawMigration(rt), rapid.Bool().Draw(rt, "service account")
		ready := rapid.SampledFrom([]time.Duration{-1, -1, 0, 15 * time.Second, 2 * time.Minute}).Draw(rt, "ready_timeout")
		version := rapid.SampledFrom([]string{"v1.0", "v2"}).Draw(rt, "version")
		steps := rapid.SliceOfN(drawStep(), 1, 12).Draw(rt, "steps")
		var broken []string
		var log []atlassim.Entry
		synctest.Test(t, func(*testing.T) {
			c := newChaos(rt, m, account, version, ready)
			for _, s := range steps {
				s.do(c)
				c.look()
			}
			c.converge()
			c.secrets()
			broken, log = c.broken, c.sim.Log()
		})
		if len(broken) == 0 {
			return
		}
		rt.Logf("%s, service account: %t, ready_timeout: %s, migration: %+v", version, account, ready, m)
		for i, s := range steps {
			rt.Logf("%2d. %s", i+1, s)
		}
		for _, line := range providertest.Brief(log) {
			rt.Log(line)
		}
		rt.Fatalf("%s", strings.Join(broken, "\n"))
	})
}

func flagGiven(name string) bool {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	return given
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
