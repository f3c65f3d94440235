// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package coretest_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

const cutoverType = "atlasmigration_live_migration_cutover"

// core is Terraform with one cutover in its configuration. Each command returns
// what the plan was to do, "" if there was none, and whether the command failed.
type core interface {
	apply() (coretest.Action, bool)
	replace() (coretest.Action, bool)
	destroy() (coretest.Action, bool)
	interrupt() (coretest.Action, bool)
	importIt() (coretest.Action, bool)
	taint()
	untaint()
	lose()
	// set sets an argument to an HCL expression, which is also a Go value in JSON.
	set(argument, value string)
	createBeforeDestroy()
	// state is the status, followed by "tainted" if it is; "" for nothing.
	state() string
}

// command is a command of a conformance row, and what is to come of it.
type command struct {
	run    func(core) (coretest.Action, bool)
	action coretest.Action
	fails  bool
	state  string
}

// event is something that happens between commands.
func event(do func(core), state string) command {
	return command{func(c core) (coretest.Action, bool) { do(c); return "", false }, "", false, state}
}

const none = coretest.Action("")

var (
	shortTimeout = event(func(c core) { c.set("timeouts", `{"create": "2s", "update": "2s"}`) }, "")
	timesOut     = command{core.apply, coretest.Create, true, "PENDING tainted"}
)

// conformance is what Terraform does, in this package's stand-in and in a real CLI.
// A row starts with a live migration that is ready; finish makes its cutover end.
func conformance(finish func()) map[string][]command {
	rows := byItself(finish)
	maps.Copy(rows, onRequest(finish))
	return rows
}

func byItself(finish func()) map[string][]command {
	ends := func(state string) command { return event(func(core) { finish() }, state) }
	return map[string][]command{
		"create, apply again, destroy": {
			ends(""),
			{core.apply, coretest.Create, false, "SUCCESS"},
			{core.apply, coretest.NoOp, false, "SUCCESS"},
			{core.destroy, coretest.Delete, false, ""},
		},
		"an error in create taints, and the next apply replaces": {
			shortTimeout, timesOut, ends("PENDING tainted"),
			{core.apply, coretest.Replace, false, "SUCCESS"},
			{core.apply, coretest.NoOp, false, "SUCCESS"},
		},
		"what is untainted is updated, and an error in update does not taint": {
			shortTimeout, timesOut, event(core.untaint, "PENDING"),
			{core.apply, coretest.Update, true, "PENDING"},
			ends("PENDING"),
			{core.apply, coretest.NoOp, false, "SUCCESS"}, // The refresh saw the end.
		},
		"an interrupt with a warning does not taint": {
			{core.interrupt, coretest.Create, false, "PENDING"}, ends("PENDING"),
			{core.apply, coretest.NoOp, false, "SUCCESS"},
		},
	}
}

func onRequest(finish func()) map[string][]command {
	ends := func(state string) command { return event(func(core) { finish() }, state) }
	return map[string][]command{
		"what a person taints is replaced": {
			ends(""),
			{core.apply, coretest.Create, false, "SUCCESS"},
			event(core.taint, "SUCCESS tainted"),
			{core.apply, coretest.Replace, false, "SUCCESS"},
		},
		"replace": {
			ends(""),
			{core.apply, coretest.Create, false, "SUCCESS"},
			{core.replace, coretest.Replace, false, "SUCCESS"},
		},
		"create before destroy": {
			event(core.createBeforeDestroy, ""), shortTimeout, timesOut, ends("PENDING tainted"),
			{core.apply, coretest.Replace, false, "SUCCESS"},
			{core.apply, coretest.NoOp, false, "SUCCESS"},
		},
		"a changed argument is an update": {
			ends(""),
			{core.apply, coretest.Create, false, "SUCCESS"},
			event(func(c core) { c.set("max_lag_seconds", "7") }, "SUCCESS"),
			{core.apply, coretest.Update, false, "SUCCESS"},
			{core.apply, coretest.NoOp, false, "SUCCESS"},
		},
		"a lost state is created again": {
			ends(""),
			{core.apply, coretest.Create, false, "SUCCESS"},
			event(core.lose, ""),
			{core.apply, coretest.Create, false, "SUCCESS"},
		},
		"import refuses what has not ended, and takes what has": {
			{core.importIt, none, true, ""}, shortTimeout, timesOut, event(core.lose, ""), ends(""),
			{core.importIt, none, false, "SUCCESS"},
			{core.destroy, coretest.Delete, false, ""},
		},
		"an invalid argument ends a plan": {
			event(func(c core) { c.set("live_migration_id", `"x"`) }, ""),
			{core.apply, none, true, ""},
		},
	}
}

