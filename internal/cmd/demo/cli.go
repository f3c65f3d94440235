// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/cmd/internal/terraformcli"
)

// patience is how long an interrupted CLI has to save its state and leave.
const patience = 20 * time.Second

// cli runs the CLI in the stage's work folder.
type cli struct {
	binary string
	dir    string
	mirror string
	env    []string
	shown  io.Writer
}

// cliFor is a CLI that knows this simulated Atlas, its key and its migration.
func (s *stage) cliFor(h hello, c *console) *cli {
	env := append(terraformcli.Environment(os.Environ(), s.config()),
		"MONGODB_ATLAS_BASE_URL="+h.BaseURL,
		"MONGODB_ATLAS_PUBLIC_API_KEY="+h.PublicKey,
		"MONGODB_ATLAS_PRIVATE_API_KEY="+h.PrivateKey,
		"TF_VAR_project_id="+h.ProjectID,
		"TF_VAR_live_migration_id="+h.LiveMigrationID,
		"TF_VAR_organization_id="+h.OrganizationID,
		"TF_CLI_ARGS=-no-color",
	)
	return &cli{binary: s.binary, dir: s.work(), mirror: s.mirror(), env: env, shown: c.stream(filepath.Base(s.binary))}
}

// run shows what the CLI prints.
func (c *cli) run(ctx context.Context, args ...string) error {
	command := c.command(ctx, args)
	command.Stdout, command.Stderr = c.shown, c.shown
	return named(args, command.Run())
}

// quietly shows what the CLI prints only if it fails.
func (c *cli) quietly(ctx context.Context, args ...string) error {
	out, err := c.command(ctx, args).CombinedOutput()
	if err != nil {
		_, _ = c.shown.Write(out)
	}
	return named(args, err)
}

func (c *cli) output(ctx context.Context, name string) (string, error) {
	args := []string{"output", "-raw", name}
	command := c.command(ctx, args)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, c.shown
	err := named(args, command.Run())
	return out.String(), err
}

func (c *cli) stateFile() string { return filepath.Join(c.dir, "terraform.tfstate") }

// command is ended by one interrupt, as a person would end it. The CLI stands
// in a process group of its own so that Ctrl-C at the terminal reaches it once,
// through this program, rather than a second time that means "drop everything".
func (c *cli) command(ctx context.Context, args []string) *exec.Cmd {
	command := exec.CommandContext(ctx, c.binary, args...)
	command.Dir = c.dir
	command.Env = c.env
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = patience
	standApart(command)
	return command
}

func named(args []string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	return nil
}
