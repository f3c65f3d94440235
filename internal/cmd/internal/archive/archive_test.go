// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package archive

import (
	"archive/zip"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func packed(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "packed.zip")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	writer := zip.NewWriter(out)
	header := &zip.FileHeader{Name: name}
	header.SetMode(0o755)
	entry, err := writer.CreateHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := entry.Write([]byte("#!")); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAProgramThatIsUnpackedCanBeExecuted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made")
	if err := Unpack(packed(t, "program"), dir); err != nil {
		t.Fatal(err)
	}
	found, err := os.Stat(filepath.Join(dir, "program"))
	if err != nil {
		t.Fatal(err)
	}
	if found.Mode()&0o100 == 0 || found.Size() != 2 {
		t.Errorf("it has the mode %s and %d bytes, want 2 and a mode to execute", found.Mode(), found.Size())
	}
}

func TestANameThatLeadsOutStaysInside(t *testing.T) {
	parent := t.TempDir()
	if err := Unpack(packed(t, "../stray"), filepath.Join(parent, "inner")); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(parent, "stray")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file lies outside: %v", err)
	}
}

func TestWhatIsNoArchiveIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "no.zip")
	if err := os.WriteFile(path, []byte("no"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Unpack(path, t.TempDir()); err == nil {
		t.Error("Unpack() took it")
	}
}
