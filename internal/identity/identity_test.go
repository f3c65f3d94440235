// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package identity

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const (
	project       = "7e68e12770616e75e6df43d0"
	liveMigration = "6296fb4c7c7aa997cf94e9a8"
)

// An ID is either taken whole or refused, and never makes a path of its own.
func FuzzImportID(f *testing.F) {
	for _, seed := range []string{
		project + "/" + liveMigration, project, "/", strings.ToUpper(project) + "/" + liveMigration,
		project + "/" + liveMigration + "/", "../../orgs/x", project + "/" + liveMigration + "\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		parsed, diags := parse(id)
		if diags.HasError() {
			if !strings.Contains(diags[0].Detail(), "project_id/live_migration_id") {
				t.Errorf("does not say what an ID looks like: %s", diags[0].Detail())
			}
			return
		}
		if !parsed.valid() || parsed.ProjectID.ValueString()+"/"+parsed.LiveMigrationID.ValueString() != id {
			t.Errorf("took %q for %s", id, parsed)
		}
	})
}

func TestAnImportIsNamedByIDOrByIdentity(t *testing.T) {
	byIdentity := func(project, liveMigration string) resource.ImportStateRequest {
		data := tfsdk.ResourceIdentity{Schema: Schema()}
		diags := data.Set(t.Context(), Identity{types.StringValue(project), types.StringValue(liveMigration)})
		if diags.HasError() {
			t.Fatal(diags)
		}
		return resource.ImportStateRequest{Identity: &data}
	}
	none := tfsdk.ResourceIdentity{Schema: Schema(), Raw: tftypes.NewValue(Schema().Type().TerraformType(t.Context()), nil)}
	for name, row := range map[string]struct {
		request resource.ImportStateRequest
		summary string
	}{
		"an ID":                {resource.ImportStateRequest{ID: project + "/" + liveMigration}, ""},
		"an identity":          {byIdentity(project, liveMigration), ""},
		"an empty id":          {resource.ImportStateRequest{Identity: &none}, "Invalid import ID"},
		"nothing":              {resource.ImportStateRequest{}, "Invalid import ID"},
		"half an ID":           {resource.ImportStateRequest{ID: project}, "Invalid import ID"},
		"an identity of names": {byIdentity("orders", liveMigration), "Invalid import identity"},
		"half an identity":     {byIdentity(project, ""), "Invalid import identity"},
	} {
		got, diags := Imported(t.Context(), row.request)
		switch {
		case row.summary == "" && (diags.HasError() || got.ProjectID.ValueString() != project || got.LiveMigrationID.ValueString() != liveMigration):
			t.Errorf("%s: got %s, %v", name, got, diags)
		case row.summary != "" && (!diags.HasError() || diags[0].Summary() != row.summary || !strings.Contains(diags[0].Detail(), "Nothing was imported.")):
			t.Errorf("%s: got %v, want %q", name, diags, row.summary)
		}
	}
}

func TestAMismatchNamesBothValuesOfEachArgument(t *testing.T) {
	imported := Identity{types.StringValue(project), types.StringValue(liveMigration)}
	hosts := func(elements ...attr.Value) types.List { return types.ListValueMust(types.StringType, elements) }
	differences := Differences(t.Context(),
		Difference{"project_id", imported.ProjectID, types.StringValue(liveMigration)},
		Difference{"migration_hosts", hosts(types.StringValue("a")), hosts(types.StringValue("b"))},
		Difference{"the same", types.StringValue("a"), types.StringValue("a")},
		Difference{"not imported", types.StringNull(), types.StringValue("a")},
		Difference{"not known yet", types.StringValue("a"), types.StringUnknown()},
		Difference{"not wholly known yet", hosts(types.StringValue("a")), hosts(types.StringUnknown())},
	)
	want := `Import does not match the configuration

The resource was imported as 7e68e12770616e75e6df43d0/6296fb4c7c7aa997cf94e9a8. Its project_id is "7e68e12770616e75e6df43d0" in Atlas and "6296fb4c7c7aa997cf94e9a8" in the configuration. Its migration_hosts is ["a"] in Atlas and ["b"] in the configuration.

Nothing was changed, at Atlas or in the state.

Set project_id to "7e68e12770616e75e6df43d0" and migration_hosts to ["a"], or import what the configuration describes. If the resource is in the state by mistake, remove it with terraform state rm and its address.`
	d := Mismatch(imported, differences).Diagnostic()
	if got := d.Summary() + "\n\n" + d.Detail(); got != want || d.Severity() != diag.SeverityError {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
