// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/identity"
)

// stateOf is a state with the attributes that are looked at.
func stateOf(status any) tftypes.Value {
	attributes := map[string]tftypes.Value{
		"project_id":        tftypes.NewValue(tftypes.String, "7e68e12770616e75e6df43d0"),
		"live_migration_id": tftypes.NewValue(tftypes.String, "6296fb4c7c7aa997cf94e9a8"),
		"status":            tftypes.NewValue(tftypes.String, status),
	}
	types := map[string]tftypes.Type{}
	for name := range attributes {
		types[name] = tftypes.String
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: types}, attributes)
}

func TestOnlyASuccessIsFinished(t *testing.T) {
	nothing := stateOf("SUCCESS").Type()
	for name, row := range map[string]struct {
		state tftypes.Value
		want  bool
	}{
		"a success":          {stateOf("SUCCESS"), true},
		"one in flight":      {stateOf("PENDING"), false},
		"a failure":          {stateOf("FAILED"), false},
		"no status":          {stateOf(nil), false},
		"an unknown status":  {stateOf(tftypes.UnknownValue), false},
		"no state":           {tftypes.NewValue(nothing, nil), false},
		"an unknown state":   {tftypes.NewValue(nothing, tftypes.UnknownValue), false},
		"a state of no type": {tftypes.Value{}, false},
	} {
		if got := finished(row.state); got != row.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// A CLI can keep no identity in more than one way.
func TestAFinishedCutoverHasTheIdentityThatItsStateNames(t *testing.T) {
	shape := identity.Schema().Type().TerraformType(t.Context())
	none := tftypes.NewValue(tftypes.String, nil)
	for name, raw := range map[string]tftypes.Value{
		"null":       tftypes.NewValue(shape, nil),
		"of nothing": tftypes.NewValue(shape, map[string]tftypes.Value{"project_id": none, "live_migration_id": none}),
	} {
		into := tfsdk.ResourceIdentity{Schema: identity.Schema(), Raw: raw}
		identify(t.Context(), stateOf("SUCCESS"), &into)
		var got identity.Identity
		diags := into.Get(t.Context(), &got)
		if diags.HasError() || got.ProjectID.ValueString() != "7e68e12770616e75e6df43d0" || got.LiveMigrationID.ValueString() != "6296fb4c7c7aa997cf94e9a8" {
			t.Errorf("%s: got %s, %v", name, into.Raw, diags)
		}
	}
}
