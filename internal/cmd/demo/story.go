// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// example is a folder of examples/, with what Atlas has to do for it.
type example struct {
	scenario string
	// speed makes the scenario's minutes a person's seconds.
	speed float64
	// still is true if a second apply has nothing to ask Atlas, and nothing to
	// change in the state. A whole journey has resources that are refreshed.
	still bool
}

var examples = map[string]example{
	"cutover": {scenario: "happy", speed: 15, still: true},
	"journey": {scenario: "journey", speed: 20},
}

// rehearse tells the story. What it starts or writes is gone when it returns.
func rehearse(ctx context.Context, mirror, name string) (err error) {
	shown, known := examples[name]
	if !known {
		return fmt.Errorf("there is no example %q to show; there are cutover and journey", name)
	}
	heading("Getting ready: the provider, a simulated Atlas, a CLI")
	cli, err := newCLI(ctx, mirror, filepath.Join("examples", name))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(cli.dir)) }()
	scenario, _ := atlassim.FindScenario(shown.scenario)
	var began time.Time
	sim := atlassim.New(atlassim.Options{Speed: shown.speed, OnEntry: func(e atlassim.Entry) {
		say("%9s │ %s  %s", "Atlas", time.Time{}.Add(e.At.Sub(began)).Format(time.TimeOnly), e)
	}})
	began = sim.Now()
	id := scenario.Build(sim)
	server := httptest.NewServer(sim)
	defer server.Close()
	say("A simulated Atlas listens on %s. Its clock runs %g times as fast as ours.", server.URL, shown.speed)
	cli.use(server.URL, sim.Credentials(), id)
	if err := cli.install(ctx, mirror); err != nil {
		return err
	}
	return applyTwice(ctx, cli, sim, shown)
}

func heading(text string) { say("\n%s\n%s", text, strings.Repeat("─", len([]rune(text)))) }

func applyTwice(ctx context.Context, cli *cli, sim *atlassim.Sim, shown example) error {
	heading("First apply: wait until the lag is small enough, request the cutover once, wait for Atlas to confirm it")
	first, err := apply(ctx, cli, sim)
	if err != nil {
		return err
	}
	heading("Second apply: the cutover is done, and there is nothing to do")
	second, err := apply(ctx, cli, sim)
	if err != nil {
		return err
	}
	heading("What Atlas itself has in its log")
	say("Requests to start a cutover that Atlas accepted: %d.", second.cutovers)
	say("Requests of any kind that the second apply sent: %d.", second.requests-first.requests)
	return judge(shown, first, second)
}

func apply(ctx context.Context, cli *cli, sim *atlassim.Sim) (observation, error) {
	if err := cli.run(ctx, "apply", "-auto-approve", "-input=false"); err != nil {
		return observation{}, err
	}
	state, err := os.ReadFile(filepath.Join(cli.dir, "terraform.tfstate"))
	if err != nil {
		return observation{}, err
	}
	return observe(state, sim.Log())
}

// observation is what can be seen from outside after an apply.
type observation struct {
	status string // the output of that name
	state  []byte // the state file
	// cutovers and changes are requests that Atlas accepted so far: those to start
	// a cutover, and those of any kind. requests are all that it received.
	cutovers, changes, requests int
}

func observe(state []byte, log []atlassim.Entry) (observation, error) {
	var stored struct {
		Outputs map[string]struct{ Value any } `json:"outputs"`
	}
	if err := json.Unmarshal(state, &stored); err != nil {
		return observation{}, fmt.Errorf("unable to read the state: %w", err)
	}
	status, _ := stored.Outputs["status"].Value.(string)
	o := observation{status: status, state: state, requests: len(log)}
	for _, e := range log {
		if e.Accepted {
			o.changes++
		}
		if e.Accepted && e.Call == atlassim.CallCutover {
			o.cutovers++
		}
	}
	return o, nil
}

var errFailed = errors.New("what happened is not what should have")

// judge compares Terraform's belief after each apply with Atlas's own log.
func judge(shown example, first, second observation) error {
	switch {
	case first.status != "SUCCESS":
		return fmt.Errorf("%w: after the first apply the status in state is %q, not SUCCESS", errFailed, first.status)
	case first.cutovers != 1:
		return fmt.Errorf("%w: Atlas accepted %d cutovers during the first apply, not 1", errFailed, first.cutovers)
	case second.changes != first.changes:
		return fmt.Errorf("%w: Atlas accepted another change during the second apply", errFailed)
	case shown.still && second.requests != first.requests:
		return fmt.Errorf("%w: the second apply sent %d requests, though a finished cutover needs none",
			errFailed, second.requests-first.requests)
	case shown.still && !bytes.Equal(first.state, second.state):
		return fmt.Errorf("%w: the second apply changed the state", errFailed)
	}
	return nil
}
