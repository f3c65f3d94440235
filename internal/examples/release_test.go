// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The registry publishes no provider for less, and users of each of these have
// no other way to get one. `make release-snapshot` keeps the line of its machine.
func TestEveryPlatformOfTheRegistryIsReleased(t *testing.T) {
	_, list, _ := strings.Cut(read(t, root, ".goreleaser.yml"), "targets: &platforms\n")
	list, _, _ = strings.Cut(list, "binary:")
	var got []string
	for _, line := range regexp.MustCompile(`(?m)^ *- (\w+)$`).FindAllStringSubmatch(list, -1) {
		got = append(got, line[1])
	}
	want := []string{
		"darwin_amd64", "darwin_arm64", "freebsd_386", "freebsd_amd64", "freebsd_arm", "freebsd_arm64",
		"linux_386", "linux_amd64", "linux_arm", "linux_arm64", "windows_386", "windows_amd64", "windows_arm64",
	}
	if !slices.Equal(got, want) {
		t.Errorf("released are %q, want %q", got, want)
	}
}

func TestTheManifestNamesTheProtocolThatTheProviderSpeaks(t *testing.T) {
	var manifest struct {
		Version  int `json:"version"`
		Metadata struct {
			ProtocolVersions []string `json:"protocol_versions"`
		} `json:"metadata"`
	}
	must(t, json.Unmarshal([]byte(read(t, root, "terraform-registry-manifest.json")), &manifest))
	if manifest.Version != 1 || !slices.Equal(manifest.Metadata.ProtocolVersions, []string{"6.0"}) {
		t.Errorf("the manifest is %+v, want version 1 with the protocol 6.0", manifest)
	}
}