func follow(t *testing.T, sim *atlassim.Sim, id string, c core, commands []command) {
	t.Helper()
	for n, do := range commands {
		action, failed := do.run(c)
		if got := c.state(); action != do.action || failed != do.fails || got != do.state {
			t.Fatalf("command %d: plans to %q, fails: %t, state %q; want %q, %t, %q", n+1, action, failed, got, do.action, do.fails, do.state)
		}
	}
	if got := sim.AcceptedCutovers(id); got > 1 {
		t.Errorf("Atlas accepted %d cutovers", got)
	}
}

func TestConformance(t *testing.T) {
	for name := range conformance(nil) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim := simtest.New(t, atlassim.Options{})
				id := sim.Add(atlassim.Migration{CutoverTakes: atlassim.Forever})
				c := &standIn{t, providertest.New(t, sim, cutoverType)}
				c.Set("project_id", sim.Credentials().ProjectID).Set("live_migration_id", id)
				follow(t, sim, id, c, conformance(func() { finish(sim, id) })[name])
			})
		})
	}
}

// The same with a real CLI.
func TestAcceptanceConformance(t *testing.T) {
	for name := range conformance(nil) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atlas := clitest.NewAtlas(t, 1)
			id := atlas.Add(atlassim.Migration{CutoverTakes: atlassim.Forever})
			c := &realCLI{Workspace: atlas.Workspace(t, "../../examples/cutover/main.tf"), t: t, atlas: atlas, id: id, arguments: map[string]string{}}
			c.Set("project_id", atlas.Credentials().ProjectID)
			c.Set("live_migration_id", id)
			follow(t, atlas.Sim, id, c, conformance(func() { finish(atlas.Sim, id) })[name])
		})
	}
}

func finish(sim *atlassim.Sim, id string) {
	sim.Update(id, func(m *atlassim.Migration) { m.CutoverTakes = time.Nanosecond })
}

// standIn is this package's Terraform.
type standIn struct {
	t *testing.T
	*providertest.Harness
}

func result(r coretest.Result) (coretest.Action, bool) { return r.Action, r.Failed() }

func (s *standIn) apply() (coretest.Action, bool)     { return result(s.Apply()) }
func (s *standIn) destroy() (coretest.Action, bool)   { return result(s.Destroy()) }
func (s *standIn) interrupt() (coretest.Action, bool) { return result(s.Interrupt(time.Minute)) }
func (s *standIn) taint()                             { s.Taint() }
func (s *standIn) untaint()                           { s.Untaint() }
func (s *standIn) lose()                              { s.LoseState() }
func (s *standIn) createBeforeDestroy()               { s.CreateBeforeDestroy = true }

func (s *standIn) replace() (coretest.Action, bool) {
	return result(s.ApplyReplacing(context.Background()))
}

func (s *standIn) importIt() (coretest.Action, bool) {
	keys := s.Sim.Credentials()
	return result(s.Import(context.Background(), keys.ProjectID+"/"+s.Config["live_migration_id"].(string)))
}

func (s *standIn) set(argument, value string) {
	var decoded any
	if err := json.Unmarshal([]byte(value), &decoded); err != nil {
		s.t.Fatal(err)
	}
	if number, ok := decoded.(float64); ok {
		decoded = int(number)
	}
	s.Set(argument, decoded)
}

func (s *standIn) state() string {
	if s.State == nil {
		return ""
	}
	status := s.State.String("status")
	if s.State.Tainted {
		status += " tainted"
	}
	return status
}

