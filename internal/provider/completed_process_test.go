// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

const (

	// otherID is the ID of nothing that the simulated Atlas has.
	otherID = "6a1b2c3d4e5f60718293a4b5"
)

// changes are a change of each argument, by the variable of testdata/complete.tf.
var changes = map[string]map[string]string{
	"source.project_id":                {"source_project_id": otherID},
	"source.cluster_name":              {"source_cluster": "customers"},
	"source.tls_enabled":               {"tls_enabled": "false"},
	"source.ca_certificate_path":       {"ca_certificate_path": "/etc/ca.pem"},
	"destination.project_id":           {"destination_project_id": otherID},
	"destination.cluster_name":         {"destination_cluster": "customers-atlas"},
	"destination.hostname_schema_type": {"hostname_schema_type": "VPC_PEERING"},
	"destination.private_link_id":      {"hostname_schema_type": "PRIVATE_LINK", "private_link_id": "vpce-1"},
	"migration_hosts":                  {"host": "migration-host-2.example.net"},
	"drop_destination_data":            {"drop": "true"},
	"sharding":                         {"shard_key": "customer"},
	"wait_until":                       {"wait_until": "started"},
	"timeouts of the live migration":   {"migration_timeout": "3h"},
	"max_lag_seconds":                  {"max_lag_seconds": "30"},
	"ready_timeout":                    {"ready_timeout": "5m"},
	"timeouts of the cutover":          {"cutover_timeout": "3h"},
}

// identities are the changes that no apply takes.
var identities = map[string]map[string]string{
	"project_id of the live migration": {"project_id": otherID},
	"project_id of the cutover":        {"cutover_project_id": otherID},
	"live_migration_id":                {"live_migration_id": otherID},
}

// changed are all changes at once, except for some.
func changed(except ...string) map[string]string {
	all := map[string]string{}
	for _, argument := range slices.Sorted(maps.Keys(changes)) {
		if !slices.Contains(except, argument) {
			maps.Copy(all, changes[argument])
		}
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
	got := map[string]int{}
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
	c := newCompleted(t, "testdata/complete.tf")
	c.Apply(0)
	for _, argument := range slices.Sorted(maps.Keys(changes)) {
		t.Log(argument)
		c.apply(0, changes[argument])
	}
	all := changed()
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
