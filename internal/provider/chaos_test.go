// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
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
// change, lists drift, keys of for_each are renamed, and applies are interrupted or
// killed.
type chaos struct {
	sim       *atlassim.Sim
	transport *coretest.KillableTransport
	start     *coretest.Workspace
	cutover   *coretest.Workspace
	// restarts counts what a person asked for: a replacement of the live migration.
	restarts int
}

const chaosCluster = "orders-atlas"

func newJourneyChaos(t simtest.T, version string) *chaos {
	sim := simtest.New(t, atlassim.Options{})
	sim.SetTemplate(atlassim.Migration{Copying: 5 * time.Minute, InitialLag: 60, CatchUp: time.Minute, ReadyLag: 30, CutoverTakes: 5 * time.Minute})
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
	return c
}

// apply applies the live migration and then, if that did not fail, its cutover.
func (c *chaos) apply(ctx context.Context, start func(context.Context, *coretest.Workspace) coretest.Result) {
	if r := start(ctx, c.start); r.Failed() || c.start.State == nil || ctx.Err() != nil {
		return
	}
	c.cutover.Config["live_migration_id"] = c.start.State.String("id")
	c.cutover.Apply(ctx)
}

func plainly(ctx context.Context, w *coretest.Workspace) coretest.Result { return w.Apply(ctx) }

// killed applies with a provider that is killed after some time. What it had not
// returned by then is not in the state.
func (c *chaos) killed(after time.Duration) {
	start, cutover := copied(c.start.State), copied(c.cutover.State)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c.transport.Start(nil, cancel)
	kill := time.AfterFunc(after, c.transport.Kill)
	c.apply(ctx, plainly)
	kill.Stop()
	synctest.Wait()
	if c.transport.Killed() {
		// A live migration that ended its own step before the kill is stored.
		if c.start.State == nil || start != nil {
			c.start.State = start
		}
		c.cutover.State = cutover
	}
	c.transport.Start(nil, nil)
}

func copied(i *coretest.Instance) *coretest.Instance {
	if i == nil {
		return nil
	}
	instance := *i
	return &instance
}

// violations are what must not be on the server's log.
func (c *chaos) violations() []string {
	var found []string
	if got := c.sim.AcceptedStarts(chaosCluster); got > 1+c.restarts {
		found = append(found, fmt.Sprintf("Atlas started %d live migrations, and a person asked for %d", got, 1+c.restarts))
	}
	for _, s := range c.sim.Starts() {
		if got := c.sim.AcceptedCutovers(s.LiveMigrationID); got > 1 {
			found = append(found, fmt.Sprintf("Atlas accepted %d cutovers of %s", got, s.LiveMigrationID))
		}
	}
	return found
}

// event is something that happens to it.
type event struct {
	what string
	do   func(*chaos)
}

// drifts change an argument, as a person or a list that is read at every plan does.
var drifts = map[string][]any{
	"start.migration_hosts":       {[]string{"migration-host-1.example.net"}, []string{"migration-host-2.example.net"}},
	"start.drop_destination_data": {nil, false, true},
	"start.wait_until":            {nil, "started", "ready"},
	"start.timeouts":              {nil, map[string]any{"create": "1h", "update": "2h"}},
	"start.sharding": {nil, map[string]any{"entries": []any{map[string]any{
		"database": "shop", "collection": "orders", "key": []any{map[string]any{"field": "_id", "kind": "hashed"}},
	}}}},
	"start.source.cluster_name":              {"orders", "customers"},
	"start.source.username":                  {"migrator", "reader"},
	"start.source.password":                  {providertest.SourcePassword, "another password"},
	"start.source.tls_enabled":               {true, false},
	"start.source.ca_certificate_path":       {nil, "/etc/ca.pem"},
	"start.destination.hostname_schema_type": {"PUBLIC", "VPC_PEERING"},
	"cutover.max_lag_seconds":                {nil, 0, 30},
	"cutover.ready_timeout":                  {nil, "10m", "0s"},
	"cutover.not_after":                      {nil, "2030-01-01T00:00:00Z"},
	"cutover.timeouts":                       {nil, map[string]any{"create": "10m", "update": "10m"}},
}

