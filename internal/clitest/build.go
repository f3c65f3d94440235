// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package clitest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// InstallProvider puts the provider of this clone at a path, in a folder that it
// makes if there is none.
func InstallProvider(t testing.TB, path string) {
	t.Helper()
	program, err := build()
	must(t, err)
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	must(t, os.WriteFile(path, program, 0o700))
}

// build builds the provider once for all tests of a package, and leaves nothing
// on the disk.
var build = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "provider")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "provider")
	command := exec.Command("go", "build", "-o", path, "github.com/atlasmigration/terraform-provider-atlasmigration")
	if output, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("unable to build the provider: %w\n%s", err, output)
	}
	return os.ReadFile(path)
})
