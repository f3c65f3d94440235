// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// hello is the first line that the simulator prints.
type hello struct {
	BaseURL         string `json:"base_url"`
	PublicKey       string `json:"public_key"`
	PrivateKey      string `json:"private_key"`
	ProjectID       string `json:"project_id"`
	OrganizationID  string `json:"org_id"`
	LiveMigrationID string `json:"live_migration_id"`
}

// atlas is the simulator as a child process.
type atlas struct {
	hello   hello
	process *exec.Cmd
}

// startAtlas returns once the simulator listens.
func startAtlas(ctx context.Context, binary string, shown example, c *console) (*atlas, error) {
	// An interrupt must not take Atlas away before the CLI has saved its state:
	// stop ends it, after the CLI.
	process := exec.CommandContext(context.WithoutCancel(ctx), binary, "-listen", "127.0.0.1:0",
		"-speed", strconv.Itoa(shown.speed), "-scenario", shown.scenario)
	process.Stderr = c.stream("Atlas")
	process.WaitDelay = time.Second
	standApart(process)
	out, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, fmt.Errorf("unable to start the simulator: %w", err)
	}
	a := &atlas{process: process}
	if a.hello, err = readHello(ctx, out); err != nil {
		a.stop()
		return nil, err
	}
	return a, nil
}

func readHello(ctx context.Context, out io.Reader) (hello, error) {
	type answer struct {
		hello hello
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		line, err := bufio.NewReader(out).ReadBytes('\n')
		if err != nil {
			answers <- answer{err: fmt.Errorf("the simulator ended before it said where it listens: %w", err)}
			return
		}
		h, err := parseHello(line)
		answers <- answer{h, err}
	}()
	select {
	case a := <-answers:
		return a.hello, a.err
	case <-ctx.Done():
		return hello{}, ctx.Err()
	}
}

func parseHello(line []byte) (hello, error) {
	var h hello
	if err := json.Unmarshal(line, &h); err != nil {
		return hello{}, fmt.Errorf("the simulator's first line is not the JSON object it should be: %w", err)
	}
	if h.BaseURL == "" {
		return hello{}, fmt.Errorf("the simulator's first line names no address: %s", line)
	}
	return h, nil
}

// stop ends the simulator, by force if an interrupt is not enough.
func (a *atlas) stop() {
	_ = a.process.Process.Signal(os.Interrupt)
	force := time.AfterFunc(2*time.Second, func() { _ = a.process.Process.Kill() })
	defer force.Stop()
	_ = a.process.Wait()
}

// entry is one request in the simulator's log. What is accepted has changed
// something there.
type entry struct {
	Call     string `json:"call"`
	Accepted bool   `json:"accepted"`
}

func (a *atlas) log(ctx context.Context) ([]entry, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.hello.BaseURL+"/_sim/log", nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("unable to read the simulator's log: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("unable to read the simulator's log: it answered %s", response.Status)
	}
	var log []entry
	if err := json.NewDecoder(response.Body).Decode(&log); err != nil {
		return nil, fmt.Errorf("unable to read the simulator's log: %w", err)
	}
	return log, nil
}

func (e entry) changesAtlas() bool  { return e.Accepted }
func (e entry) startsCutover() bool { return e.Accepted && e.Call == "cutover" }

func count(log []entry, counts func(entry) bool) int {
	n := 0
	for _, e := range log {
		if counts(e) {
			n++
		}
	}
	return n
}