func (c *chaos) set(name string, value any) {
	path := strings.Split(name, ".")
	config := c.start.Config
	if path[0] == "cutover" {
		config = c.cutover.Config
	}
	if len(path) == 3 {
		object := map[string]any{}
		for key, was := range config[path[1]].(map[string]any) {
			object[key] = was
		}
		object[path[2]] = value
		value = object
	}
	config[path[1]] = value
}

func drawEvent() *rapid.Generator[event] {
	return rapid.Custom(func(t *rapid.T) event {
		after := time.Duration(rapid.IntRange(0, 1500).Draw(t, "seconds")) * time.Second
		kind := rapid.SampledFrom([]string{
			"apply", "apply", "drift", "drift", "drift", "rename", "interrupt", "kill", "pass", "pass",
			"taint the cutover", "untaint", "lose the cutover", "replace the cutover", "destroy the cutover", "replace both",
		}).Draw(t, "event")
		switch kind {
		case "apply":
			return event{kind, func(c *chaos) { c.apply(context.Background(), plainly) }}
		case "drift":
			names := make([]string, 0, len(drifts))
			for name := range drifts {
				names = append(names, name)
			}
			slices.Sort(names)
			name := rapid.SampledFrom(names).Draw(t, "argument")
			value := rapid.SampledFrom(drifts[name]).Draw(t, "value")
			return event{fmt.Sprintf("%s = %v", name, value), func(c *chaos) { c.set(name, value) }}
		case "rename":
			createFirst := rapid.Bool().Draw(t, "create first")
			return event{fmt.Sprintf("rename the live migration's key (created first: %t)", createFirst), func(c *chaos) {
				c.apply(context.Background(), func(ctx context.Context, w *coretest.Workspace) coretest.Result {
					return w.ApplyRenamed(ctx, createFirst)
				})
			}}
		case "interrupt":
			return event{"interrupt after " + after.String(), func(c *chaos) {
				ctx, cancel := context.WithTimeout(context.Background(), after)
				defer cancel()
				c.apply(ctx, plainly)
			}}
		case "kill":
			return event{"kill after " + after.String(), func(c *chaos) { c.killed(after) }}
		case "pass":
			return event{"let " + after.String() + " pass", func(*chaos) { providertest.Sleep(after) }}
		case "taint the cutover":
			return event{kind, func(c *chaos) { c.cutover.Taint() }}
		case "untaint":
			return event{kind, func(c *chaos) { c.cutover.Untaint() }}
		case "lose the cutover":
			return event{kind, func(c *chaos) { c.cutover.LoseState() }}
		case "replace the cutover":
			return event{kind, func(c *chaos) {
				if c.cutover.Config["live_migration_id"] != nil {
					c.cutover.ApplyReplacing(context.Background())
				}
			}}
		case "destroy the cutover":
			return event{kind, func(c *chaos) {
				if c.cutover.Config["live_migration_id"] != nil {
					c.cutover.Destroy(context.Background())
				}
			}}
		default:
			return event{kind, func(c *chaos) {
				c.restarts++
				c.apply(context.Background(), func(ctx context.Context, w *coretest.Workspace) coretest.Result { return w.ApplyReplacing(ctx) })
			}}
		}
	})
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
		events := rapid.SliceOfN(drawEvent(), 1, 15).Draw(rt, "events")
		var found []string
		var log []atlassim.Entry
		synctest.Test(t, func(*testing.T) {
			c := newJourneyChaos(rt, version)
			for _, e := range events {
				e.do(c)
				if found = c.violations(); len(found) > 0 {
					break
				}
			}
			log = c.sim.Log()
		})
		if len(found) == 0 {
			return
		}
		for i, e := range events {
			rt.Logf("%2d. %s", i+1, e.what)
		}
		for _, e := range log {
			if e.Accepted {
				rt.Log(e.At.Format(time.TimeOnly), e)
			}
		}
		rt.Fatalf("%s", strings.Join(found, "\n"))
	})
}
