// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"pgregory.net/rapid"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// chaos is a live migration and its cutover in one configuration, while arguments
// change, lists drift, keys of for_each are renamed, states are lost and restored, and
// applies are interrupted or killed.
type chaos struct {
	sim       *atlassim.Sim
	transport *coretest.KillableTransport
	start     *coretest.Workspace
	cutover   *coretest.Workspace
	// original are the arguments of both before anything drifted, by their resources.
	original map[string]map[string]any
	// history are the states after each event.
	history []states
	// forgotten is set from when a person replaced, destroyed, tainted or lost the live
	// migration's state, or renamed it while it was configured for another cluster, which
	// is a removal and another resource. Atlas has no call that lists live migrations: the
	// next creation starts another one.
	forgotten bool
	broken    []string
}

type states struct{ start, cutover *coretest.Instance }

const chaosCluster = "orders-atlas"

func newJourneyChaos(t simtest.T, version string, m atlassim.Migration) *chaos {
	sim := simtest.New(t, atlassim.Options{})
	sim.SetTemplate(m)
	c := &chaos{sim: sim, transport: &coretest.KillableTransport{Next: sim.Transport()}}
	keys := sim.Credentials()
	server := providerserver.NewProtocol6(provider.New("test", provider.WithTransport(c.transport), account(sim))())
	workspace := func(typeName string, config map[string]any) *coretest.Workspace {
		return &coretest.Workspace{Server: server, Provider: map[string]any{"api_version": version}, Type: typeName, Config: config}
	}
	c.start = workspace("atlasmigration_live_migration", providertest.MigrationRequest(keys.ProjectID, chaosCluster))
	c.cutover = workspace("atlasmigration_live_migration_cutover", map[string]any{
		"project_id": keys.ProjectID, "timeouts": map[string]any{"create": "30m", "update": "30m"},
	})
	c.original = map[string]map[string]any{"live_migration": maps.Clone(c.start.Config), "live_migration_cutover": maps.Clone(c.cutover.Config)}
	return c
}

// apply applies the live migration and then, if that did not fail, its cutover. What
// was not returned when the provider was killed is not in the state.
func (c *chaos) apply(ctx context.Context, start func(context.Context, *coretest.Workspace) coretest.Result) {
	before := copied(c.start.State)
	r := start(ctx, c.start)
	if c.transport.Killed() {
		c.start.State = before
		return
	}
	c.checkDropIsAnnounced(r)
	if r.Failed() || c.start.State == nil || ctx.Err() != nil {
		return
	}
	before = copied(c.cutover.State)
	c.applyCutover(ctx, (*coretest.Workspace).Apply)
	if c.transport.Killed() {
		c.cutover.State = before
	}
}

// applyCutover runs a command with the cutover, if there is a live migration to name.
func (c *chaos) applyCutover(ctx context.Context, command func(*coretest.Workspace, context.Context) coretest.Result) {
	before := c.cutover.Config["live_migration_id"]
	if c.start.State != nil && before != any(otherID) {
		c.cutover.Config["live_migration_id"] = c.start.State.String("id")
	}
	if c.cutover.Config["live_migration_id"] != nil {
		command(c.cutover, ctx)
	}
}

func plainly(ctx context.Context, w *coretest.Workspace) coretest.Result { return w.Apply(ctx) }

// killed applies with a provider that is killed after some time.
func (c *chaos) killed(after time.Duration) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c.transport.Start(nil, cancel)
	kill := time.AfterFunc(after, c.transport.Kill)
	c.apply(ctx, plainly)
	kill.Stop()
	synctest.Wait()
	c.transport.Start(nil, nil)
}

func copied(i *coretest.Instance) *coretest.Instance {
	if i == nil {
		return nil
	}
	instance := *i
	return &instance
}

// planUnknown plans the cutover while the ID of its live migration is not known, as a
// plan does that replaces both. A completed one is kept.
func (c *chaos) planUnknown() {
	done := c.cutoverIsDone()
	c.cutover.Unknown = []string{"live_migration_id"}
	r := c.cutover.Plan(context.Background())
	c.cutover.Unknown = nil
	if done && (r.Action == coretest.Replace || r.Action == coretest.Create) {
		c.violates("a completed cutover is planned to %s while its live migration is unknown", r.Action)
	}
}

// importStart imports the live migration that was started last, as the messages about
// a lost ID say.
func (c *chaos) importStart() {
	if starts := c.sim.Starts(); c.start.State == nil && len(starts) > 0 {
		c.start.Import(context.Background(), c.sim.Credentials().ProjectID+"/"+starts[len(starts)-1].LiveMigrationID)
	}
}

func (c *chaos) importCutover() {
	if id := c.cutover.Config["live_migration_id"]; c.cutover.State == nil && id != nil {
		c.cutover.Import(context.Background(), c.sim.Credentials().ProjectID+"/"+fmt.Sprint(id))
	}
}

