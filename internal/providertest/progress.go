// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// KeepProgress gives the provider a progress file.
func (h *Harness) KeepProgress() {
	h.T.Helper()
	h.progressFile = filepath.Join(h.T.TempDir(), "progress.log")
	h.Provider["progress_file"] = h.progressFile
}

var progressLine = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [a-f0-9]{24}(?:/[a-f0-9]{24})? (\S.*)\n$`)

// Progress is every sentence of the progress file. Each line has to be whole.
func (h *Harness) Progress() []string {
	h.T.Helper()
	text, err := os.ReadFile(h.progressFile)
	if err != nil {
		h.T.Fatal(err)
	}
	var sentences []string
	for line := range strings.Lines(string(text)) {
		parts := progressLine.FindStringSubmatch(line)
		if parts == nil {
			h.T.Fatalf("not a whole line: %q", line)
		}
		sentences = append(sentences, parts[1])
	}
	return sentences
}

// CheckProgress asserts that sentences of the progress file begin so, in order.
func (h *Harness) CheckProgress(beginnings ...string) {
	h.T.Helper()
	all := h.Progress()
	rest := all
	for _, want := range beginnings {
		for len(rest) > 0 && !strings.HasPrefix(rest[0], want) {
			rest = rest[1:]
		}
		if len(rest) == 0 {
			h.T.Fatalf("the progress file never says %q, or not in its place:\n%s", want, strings.Join(all, "\n"))
		}
		rest = rest[1:]
	}
}
