// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration_test

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
	examples   = "../../../examples/"
	shell      = examples + "provider/provider.tf"
	migrations = examples + "resources/atlasmigration_live_migration/"

	migrationAddress  = migrationType + ".orders"
	validationAddress = "atlasmigration_live_migration_validation.orders"
)

// acceptance is a simulated Atlas that a real CLI can reach.
type acceptance struct {
	*clitest.Atlas
	variables config.Variables
}

// newAcceptance serves an Atlas a thousand times faster than real.
func newAcceptance(t *testing.T) *acceptance {
	t.Helper()
	atlas := clitest.NewAtlas(t, 1000)
	return &acceptance{atlas, config.Variables{"project_id": config.StringVariable(atlas.Credentials().ProjectID)}}
}

func (s *acceptance) set(name, value string) *acceptance {
	s.variables[name] = config.StringVariable(value)
	return s
}

// step applies files, which together are a configuration.
func (s *acceptance) step(t *testing.T, files ...string) resource.TestStep {
	t.Helper()
	return s.Step(t, s.variables, append(files, shell)...)
}

var someID = knownvalue.StringRegexp(regexp.MustCompile("^[a-f0-9]{24}$"))

func TestAcceptanceALiveMigrationIsStartedOnceAndThenLeftAlone(t *testing.T) {
	clitest.SkipUnless(t, clitest.WriteOnly)
	s := newAcceptance(t).set("source_password", providertest.SourcePassword)
	s.SetTemplate(copies(time.Hour))
	first := s.step(t, migrations+"resource.tf")
	first.ConfigPlanChecks = clitest.Plans(plancheck.ExpectResourceAction(migrationAddress, plancheck.ResourceActionCreate))
	first.ConfigStateChecks = []statecheck.StateCheck{
		clitest.Value(migrationAddress, "id", someID),
		clitest.Value(migrationAddress, "status", knownvalue.StringExact("WORKING")),
		clitest.Value(migrationAddress, "ready_for_cutover", knownvalue.Bool(true)),
		statecheck.ExpectKnownValue(migrationAddress, tfjsonpath.New("source").AtMapKey("password"), knownvalue.Null()),
	}
	second := s.step(t, migrations+"resource.tf")
	second.ConfigPlanChecks = clitest.Plans(plancheck.ExpectEmptyPlan())
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{first, second}})
	if started := s.AcceptedStarts(cluster); started != 1 {
		t.Errorf("Atlas started %d live migrations", started)
	}
}

func TestAcceptanceCollectionsAreSharded(t *testing.T) {
	clitest.SkipUnless(t, clitest.WriteOnly)
	s := newAcceptance(t).set("source_password", providertest.SourcePassword)
	step := s.step(t, migrations+"resource.tf", migrations+"sharding.tf")
	second := s.step(t, migrations+"resource.tf", migrations+"sharding.tf")
	second.ConfigPlanChecks = clitest.Plans(plancheck.ExpectEmptyPlan())
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{step, second}})
	if started := s.AcceptedStarts("events-atlas"); started != 1 {
		t.Errorf("Atlas started %d live migrations", started)
	}
}

// What is not known when it is planned breaks no rule, and is taken as it turns
// out to be: where that changes what runs, the apply refuses it.
func TestAcceptanceArgumentsCanBeUnknownWhenPlanned(t *testing.T) {
	clitest.SkipUnless(t, clitest.WriteOnly)
	s := newAcceptance(t)
	s.SetTemplate(copies(100 * time.Hour))
	step := func(revision, cluster string) resource.TestStep {
		step := s.step(t, "testdata/unknown.tf")
		step.ConfigVariables = config.Variables{
			"project_id": s.variables["project_id"], "revision": config.StringVariable(revision), "cluster": config.StringVariable(cluster),
		}
		return step
	}
	first, again, same, other := step("1", cluster), step("1", cluster), step("2", cluster), step("3", "customers-atlas")
	again.ConfigPlanChecks = clitest.Plans(plancheck.ExpectEmptyPlan())
	same.ConfigPlanChecks = clitest.Plans(
		plancheck.ExpectResourceAction(validationAddress, plancheck.ResourceActionReplace),
		plancheck.ExpectResourceAction(migrationAddress, plancheck.ResourceActionUpdate),
	)
	other.ExpectError = regexp.MustCompile("Unable to change live migration")
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{first, again, same, other}})
	if started := len(s.Starts()); started != 1 {
		t.Errorf("Atlas started %d live migrations", started)
	}
}

