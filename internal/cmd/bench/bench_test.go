// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestParseBenchmarksReadsWhatGoTestPrints(t *testing.T) {
	got := parseBenchmarks("goos: linux\n" +
		"BenchmarkCall/read/cutover-2         \t    2325\t    156430 ns/op\t  142970 B/op\t    2101 allocs/op\n" +
		"BenchmarkLook-16 100 99.5 ns/op\n" +
		"PASS\nok  \tinternal/bench\t5.044s\n")
	want := map[string]benchmark{
		"Call/read/cutover": {took: 156430, bytes: 142970, allocated: 2101},
		"Look":              {took: 99},
	}
	if len(got) != len(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for name, b := range want {
		if got[name] != b {
			t.Errorf("%s is %v, want %v", name, got[name], b)
		}
	}
}

func TestInsertReplacesWhatIsBetweenTheMarkersAndNothingElse(t *testing.T) {
	for _, row := range []struct{ name, before, after string }{
		{"nothing yet", "a\n" + beginMarker + "\n" + endMarker + "\nb\n", "a\n" + beginMarker + "\n\nnew\n" + endMarker + "\nb\n"},
		{"an older run", "a\n" + beginMarker + "\n\nold\n" + endMarker + "\nb\n", "a\n" + beginMarker + "\n\nnew\n" + endMarker + "\nb\n"},
		{"no markers", "a\nb\n", ""},
		{"the wrong way round", endMarker + "\n" + beginMarker + "\n", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "page.md")
			if err := os.WriteFile(path, []byte(row.before), 0o600); err != nil {
				t.Fatal(err)
			}
			err := insert(dir, "page.md", "new")
			got, readErr := os.ReadFile(path)
			if readErr != nil {
				t.Fatal(readErr)
			}
			want := row.after
			if want == "" {
				want = row.before
			}
			if (err != nil) != (row.after == "") || string(got) != want {
				t.Errorf("got %q and %v, want %q", got, err, want)
			}
		})
	}
}

func TestLengthsInWords(t *testing.T) {
	for length, want := range map[time.Duration]string{
		time.Second: "1 s", 90 * time.Second: "90 s", 30 * time.Minute: "30 min", 12 * time.Hour: "12 h",
	} {
		if got := inWords(length); got != want {
			t.Errorf("inWords(%s) = %q, want %q", length, got, want)
		}
	}
}

func TestTheMedianIsTheOneInTheMiddle(t *testing.T) {
	if got := median([]time.Duration{9, 1, 5}); got != 5 {
		t.Errorf("got %d, want 5", got)
	}
}
