// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migrationrequest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice/noticetest"
)

func TestDiagnostics(t *testing.T) {
	var c []noticetest.Case
	addAll := func(when string, diags diag.Diagnostics) {
		for _, d := range diags {
			c = append(c, noticetest.Case{When: when, Diagnostic: d})
		}
	}
	managed, unmanaged, private, public := full(), plain(), plain(), full()
	managed.Source = sourceOf(map[string]attr.Value{
		"managed_authentication": types.BoolValue(true), "username": types.StringValue("u"), "password": types.StringValue("p"),
	})
	unmanaged.Source = sourceOf(map[string]attr.Value{"managed_authentication": types.BoolValue(false)})
	private.Destination = destinationOf(map[string]attr.Value{"hostname_schema_type": types.StringValue("PRIVATE_LINK")})
	public.Destination = destinationOf(map[string]attr.Value{
		"hostname_schema_type": types.StringValue("PUBLIC"), "private_link_id": types.StringValue("vpce-1"),
	})
	hosts := plain()
	hosts.MigrationHosts = types.ListValueMust(types.StringType, []attr.Value{types.StringValue("a"), types.StringValue("b")})
	for _, r := range []Request{managed, unmanaged, private, public, hosts} {
		addAll("validate: a broken rule", r.Validate(t.Context()))
	}
	var resp validator.StringResponse
	shardKeyKind{}.ValidateString(t.Context(), validator.StringRequest{
		Path: path.Root("sharding").AtName("entries").AtListIndex(0).AtName("key").AtListIndex(0).AtName("kind"), ConfigValue: types.StringValue("2"),
	}, &resp)
	addAll("validate: a shard key", resp.Diagnostics)
	noticetest.Check(t, c, "schema.go", "cluster.go")
}
