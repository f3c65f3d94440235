// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// document is Markdown in the making.
type document struct{ strings.Builder }

func (d *document) text(format string, args ...any) {
	_, _ = fmt.Fprintf(d, format+"\n", args...) // A builder takes everything.
}

func (d *document) heading(words string) { d.text("\n### %s\n", words) }

// table begins a table, after an empty line.
func (d *document) table(columns ...string) {
	d.text("")
	d.row(columns...)
	d.text("|%s", strings.Repeat("---|", len(columns)))
}

func (d *document) row(cells ...string) { d.text("| %s |", strings.Join(cells, " | ")) }

// The markers between which a document has what this program wrote.
const (
	beginMarker = "<!-- make bench writes from here -->"
	endMarker   = "<!-- make bench writes up to here -->"
)

// insert puts text between the markers of a document of the clone.
func insert(clone, path, text string) error {
	root, err := os.OpenRoot(clone)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	content, err := root.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, begins := strings.Cut(string(content), beginMarker)
	_, after, ends := strings.Cut(rest, endMarker)
	if !begins || !ends {
		return fmt.Errorf("%s has no line %q with a line %q after it", path, beginMarker, endMarker)
	}
	whole := before + beginMarker + "\n\n" + text + "\n" + endMarker + after
	return root.WriteFile(path, []byte(whole), 0o600)
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d)/1e6) }

func inSeconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func inKiB(bytes float64) string { return fmt.Sprintf("%.0f KiB", bytes/1024) }

func inMiB(mib float64) string { return fmt.Sprintf("%.1f MiB", mib) }

func inMB(mb float64) string { return fmt.Sprintf("%.1f MB", mb) }

func ratio(ours, floor float64) string {
	if floor == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f ×", ours/floor)
}

// inWords is a length such as "1 s", "30 min" or "12 h".
func inWords(d time.Duration) string {
	switch {
	case d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	default:
		return fmt.Sprintf("%g s", d.Seconds())
	}
}
