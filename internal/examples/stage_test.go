// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// examples is the folder that the tests are about.
const examples = "../../examples"

// speed is how many times faster than real their worlds are.
const speed = 1000

// apply applies a row's files twice: the second time there is nothing to do.
func (r row) apply(t *testing.T) {
	t.Helper()
	if r.needs.Name != "" {
		clitest.SkipUnless(t, r.needs)
	}
	atlas := clitest.NewAtlas(t, speed)
	var variables config.Variables
	if r.world != nil {
		variables = declared(t, r.files, r.world(atlas.Sim))
	}
	step := atlas.Step(t, variables, paths(r.files)...)
	step.ExpectNonEmptyPlan = r.restless
	again := step
	if !r.restless {
		again.ConfigPlanChecks = clitest.Plans(plancheck.ExpectEmptyPlan())
	}
	resource.ParallelTest(t, resource.TestCase{Steps: []resource.TestStep{step, again}})
	if got := accepted(atlas.Sim); !slices.Equal(got, r.accepts) {
		t.Errorf("Atlas accepted %q, want %q", got, r.accepts)
	}
}

// accepted are the calls by which the world was changed, in order.
func accepted(sim *atlassim.Sim) []string {
	var calls []string
	for _, e := range sim.Log() {
		if e.Accepted {
			calls = append(calls, e.Call)
		}
	}
	return calls
}

// paths are those of files of the examples, from here.
func paths(files []string) []string {
	var found []string
	for _, file := range files {
		found = append(found, filepath.Join(examples, file))
	}
	return found
}

// declared leaves out the variables that the files do not have.
func declared(t *testing.T, files []string, all config.Variables) config.Variables {
	t.Helper()
	var text strings.Builder
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(examples, file))
		must(t, err)
		text.Write(content)
	}
	variables := maps.Clone(all)
	maps.DeleteFunc(variables, func(name string, _ config.Variable) bool {
		return !strings.Contains(text.String(), "variable \""+name+"\"")
	})
	return variables
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
