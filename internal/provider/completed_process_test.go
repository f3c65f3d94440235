// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

const (
	// otherID is the ID of nothing that the simulated Atlas has.
	otherID = "6a1b2c3d4e5f60718293a4b5"
)

// The arguments of both resources, each with a change of it by the variables of
// testdata/complete.tf.
var (
	changes = map[string]map[string]string{
		"live_migration.source.project_id":                {"source_project_id": otherID},
		"live_migration.source.cluster_name":              {"source_cluster": "customers"},
		"live_migration.source.tls_enabled":               {"tls_enabled": "false"},
		"live_migration.source.ca_certificate_path":       {"ca_certificate_path": "/etc/ca.pem"},
		"live_migration.destination.project_id":           {"destination_project_id": otherID},
		"live_migration.destination.cluster_name":         {"destination_cluster": "customers-atlas"},
		"live_migration.destination.hostname_schema_type": {"hostname_schema_type": "VPC_PEERING"},
		"live_migration.destination.private_link_id":      {"hostname_schema_type": "PRIVATE_LINK", "private_link_id": "vpce-1"},
		"live_migration.drop_destination_data":            {"drop": "true"},
		"live_migration.sharding":                         {"sharding": `{entries = [{database = "shop", collection = "orders", key = [{field = "_id", kind = "hashed"}]}]}`},
		"live_migration.wait_until":                       {"wait_until": "started"},
		"live_migration.timeouts":                         {"migration_timeouts": `{create = "3h", update = "3h"}`},
		"live_migration_cutover.max_lag_seconds":          {"max_lag_seconds": "30"},
		"live_migration_cutover.ready_timeout":            {"ready_timeout": "5m"},
		"live_migration_cutover.not_after":                {"not_after": "2000-01-01T00:00:00Z"},
		"live_migration_cutover.timeouts":                 {"cutover_timeouts": `{create = "3h", update = "3h"}`},
	}

	// writeOnly are those that need a CLI with write-only arguments, and
	// testdata/authentication_override.tf.
	writeOnly = map[string]map[string]string{
		"live_migration.source.managed_authentication": {"managed_authentication": "false", "username": "migrator", "password": "secret"},
		"live_migration.source.username":               {"managed_authentication": "false", "username": "reader", "password": "secret"},
		"live_migration.source.password":               {"managed_authentication": "false", "username": "migrator", "password": "another"},
	}

	// hosts can be changed unless an import fixed them.
	hosts = map[string]map[string]string{
		"live_migration.migration_hosts": {"host": "migration-host-2.example.net"},
	}

	// identities are the changes that no apply takes.
	identities = map[string]map[string]string{
		"live_migration.project_id":                {"project_id": otherID},
		"live_migration_cutover.project_id":        {"cutover_project_id": otherID},
		"live_migration_cutover.live_migration_id": {"live_migration_id": otherID},
	}
)

// atOnce are changes of all their arguments.
func atOnce(changes map[string]map[string]string) map[string]string {
	all := map[string]string{}
	for _, argument := range slices.Sorted(maps.Keys(changes)) {
		maps.Copy(all, changes[argument])
	}
	return all
}

// changeable are the changes that the CLI can make of a configuration, and the
// files of that.
func changeable(t *testing.T, more map[string]map[string]string) (map[string]map[string]string, []string) {
	t.Helper()
	files := []string{"testdata/complete.tf"}
	if !clitest.Has(t, clitest.WriteOnly) {
		return merged(changes, more), files
	}
	return merged(changes, writeOnly, more), append(files, "testdata/authentication_override.tf")
}

func TestEveryArgumentOfWhatCanBeImportedIsChanged(t *testing.T) {
	schemas := conditions["not configured"].testServer(t).schemas
	tried := merged(changes, writeOnly, hosts, identities)
	for _, name := range []string{"live_migration", "live_migration_cutover"} {
		for _, a := range schemas.ResourceSchemas["atlasmigration_"+name].Block.Attributes {
			for _, path := range arguments(name, a) {
				if _, ok := tried[path]; !ok {
					t.Errorf("no change of %s", path)
				}
			}
		}
	}
}