// restore brings back the state after an earlier event.
func (c *chaos) restore(event int) {
	if len(c.history) > 0 {
		then := c.history[event%len(c.history)]
		c.start.State, c.cutover.State = copied(then.start), copied(then.cutover)
	}
}

// applyCopy applies a copy of the live migration in a state of its own, as in another
// workspace.
func (c *chaos) applyCopy() {
	another := *c.start
	another.State = nil
	another.Apply(context.Background())
}

// set changes an argument, or some within the same object.
func (c *chaos) set(name string, value any) {
	path := strings.Split(name, ".")
	config := c.start.Config
	if path[0] == "live_migration_cutover" {
		config = c.cutover.Config
	}
	was := c.original[path[0]][path[1]]
	if len(path) == 3 {
		was, _ = was.(map[string]any)[path[2]]
		object, _ := config[path[1]].(map[string]any)
		object = maps.Clone(object)
		switch v := value.(type) {
		case together:
			maps.Copy(object, v)
		case unchanged:
			object[path[2]] = was
		default:
			object[path[2]] = value
		}
		config[path[1]] = object
		return
	}
	if _, back := value.(unchanged); back {
		value = was
	}
	config[path[1]] = value
}

// unchanged is what an argument was at first, together are several of an object.
type (
	unchanged struct{}
	together  map[string]any
)

func shardKey(field string) any {
	return map[string]any{"database": "shop", "collection": field, "key": []any{map[string]any{"field": "_id", "kind": "hashed"}}}
}

func entries(keys ...any) any { return map[string]any{"entries": keys} }

// drifts change an argument, as a person or a list that is read at every plan does.
var drifts = map[string][]any{
	"live_migration.project_id":                       {otherID},
	"live_migration.migration_hosts":                  {[]string{"migration-host-2.example.net"}},
	"live_migration.drop_destination_data":            {false, true},
	"live_migration.wait_until":                       {"started", "ready"},
	"live_migration.timeouts":                         {map[string]any{"create": "1h", "update": "2h"}},
	"live_migration.sharding":                         {entries(shardKey("a")), entries(shardKey("a"), shardKey("b")), entries(shardKey("b"), shardKey("a"))},
	"live_migration.source.project_id":                {otherID},
	"live_migration.source.cluster_name":              {"customers"},
	"live_migration.source.managed_authentication":    {together{"managed_authentication": true, "username": nil, "password": nil}},
	"live_migration.source.username":                  {"reader"},
	"live_migration.source.password":                  {"another password"},
	"live_migration.source.tls_enabled":               {false},
	"live_migration.source.ca_certificate_path":       {"/etc/ca.pem"},
	"live_migration.destination.project_id":           {otherID},
	"live_migration.destination.cluster_name":         {"customers-atlas"},
	"live_migration.destination.hostname_schema_type": {"VPC_PEERING"},
	"live_migration.destination.private_link_id":      {together{"hostname_schema_type": "PRIVATE_LINK", "private_link_id": "vpce-1"}},
	"live_migration_cutover.project_id":               {otherID},
	"live_migration_cutover.live_migration_id":        {otherID},
	"live_migration_cutover.max_lag_seconds":          {0, 30},
	"live_migration_cutover.ready_timeout":            {"10m", "0s"},
	"live_migration_cutover.not_after":                {"2030-01-01T00:00:00Z", "2000-01-01T01:00:00Z"},
	"live_migration_cutover.timeouts":                 {map[string]any{"create": "10m", "update": "10m"}},
}

func TestChaosChangesEveryArgument(t *testing.T) {
	schemas := conditions["not configured"].testServer(t).schemas
	for _, name := range []string{"live_migration", "live_migration_cutover"} {
		for _, a := range schemas.ResourceSchemas["atlasmigration_"+name].Block.Attributes {
			for _, path := range arguments(name, a) {
				if _, ok := drifts[path]; !ok {
					t.Errorf("nothing changes %s", path)
				}
			}
		}
	}
}

func (c *chaos) violates(format string, about ...any) {
	c.broken = append(c.broken, fmt.Sprintf(format, about...))
}

// earlier is the status of the live migration into a cluster before the last one; "" if
// there is none, or if the state held one into another cluster: a person moved on.
func (c *chaos) earlier(starts []atlassim.Start, held *coretest.Instance, cluster string) string {
	last := ""
	for _, s := range starts {
		switch {
		case s.Cluster == cluster:
			last = c.sim.Status(s.LiveMigrationID)
		case s.LiveMigrationID == held.String("id"):
			return ""
		}
	}
	return last
}

