// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// test is one test, or one row of its table.
type test struct {
	Package string
	Test    string
}

// root is the test that a row belongs to.
func (t test) root() string {
	name, _, _ := strings.Cut(t.Test, "/")
	return name
}

type counts struct {
	passed  int
	skipped []test
}

// countFile counts the tests (tables row by row) in the output of go test -json.
func countFile(path string) (counts, error) {
	file, err := os.Open(path)
	if err != nil {
		return counts{}, err
	}
	defer func() { _ = file.Close() }()
	return count(file)
}

func count(events io.Reader) (counts, error) {
	var total counts
	decoder := json.NewDecoder(events)
	for {
		var event struct {
			Action string
			test
		}
		err := decoder.Decode(&event)
		if errors.Is(err, io.EOF) {
			return total, nil
		}
		if err != nil {
			return counts{}, fmt.Errorf("unable to read the results: %w", err)
		}
		if event.Test == "" {
			continue
		}
		switch event.Action {
		case "pass":
			total.passed++
		case "skip":
			total.skipped = append(total.skipped, event.test)
		}
	}
}

// summary is the last line: what passed, how long it took, with which CLI, and
// anything that was left out.
func summary(results []result, skipped []test, cli string, race bool) string {
	var told []string
	for _, r := range results {
		told = append(told, fmt.Sprintf("%s (%d tests, %s)", r.part.name, r.counts.passed, r.elapsed.Round(time.Second)))
	}
	detector := "with the race detector"
	if !race {
		detector = "without the race detector, since there is no C compiler here"
	}
	sentence := fmt.Sprintf("All tests passed: %s, with %s and %s.", strings.Join(told, " and "), cli, detector)
	if len(skipped) > 0 {
		sentence += " Skipped: " + strings.Join(namesOf(skipped), ", ") + "."
	}
	return sentence
}

func namesOf(tests []test) []string {
	var names []string
	for _, t := range tests {
		names = append(names, t.Test)
	}
	return names
}
