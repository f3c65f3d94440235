// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	providerName  = "terraform-provider-atlasmigration"
	simulatorName = "atlas-sim"
)

// errUnexpected is what every check of a release that was built wraps.
var errUnexpected = errors.New("the release is not as it should be")

func unexpected(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{errUnexpected}, args...)...)
}

// snapshot is a release of one platform that lies in a folder.
type snapshot struct {
	dist     string
	version  string
	os, arch string
}

func (s snapshot) file(program, ending string) string {
	return program + "_" + s.version + "_" + s.os + "_" + s.arch + ending
}

func (s snapshot) archive(program string) string { return s.file(program, ".zip") }
func (s snapshot) sums() string                  { return providerName + "_" + s.version + "_SHA256SUMS" }
func (s snapshot) publishedManifest() string {
	return providerName + "_" + s.version + "_manifest.json"
}

// names are the files to publish, sorted. The manifest is not one of them: it is
// uploaded from where it lies, under a name of its own.
func (s snapshot) names() []string {
	names := []string{s.sums()}
	for _, program := range []string{providerName, simulatorName} {
		names = append(names, s.archive(program), s.file(program, ".sbom.json"))
	}
	return slices.Sorted(slices.Values(names))
}

// binary is a program's name in its archive. A CLI finds a provider by it.
func (s snapshot) binary(program string) string {
	name := program
	if program == providerName {
		name += "_v" + s.version
	}
	if s.os == "windows" {
		name += ".exe"
	}
	return name
}

// inspect reads all that can be read of a release without running it. Every
// error wraps errUnexpected, or says what could not be read.
func (s snapshot) inspect(manifest string) error {
	found, err := published(s.dist)
	if err != nil {
		return err
	}
	if want := s.names(); !slices.Equal(found, want) {
		return unexpected("it holds %s, not %s", strings.Join(found, " "), strings.Join(want, " "))
	}
	return errors.Join(
		s.inspectArchive(providerName), s.inspectArchive(simulatorName),
		s.inspectInventory(providerName), s.inspectInventory(simulatorName),
		s.inspectSums(manifest), inspectManifest(manifest),
	)
}

// published lists the files of a dist folder, sorted, without the folders and
// the notes that the release tool leaves for itself.
func published(dist string) ([]string, error) {
	entries, err := os.ReadDir(dist)
	if err != nil {
		return nil, err
	}
	notes := []string{"artifacts.json", "config.yaml", "metadata.json"}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && !slices.Contains(notes, e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// inspectArchive wants the program, which can be executed, and the licence.
func (s snapshot) inspectArchive(program string) (err error) {
	name := s.archive(program)
	reader, err := zip.OpenReader(filepath.Join(s.dist, name))
	if err != nil {
		return unexpected("%s cannot be opened: %v", name, err)
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	modes := map[string]fs.FileMode{"LICENSE": 0o644, s.binary(program): 0o755}
	for _, file := range reader.File {
		want, known := modes[file.Name]
		if !known {
			return unexpected("%s holds %s, which does not belong there", name, file.Name)
		}
		if file.Mode() != want {
			return unexpected("%s in %s has the mode %s, not %s", file.Name, name, file.Mode(), want)
		}
		delete(modes, file.Name)
	}
	for missing := range modes {
		return unexpected("%s does not hold %s", name, missing)
	}
	return nil
}

// inspectInventory wants a list of what the program is made of.
func (s snapshot) inspectInventory(program string) error {
	name := s.file(program, ".sbom.json")
	content, err := os.ReadFile(filepath.Join(s.dist, name))
	if err != nil {
		return err
	}
	var inventory struct {
		BOMFormat  string            `json:"bomFormat"`
		Components []json.RawMessage `json:"components"`
	}
	if err := json.Unmarshal(content, &inventory); err != nil {
		return unexpected("%s is not JSON: %v", name, err)
	}
	if inventory.BOMFormat != "CycloneDX" || len(inventory.Components) == 0 {
		return unexpected("%s names no components in the CycloneDX form", name)
	}
	return nil
}

// inspectManifest wants the protocol that the provider speaks.
func inspectManifest(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var manifest struct {
		Version  int `json:"version"`
		Metadata struct {
			ProtocolVersions []string `json:"protocol_versions"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(content, &manifest); err != nil {
		return unexpected("the manifest is not JSON: %v", err)
	}
	if protocols := manifest.Metadata.ProtocolVersions; manifest.Version != 1 || !slices.Equal(protocols, []string{"6.0"}) {
		return unexpected("the manifest, of version %d, names the protocols %q, not 6.0", manifest.Version, protocols)
	}
	return nil
}