// realCLI is a CLI as a user runs it.
type realCLI struct {
	*clitest.Workspace
	t         *testing.T
	atlas     *clitest.Atlas
	id        string
	arguments map[string]string
}

const address = cutoverType + ".this"

func (c *realCLI) apply() (coretest.Action, bool)   { return c.planAndApply() }
func (c *realCLI) replace() (coretest.Action, bool) { return c.planAndApply("-replace=" + address) }
func (c *realCLI) destroy() (coretest.Action, bool) { return c.planAndApply("-destroy") }
func (c *realCLI) taint()                           { c.Terraform(0, "taint", address) }
func (c *realCLI) untaint()                         { c.Terraform(0, "untaint", address) }
func (c *realCLI) lose()                            { c.Terraform(0, "state", "rm", address) }

func (c *realCLI) planAndApply(arguments ...string) (coretest.Action, bool) {
	c.t.Helper()
	if !c.succeeds(append([]string{"plan", "-input=false", "-out=plan"}, arguments...)...) {
		return none, true
	}
	return c.planned(), !c.succeeds("apply", "-input=false", "plan")
}

func (c *realCLI) interrupt() (coretest.Action, bool) {
	c.t.Helper()
	c.Terraform(0, "plan", "-input=false", "-out=plan")
	action := c.planned()
	run := c.Start("apply", "-input=false", "plan")
	put := c.atlas.Sees(c.t, "the request", func(e atlassim.Entry) bool { return e.Accepted })
	c.atlas.Sees(c.t, "a read after the request", func(e atlassim.Entry) bool { return e.N > put.N && e.ServedStatus != "" })
	run.Signal(syscall.SIGINT, false)
	run.Ends(1) // The CLI's own, for the interrupt.
	return action, false
}

func (c *realCLI) importIt() (coretest.Action, bool) {
	return none, !c.succeeds("import", "-input=false", address, c.atlas.Credentials().ProjectID+"/"+c.id)
}

func (c *realCLI) succeeds(arguments ...string) bool {
	c.t.Helper()
	out, err := c.Command(c.t.Context(), arguments...).CombinedOutput()
	if err != nil {
		c.t.Logf("%s: %s\n%s", strings.Join(arguments, " "), err, out)
	}
	return err == nil
}

// planned is what the saved plan does.
func (c *realCLI) planned() coretest.Action {
	c.t.Helper()
	var shown struct {
		Changes []struct {
			Change struct {
				Actions []string `json:"actions"`
			} `json:"change"`
		} `json:"resource_changes"`
	}
	out, err := c.Command(c.t.Context(), "show", "-json", "plan").Output()
	if err == nil {
		err = json.Unmarshal(out, &shown)
	}
	if err != nil || len(shown.Changes) != 1 {
		c.t.Fatalf("the plan shows %s: %v", out, err)
	}
	if actions := shown.Changes[0].Change.Actions; len(actions) == 1 {
		return coretest.Action(actions[0])
	}
	return coretest.Replace
}

func (c *realCLI) set(argument, value string) {
	c.arguments[argument] = value
	c.override()
}

func (c *realCLI) createBeforeDestroy() { c.set("lifecycle", "{ create_before_destroy = true }") }

// override writes the arguments to an override file.
func (c *realCLI) override() {
	c.t.Helper()
	lines := []string{"resource \"" + cutoverType + "\" \"this\" {"}
	for argument, value := range c.arguments {
		if argument == "lifecycle" {
			lines = append(lines, "  lifecycle "+value)
			continue
		}
		lines = append(lines, "  "+argument+" = "+value)
	}
	slices.Sort(lines[1:])
	text := strings.ReplaceAll(strings.Join(lines, "\n")+"\n}\n", "lifecycle { ", "lifecycle {\n    ")
	text = strings.ReplaceAll(text, "true }", "true\n  }")
	if err := os.WriteFile(filepath.Join(c.Dir, "main_override.tf"), []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

func (c *realCLI) state() string {
	instance, ok := c.State()[address]
	if !ok {
		return ""
	}
	status, _ := instance.Attributes["status"].(string)
	return strings.TrimSpace(status + " " + instance.Status)
}