func TestAcceptanceAChangeIsRefusedWhileALiveMigrationRuns(t *testing.T) {
	clitest.SkipUnless(t, clitest.WriteOnly)
	s := newAcceptance(t).set("source_password", providertest.SourcePassword)
	step, change := s.step(t, migrations+"resource.tf"), s.step(t, "testdata/changed.tf")
	change.ExpectError = regexp.MustCompile("Unable to change live migration")
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{step, change}})
	if started := s.AcceptedStarts(cluster); started != 1 {
		t.Errorf("Atlas started %d live migrations", started)
	}
}

func TestAcceptanceALiveMigrationIsImportedAndAdopted(t *testing.T) {
	clitest.SkipUnless(t, clitest.WriteOnly)
	s := newAcceptance(t).set("source_password", providertest.SourcePassword)
	m := copies(time.Hour)
	m.Destination, m.Hosts = cluster, []string{"migration-host-1.example.net"}
	id := s.Add(m)
	imported := s.step(t, migrations+"resource.tf")
	imported.ResourceName, imported.ImportState, imported.ImportStatePersist = migrationAddress, true, true
	imported.ImportStateId = s.Credentials().ProjectID + "/" + id
	adopted, again := s.step(t, migrations+"resource.tf"), s.step(t, migrations+"resource.tf")
	adopted.ConfigPlanChecks = clitest.Plans(plancheck.ExpectResourceAction(migrationAddress, plancheck.ResourceActionUpdate))
	adopted.ConfigStateChecks = []statecheck.StateCheck{clitest.Value(migrationAddress, "id", knownvalue.StringExact(id))}
	again.ConfigPlanChecks = clitest.Plans(plancheck.ExpectEmptyPlan())
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{imported, adopted, again}})
	if started := len(s.Starts()); started != 0 {
		t.Errorf("Atlas started %d live migrations", started)
	}
}

// looking are the examples of the data source, which together are one
// configuration.
var looking = []string{
	examples + "data-sources/atlasmigration_live_migration/data-source.tf",
	examples + "data-sources/atlasmigration_live_migration/precondition.tf",
	examples + "data-sources/atlasmigration_live_migration/postcondition.tf",
	examples + "data-sources/atlasmigration_live_migration/check.tf",
}

func TestAcceptanceTheDataSourceGuardsACutover(t *testing.T) {
	clitest.SkipUnless(t, clitest.CheckBlocks)
	for name, row := range map[string]struct {
		migration atlassim.Migration
		says      string
		accepted  int
	}{
		"one that is ready":    {atlassim.Migration{CutoverTakes: time.Minute}, "", 1},
		"one that lags":        {atlassim.Migration{InitialLag: 900, SteadyLag: 900, ReadyLag: 10}, "not ready for its cutover", 0},
		"one that has failed":  {atlassim.Migration{Age: 2 * time.Hour, FailsAfter: time.Hour}, "has ended as FAILED", 0},
		"one that has expired": {atlassim.Migration{Age: 200 * time.Hour}, "has ended as EXPIRED", 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newAcceptance(t)
			id := s.Add(row.migration)
			s.set("live_migration_id", id)
			steps := []resource.TestStep{s.step(t, looking...)}
			if row.says != "" {
				steps[0].ExpectError = regexp.MustCompile(row.says)
			} else {
				// The data source of a check block is planned to be read every time.
				again := s.step(t, looking...)
				steps[0].ExpectNonEmptyPlan, again.ExpectNonEmptyPlan = true, true
				again.ConfigPlanChecks = clitest.Plans(plancheck.ExpectResourceAction("atlasmigration_live_migration_cutover.orders", plancheck.ResourceActionNoop))
				steps = append(steps, again)
			}
			resource.Test(t, resource.TestCase{Steps: steps})
			if accepted := s.AcceptedCutovers(id); accepted != row.accepted {
				t.Errorf("Atlas accepted %d cutovers, want %d", accepted, row.accepted)
			}
		})
	}
}
