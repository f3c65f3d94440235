// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// row says which files are applied together, in which world, and what must come
// of it.
type row struct {
	// files are relative to examples/.
	files []string
	// needs is what of their language not every CLI knows; its zero value is
	// nothing. The row's name says it, so that a run which skips the row does too.
	needs clitest.Feature
	// world prepares what the files take for granted, and returns the variables.
	world func(*atlassim.Sim) config.Variables
	// accepts are the calls by which the world is changed, up to the end of the
	// final destroy.
	accepts []string
	// restless says that there is always something to do: the data source in a
	// check block is read by every apply.
	restless bool
}

// Folders of the examples.
const (
	shell      = "provider/provider.tf"
	linkToken  = "resources/atlasmigration_link_token/"
	validation = "resources/atlasmigration_live_migration_validation/"
	migration  = "resources/atlasmigration_live_migration/"
	cutover    = "resources/atlasmigration_live_migration_cutover/"
	action     = "actions/atlasmigration_live_migration_cutover/"
	projects   = "data-sources/atlasmigration_available_projects/"
	look       = "data-sources/atlasmigration_live_migration/"
	runbook    = "guides/cutover-runbook/"
	either     = "guides/action-or-resource/"
)

// The calls that change a world.
const (
	links     = atlassim.CallLink
	unlinks   = atlassim.CallUnlink
	validates = atlassim.CallValidate
	starts    = atlassim.CallStart
	cutsOver  = atlassim.CallCutover
)

// rows are all examples. What is started by one is never stopped, since Atlas
// has no call for that: of all that is destroyed at the end, only a link makes a
// call.
var rows = map[string]row{
	"the provider":        {files: []string{shell}},
	"the demo":            {files: []string{"cutover/main.tf"}, world: with(inSync), accepts: []string{cutsOver}},
	"link token":          {files: []string{shell, linkToken + "resource.tf"}, world: linked, accepts: []string{links, unlinks}},
	"available projects":  {files: []string{shell, projects + "data-source.tf"}, world: linked},
	"validation":          {files: []string{shell, validation + "resource.tf"}, needs: clitest.WriteOnly, world: unstarted, accepts: []string{validates}},
	"live migration":      {files: []string{shell, migration + "resource.tf"}, needs: clitest.WriteOnly, world: unstarted, accepts: []string{starts}},
	"sharded":             {files: []string{shell, migration + "resource.tf", migration + "sharding.tf"}, needs: clitest.WriteOnly, world: unstarted, accepts: []string{starts, starts}},
	"migration by id":     {files: []string{shell, migration + "resource.tf", migration + "import-by-string-id.tf"}, needs: clitest.WriteOnly, world: started},
	"migration by name":   {files: []string{shell, migration + "resource.tf", migration + "import-by-identity.tf"}, needs: clitest.Identities, world: started},
	"conditions":          {files: []string{shell, look + "data-source.tf", look + "precondition.tf", look + "postcondition.tf"}, needs: clitest.Conditions, world: with(complete)},
	"check":               {files: []string{shell, look + "data-source.tf", look + "check.tf"}, needs: clitest.CheckBlocks, world: with(inSync), restless: true},
	"cutover":             {files: []string{shell, cutover + "resource.tf"}, world: named(inSync), accepts: []string{cutsOver}},
	"cutover by id":       {files: []string{shell, cutover + "resource.tf", cutover + "import-by-string-id.tf"}, needs: clitest.ImportBlocks, world: named(complete)},
	"cutover by name":     {files: []string{shell, cutover + "resource.tf", cutover + "import-by-identity.tf"}, needs: clitest.Identities, world: named(complete)},
	"action":              {files: []string{shell, action + "action.tf", action + "trigger.tf"}, needs: clitest.Actions, world: named(inSync), accepts: []string{cutsOver}},
	"runbook, link":       {files: []string{runbook + "1-link/main.tf"}, world: linked, accepts: []string{links, unlinks}},
	"runbook, migrate":    {files: []string{runbook + "2-migrate/main.tf"}, world: unstarted, accepts: []string{validates, starts}},
	"runbook, cut over":   {files: []string{runbook + "3-cut-over/main.tf"}, needs: clitest.TerraformData, world: with(inSync), accepts: []string{cutsOver}},
	"from the console":    {files: []string{"guides/from-console-or-cli/main.tf"}, needs: clitest.ImportBlocks, world: named(complete, underWay)},
	"resource, or action": {files: []string{either + "resource/main.tf"}, needs: clitest.TerraformData, world: with(inSync), accepts: []string{cutsOver}},
	"module with tests":   {files: []string{tested + "main.tf"}, world: unstarted, accepts: []string{starts, cutsOver}},
	"action, or resource": {files: []string{either + "action/main.tf"}, needs: clitest.Actions, world: with(inSync), accepts: []string{cutsOver}},
}

// elsewhere are the files that a test of their own applies, and if it is.
var elsewhere = map[string]string{
	"journey/main.tf":    "../service/cutover/examples_test.go",
	"fleet/main.tf":      "../service/cutover/examples_test.go",
	pipeline + "main.tf": "pipeline_test.go",
}

func TestAcceptanceEveryExampleIsAppliedAndThenLeavesNothingToDo(t *testing.T) {
	clitest.SkipUnless(t)
	for name, r := range rows {
		if r.needs.Name != "" {
			name += ", which needs " + r.needs.Name
		}
		t.Run(name, r.apply)
	}
}

func TestEveryExampleHasARow(t *testing.T) {
	listed := map[string]bool{}
	for file, test := range elsewhere {
		text, err := os.ReadFile(test)
		must(t, err)
		if !strings.Contains(string(text), path.Dir(file)) {
			t.Errorf("%s does not apply examples/%s", test, file)
		}
		listed[file] = true
	}
	for _, r := range rows {
		for _, file := range r.files {
			listed[file] = true
		}
	}
	for _, file := range filesOf(t, examples, ".tf") {
		if !listed[file] {
			t.Errorf("no row applies examples/%s", file)
		}
		delete(listed, file)
	}
	for file := range listed {
		t.Errorf("there is no examples/%s", file)
	}
}

// filesOf are the files under a folder that end so, by their path in it.
func filesOf(t *testing.T, root, ending string) []string {
	t.Helper()
	var found []string
	must(t, fs.WalkDir(os.DirFS(root), ".", func(file string, _ fs.DirEntry, err error) error {
		if path.Ext(file) == ending {
			found = append(found, file)
		}
		return err
	}))
	if len(found) == 0 {
		t.Fatalf("nothing in %s ends in %s", root, ending)
	}
	return found
}
