// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/cmd/internal/archive"
)

// try unpacks both archives into dir and runs what was in them: the provider
// prints the version, the simulator its help.
func (s snapshot) try(ctx context.Context, dir string) error {
	for _, program := range []string{providerName, simulatorName} {
		if err := archive.Unpack(filepath.Join(s.dist, s.archive(program)), filepath.Join(dir, program)); err != nil {
			return err
		}
	}
	printed, err := exec.CommandContext(ctx, filepath.Join(dir, providerName, s.binary(providerName)), "-version").Output()
	if err != nil {
		return unexpected("the provider does not run: %v", err)
	}
	if got := strings.TrimSpace(string(printed)); got != s.version {
		return unexpected("the provider says that its version is %q, not %q", got, s.version)
	}
	if out, err := exec.CommandContext(ctx, filepath.Join(dir, simulatorName, s.binary(simulatorName)), "-h").CombinedOutput(); err != nil {
		return unexpected("the simulator does not run: %v\n%s", err, out)
	}
	return nil
}
