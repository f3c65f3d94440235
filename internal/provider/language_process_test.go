// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/terraformcli"
)

// What newer CLIs can do with both resources. None of it starts a live migration or
// a cutover a second time.

const language = "testdata/language/"

// unchanged asserts that a plan changes nothing.
func (c *completed) unchanged(variables map[string]string) {
	c.t.Helper()
	c.run(0, variables, "plan", "-detailed-exitcode")
}

// holds asserts what is in the state.
func (c *completed) holds(want ...string) {
	c.t.Helper()
	got := slices.Sorted(maps.Keys(c.State()))
	if !slices.Equal(got, want) {
		c.t.Errorf("the state has %q, want %q", got, want)
	}
}

func TestAcceptanceMovedBlocksStartNothingAgain(t *testing.T) {
	clitest.SkipUnless(t, clitest.MovedBlocks)
	c := newCompleted(t, "testdata/renamed.tf")
	c.Apply(0)
	c.Add(language + "moved.tf")
	moved := map[string]string{"names": `["new"]`}
	c.apply(0, moved)
	if list := strings.Fields(c.Terraform(0, "state", "list")); !slices.Equal(list, []string{migrationAddress + `["new"]`, cutoverAddress + `["new"]`}) {
		t.Errorf("the state has %q", list)
	}
	c.unchanged(moved)
	c.accepted(1, 1)
}

func TestAcceptanceWhatIsRemovedFromTheStateCanBeImportedAgain(t *testing.T) {
	clitest.SkipUnless(t, clitest.RemovedBlocks)
	c := newCompleted(t, "testdata/complete.tf")
	c.Apply(0)
	c.Remove("complete.tf")
	c.Add(language + "removed.tf")
	c.Apply(0)
	c.holds()
	c.Remove("removed.tf")
	c.Add("testdata/complete.tf", "testdata/import_id.tf")
	c.Set("import_id", c.Env["TF_VAR_project_id"]+"/"+c.atlas.Starts()[0].LiveMigrationID)
	c.apply(0, nil)
	c.holds(migrationAddress, cutoverAddress)
	c.unchanged(nil)
	c.accepted(1, 1)
}

func TestAcceptanceDisabledResourcesAreForgotten(t *testing.T) {
	clitest.SkipUnless(t, clitest.Enabled)
	c := newCompleted(t, language+"enabled.tf")
	on, off := map[string]string{"enabled": "true"}, map[string]string{"enabled": "false"}
	c.apply(0, off)
	c.accepted(0, 0)
	c.apply(0, on)
	c.unchanged(on)
	printed := c.apply(0, off)
	for _, want := range []string{"Live migration is not undone", "Cutover is not undone"} {
		if !strings.Contains(printed, want) {
			t.Errorf("does not say %q:\n%s", want, printed)
		}
	}
	c.holds()
	c.accepted(1, 1)
}

func TestAcceptanceEachProviderConfigurationHasItsOwnMigration(t *testing.T) {
	clitest.SkipUnless(t, clitest.ProviderForEach)
	c := newCompleted(t, language+"provider_for_each.tf")
	keys := c.atlas.Credentials()
	pair := map[string]string{"public_key": keys.PublicKey, "private_key": keys.PrivateKey}
	text, err := json.Marshal(map[string]any{"customers": pair, "orders": pair})
	if err != nil {
		t.Fatal(err)
	}
	c.withoutKey()
	c.Set("keys", string(text))
	both, one := map[string]string{"names": `["customers", "orders"]`}, map[string]string{"names": `["orders"]`}
	c.apply(0, both)
	c.unchanged(both)
	c.apply(0, one)
	c.unchanged(one)
	c.accepted(2, 2)
	for _, cluster := range []string{"customers-atlas", "orders-atlas"} {
		if got := c.atlas.AcceptedStarts(cluster); got != 1 {
			t.Errorf("Atlas started %d live migrations into %s", got, cluster)
		}
	}
}

// withoutKey takes the key out of the environment.
func (c *completed) withoutKey() {
	maps.DeleteFunc(c.Env, func(name, _ string) bool { return strings.HasSuffix(name, "_API_KEY") })
}

func TestAcceptanceEphemeralCredentialsAreInNoFile(t *testing.T) {
	clitest.SkipUnless(t, clitest.Ephemeral)
	c := newCompleted(t, "testdata/complete.tf", language+"ephemeral.tf", language+"ephemeral_override.tf")
	keys := c.atlas.Credentials()
	c.withoutKey()
	c.Set("public_key", keys.PublicKey)
	c.Set("private_key", keys.PrivateKey)
	c.run(0, nil, "plan", "-out=first.tfplan")
	c.run(0, nil, "apply", "first.tfplan")
	c.unchanged(nil)
	c.accepted(1, 1)
	for name, text := range c.Files() {
		if strings.Contains(text, keys.PrivateKey) || strings.Contains(text, keys.PublicKey) {
			t.Errorf("the key is in %s", name)
		}
	}
}

func TestAcceptanceAMockNeedsNoAtlas(t *testing.T) {
	clitest.SkipUnless(t, clitest.MockProviders)
	c := newCompleted(t, "testdata/complete.tf", language+"mock.tftest.hcl")
	c.withoutKey()
	if printed := c.run(0, nil, "test"); !strings.Contains(printed, "1 passed, 0 failed") {
		t.Errorf("no test ran:\n%s", printed)
	}
	if sent := len(c.atlas.Log()); sent != 0 {
		t.Errorf("sent %d requests", sent)
	}
}

