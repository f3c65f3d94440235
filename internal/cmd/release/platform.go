// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"regexp"
	"strings"
)

// platformLine is how .goreleaser.yml names a platform: one a line.
var platformLine = regexp.MustCompile(`^\s*- ((?:darwin|freebsd|linux|windows)_[a-z0-9]+)$`)

// narrowed is a release's configuration with one of its platforms, for example
// "linux_amd64". A platform that is not released is an error.
func narrowed(config, platform string) (string, error) {
	var lines []string
	found := false
	for line := range strings.Lines(config) {
		match := platformLine.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if match != nil && match[1] != platform {
			continue
		}
		found = found || match != nil
		lines = append(lines, line)
	}
	if !found {
		return "", fmt.Errorf("the platform %s of this machine is not released: no line of .goreleaser.yml names it", platform)
	}
	return strings.Join(lines, ""), nil
}
