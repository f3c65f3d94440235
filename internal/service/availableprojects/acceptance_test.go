// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package availableprojects_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// acceptance is a simulated Atlas that a real CLI can reach, and a step that applies
// some files to it.
func acceptance(t *testing.T, files ...string) (*atlassim.Sim, resource.TestStep) {
	t.Helper()
	atlas := clitest.NewAtlas(t, 1)
	organization := config.StringVariable(atlas.Credentials().OrgID)
	return atlas.Sim, atlas.Step(t, config.Variables{"organization_id": organization}, files...)
}

var example = []string{
	"../../../examples/provider/provider.tf", "../../../examples/data-sources/atlasmigration_available_projects/data-source.tf",
}

func TestAcceptanceTheExamplePicksADeployment(t *testing.T) {
	sim, first := acceptance(t, example...)
	sim.AddProject(unlike)
	sim.AddProject(atlassim.AvailableProject{Name: "bare"})
	picked := func(attribute string, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownOutputValueAtPath("orders", tfjsonpath.New(attribute), want)
	}
	second := first
	first.ConfigStateChecks = []statecheck.StateCheck{
		picked("project_id", knownvalue.StringExact(unlike.ProjectID)),
		picked("migration_host", knownvalue.StringExact("host-1.example.net")),
		picked("cluster_id", knownvalue.StringExact("0000000000000000000000c1")),
		picked("name", knownvalue.StringExact("orders")),
		picked("mongodb_version", knownvalue.StringExact("7.0.12")),
		picked("oplog_size_mb", knownvalue.Int64Exact(51_201)),
		statecheck.ExpectKnownOutputValue("gigabytes", knownvalue.MapSizeExact(2)),
		statecheck.ExpectKnownOutputValueAtPath("gigabytes",
			tfjsonpath.New(unlike.ProjectID+"/events"), knownvalue.Int64Exact(0)),
	}
	second.ConfigPlanChecks = clitest.Plans(plancheck.ExpectEmptyPlan())
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{first, second}})
	for _, e := range sim.Log() {
		if e.Method != http.MethodGet || e.Accepted {
			t.Errorf("sent %s", e)
		}
	}
}

func TestAcceptanceTheExampleAppliesBeforeThereIsALink(t *testing.T) {
	sim, step := acceptance(t, example...)
	step.ConfigStateChecks = []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("gigabytes", knownvalue.MapSizeExact(0))}
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{step}})
	if len(sim.Log()) == 0 {
		t.Error("nothing was asked")
	}
}

// A data source is read during a plan, when its provider may not be configured.
func TestAcceptanceAnUnknownProviderConfigurationIsAnErrorThatSaysSo(t *testing.T) {
	clitest.SkipUnless(t, clitest.TerraformData)
	sim, step := acceptance(t, "testdata/unknown_provider.tf")
	keys := sim.Credentials()
	step.ConfigVariables["public_key"] = config.StringVariable(keys.PublicKey)
	step.ConfigVariables["private_key"] = config.StringVariable(keys.PrivateKey)
	step.ExpectError = regexp.MustCompile(`Unable to read available projects[\s\S]*not[\s│]+known[\s│]+before[\s│]+apply`)
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{step}})
	if sent := len(sim.Log()); sent != 0 {
		t.Errorf("sent %d requests", sent)
	}
}
