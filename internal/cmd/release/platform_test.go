// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestASnapshotKeepsThePlatformOfItsMachine(t *testing.T) {
	const config = "builds:\n  - id: provider\n    targets: &platforms\n%s    flags:\n      - -trimpath\n"
	whole := fmt.Sprintf(config, "      - darwin_arm64\n      - linux_arm\n      - linux_arm64\n")
	want := fmt.Sprintf(config, "      - linux_arm\n")
	if got, err := narrowed(whole, "linux_arm"); err != nil || got != want {
		t.Errorf("narrowed() = %v\n%s\nwant\n%s", err, got, want)
	}
}

func TestASnapshotIsRefusedWhereThePlatformIsNotReleased(t *testing.T) {
	if _, err := narrowed("targets:\n  - linux_amd64\n", "plan9_amd64"); err == nil {
		t.Error("a platform that is not released was taken")
	}
}

// The registry publishes no provider for less, and users of each of these have
// no other way to get one.
func TestEveryPlatformOfTheRegistryIsReleased(t *testing.T) {
	config, err := os.ReadFile("../../../.goreleaser.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, platform := range []string{
		"darwin_amd64", "darwin_arm64", "freebsd_386", "freebsd_amd64", "freebsd_arm", "freebsd_arm64",
		"linux_386", "linux_amd64", "linux_arm", "linux_arm64", "windows_386", "windows_amd64", "windows_arm64",
	} {
		narrow, err := narrowed(string(config), platform)
		if err != nil {
			t.Error(err)
			continue
		}
		if lines := len(strings.Split(string(config), "\n")) - len(strings.Split(narrow, "\n")); lines != 12 {
			t.Errorf("%s leaves out %d platforms, want the 12 others", platform, lines)
		}
	}
}