// movesOn reports whether the configuration names another cluster than the one that the
// live migration in the state was started into.
func (c *chaos) movesOn() bool {
	destination, _ := c.start.Config["destination"].(map[string]any)
	project, named := destination["project_id"].(string)
	if !named {
		project = fmt.Sprint(c.start.Config["project_id"])
	}
	return slices.ContainsFunc(c.sim.Starts(), func(s atlassim.Start) bool {
		return s.LiveMigrationID == c.start.State.String("id") && (s.ProjectID != project || s.Cluster != destination["cluster_name"])
	})
}

func (c *chaos) cutovers() int {
	n := 0
	for _, s := range c.sim.Starts() {
		n += c.sim.AcceptedCutovers(s.LiveMigrationID)
	}
	return n
}

func (c *chaos) cutoverIsDone() bool {
	return c.cutover.State.String("status") == "SUCCESS" && !c.cutover.State.Tainted
}

// happens does what an event does, and checks on the server's log that nothing was
// started or cut over again unless a person asked for it.
func (c *chaos) happens(e event) {
	starts, cutovers, done, before := c.sim.Starts(), c.cutovers(), c.cutoverIsDone(), copied(c.start.State)
	removes := e.forgets || e.renames && c.movesOn()
	e.do(c)
	for i, s := range c.sim.Starts()[len(starts):] {
		earlier := c.earlier(starts, before, s.Cluster)
		if i > 0 || earlier != "" && !e.starts && !c.forgotten && earlier != "FAILED" && earlier != "EXPIRED" {
			c.violates("Atlas started another live migration into %s after one that is %s, and nobody asked for it", s.Cluster, earlier)
		}
		if earlier == "COMPLETE" && before != nil && !e.copies && c.start.Config["drop_destination_data"] == true {
			c.violates("the destination of a completed live migration was deleted")
		}
	}
	if done && !e.cutsOver && c.cutovers() > cutovers {
		c.violates("Atlas accepted another cutover after one that is complete, and nobody asked for it")
	}
	for _, s := range c.sim.Starts() {
		if got := c.sim.AcceptedCutovers(s.LiveMigrationID); got > 1 {
			c.violates("Atlas accepted %d cutovers of %s", got, s.LiveMigrationID)
		}
	}
	forgets := c.start.State == nil || c.start.State.Tainted
	c.forgotten = forgets && (c.forgotten || removes)
	c.history = append(c.history, states{copied(c.start.State), copied(c.cutover.State)})
}

// checkDropIsAnnounced checks that a plan told what its apply deleted. Terraform
// shows no warning of the second plan that it makes of a replacement.
func (c *chaos) checkDropIsAnnounced(r coretest.Result) {
	if r.Action != coretest.Create || r.Failed() || c.start.Config["drop_destination_data"] != true {
		return
	}
	if !slices.Contains(coretest.Summaries(r.Planned()), "Destination data will be deleted") {
		c.violates("no plan told that the destination is deleted")
	}
}

// event is something that happens to it.
type event struct {
	what string
	do   func(*chaos)
	// What a person asks for: another live migration or another cutover, that the
	// state of the live migration is forgotten, that a copy of it is applied, or that
	// it has another key.
	starts, cutsOver, forgets, copies, renames bool
}

// whatAPersonDoes are the events without anything to draw.
var whatAPersonDoes = map[string]event{
	"apply":              {do: func(c *chaos) { c.apply(context.Background(), plainly) }},
	"apply once more":    {do: func(c *chaos) { c.apply(context.Background(), plainly) }},
	"plan both replaced": {do: (*chaos).planUnknown},
	"taint both":         {forgets: true, do: func(c *chaos) { c.start.Taint(); c.cutover.Taint() }},
	"taint the cutover":  {do: func(c *chaos) { c.cutover.Taint() }},
	"untaint":            {do: func(c *chaos) { c.start.Untaint(); c.cutover.Untaint() }},
	"lose the state":     {forgets: true, do: func(c *chaos) { c.start.LoseState(); c.cutover.LoseState() }},
	"lose the cutover":   {do: func(c *chaos) { c.cutover.LoseState() }},
	"import both":        {do: func(c *chaos) { c.importStart(); c.importCutover() }},
	// A renamed cutover is another resource. It adopts what its live migration went
	// through; only one that a person started since then is left to cut over.
	"rename the cutover": {cutsOver: true, do: func(c *chaos) {
		c.applyCutover(context.Background(), func(w *coretest.Workspace, ctx context.Context) coretest.Result {
			return w.ApplyRenamed(ctx, true)
		})
	}},
	"replace the cutover": {cutsOver: true, do: func(c *chaos) {
		c.applyCutover(context.Background(), (*coretest.Workspace).ApplyReplacing)
	}},
	"destroy the cutover": {do: func(c *chaos) { c.applyCutover(context.Background(), (*coretest.Workspace).Destroy) }},
	"destroy both": {forgets: true, do: func(c *chaos) {
		c.applyCutover(context.Background(), (*coretest.Workspace).Destroy)
		c.start.Destroy(context.Background())
	}},
	// One that Atlas refuses is done by the next apply.
	"replace the live migration": {starts: true, forgets: true, do: func(c *chaos) {
		c.apply(context.Background(), func(ctx context.Context, w *coretest.Workspace) coretest.Result { return w.ApplyReplacing(ctx) })
	}},
	"apply a copy": {starts: true, copies: true, do: (*chaos).applyCopy},
}

