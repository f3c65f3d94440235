// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestALimitThatCouldOnlyFailIsRefused(t *testing.T) {
	for name, row := range map[string]struct {
		create, update types.String
		refused        string
	}{
		"none":                 {types.StringNull(), types.StringNull(), ""},
		"both":                 {types.StringValue("6h"), types.StringValue("90m"), ""},
		"not known yet":        {types.StringUnknown(), types.StringNull(), ""},
		"a create of zero":     {types.StringValue("0s"), types.StringNull(), "timeouts.create"},
		"a negative update":    {types.StringNull(), types.StringValue("-1h"), "timeouts.update"},
		"a create of no words": {types.StringValue("soon"), types.StringNull(), "Timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			configured := timeouts.Value{Object: types.ObjectValueMust(
				map[string]attr.Type{"create": types.StringType, "update": types.StringType},
				map[string]attr.Value{"create": row.create, "update": row.update},
			)}
			diags := CheckTimeouts(t.Context(), configured)
			if diags.HasError() != (row.refused != "") {
				t.Fatalf("got %v, want %q", diags, row.refused)
			}
			if row.refused != "" && !strings.Contains(diags[0].Summary()+diags[0].Detail(), row.refused) {
				t.Errorf("got %v, want %q", diags, row.refused)
			}
		})
	}
}
