// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package clitest

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// contents is everything in a folder but its folders, by name; what is packed in
// a plan is named after it, as "first.tfplan/tfstate".
func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	files, err := os.ReadDir(dir)
	must(t, err)
	found := map[string]string{}
	for _, file := range files {
		if file.IsDir() {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, file.Name()))
		must(t, err)
		found[file.Name()] = string(text)
		packed, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
		if err != nil {
			continue
		}
		for _, entry := range packed.File {
			found[file.Name()+"/"+entry.Name] = unpacked(t, entry)
		}
	}
	return found
}

func unpacked(t testing.TB, entry *zip.File) string {
	t.Helper()
	reader, err := entry.Open()
	must(t, err)
	defer func() { must(t, reader.Close()) }()
	text, err := io.ReadAll(reader)
	must(t, err)
	return string(text)
}