func drawEvent() *rapid.Generator[event] {
	drawn := []string{"drift", "drift", "drift", "rename", "rename", "interrupt", "interrupt", "kill", "kill", "pass", "pass", "restore"}
	kinds := append(drawn, slices.Sorted(maps.Keys(whatAPersonDoes))...)
	return rapid.Custom(func(t *rapid.T) event {
		kind := rapid.SampledFrom(kinds).Draw(t, "event")
		if e, ok := whatAPersonDoes[kind]; ok {
			e.what = kind
			return e
		}
		after := time.Duration(rapid.IntRange(0, 1500).Draw(t, "seconds")) * time.Second
		switch kind {
		case "drift":
			return drawDrift(t)
		case "rename":
			createFirst := rapid.Bool().Draw(t, "create first")
			return event{what: fmt.Sprintf("rename the live migration's key (created first: %t)", createFirst), renames: true, do: func(c *chaos) {
				c.apply(context.Background(), func(ctx context.Context, w *coretest.Workspace) coretest.Result {
					return w.ApplyRenamed(ctx, createFirst)
				})
			}}
		case "interrupt":
			return event{what: "interrupt after " + after.String(), do: func(c *chaos) {
				ctx, cancel := context.WithTimeout(context.Background(), after)
				defer cancel()
				c.apply(ctx, plainly)
			}}
		case "kill":
			return event{what: "kill after " + after.String(), do: func(c *chaos) { c.killed(after) }}
		case "restore":
			n := rapid.IntRange(0, 14).Draw(t, "state")
			return event{what: fmt.Sprintf("restore the state after event %d", n+1), forgets: true, do: func(c *chaos) { c.restore(n) }}
		default:
			return event{what: "let " + after.String() + " pass", do: func(*chaos) { providertest.Sleep(after) }}
		}
	})
}

// drawDrift changes some arguments, or puts them back.
func drawDrift(t *rapid.T) event {
	names := rapid.SliceOfNDistinct(rapid.SampledFrom(slices.Sorted(maps.Keys(drifts))), 1, 4, rapid.ID).Draw(t, "arguments")
	values := map[string]any{}
	var what []string
	for _, name := range names {
		values[name] = rapid.SampledFrom(append([]any{unchanged{}, unchanged{}}, drifts[name]...)).Draw(t, "value")
		what = append(what, fmt.Sprintf("%s = %v", name, values[name]))
	}
	return event{what: strings.Join(what, ", "), do: func(c *chaos) {
		for _, name := range names {
			c.set(name, values[name])
		}
	}}
}

// What completed is started again, and cut over again, only if a person asks for it.
func TestChaosStartsNothingAgainThatNobodyAskedFor(t *testing.T) {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", cmp.Or(os.Getenv("CHAOS"), "200")); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		version := rapid.SampledFrom([]string{"v1.0", "v2"}).Draw(rt, "version")
		m := atlassim.Migration{
			Copying: 5 * time.Minute, InitialLag: 60, CatchUp: time.Minute, ReadyLag: 30, CutoverTakes: 5 * time.Minute,
			FailsAfter:  rapid.SampledFrom([]time.Duration{0, 0, 0, 20 * time.Minute}).Draw(rt, "fails after"),
			CutoverEnds: rapid.SampledFrom([]atlassim.Ending{atlassim.Completes, atlassim.Completes, atlassim.Completes, atlassim.Fails}).Draw(rt, "ends"),
		}
		events := rapid.SliceOfN(drawEvent(), 1, 20).Draw(rt, "events")
		var broken []string
		var log []atlassim.Entry
		synctest.Test(t, func(*testing.T) {
			c := newJourneyChaos(rt, version, m)
			for _, e := range events {
				if c.happens(e); len(c.broken) > 0 {
					break
				}
			}
			broken, log = c.broken, c.sim.Log()
		})
		if len(broken) == 0 {
			return
		}
		rt.Logf("%s, fails after %s, ends: %v", version, m.FailsAfter, m.CutoverEnds)
		for i, e := range events {
			rt.Logf("%2d. %s", i+1, e.what)
		}
		for _, e := range log {
			if e.Accepted {
				rt.Log(e.At.Format(time.TimeOnly), e)
			}
		}
		rt.Fatalf("%s", strings.Join(broken, "\n"))
	})
}
