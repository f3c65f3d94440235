// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package terraformcli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Environment returns base without every variable by which a user's own set-up
// would reach a CLI or the provider (TF_…, and the Atlas credentials: no
// rehearsal may ever meet a real organization), and with a CLI configuration
// file of its own. Variables named in keep stay.
func Environment(base []string, configFile string, keep ...string) []string {
	env := make([]string, 0, len(base)+3)
	for _, entry := range base {
		name, _, _ := strings.Cut(entry, "=")
		if !personal(name) || hasAnyPrefix(name, keep) {
			env = append(env, entry)
		}
	}
	return append(env, "TF_CLI_CONFIG_FILE="+configFile, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
}

func personal(name string) bool {
	return hasAnyPrefix(name, []string{"TF_", "TOFU_", "MONGODB_ATLAS_", "MCLI_", "CHECKPOINT_DISABLE"})
}

func hasAnyPrefix(name string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// EmptyConfig writes a CLI configuration without settings to the build folder
// and returns its path. Without one the CLI reads the user's.
func EmptyConfig(root string) (string, error) {
	path := filepath.Join(BuildDir(root), "empty.tfrc")
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return "", err
	}
	return path, os.WriteFile(path, nil, 0o600)
}

// Product is what a binary says of itself.
type Product struct {
	Words        string // "Terraform v1.11.4"
	RegistryHost string // where it looks for a provider whose source names no host
}

// Identify asks the binary at path for its product and version.
func Identify(ctx context.Context, path string, env []string) (Product, error) {
	version := exec.CommandContext(ctx, path, "version")
	version.Env = env
	out, err := version.Output()
	if err != nil {
		return Product{}, fmt.Errorf("unable to run %s: %w", path, err)
	}
	return identify(string(out)), nil
}

func identify(versionOutput string) Product {
	words, _, _ := strings.Cut(strings.TrimSpace(versionOutput), "\n")
	host := "registry.terraform.io"
	if strings.HasPrefix(words, "OpenTofu") {
		host = "registry.opentofu.org"
	}
	return Product{Words: strings.TrimSpace(words), RegistryHost: host}
}
