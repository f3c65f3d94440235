// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	goodManifest  = `{"version": 1, "metadata": {"protocol_versions": ["6.0"]}}`
	goodInventory = `{"bomFormat": "CycloneDX", "components": [{"name": "std"}]}`
	providerZip   = "terraform-provider-atlasmigration_1.2.3_linux_amd64.zip"
	simulatorZip  = "atlas-sim_1.2.3_linux_amd64.zip"
	sumsFile      = "terraform-provider-atlasmigration_1.2.3_SHA256SUMS"
	inventoryFile = "atlas-sim_1.2.3_linux_amd64.sbom.json"
)

// shelf is a release as it should be, in a folder, and its manifest.
type shelf struct {
	t *testing.T
	snapshot
	manifest string
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{t: t, snapshot: snapshot{dist: t.TempDir(), version: "1.2.3", os: "linux", arch: "amd64"}}
	s.manifest = filepath.Join(t.TempDir(), "terraform-registry-manifest.json")
	s.write(s.manifest, goodManifest)
	s.put(providerZip, zipped(t, file{"LICENSE", 0o644}, file{"terraform-provider-atlasmigration_v1.2.3", 0o755}))
	s.put(simulatorZip, zipped(t, file{"LICENSE", 0o644}, file{"atlas-sim", 0o755}))
	s.put("terraform-provider-atlasmigration_1.2.3_linux_amd64.sbom.json", goodInventory)
	s.put(inventoryFile, goodInventory)
	for _, note := range []string{"artifacts.json", "config.yaml", "metadata.json"} {
		s.put(note, "made at "+s.dist)
	}
	s.sign()
	return s
}

// sign writes the sums of what lies there now.
func (s *shelf) sign() {
	s.put(sumsFile, s.line(filepath.Join(s.dist, providerZip), providerZip)+
		s.line(s.manifest, "terraform-provider-atlasmigration_1.2.3_manifest.json"))
}

func (s *shelf) line(path, name string) string {
	s.t.Helper()
	sum, err := sumOf(path)
	if err != nil {
		s.t.Fatal(err)
	}
	return sum + "  " + name + "\n"
}

func (s *shelf) put(name, content string) {
	s.t.Helper()
	s.write(filepath.Join(s.dist, name), content)
}

func (s *shelf) write(path, content string) {
	s.t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shelf) remove(name string) {
	s.t.Helper()
	if err := os.Remove(filepath.Join(s.dist, name)); err != nil {
		s.t.Fatal(err)
	}
}

// add appends to a file.
func (s *shelf) add(name, more string) {
	s.t.Helper()
	content, err := os.ReadFile(filepath.Join(s.dist, name))
	if err != nil {
		s.t.Fatal(err)
	}
	s.put(name, string(content)+more)
}

type file struct {
	name string
	mode fs.FileMode
}

func zipped(t *testing.T, files ...file) string {
	t.Helper()
	var out bytes.Buffer
	writer := zip.NewWriter(&out)
	for _, f := range files {
		header := &zip.FileHeader{Name: f.name}
		header.SetMode(f.mode)
		if _, err := writer.CreateHeader(header); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAReleaseAsItShouldBePasses(t *testing.T) {
	s := newShelf(t)
	if err := s.inspect(s.manifest); err != nil {
		t.Error(err)
	}
}

func TestAReleaseIsRefusedFor(t *testing.T) {
	licence, program := file{"LICENSE", 0o644}, file{"terraform-provider-atlasmigration_v1.2.3", 0o755}
	repacked := func(files ...file) func(*shelf) {
		return func(s *shelf) { s.put(providerZip, zipped(s.t, files...)); s.sign() }
	}
	for _, row := range []struct {
		name, says string
		spoil      func(*shelf)
	}{
		{"a missing archive", "it holds", func(s *shelf) { s.remove(simulatorZip) }},
		{"a file of another name", "it holds", func(s *shelf) { s.put("provider_1.2.3_linux_amd64.zip", "") }},
		{"an archive of another platform", "it holds", func(s *shelf) { s.put("atlas-sim_1.2.3_linux_arm.zip", "") }},
		{"an archive that is none", "cannot be opened", func(s *shelf) { s.put(simulatorZip, "PK") }},
		{"an archive without the licence", "does not hold LICENSE", repacked(program)},
		{"an archive without the program", "does not hold terraform-provider", repacked(licence)},
		{"a program whose name lacks the version", "does not belong", repacked(licence, file{"terraform-provider-atlasmigration", 0o755})},
		{"a stranger in the archive", "does not belong", repacked(licence, program, file{"README.md", 0o644})},
		{"a program that cannot be executed", "has the mode", repacked(licence, file{program.name, 0o644})},
		{"an inventory of nothing", "names no components", func(s *shelf) { s.put(inventoryFile, `{"bomFormat": "CycloneDX"}`) }},
		{"an inventory that is no JSON", "is not JSON", func(s *shelf) { s.put(inventoryFile, "") }},
		{"an archive changed after it was summed", "is listed", func(s *shelf) { s.put(providerZip, zipped(s.t, program, licence)) }},
		{"a manifest changed after it was summed", "is listed", func(s *shelf) { s.write(s.manifest, goodManifest+"\n") }},
		{"sums without the manifest", "the sums name", func(s *shelf) {
			s.put(sumsFile, s.line(filepath.Join(s.dist, providerZip), providerZip))
		}},
		{"sums of more than the registry knows", "the sums name", func(s *shelf) {
			s.add(sumsFile, s.line(filepath.Join(s.dist, simulatorZip), simulatorZip))
		}},
		{"sums that are none", "is not a line of sums", func(s *shelf) { s.add(sumsFile, "sums\n") }},
		{"a manifest of another protocol", "names the protocols", func(s *shelf) {
			s.write(s.manifest, strings.ReplaceAll(goodManifest, "6.0", "5.0"))
			s.sign()
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newShelf(t)
			row.spoil(s)
			err := s.inspect(s.manifest)
			if !errors.Is(err, errUnexpected) {
				t.Fatalf("inspect() = %v", err)
			}
			if text := err.Error(); !strings.Contains(text, row.says) {
				t.Errorf("it says %q, not %q", text, row.says)
			}
		})
	}
}

func TestTwoBuildsAreTheSameOnlyByteForByte(t *testing.T) {
	for _, row := range []struct {
		name  string
		spoil func(*shelf)
		want  error
	}{
		{"as they should be, though the release tool's notes differ", func(*shelf) {}, nil},
		{"with one byte more", func(s *shelf) { s.add(providerZip, "\n") }, errUnexpected},
		{"with a file more", func(s *shelf) { s.put("more", "") }, errUnexpected},
		{"with a file less", func(s *shelf) { s.remove(inventoryFile) }, errUnexpected},
	} {
		t.Run(row.name, func(t *testing.T) {
			first, second := newShelf(t), newShelf(t)
			row.spoil(second)
			if err := same(first.dist, second.dist); !errors.Is(err, row.want) {
				t.Errorf("same() = %v, want %v", err, row.want)
			}
		})
	}
}

func TestTheProgramsOnWindowsHaveTheirEnding(t *testing.T) {
	s := snapshot{version: "1.2.3", os: "windows", arch: "amd64"}
	got := []string{s.binary(providerName), s.binary(simulatorName)}
	if want := []string{"terraform-provider-atlasmigration_v1.2.3.exe", "atlas-sim.exe"}; !slices.Equal(got, want) {
		t.Errorf("they are called %q, want %q", got, want)
	}
}
