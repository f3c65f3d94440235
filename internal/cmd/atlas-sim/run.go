// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// The exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// greetingNames are what the greeting has.
const greetingNames = "base_url, public_key, private_key, access_token, client_id, client_secret, org_id, project_id, live_migration_id"

// greeting is the first line on standard output: all that a client needs. Where
// a scenario leaves it to the client to start a live migration, it has no ID.
type greeting struct {
	BaseURL string `json:"base_url"`
	atlassim.Credentials
	LiveMigrationID string `json:"live_migration_id"`
}

// run is the program: it serves until the context ends, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	settings, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	}
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", settings.listen)
	if err != nil {
		say(stderr, "atlas-sim: %v\n", err)
		return exitFailed
	}
	story := &narrator{to: stderr}
	settings.options.Speed, settings.options.OnEntry = settings.speed, story.tell
	sim := atlassim.New(settings.options)
	story.began = sim.Now()
	hello := greeting{
		BaseURL:         "http://" + listener.Addr().String(),
		Credentials:     sim.Credentials(),
		LiveMigrationID: settings.scenario.Build(sim),
	}
	if err := json.NewEncoder(stdout).Encode(hello); err != nil {
		_ = listener.Close() // nothing was served on it
		say(stderr, "atlas-sim: cannot write to standard output: %v\n", err)
		return exitFailed
	}
	say(stderr, "%s: %s (%gx real time)\n", settings.scenario.Name, settings.scenario.Rehearses, settings.speed)
	return serve(ctx, listener, sim, stderr)
}

// serve serves until the context ends, then hangs up on anyone who is still there.
func serve(ctx context.Context, listener net.Listener, sim *atlassim.Sim, stderr io.Writer) int {
	server := &http.Server{Handler: sim, ReadHeaderTimeout: time.Minute}
	closing := context.AfterFunc(ctx, func() { _ = server.Close() }) // there is nothing to save
	defer closing()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		say(stderr, "atlas-sim: %v\n", err)
		return exitFailed
	}
	return exitOK
}

// narrator tells a person what happens, a line for each request.
type narrator struct {
	mu    sync.Mutex
	to    io.Writer
	began time.Time // simulated
}

// tell writes a line such as "00:01:23  PUT cutover → 200 accepted the cutover".
func (n *narrator) tell(e atlassim.Entry) {
	n.mu.Lock()
	defer n.mu.Unlock()
	seconds := int(e.At.Sub(n.began).Seconds())
	say(n.to, "%02d:%02d:%02d  %s\n", seconds/3600, seconds/60%60, seconds%60, e)
}

// say writes to a person. If nobody can be told, there is nobody to tell that either.
func say(to io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(to, format, args...) }
