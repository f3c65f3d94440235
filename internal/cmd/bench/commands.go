// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// The commands that are measured, in the order in which they are run.
var commandNames = []string{"validate", "plan", "apply", "plan again", "destroy"}

func arguments(command string) []string {
	switch command {
	case "validate":
		return []string{"validate"}
	case "plan":
		return []string{"plan", "-input=false", "-out=plan"}
	case "apply":
		return []string{"apply", "-input=false", "plan"}
	case "plan again":
		return []string{"plan", "-input=false", "-detailed-exitcode"}
	default:
		return []string{"destroy", "-input=false", "-auto-approve"}
	}
}

// commands measures the CLI's commands on cutovers that are complete, beside as
// many resources of the provider that does nothing: small ones, and such that
// have the attributes of a cutover.
func (w *workshop) commands(ctx context.Context, r *results) error {
	sim, err := startSimulation(atlassim.Options{})
	if err != nil {
		return err
	}
	defer sim.stop()
	for _, size := range w.settings.sizes {
		ids := sim.add(size, atlassim.Migration{BegunElsewhere: true})
		for range w.repeat {
			for i, s := range []subject{w.cutover, w.nothing, w.alike} {
				if err := w.journey(ctx, s, sim, ids, r.at(size), i); err != nil {
					return err
				}
			}
		}
		for _, c := range commandNames {
			row := r.at(size)[c]
			say("%s of %d: %.2f s (%.2f s busy), %d requests; doing nothing: %.2f s (%.2f s busy); with the same attributes: %.2f s (%.2f s busy)",
				c, size, median(row.took[0]).Seconds(), median(row.busy[0]).Seconds(), row.requests,
				median(row.took[1]).Seconds(), median(row.busy[1]).Seconds(),
				median(row.took[2]).Seconds(), median(row.busy[2]).Seconds())
		}
	}
	return nil
}

// journey runs every command once.
func (w *workshop) journey(ctx context.Context, s subject, sim *simulation, ids []string, rows map[string]*timing, i int) error {
	dir := filepath.Join(w.dir, "work", s.name)
	if err := w.layOut(s, dir, sim.Credentials().ProjectID, ids); err != nil {
		return err
	}
	for _, command := range commandNames {
		before, simulating := len(sim.Log()), processorTime(os.Getpid())
		began := time.Now()
		c := w.command(ctx, dir, sim, arguments(command)...)
		if err := w.run(c); err != nil {
			return err
		}
		row := rows[command]
		row.took[i] = append(row.took[i], time.Since(began))
		row.atlas[i] = append(row.atlas[i], processorTime(os.Getpid())-simulating)
		row.busy[i] = append(row.busy[i], c.ProcessState.UserTime()+c.ProcessState.SystemTime())
		if i == 0 {
			row.requests = len(sim.Log()) - before
		}
	}
	return nil
}

// command is the CLI in a folder, with the simulated Atlas in its environment.
func (w *workshop) command(ctx context.Context, dir string, sim *simulation, args ...string) *exec.Cmd {
	keys := sim.Credentials()
	c := exec.CommandContext(ctx, w.cli, args...)
	c.Dir = dir
	c.Env = append(w.environment(), "TF_CLI_ARGS=-no-color",
		"MONGODB_ATLAS_BASE_URL="+sim.url,
		"MONGODB_ATLAS_PUBLIC_API_KEY="+keys.PublicKey,
		"MONGODB_ATLAS_PRIVATE_API_KEY="+keys.PrivateKey)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = time.Minute
	return c
}

func (w *workshop) run(c *exec.Cmd) error {
	out, err := c.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(c.Args[1:], " "), err, out)
	}
	return nil
}

// inProgress is how many cutovers are in progress at once, and for how long.
const (
	inProgress   = 1000
	progressTime = 20 * time.Second
)

// atOnce applies many cutovers that have not begun, all in the same moment, and
// watches the provider's memory.
func (w *workshop) atOnce(ctx context.Context, r *results) error {
	sim, err := startSimulation(atlassim.Options{})
	if err != nil {
		return err
	}
	defer sim.stop()
	ids := sim.add(inProgress, atlassim.Migration{CutoverTakes: progressTime, InitialLag: 1, SteadyLag: 1, ReadyLag: 1})
	for i, s := range w.subjects() {
		dir := filepath.Join(w.dir, "work", s.name)
		if err := w.layOut(s, dir, sim.Credentials().ProjectID, ids); err != nil {
			return err
		}
		if err := w.run(w.command(ctx, dir, sim, "plan", "-input=false", "-out=plan")); err != nil {
			return err
		}
		before, opened := len(sim.Log()), sim.opened.Load()
		c := w.command(ctx, dir, sim, "apply", "-input=false", "-parallelism="+strconv.Itoa(inProgress), "plan")
		peak := watchPeak(filepath.Base(s.binary))
		began := time.Now()
		if err := w.run(c); err != nil {
			return err
		}
		r.atOnceTook[i], r.atOncePeak[i] = time.Since(began), peak()
		if i == 0 {
			r.atOnceRequests, r.atOnceConnections = len(sim.Log())-before, int(sim.opened.Load()-opened)
		}
	}
	say("%d cutovers of %s at once: %.1f s, %.1f MiB at most, %d requests, %d connections; doing nothing: %.1f s, %.1f MiB",
		inProgress, progressTime, r.atOnceTook[0].Seconds(), r.atOncePeak[0], r.atOnceRequests, r.atOnceConnections,
		r.atOnceTook[1].Seconds(), r.atOncePeak[1])
	return nil
}
