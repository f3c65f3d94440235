// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/cmd/internal/archive"
)

var errNoRelease = errors.New("not the folder of one release for this platform")

// takeRelease puts a release's provider into the mirror, packed as it was
// published, and unpacks its simulator.
func (s *stage) takeRelease() error {
	provider, err := s.released("terraform-provider-atlasmigration")
	if err != nil {
		return err
	}
	simulator, err := s.released("atlas-sim")
	if err != nil {
		return err
	}
	// A mirror in the packed layout knows a version by the archive's name.
	content, err := os.ReadFile(provider)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.shelf(), 0o750); err != nil {
		return err
	}
	packed := filepath.Join(s.shelf(), filepath.Base(provider))
	if err := os.WriteFile(packed, content, 0o600); err != nil { //nolint:gosec // The demo's own folder, and the file's own name.
		return err
	}
	return archive.Unpack(simulator, filepath.Dir(s.simulator))
}

// released is the path of a program's archive for this platform.
func (s *stage) released(program string) (string, error) {
	found, err := filepath.Glob(filepath.Join(s.release, program+"_*_"+platform()+".zip"))
	if err != nil {
		return "", err
	}
	if len(found) != 1 {
		return "", fmt.Errorf("%s: %w: it holds %d archives of %s", s.release, errNoRelease, len(found), program)
	}
	return found[0], nil
}
