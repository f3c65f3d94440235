// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migrationrequest

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// privateLink is the hostname_schema_type that goes with a private_link_id.
const privateLink = "PRIVATE_LINK"

// What a valid argument looks like.
const (
	managedExample = "source = {\n" +
		"  managed_authentication = true\n" +
		"  # and no username and password\n" +
		"}"
	unmanagedExample = "source = {\n" +
		"  managed_authentication = false\n" +
		"  username               = \"migrator\"\n" +
		"  password               = var.source_password\n" +
		"}"
	privateLinkExample = "destination = {\n" +
		"  hostname_schema_type = \"PRIVATE_LINK\"\n" +
		"  private_link_id      = \"vpce-0d9ca6b1e2f3a4b5c\"\n" +
		"}"
	publicExample = "destination = {\n" +
		"  hostname_schema_type = \"PUBLIC\"\n" +
		"  # and no private_link_id\n" +
		"}"
	hostsExample = "migration_hosts = [\"migration-host-1.example.net\"]"
)

// Validate refuses what no single argument is to blame for. Values that are not
// known yet break no rule.
func (r *Request) Validate(ctx context.Context) diag.Diagnostics {
	var (
		from  source
		to    destination
		diags diag.Diagnostics
	)
	diags.Append(r.Source.As(ctx, &from, lenient)...)
	diags.Append(r.Destination.As(ctx, &to, lenient)...)
	if diags.HasError() {
		return diags
	}
	if !r.Source.IsUnknown() {
		diags.Append(from.check()...)
	}
	if !r.Destination.IsUnknown() {
		diags.Append(to.check()...)
	}
	diags.Append(r.checkHosts()...)
	return diags
}

// check wants a user and a password if and only if nobody else knows them.
func (s source) check() diag.Diagnostics {
	var diags diag.Diagnostics
	if s.ManagedAuthentication.IsNull() || s.ManagedAuthentication.IsUnknown() {
		return nil
	}
	managed := s.ManagedAuthentication.ValueBool()
	for _, argument := range []struct {
		name  string
		value attr.Value
	}{{"username", s.Username}, {"password", s.Password}} {
		at := path.Root("source").AtName(argument.name)
		switch given := !argument.value.IsNull(); {
		case managed && given && !argument.value.IsUnknown():
			diags.Append(ruleError(at, "must be omitted if source.managed_authentication is true: Cloud Manager or Ops "+
				"Manager knows how to authenticate.", managedExample))
		case !managed && !given:
			diags.Append(ruleError(at, "is required if source.managed_authentication is false.", unmanagedExample))
		}
	}
	return diags
}

// check wants the ID of a private link if and only if one is used.
func (d destination) check() diag.Diagnostics {
	at := path.Root("destination").AtName("private_link_id")
	switch kind, given := d.HostnameSchemaType, !d.PrivateLinkID.IsNull(); {
	case kind.IsNull(), kind.IsUnknown():
	case kind.ValueString() == privateLink && !given:
		return diag.Diagnostics{ruleError(at, "is required if destination.hostname_schema_type is \"PRIVATE_LINK\".",
			privateLinkExample)}
	case kind.ValueString() != privateLink && given && !d.PrivateLinkID.IsUnknown():
		return diag.Diagnostics{ruleError(at, "must be omitted if destination.hostname_schema_type is not "+
			"\"PRIVATE_LINK\".", publicExample)}
	}
	return nil
}

// checkHosts wants exactly one host: Atlas takes a list, and no other length.
func (r *Request) checkHosts() diag.Diagnostics {
	hosts := r.MigrationHosts.Elements()
	if r.MigrationHosts.IsNull() || r.MigrationHosts.IsUnknown() || len(hosts) == 1 {
		return nil
	}
	return diag.Diagnostics{ruleError(path.Root("migration_hosts"),
		"must have exactly one host, got "+strconv.Itoa(len(hosts))+".", hostsExample)}
}

// ruleError says which attribute broke a rule, and shows what keeps it.
func ruleError(at path.Path, rule, example string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, "Invalid live migration",
		"Attribute "+at.String()+" "+rule+"\n\nFor example:\n\n"+example)
}
