// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

const stateFile = "terraform.tfstate"

// imports are the ways to import, each into a folder whose state is empty. The
// first stores the import before the apply, the others in it.
var imports = []struct {
	name   string
	needs  []clitest.Feature
	file   string
	before func(c *completed)
}{
	{name: "a command", before: func(c *completed) {
		for _, address := range []string{migrationAddress, cutoverAddress} {
			c.Terraform(0, "import", address, c.Env["TF_VAR_project_id"]+"/"+c.Env["TF_VAR_live_migration_id"])
		}
	}},
	{name: "blocks by ID", needs: []clitest.Feature{clitest.ImportBlocks}, file: "testdata/import_id.tf"},
	{name: "blocks by identity", needs: []clitest.Feature{clitest.Identities}, file: "testdata/import_identity.tf"},
}

// newImported is a folder with a configuration that fits a migration which was
// completed elsewhere, and with nothing in its state.
func newImported(t *testing.T, files ...string) *completed {
	t.Helper()
	c := newCompleted(t, files...)
	id := c.atlas.Add(atlassim.Migration{BegunElsewhere: true, Hosts: []string{"migration-host-1.example.net"}})
	c.Set("live_migration_id", id)
	c.Set("import_id", c.Env["TF_VAR_project_id"]+"/"+id)
	return c
}

// No change after an import starts anything, or ends in an error that blames a bug.
// Those of what the import fixed are refused at plan, and leave no trace.
func TestAcceptanceEveryArgumentIsChangedAfterAnImport(t *testing.T) {
	for _, way := range imports {
		t.Run(way.name, func(t *testing.T) {
			clitest.SkipUnless(t, way.needs...)
			tried, files := changeable(t, nil)
			if way.file != "" {
				files = append(files, way.file)
			}
			c := newImported(t, files...)
			if way.before != nil {
				way.before(c)
			}
			imported := c.Files()[stateFile]
			check := func(argument string, status int, change map[string]string) {
				t.Log(argument)
				c.restore(imported)
				printed := c.apply(status, change)
				if status == 0 {
					return
				}
				if got := c.Files()[stateFile]; got != imported {
					t.Errorf("%s: the state became\n%s\nfrom\n%s", argument, got, imported)
				}
				c.refused(printed, argument, change)
			}
			for _, argument := range slices.Sorted(maps.Keys(tried)) {
				check(argument, 0, tried[argument])
			}
			check("all at once", 0, atOnce(tried))
			c.run(0, atOnce(tried), "plan", "-detailed-exitcode")
			for argument, change := range merged(identities, hosts) {
				check(argument, 1, change)
			}
			c.accepted(0, 0)
		})
	}
}

// restore makes a text the state again; an empty one removes it.
func (c *completed) restore(state string) {
	c.t.Helper()
	path := filepath.Join(c.Dir, stateFile)
	if err := os.WriteFile(path, []byte(state), 0o600); err != nil {
		c.t.Fatal(err)
	}
	if state == "" {
		if err := os.Remove(path); err != nil {
			c.t.Fatal(err)
		}
	}
}

// refused asserts that an apply refused an argument and named both of its values,
// and the import.
func (c *completed) refused(printed, argument string, change map[string]string) {
	c.t.Helper()
	said := clitest.Unwrap(printed)
	name := argument[strings.LastIndex(argument, ".")+1:]
	wants := []string{"Import does not match the configuration", c.Env["TF_VAR_import_id"], "Its " + name + " is ", " in the configuration."}
	for _, value := range change {
		wants = append(wants, `"`+value+`"`)
	}
	if own, ok := c.Env["TF_VAR_"+name]; ok {
		wants = append(wants, `"`+own+`" in Atlas`)
	}
	for _, want := range wants {
		if !strings.Contains(said, want) {
			c.t.Errorf("%s: does not say %q:\n%s", argument, want, printed)
		}
	}
}