func TestAcceptanceEachOfManyIsImported(t *testing.T) {
	for _, way := range []struct {
		name    string
		feature clitest.Feature
		file    string
	}{
		{"by ID", clitest.ImportForEach, "import_each_id.tf"},
		{"by identity", clitest.Identities, "import_each_identity.tf"},
	} {
		t.Run(way.name, func(t *testing.T) {
			clitest.SkipUnless(t, way.feature)
			c := newCompleted(t, language+"import_each.tf", language+way.file)
			add := func() string { return c.atlas.Add(atlassim.Migration{BegunElsewhere: true}) }
			ids := fmt.Sprintf(`{customers = %q, orders = %q`, add(), add())
			bad := map[string]string{"ids": fmt.Sprintf(`%s, payments = %q}`, ids, otherID)}
			if said := clitest.Unwrap(c.apply(1, bad)); !strings.Contains(said, "The live migration "+c.Env["TF_VAR_project_id"]+"/"+otherID+" cannot be read.") {
				t.Errorf("does not name the bad ID:\n%s", said)
			}
			c.holds()
			all := map[string]string{"ids": ids + "}"}
			// What an import cannot know is an update in place, and sends nothing.
			if printed := c.apply(0, all); !strings.Contains(printed, "4 imported, 0 added, 4 changed, 0 destroyed") {
				t.Errorf("does not import and change 4:\n%s", printed)
			}
			c.unchanged(all)
			c.accepted(0, 0)
		})
	}
}

// A CLI can write the configuration of an import. That of a cutover is complete.
// For that of a live migration, the import says what has to be written by hand.
func TestAcceptanceTheConfigurationOfAnImportIsGenerated(t *testing.T) {
	clitest.SkipUnless(t, clitest.ImportBlocks)
	c := newImported(t, "../../examples/provider/provider.tf", language+"generate.tf")
	printed := c.run(1, nil, "plan", "-generate-config-out=generated.tf")
	if said := clitest.Unwrap(printed); !strings.Contains(said, "Write source and destination in the configuration") {
		t.Errorf("does not say what to write:\n%s", printed)
	}
	generated := strings.Join(strings.Fields(c.Files()["generated.tf"]), " ")
	for _, want := range []string{`migration_hosts = ["migration-host-1.example.net"]`, `project_id = "` + c.Env["TF_VAR_project_id"]} {
		if !strings.Contains(generated, want) {
			t.Errorf("did not generate %q:\n%s", want, generated)
		}
	}
	c.Remove("generate.tf")
	c.Add(language+"by_hand_override.tf", "testdata/import_id.tf")
	if printed := c.apply(0, nil); !strings.Contains(printed, "2 imported, 0 added, 1 changed, 0 destroyed") {
		t.Errorf("changes another thing than the live migration's arguments:\n%s", printed)
	}
	c.unchanged(nil)
	c.accepted(0, 0)
}

// An action that runs for itself tells how it goes. Interrupted, and run again, it
// requests nothing a second time.
func TestAcceptanceAnActionIsInvokedByItself(t *testing.T) {
	clitest.SkipUnless(t, clitest.Actions)
	a := prepareApply(t, moment{started: true}, "testdata/signals_action/main.tf")
	invoke := []string{"apply", "-auto-approve", "-invoke=action." + cutoverAddress}
	a.Run = a.Start(invoke...)
	job := a.accepted(atlassim.CallCutover).JobID
	for _, line := range []string{"requesting the cutover", "request accepted, job " + job, "Atlas is finishing the cutover"} {
		a.Says(line)
	}
	a.Signal(syscall.SIGINT, true)
	a.Ends(1)
	a.ProvidersEnd()
	a.finish()
	a.Terraform(0, invoke...)
	a.counts(map[string]int{atlassim.CallCutover: 1})
}

// An action that follows a resource tells how it goes to its end, and is no part of
// the next plan.
func TestAcceptanceAnActionFollowsAResource(t *testing.T) {
	clitest.SkipUnless(t, clitest.Actions)
	a := prepareApply(t, moment{started: true}, "testdata/signals_action/main.tf")
	a.Run = a.Start("apply", "-auto-approve")
	a.accepted(atlassim.CallCutover)
	a.told(3)
	a.finish()
	a.Says("complete: Atlas confirmed the cutover")
	a.Ends(0)
	a.Terraform(0, "plan", "-detailed-exitcode")
	a.counts(map[string]int{atlassim.CallCutover: 1})
}

// Two CLIs can work on one state, one after the other. OpenTofu takes over a state
// of Terraform, and not the other way round: it names another registry.
func TestAcceptanceAnotherCLIResumesWhatOneBegan(t *testing.T) {
	clitest.SkipUnless(t)
	first, second := clitest.Path(t), clitest.Other(t)
	for _, clis := range [][2]string{{first, second}, {second, first}} {
		from, to := product(t, clis[0]), product(t, clis[1])
		t.Run(from.String()+" then "+to.String(), func(t *testing.T) {
			if from.Name == terraformcli.OpenTofu && to.Name == terraformcli.Terraform {
				t.Skip("needs a CLI that reads a state of OpenTofu")
			}
			at := resourceMoments[len(resourceMoments)-1]
			a := prepareApply(t, at, "testdata/signals/main.tf")
			a.CLI = clis[0]
			a.Run = a.Start("apply", "-auto-approve")
			at.reached(a)
			a.Signal(syscall.SIGINT, false)
			a.Ends(1)
			a.ProvidersEnd()
			a.stored()
			a.finish()
			a.CLI = clis[1]
			a.Apply(0)
			a.Terraform(0, "plan", "-detailed-exitcode")
			a.counts(map[string]int{atlassim.CallStart: 1, atlassim.CallCutover: 1, atlassim.CallValidate: 1})
		})
	}
}

func product(t *testing.T, cli string) terraformcli.Product {
	t.Helper()
	found, err := terraformcli.Identify(t.Context(), cli)
	if err != nil {
		t.Fatal(err)
	}
	return found
}