// arguments are the paths of what can be configured in an attribute: those of a
// single object's attributes, or its own.
func arguments(under string, a *tfprotov6.SchemaAttribute) []string {
	path := under + "." + a.Name
	if !a.Optional && !a.Required {
		return nil
	}
	if a.NestedType == nil || a.Name == "timeouts" || a.Name == "sharding" {
		return []string{path}
	}
	var all []string
	for _, nested := range a.NestedType.Attributes {
		all = append(all, arguments(path, nested)...)
	}
	return all
}

// completed is a folder with a migration that is over, and the Atlas that it was
// made with.
type completed struct {
	*clitest.Workspace
	t     *testing.T
	atlas *clitest.Atlas
}

func newCompleted(t *testing.T, files ...string) *completed {
	t.Helper()
	atlas := clitest.NewAtlas(t, 1000)
	c := &completed{atlas.Workspace(t, files...), t, atlas}
	c.Set("project_id", atlas.Credentials().ProjectID)
	return c
}

// accepted asserts what Atlas accepted since the beginning.
func (c *completed) accepted(starts, cutovers int) {
	c.t.Helper()
	got := map[string]int{atlassim.CallStart: 0, atlassim.CallCutover: 0}
	for _, e := range c.atlas.Log() {
		if e.Accepted {
			got[e.Call]++
		}
	}
	want := map[string]int{atlassim.CallStart: starts, atlassim.CallCutover: cutovers}
	if !maps.Equal(got, want) {
		c.t.Errorf("Atlas accepted %v, want %v", got, want)
	}
}

// run runs a command with variables that are set for it alone, and asserts that
// what it prints blames no bug.
func (c *completed) run(status int, variables map[string]string, arguments ...string) string {
	c.t.Helper()
	before := maps.Clone(c.Env)
	for name, value := range variables {
		c.Set(name, value)
	}
	printed := c.Terraform(status, arguments...)
	c.Env = before
	for _, blame := range []string{"bug in the provider", "reported", "Unexpected Identity Change", "inconsistent"} {
		if strings.Contains(printed, blame) {
			c.t.Errorf("blames a bug, %q:\n%s", blame, printed)
		}
	}
	return printed
}

func (c *completed) apply(status int, variables map[string]string) string {
	c.t.Helper()
	return c.run(status, variables, "apply", "-auto-approve")
}

func TestAcceptanceNoChangeOfAnArgumentStartsAgainWhatHasCompleted(t *testing.T) {
	clitest.SkipUnless(t)
	tried, files := changeable(t, hosts)
	c := newCompleted(t, files...)
	c.Apply(0)
	for _, argument := range slices.Sorted(maps.Keys(tried)) {
		t.Log(argument)
		c.apply(0, tried[argument])
	}
	all := atOnce(tried)
	c.apply(0, all)
	c.run(0, all, "plan", "-detailed-exitcode")
	for argument, change := range identities {
		t.Log(argument)
		printed := c.apply(1, change)
		if !strings.Contains(printed, otherID) {
			t.Errorf("%s: does not name it:\n%s", argument, printed)
		}
		maps.Copy(all, change)
	}
	c.apply(1, all)
	c.Apply(0)
	c.run(0, nil, "plan", "-detailed-exitcode")
	c.accepted(1, 1)
}

func TestAcceptanceARenamedKeyStartsNothingAgain(t *testing.T) {
	clitest.SkipUnless(t, clitest.DestroyPlans)
	c := newCompleted(t, "testdata/renamed.tf")
	c.Apply(0)
	printed := c.apply(1, map[string]string{"names": `["new"]`})
	if !strings.Contains(printed, "Refusing to start a completed live migration again") {
		t.Errorf("does not say why it is refused:\n%s", printed)
	}
	c.accepted(1, 1)
	c.Terraform(0, "state", "mv", migrationAddress+`["old"]`, migrationAddress+`["new"]`)
	c.apply(0, map[string]string{"names": `["new"]`})
	c.accepted(1, 1)
}

