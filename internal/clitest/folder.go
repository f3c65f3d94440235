// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package clitest

import (
	"os"
	"path/filepath"
	"testing"
)

// Folder is a new one with copies of files, which so make one configuration.
func Folder(t testing.TB, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	copyFiles(t, dir, files)
	return dir
}

func copyFiles(t testing.TB, dir string, files []string) {
	t.Helper()
	for _, file := range files {
		copied := filepath.Join(dir, filepath.Base(file))
		if _, err := os.Stat(copied); err == nil {
			t.Fatalf("two files of one configuration are called %s", filepath.Base(file))
		}
		text, err := os.ReadFile(file)
		must(t, err)
		must(t, os.WriteFile(copied, text, 0o600))
	}
}

// Add copies more files into the workspace.
func (w *Workspace) Add(files ...string) {
	w.t.Helper()
	copyFiles(w.t, w.Dir, files)
}

// Remove removes files of the workspace, by name.
func (w *Workspace) Remove(names ...string) {
	w.t.Helper()
	for _, name := range names {
		must(w.t, os.Remove(filepath.Join(w.Dir, name)))
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
