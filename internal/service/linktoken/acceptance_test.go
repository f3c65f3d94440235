// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package linktoken_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
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

const address = "atlasmigration_link_token.this"

// acceptance is a simulated Atlas that a real CLI can reach.
type acceptance struct {
	*harness
	atlas     *clitest.Atlas
	variables config.Variables
}

func newAcceptance(t *testing.T) *acceptance {
	t.Helper()
	atlas := clitest.NewAtlas(t, 1)
	return &acceptance{
		harness: newHarness(t, atlas.Sim), atlas: atlas,
		variables: config.Variables{"organization_id": config.StringVariable(atlas.Credentials().OrgID)},
	}
}

func (s *acceptance) step(files ...string) resource.TestStep {
	s.T.Helper()
	return s.atlas.Step(s.T, s.variables, files...)
}

var example = []string{
	"../../../examples/provider/provider.tf", "../../../examples/resources/atlasmigration_link_token/resource.tf",
}

func TestAcceptanceTheExampleCreatesOneTokenAndRemovesItsLink(t *testing.T) {
	clitest.SkipUnless(t, clitest.Marks)
	s := newAcceptance(t)
	first, second := s.step(example...), s.step(example...)
	first.ConfigPlanChecks = clitest.Plans(
		plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate),
		plancheck.ExpectUnknownValue(address, tfjsonpath.New("link_token")),
		plancheck.ExpectSensitiveValue(address, tfjsonpath.New("link_token")),
	)
	first.ConfigStateChecks = []statecheck.StateCheck{
		clitest.Value(address, "id", knownvalue.StringExact(s.Sim.Credentials().OrgID)),
		clitest.Value(address, "link_token", knownvalue.StringRegexp(regexp.MustCompile("^"+atlassim.LinkTokenPrefix))),
		statecheck.ExpectSensitiveValue(address, tfjsonpath.New("link_token")),
	}
	second.ConfigPlanChecks = clitest.Plans(plancheck.ExpectEmptyPlan())
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{first, second}})
	s.checkCalls("link!", "unlink!")
}

func TestAcceptanceTheArgumentsAreValidatedAtPlanTime(t *testing.T) {
	for name, row := range map[string]struct {
		organization string
		list         []string
		says         string
	}{
		"an organization ID": {"my-org", []string{"203.0.113.10"}, `24 lower-case[\s│]+hexadecimal`},
		"an address":         {"", []string{"203.0.113.10", "ops.example.com"}, `must be an IP[\s│]+address or a CIDR block`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newAcceptance(t)
			var list []config.Variable
			for _, entry := range row.list {
				list = append(list, config.StringVariable(entry))
			}
			s.variables["access_list_ips"] = config.SetVariable(list...)
			if row.organization != "" {
				s.variables["organization_id"] = config.StringVariable(row.organization)
			}
			step := s.step("testdata/bad_arguments.tf")
			step.PlanOnly, step.ExpectError = true, regexp.MustCompile(row.says)
			resource.Test(t, resource.TestCase{Steps: []resource.TestStep{step}})
			s.checkCalls()
		})
	}
}

// Terraform's own log is made by another process, from what the provider tells
// it.
func TestAcceptanceTheTokenIsInNoLog(t *testing.T) {
	s := newAcceptance(t)
	log := filepath.Join(t.TempDir(), "trace.log")
	t.Setenv("TF_ACC_LOG", "TRACE")
	t.Setenv("TF_ACC_LOG_PATH", log)
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{s.step(example...), s.step(example...)}})
	s.checkCalls("link!", "unlink!")
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), address) {
		t.Error("the log does not tell of the resource, so this proves nothing")
	}
	if i := strings.Index(string(text), atlassim.LinkTokenPrefix); i >= 0 {
		t.Errorf("the log has the token in it: %s", text[max(0, i-300):i])
	}
}
