// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

const (
	example = "../../../examples/cutover/main.tf"
	address = cutoverType + ".this"
)

// acceptance is a simulated Atlas with a live migration that a real CLI can reach.
type acceptance struct {
	*clitest.Atlas
	id        string
	variables config.Variables
}

// newAcceptance serves a migration a thousand times faster than real.
func newAcceptance(t *testing.T, m atlassim.Migration) *acceptance {
	t.Helper()
	atlas := clitest.NewAtlas(t, 1000)
	id := atlas.Add(m)
	return &acceptance{Atlas: atlas, id: id, variables: config.Variables{
		"project_id": config.StringVariable(atlas.Credentials().ProjectID), "live_migration_id": config.StringVariable(id),
	}}
}

func (s *acceptance) step(t *testing.T, file string) resource.TestStep {
	t.Helper()
	return s.Step(t, s.variables, file)
}

func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return clitest.Plans(plancheck.ExpectResourceAction(address, action))
}

func value(attribute string, want knownvalue.Check) statecheck.StateCheck {
	return clitest.Value(address, attribute, want)
}

func TestAcceptanceACutoverIsAppliedOnceAndThenLeftAlone(t *testing.T) {
	s := newAcceptance(t, atlassim.Migration{InitialLag: 900, CatchUp: 20 * time.Minute, ReadyLag: 60, CutoverTakes: 20 * time.Minute})
	id := regexp.MustCompile(`^[a-f0-9]{24}$`)
	first := s.step(t, example)
	first.ConfigPlanChecks = planned(plancheck.ResourceActionCreate)
	first.ConfigStateChecks = []statecheck.StateCheck{
		value("status", knownvalue.StringExact("SUCCESS")),
		value("error_message", knownvalue.Null()),
		value("id", knownvalue.StringRegexp(id)),
		value("source_project_id", knownvalue.StringRegexp(id)),
	}
	second := s.step(t, example)
	second.ConfigPlanChecks = clitest.Plans(plancheck.ExpectEmptyPlan())
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{first, second}})
	if accepted := s.AcceptedCutovers(s.id); accepted != 1 {
		t.Errorf("Atlas accepted %d cutovers", accepted)
	}
	log := s.Log()
	if last := log[len(log)-1]; last.ServedStatus != "COMPLETE" {
		t.Errorf("the last request was %s, want the look that saw the end", last)
	}
}

func TestAcceptanceTheArgumentsAreValidatedAtPlanTime(t *testing.T) {
	for name, row := range map[string]struct{ file, says string }{
		"a project ID":         {"testdata/bad_project_id.tf", `24 lower-case[\s│]+hexadecimal`},
		"a live migration ID":  {"testdata/bad_live_migration_id.tf", `24 lower-case[\s│]+hexadecimal`},
		"a ready_timeout":      {"testdata/bad_ready_timeout.tf", `Attribute ready_timeout must be a duration`},
		"a max_lag_seconds":    {"testdata/bad_max_lag_seconds.tf", `max_lag_seconds value must be at least 0`},
		"a create timeout":     {"testdata/bad_timeout.tf", `timeouts.create must be longer than zero`},
		"a base_url":           {"testdata/bad_base_url.tf", `Invalid base_url`},
		"half a key":           {"testdata/half_a_key.tf", `private_key is not`},
		"an account as a key":  {"testdata/misplaced_account.tf", `belongs to a service account`},
		"an unknown api level": {"testdata/bad_api_version.tf", `api_version`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newAcceptance(t, atlassim.Migration{})
			step := s.step(t, row.file)
			step.ConfigVariables, step.PlanOnly, step.ExpectError = nil, true, regexp.MustCompile(row.says)
			resource.Test(t, resource.TestCase{Steps: []resource.TestStep{step}})
			if sent := len(s.Log()); sent != 0 {
				t.Errorf("sent %d requests", sent)
			}
		})
	}
}

func TestAcceptanceAFinishedCutoverIsImported(t *testing.T) {
	s := newAcceptance(t, atlassim.Migration{CutoverTakes: time.Minute})
	create, byID := s.step(t, example), s.step(t, example)
	byID.ResourceName, byID.ImportState = address, true
	byID.ImportStateId = s.Credentials().ProjectID + "/" + s.id
	byID.ImportStateVerify, byID.ImportStateVerifyIdentifierAttribute = true, "live_migration_id"
	// Atlas does not say which job ended a migration that it is asked about, and
	// a limit is nothing that was done.
	byID.ImportStateVerifyIgnore = []string{
		"id", "source_project_id", "max_lag_seconds", "requested_at", "lag_seconds_at_request", "completed_at",
	}
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{create, byID}})
	if accepted := s.AcceptedCutovers(s.id); accepted != 1 {
		t.Errorf("Atlas accepted %d cutovers", accepted)
	}
}

// A provider whose configuration waits for another resource can still be
// planned with.
func TestAcceptanceAnUnknownProviderConfigurationCanBePlanned(t *testing.T) {
	clitest.SkipUnless(t, clitest.TerraformData)
	s := newAcceptance(t, atlassim.Migration{CutoverTakes: time.Minute})
	step := s.step(t, "testdata/unknown_provider.tf")
	keys := s.Credentials()
	step.ConfigVariables["private_key"] = config.StringVariable(keys.PrivateKey)
	step.ConfigVariables["public_key"] = config.StringVariable(keys.PublicKey)
	step.ConfigPlanChecks = planned(plancheck.ResourceActionCreate)
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{step}})
	if accepted := s.AcceptedCutovers(s.id); accepted != 1 {
		t.Errorf("Atlas accepted %d cutovers", accepted)
	}
}
