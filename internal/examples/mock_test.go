// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

const tested = "guides/test/"

// The guide's tests pass without a key and without Atlas, and each fails if the line
// that it is about is changed.
func TestAcceptanceTheGuidesTestsTellAGoodModuleFromABadOne(t *testing.T) {
	clitest.SkipUnless(t, clitest.MockProviders)
	for name, c := range map[string]struct {
		file, line, by string
		status         int
		says           []string
	}{
		"as it is": {says: []string{"4 passed, 0 failed"}},
		"another live migration": {
			file: "main.tf", line: "atlasmigration_live_migration.this.id", by: `"7e68e12770616e75e6df43d0"`,
			status: 1, says: []string{"The cutover is of another live migration", "3 passed, 1 failed"},
		},
		"another cluster":     {file: "main.tf", line: "-atlas", by: "", status: 1, says: []string{"Applications would connect to orders."}},
		"a destination lost":  {file: "main.tf", line: `wait_until      = "started"`, by: "drop_destination_data = true", status: 1, says: []string{"The destination would be emptied"}},
		"any project":         {file: "main.tf", line: "^[0-9a-f]{24}$", by: ".", status: 1, says: []string{"refuses_the_name_of_a_project"}},
		"repointed too early": {file: "main.tf", line: `status == "SUCCESS"`, by: `status != ""`, status: 1, says: []string{"Applications would connect to a cluster that is still being written."}},
		"an ID that is none":  {file: "module.tftest.hcl", line: `id = "6296fb4c7c7aa997cf94e9a8"`, by: `status = "NEW"`, status: 1, says: []string{"24 lower-case hexadecimal digits"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atlas := clitest.NewAtlas(t, speed)
			w := atlas.Workspace(t, paths([]string{tested + "main.tf", tested + "module.tftest.hcl", tested + "pending.tftest.hcl"})...)
			maps.DeleteFunc(w.Env, func(name, _ string) bool { return strings.HasSuffix(name, "_API_KEY") })
			if c.file != "" {
				file := filepath.Join(w.Dir, c.file)
				text := read(t, file)
				if !strings.Contains(text, c.line) {
					t.Fatalf("%s has no %s", c.file, c.line)
				}
				must(t, os.WriteFile(file, []byte(strings.ReplaceAll(text, c.line, c.by)), 0o600))
			}
			printed := clitest.Unwrap(w.Terraform(c.status, "test"))
			for _, text := range c.says {
				if !strings.Contains(printed, text) {
					t.Errorf("does not say %q:\n%s", text, printed)
				}
			}
			if sent := len(atlas.Log()); sent != 0 {
				t.Errorf("sent %d requests", sent)
			}
		})
	}
}
