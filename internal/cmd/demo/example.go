// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"maps"
	"slices"
)

// example is a folder of examples/ that the demo can apply, with what Atlas has
// to do for it.
type example struct {
	name     string
	scenario string
	// speed makes the scenario's minutes a person's seconds.
	speed int
	// still says that a second apply has nothing to ask Atlas, and nothing to
	// change in the state. A whole journey has resources that are refreshed.
	still bool
}

var examples = map[string]example{
	"cutover": {name: "cutover", scenario: "happy", speed: 15, still: true},
	"journey": {name: "journey", scenario: "journey", speed: 20},
}

// choose picks the example that the command line names, the cutover by default.
func choose(args []string) (example, error) {
	if len(args) == 0 || args[0] == "" {
		return examples["cutover"], nil
	}
	e, known := examples[args[0]]
	if !known || len(args) > 1 {
		return example{}, fmt.Errorf("there is no example %q to show; there are %q", args, slices.Sorted(maps.Keys(examples)))
	}
	return e, nil
}
