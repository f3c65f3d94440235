// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestAReleaseIsTakenOnlyWhereItsArchiveIsPlain(t *testing.T) {
	this := "atlas-sim_1.2.3_" + platform() + ".zip"
	for _, row := range []struct {
		name  string
		files []string
		want  error
	}{
		{"one archive for this platform", []string{this, "atlas-sim_1.2.3_plan9_mips.zip", "atlas-sim_1.2.3_SHA256SUMS"}, nil},
		{"none", []string{"atlas-sim_1.2.3_plan9_mips.zip"}, errNoRelease},
		{"two versions", []string{this, "atlas-sim_1.2.4_" + platform() + ".zip"}, errNoRelease},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, name := range row.files {
				if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, err := (&stage{release: dir}).released("atlas-sim")
			if !errors.Is(err, row.want) {
				t.Fatalf("released() error = %v, want %v", err, row.want)
			}
			if want := filepath.Join(dir, this); err == nil && got != want {
				t.Errorf("released() = %s, want %s", got, want)
			}
		})
	}
}
