// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package clitest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// providers are the processes that run the workspace's provider.
func (w *Workspace) providers() []int {
	w.t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	must(w.t, err)
	if len(links) == 0 {
		w.t.Skip("needs /proc to find the provider's process")
	}
	var found []int
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != w.Provider {
			continue
		}
		pid, err := strconv.Atoi(strings.Split(link, "/")[2])
		must(w.t, err)
		found = append(found, pid)
	}
	return found
}

// ProvidersEnd waits until no process runs the workspace's provider. They are
// nobody's children by then, so that nothing but their absence shows.
func (w *Workspace) ProvidersEnd() {
	w.t.Helper()
	w.wait(func() bool { return len(w.providers()) == 0 }, "a provider outlives its CLI")
}
