// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/terraformcli"
)

// patience is how long an interrupted CLI has to save its state and leave.
const patience = 20 * time.Second

// cli is a CLI in a folder with a configuration. It finds providers in a mirror
// only.
type cli struct {
	path, dir string
	env       []string
}

// newCLI copies the configuration, so that nothing is written beside it.
func newCLI(ctx context.Context, mirror, configuration string) (*cli, error) {
	path, err := terraformcli.Find()
	if err != nil {
		return nil, err
	}
	product, err := terraformcli.Identify(ctx, path)
	if err != nil {
		return nil, err
	}
	say("The CLI is %s, at %s.", product, path)
	dir, err := filepath.Abs(filepath.Join(".build", "demo"))
	if err != nil {
		return nil, err
	}
	settings := filepath.Join(dir, "cli.tfrc")
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	if err := os.CopyFS(dir, os.DirFS(configuration)); err != nil {
		return nil, fmt.Errorf("unable to copy %s: %w", configuration, err)
	}
	env := append(terraformcli.Environment(os.Environ()), "TF_CLI_CONFIG_FILE="+settings, "TF_CLI_ARGS=-no-color")
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(mirror))
	return &cli{path: path, dir: dir, env: env}, os.WriteFile(settings, []byte(text), 0o600)
}

// source is a deployment that the simulated Atlas lists as available.
const source = `{"project_id": "a95a72942bbf2f261dd23e02", "cluster_name": "orders", ` +
	`"migration_host": "migration-host.example.net", "tls_enabled": true}`

// use makes the CLI work with an Atlas.
func (c *cli) use(url string, keys atlassim.Credentials, liveMigrationID string) {
	c.env = append(c.env,
		"MONGODB_ATLAS_BASE_URL="+url,
		"MONGODB_ATLAS_PUBLIC_API_KEY="+keys.PublicKey,
		"MONGODB_ATLAS_PRIVATE_API_KEY="+keys.PrivateKey,
		"TF_VAR_project_id="+keys.ProjectID,
		"TF_VAR_live_migration_id="+liveMigrationID,
		"TF_VAR_organization_id="+keys.OrgID,
		"TF_VAR_source_cluster="+source)
}

// install installs the provider as a user would who has no registry. What the CLI
// prints is only shown in an error.
func (c *cli) install(ctx context.Context, mirror string) error {
	for _, args := range [][]string{{"providers", "lock", "-fs-mirror=" + mirror}, {"init", "-input=false"}} {
		if printed, err := c.command(ctx, args).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, printed)
		}
	}
	return nil
}

// run shows what the CLI prints.
func (c *cli) run(ctx context.Context, args ...string) error {
	command := c.command(ctx, args)
	shown := &speaker{show: func(line string) { say("%9s │ %s", filepath.Base(c.path), line) }}
	command.Stdout, command.Stderr = shown, shown
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// command is ended by one interrupt, as a person would end it. The CLI stands in
// a process group of its own, so that Ctrl-C at the terminal reaches it once,
// through this program: a second one would mean "drop everything".
func (c *cli) command(ctx context.Context, args []string) *exec.Cmd {
	command := exec.CommandContext(ctx, c.path, args...)
	command.Dir, command.Env = c.dir, c.env
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = patience
	standApart(command)
	return command
}

// speaker shows the lines that a program prints, without the empty ones.
type speaker struct {
	show    func(line string)
	pending []byte
}

// Write shows every line that is complete and keeps the rest for later.
func (s *speaker) Write(p []byte) (int, error) {
	s.pending = append(s.pending, p...)
	for {
		line, rest, complete := bytes.Cut(s.pending, []byte("\n"))
		if !complete {
			return len(p), nil
		}
		s.pending = rest
		if text := strings.TrimRight(string(line), " \r"); text != "" {
			s.show(text)
		}
	}
}
