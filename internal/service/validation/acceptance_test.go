// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package validation_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

const (
	examples = "../../../examples/"
	address  = validationType + ".orders"
)

// acceptance is a simulated Atlas that a real CLI can reach.
type acceptance struct {
	*clitest.Atlas
	variables config.Variables
}

// newAcceptance serves an Atlas a thousand times faster than real.
func newAcceptance(t *testing.T) *acceptance {
	t.Helper()
	clitest.SkipUnless(t, clitest.WriteOnly)
	atlas := clitest.NewAtlas(t, 1000)
	return &acceptance{atlas, config.Variables{
		"project_id":      config.StringVariable(atlas.Credentials().ProjectID),
		"source_password": config.StringVariable(providertest.SourcePassword),
	}}
}

// step applies the example.
func (s *acceptance) step(t *testing.T) resource.TestStep {
	t.Helper()
	return s.Step(t, s.variables, examples+"resources/atlasmigration_live_migration_validation/resource.tf", examples+"provider/provider.tf")
}

func TestAcceptanceAValidationIsAskedForOnceAndThenLeftAlone(t *testing.T) {
	s := newAcceptance(t)
	s.SetValidation(takes(10 * time.Minute))
	first, second := s.step(t), s.step(t)
	first.ConfigPlanChecks = clitest.Plans(plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate))
	first.ConfigStateChecks = []statecheck.StateCheck{
		clitest.Value(address, "id", knownvalue.StringRegexp(regexp.MustCompile("^[a-f0-9]{24}$"))),
		clitest.Value(address, "status", knownvalue.StringExact("SUCCESS")),
		clitest.Value(address, "error_message", knownvalue.Null()),
		clitest.Value(address, "source_project_id", knownvalue.StringExact("5ff4a1d4e21b3f0001a7c9e2")),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("source").AtMapKey("password"), knownvalue.Null()),
	}
	second.ConfigPlanChecks = clitest.Plans(plancheck.ExpectEmptyPlan())
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{first, second}})
	asked := 0
	for _, e := range s.Log() {
		if e.Call == atlassim.CallValidate && e.Accepted {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("Atlas was asked %d times", asked)
	}
}

func TestAcceptanceAFailedValidationFailsTheApply(t *testing.T) {
	s := newAcceptance(t)
	s.SetValidation(atlassim.ValidationScript{Fails: true, Reason: "The user may not read the oplog."})
	step := s.step(t)
	step.ExpectError = regexp.MustCompile(`Validation failed[\s\S]*The user may not read the oplog`)
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{step}})
}
