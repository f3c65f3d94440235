// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"strings"
	"testing"
)

// An id is either taken whole or refused, and never makes a path of its own.
func FuzzImportID(f *testing.F) {
	for _, seed := range []string{
		"7e68e12770616e75e6df43d0/6296fb4c7c7aa997cf94e9a8", "7e68e12770616e75e6df43d0", "/", "",
		"7E68E12770616E75E6DF43D0/6296fb4c7c7aa997cf94e9a8", "7e68e12770616e75e6df43d0/6296fb4c7c7aa997cf94e9a8/",
		"../../orgs/x", "7e68e12770616e75e6df43d0/6296fb4c7c7aa997cf94e9a8\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		parsed, diags := parseImportID(id)
		if diags.HasError() {
			if !strings.Contains(diags[0].Detail(), "project_id/live_migration_id") {
				t.Errorf("does not say what an id looks like: %s", diags[0].Detail())
			}
			return
		}
		if parsed.validate().HasError() || parsed.ProjectID.ValueString()+"/"+parsed.LiveMigrationID.ValueString() != id {
			t.Errorf("took %q for %s", id, parsed)
		}
	})
}
