// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package archive unpacks the archives of a release.
package archive

import (
	"archive/zip"
	"errors"
	"fmt"
	"os"
)

// Unpack writes the files of the zip archive at path into dir, which it makes.
// Files keep their execute permission, and stay inside dir whatever their names
// are: a zip archive read as a file system knows no way out.
func Unpack(path, dir string) (err error) {
	reader, err := zip.OpenReader(path)
	if err != nil {
		return fmt.Errorf("unable to open the archive %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	if err := os.CopyFS(dir, reader); err != nil {
		return fmt.Errorf("unable to unpack %s: %w", path, err)
	}
	return nil
}
