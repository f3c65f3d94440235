// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package terraformcli finds the Terraform or OpenTofu binary that the tests and
// the demo run, and gives it an environment without the user's own settings.
package terraformcli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/hashicorp/go-version"
)

// The products, as they call themselves.
const (
	Terraform = "Terraform"
	OpenTofu  = "OpenTofu"
)

// ErrNone is returned by Find if there is no CLI.
var ErrNone = errors.New("no Terraform CLI found: install terraform or tofu, or set TERRAFORM to the path of one")

// Find returns the absolute path of the CLI: $TERRAFORM, else what plugin-testing
// is told to use, else terraform, else tofu on PATH. A variable that names no
// executable is an error, not a reason to take another CLI.
func Find() (string, error) { return find(os.Getenv, exec.LookPath) }

func find(getenv func(string) string, lookPath func(string) (string, error)) (string, error) {
	for _, variable := range []string{"TERRAFORM", "TF_ACC_TERRAFORM_PATH"} {
		if named := getenv(variable); named != "" {
			path, err := lookPath(named)
			if err != nil {
				return "", fmt.Errorf("%s is set to %q, which cannot be run: %w", variable, named, err)
			}
			return filepath.Abs(path)
		}
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := lookPath(name); err == nil {
			return filepath.Abs(path)
		}
	}
	return "", ErrNone
}

// Product is a CLI's name and version.
type Product struct {
	Name    string
	Version *version.Version
}

// Identify asks the binary at path what it is.
func Identify(ctx context.Context, path string) (Product, error) {
	command := exec.CommandContext(ctx, path, "version")
	command.Env = Environment(os.Environ())
	printed, err := command.Output()
	if err != nil {
		return Product{}, fmt.Errorf("unable to run %s: %w", path, err)
	}
	return Parse(string(printed))
}

// Parse reads "Terraform v1.11.4", the first line that a CLI prints for version.
func Parse(printed string) (Product, error) {
	line, _, _ := strings.Cut(printed, "\n")
	name, number, _ := strings.Cut(strings.TrimSpace(line), " ")
	if name != Terraform && name != OpenTofu {
		return Product{}, fmt.Errorf("neither %s nor %s: %q", Terraform, OpenTofu, line)
	}
	v, err := version.NewVersion(number)
	if err != nil {
		return Product{}, err
	}
	return Product{name, v}, nil
}

// String is "Terraform 1.11.4".
func (p Product) String() string { return fmt.Sprintf("%s %s", p.Name, p.Version) }

// RegistryHost is the registry of a provider whose source names no host.
func (p Product) RegistryHost() string {
	if p.Name == OpenTofu {
		return "registry.opentofu.org"
	}
	return "registry.terraform.io"
}