// A Terraform before 1.3 does not show a provider what it destroys, so there a
// renamed key looks like another resource.
func TestAcceptanceARenamedKeyIsWarnedOf(t *testing.T) {
	c := newCompleted(t, "testdata/renamed.tf")
	c.Apply(0)
	renamed := map[string]string{"names": `["new"]`, "drop": "true"}
	if printed := c.apply(1, renamed); !strings.Contains(printed, "Refusing to") {
		t.Errorf("does not say why it is refused:\n%s", printed)
	}
	c.accepted(1, 1)
}

func TestAcceptanceAnotherResourceIntoTheSameClusterIsWarnedOf(t *testing.T) {
	c := newCompleted(t, "testdata/renamed.tf")
	c.Apply(0)
	second := map[string]string{"names": `["old", "second"]`}
	if printed := c.run(0, second, "plan"); !strings.Contains(printed, "Another live migration into a migrated database") {
		t.Errorf("does not warn:\n%s", printed)
	}
	c.apply(0, second)
	c.accepted(2, 2)
	second["drop"], second["names"] = "true", `["old", "second", "third"]`
	if printed := c.apply(1, second); !strings.Contains(printed, "Refusing to delete a migrated database") {
		t.Errorf("does not say why it is refused:\n%s", printed)
	}
	c.accepted(2, 2)
}

func TestAcceptanceOnlyAReplacementOfEachStartsBothAgain(t *testing.T) {
	c := newCompleted(t, "testdata/complete.tf")
	c.Apply(0)
	printed := c.run(1, nil, "apply", "-auto-approve", "-replace="+migrationAddress)
	for _, text := range []string{"Completed cutover may be asked to change", "Refusing to replace a completed cutover"} {
		if !strings.Contains(printed, text) {
			t.Errorf("does not say %q:\n%s", text, printed)
		}
	}
	c.accepted(2, 1)
	c.apply(1, nil)
	c.accepted(2, 1)
	c.run(0, nil, "apply", "-auto-approve", "-replace="+cutoverAddress)
	c.accepted(2, 2)
	c.run(0, nil, "apply", "-auto-approve", "-replace="+migrationAddress, "-replace="+cutoverAddress)
	c.accepted(3, 3)
	c.run(0, nil, "plan", "-detailed-exitcode")
}

func TestAcceptanceNoReplacementDropsWhatWasMigrated(t *testing.T) {
	c := newCompleted(t, "testdata/complete.tf")
	drop := map[string]string{"drop": "true"}
	c.apply(0, drop)
	for _, refused := range [][]string{
		{"apply", "-auto-approve", "-replace=" + migrationAddress},
		{"apply", "-auto-approve", "-refresh=false", "-replace=" + migrationAddress},
	} {
		if printed := c.run(1, drop, refused...); !strings.Contains(printed, "Refusing to delete a migrated database") {
			t.Errorf("does not say why it is refused:\n%s", printed)
		}
	}
	c.Terraform(0, "taint", migrationAddress)
	if printed := c.apply(1, drop); !strings.Contains(printed, "Refusing to delete a migrated database") {
		t.Errorf("does not say why it is refused:\n%s", printed)
	}
	c.accepted(1, 1)
}

// What the pipeline guide says of drift is so: the progress of a copy is drift to a
// refresh, and nothing to do for a plan.
func TestAcceptanceADriftPipelineSeesACopyingMigrationAsDrift(t *testing.T) {
	c := newCompleted(t, "testdata/complete.tf")
	c.atlas.SetTemplate(atlassim.Migration{Copying: atlassim.Forever})
	only := "-target=" + migrationAddress
	started := map[string]string{"wait_until": "started"}
	c.run(0, started, "apply", "-auto-approve", only)
	for _, lag := range []int64{900, 600} {
		c.atlas.Update(c.atlas.Starts()[0].LiveMigrationID, func(m *atlassim.Migration) {
			*m = atlassim.Migration{Hosts: m.Hosts, Destination: m.Destination, InitialLag: lag, SteadyLag: lag}
		})
		c.run(2, started, "plan", "-refresh-only", "-detailed-exitcode", only)
		c.run(0, started, "plan", "-detailed-exitcode", only)
	}
	c.accepted(1, 0)
}
