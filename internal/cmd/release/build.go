// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/cmd/internal/terraformcli"
)

// build is one build of a commit, in a clone of its own: what is published is
// what was committed, not what lies about.
type build struct {
	source  string // the repository
	commit  string
	dir     string // where its clone goes
	version string
}

func (b build) dist() string     { return filepath.Join(b.dir, ".build", "dist") }
func (b build) manifest() string { return filepath.Join(b.dir, "terraform-registry-manifest.json") }

func (b build) run(ctx context.Context) error {
	if err := b.clone(ctx); err != nil {
		return err
	}
	config, err := b.configure()
	if err != nil {
		return err
	}
	releaser := exec.CommandContext(ctx, "go", "tool", "-modfile=internal/tools/release/go.mod",
		"goreleaser", "release", "--snapshot", "--clean", "--skip=sign", "--config="+config)
	releaser.Dir = b.dir
	releaser.Env = append(os.Environ(), "VERSION="+b.version)
	if out, err := releaser.CombinedOutput(); err != nil {
		return fmt.Errorf("unable to build the release: %w\n%s", err, out)
	}
	return nil
}

func (b build) clone(ctx context.Context) error {
	if _, err := git(ctx, b.source, "clone", "--quiet", "--no-checkout", b.source, b.dir); err != nil {
		return err
	}
	_, err := git(ctx, b.dir, "checkout", "--quiet", "--detach", b.commit)
	return err
}

// configure writes the clone's own configuration, narrowed to this platform.
func (b build) configure() (string, error) {
	whole, err := os.ReadFile(filepath.Join(b.dir, ".goreleaser.yml"))
	if err != nil {
		return "", err
	}
	narrow, err := narrowed(string(whole), runtime.GOOS+"_"+runtime.GOARCH)
	if err != nil {
		return "", err
	}
	path := filepath.Join(b.dir, ".build", "goreleaser.yml")
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return "", err
	}
	return path, os.WriteFile(path, []byte(narrow), 0o600)
}

// demo rehearses a cutover with the archives of this build, and with the CLI
// that the rest of the house uses.
func (b build) demo(ctx context.Context, root string, out io.Writer) error {
	cli, err := terraformcli.Ensure(ctx, root)
	if err != nil {
		return err
	}
	demo := exec.CommandContext(ctx, "go", "run", "-buildvcs=false", "./internal/cmd/demo", "-release", b.dist())
	demo.Dir = b.dir
	demo.Env = append(os.Environ(), "TERRAFORM="+cli)
	demo.Stdout, demo.Stderr = out, out
	if err := demo.Run(); err != nil {
		return fmt.Errorf("the archives do not rehearse a cutover: %w", err)
	}
	return nil
}

// lastCommit is the commit to build. What is not committed is left out, and said
// to be.
func lastCommit(ctx context.Context, root string, out io.Writer) (string, error) {
	commit, err := git(ctx, root, "rev-parse", "HEAD")
	if err != nil {
		return "", err
	}
	changes, err := git(ctx, root, "status", "--porcelain")
	if err != nil {
		return "", err
	}
	if changes != "" {
		say(out, "There are changes that are not committed. The release is of the last commit, and leaves them out.")
	}
	return commit, nil
}

func git(ctx context.Context, dir string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", args...)
	command.Dir = dir
	var out, complaint bytes.Buffer
	command.Stdout, command.Stderr = &out, &complaint
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("git %s: %w", args[0], errors.Join(err, errors.New(strings.TrimSpace(complaint.String()))))
	}
	return strings.TrimSpace(out.String()), nil
}
