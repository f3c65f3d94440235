// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bufio"
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

func TestAcceptanceASignalEndsAProviderThatAPersonStarted(t *testing.T) {
	clitest.SkipUnless(t)
	path := filepath.Join(t.TempDir(), "provider")
	clitest.InstallProvider(t, path)
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT} {
		t.Run(s.String(), func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), clitest.Patience)
			defer cancel()
			provider := exec.CommandContext(ctx, path, "-debug")
			printed, err := provider.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := provider.Start(); err != nil {
				t.Fatal(err)
			}
			for lines := bufio.NewScanner(printed); lines.Scan() && !strings.Contains(lines.Text(), "TF_REATTACH_PROVIDERS="); {
				continue
			}
			if err := provider.Process.Signal(s); err != nil {
				t.Fatal(err)
			}
			if _ = provider.Wait(); ctx.Err() != nil {
				t.Error("it outlives the signal")
			}
		})
	}
}
