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
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
)

// examples is the folder that the tests are about.
const examples = "../../examples"

// newWorld is an Atlas a thousand times faster than real, and the environment of
// whoever has a key to it.
func newWorld(t *testing.T) (*atlassim.Sim, map[string]string) {
	t.Helper()
	sim := atlassim.New(atlassim.Options{Speed: 1000, NonceLife: time.Hour})
	keys := sim.Credentials()
	return sim, map[string]string{
		"MONGODB_ATLAS_BASE_URL":        simtest.Start(t, sim),
		"MONGODB_ATLAS_PUBLIC_API_KEY":  keys.PublicKey,
		"MONGODB_ATLAS_PRIVATE_API_KEY": keys.PrivateKey,
	}
}

// apply applies a row's files twice: the second time there is nothing to do.
func (r row) apply(t *testing.T) {
	t.Helper()
	if r.needs.Name != "" {
		clitest.Needs(t, r.needs)
	}
	sim, env := newWorld(t)
	serve := providerserver.NewProtocol6WithError(provider.New("test",
		provider.WithEnvironment(func(name string) string { return env[name] }))())
	step := resource.TestStep{
		ConfigDirectory:          config.StaticDirectory(folder(t, r.files...)),
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){"atlasmigration": serve},
	}
	if r.world != nil {
		step.ConfigVariables = declared(t, r.files, r.world(sim))
	}
	step.ExpectNonEmptyPlan = r.restless
	again := step
	if !r.restless {
		again.ConfigPlanChecks.PreApply = []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}
	}
	resource.ParallelTest(t, resource.TestCase{Steps: []resource.TestStep{step, again}})
	if got := accepted(sim); !slices.Equal(got, r.accepts) {
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

// folder is a new one with copies of files of the examples, which so make one
// configuration.
func folder(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, file := range files {
		copied := filepath.Join(dir, filepath.Base(file))
		if _, err := os.Stat(copied); err == nil {
			t.Fatalf("two files of one configuration are called %s", filepath.Base(file))
		}
		text, err := os.ReadFile(filepath.Join(examples, file))
		must(t, err)
		must(t, os.WriteFile(copied, text, 0o600))
	}
	return dir
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
