// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package terraformcli finds a Terraform or OpenTofu binary for the programs
// that need one (the demo, the tests, the formatter), and gives it an
// environment in which nothing of the user's own set-up can change the result.
package terraformcli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// fetchedVersion is what Ensure fetches where no CLI is at hand. hc-install
// takes exact versions only.
const fetchedVersion = "1.14.3"

// ErrNone is returned by Find when neither the environment nor PATH has a CLI.
var ErrNone = errors.New("no Terraform CLI found: neither TERRAFORM is set, nor is terraform or tofu on PATH")

// Lookup is how Find sees the machine.
type Lookup struct {
	Getenv   func(string) string
	LookPath func(string) (string, error)
}

// Machine is the Lookup of the machine that the program runs on.
func Machine() Lookup {
	return Lookup{Getenv: os.Getenv, LookPath: exec.LookPath}
}

// Find returns the absolute path of the CLI: $TERRAFORM, else terraform, else
// tofu on PATH. A TERRAFORM that leads nowhere is an error rather than passed
// over, since whoever set it meant that one. ErrNone where there is none.
func Find(l Lookup) (string, error) {
	if named := l.Getenv("TERRAFORM"); named != "" {
		path, err := l.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("TERRAFORM is set to %q, which cannot be run: %w", named, err)
		}
		return filepath.Abs(path)
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := l.LookPath(name); err == nil {
			return filepath.Abs(path)
		}
	}
	return "", ErrNone
}

// Ensure is Find, and where that has nothing, a binary that it fetches into the
// build folder (or finds there from an earlier run). The error is one sentence
// fit for a person.
func Ensure(ctx context.Context, root string) (string, error) {
	path, err := Find(Machine())
	if !errors.Is(err, ErrNone) {
		return path, err
	}
	dir := filepath.Join(BuildDir(root), "cli")
	fetched := filepath.Join(dir, "terraform")
	if _, err := os.Stat(fetched); err == nil {
		return fetched, nil
	}
	if err := fetch(ctx, root, dir); err != nil {
		return "", fmt.Errorf("%w, and Terraform %s could not be fetched: install either, or set TERRAFORM to its path (details in %s)",
			ErrNone, fetchedVersion, filepath.Join(dir, "fetch.log"))
	}
	return fetched, nil
}

func fetch(ctx context.Context, root, dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	tool := exec.CommandContext(ctx, "go", "tool", "-modfile=internal/tools/go.mod",
		"hc-install", "install", "-version", fetchedVersion, "-path", dir, "terraform")
	tool.Dir = root
	out, err := tool.CombinedOutput()
	if err != nil {
		return errors.Join(err, os.WriteFile(filepath.Join(dir, "fetch.log"), out, 0o600))
	}
	return nil
}

// BuildDir is the one folder of a clone, ignored by git, that programs of the
// house write to.
func BuildDir(root string) string {
	return filepath.Join(root, ".build")
}

// Root returns the root of the clone that the working directory lies in.
func Root(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("unable to find the root of the clone: %w", err)
	}
	mod := strings.TrimSpace(string(out))
	if mod == "" || mod == os.DevNull {
		return "", errors.New("unable to find the root of the clone: run this inside it")
	}
	return filepath.Dir(mod), nil
}
