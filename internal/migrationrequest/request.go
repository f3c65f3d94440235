// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package migrationrequest holds the arguments that the resources for validations and
// live migrations share: their schema, their rules, and the request built from them.
package migrationrequest

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
)

// Request holds the arguments that validations and live migrations share: what to
// migrate, from where and to where.
type Request struct {
	ProjectID           types.String `tfsdk:"project_id"`
	Source              types.Object `tfsdk:"source"`
	Destination         types.Object `tfsdk:"destination"`
	MigrationHosts      types.List   `tfsdk:"migration_hosts"`
	DropDestinationData types.Bool   `tfsdk:"drop_destination_data"`
	Sharding            types.Object `tfsdk:"sharding"`
}

type source struct {
	ProjectID             types.String `tfsdk:"project_id"`
	ClusterName           types.String `tfsdk:"cluster_name"`
	TLSEnabled            types.Bool   `tfsdk:"tls_enabled"`
	CACertificatePath     types.String `tfsdk:"ca_certificate_path"`
	ManagedAuthentication types.Bool   `tfsdk:"managed_authentication"`
	Username              types.String `tfsdk:"username"`
	Password              types.String `tfsdk:"password"`
}

type destination struct {
	ProjectID          types.String `tfsdk:"project_id"`
	ClusterName        types.String `tfsdk:"cluster_name"`
	HostnameSchemaType types.String `tfsdk:"hostname_schema_type"`
	PrivateLinkID      types.String `tfsdk:"private_link_id"`
}

type sharding struct {
	CreateSupportingIndexes types.Bool      `tfsdk:"create_supporting_indexes"`
	Entries                 []shardingEntry `tfsdk:"entries"`
}

type shardingEntry struct {
	Database   types.String `tfsdk:"database"`
	Collection types.String `tfsdk:"collection"`
	Key        []shardKey   `tfsdk:"key"`
}

type shardKey struct {
	Field types.String `tfsdk:"field"`
	Kind  types.String `tfsdk:"kind"`
}

// lenient reads an object that may be missing, or not known yet.
var lenient = basetypes.ObjectAsOptions{UnhandledNullAsEmpty: true, UnhandledUnknownAsEmpty: true}

// Build makes the request to send, made of values that are all known. What is
// optional, and not given, is as the API has it when it is left out.
func (r *Request) Build(ctx context.Context) (atlas.MigrationRequest, diag.Diagnostics) {
	var (
		from   source
		to     destination
		hosts  []string
		shards *sharding
		diags  diag.Diagnostics
	)
	diags.Append(r.Source.As(ctx, &from, lenient)...)
	diags.Append(r.Destination.As(ctx, &to, lenient)...)
	diags.Append(r.MigrationHosts.ElementsAs(ctx, &hosts, false)...)
	diags.Append(r.Sharding.As(ctx, &shards, lenient)...)
	if to.ProjectID.IsNull() {
		to.ProjectID = r.ProjectID
	}
	return atlas.MigrationRequest{
		Source:              from.build(),
		Destination:         to.build(),
		MigrationHosts:      hosts,
		DropDestinationData: r.DropDestinationData.ValueBool(),
		Sharding:            shards.build(),
	}, diags
}

func (s source) build() atlas.MigrationSource {
	built := atlas.MigrationSource{
		ProjectID:             s.ProjectID.ValueString(),
		ClusterName:           s.ClusterName.ValueString(),
		SSL:                   s.TLSEnabled.ValueBool(),
		ManagedAuthentication: s.ManagedAuthentication.ValueBool(),
		Username:              s.Username.ValueString(),
		CACertificatePath:     s.CACertificatePath.ValueString(),
	}
	if !s.Password.IsNull() {
		built.Password = atlas.NewSecret(s.Password.ValueString())
	}
	return built
}

func (d destination) build() atlas.MigrationDestination {
	return atlas.MigrationDestination{
		ProjectID:          d.ProjectID.ValueString(),
		ClusterName:        d.ClusterName.ValueString(),
		HostnameSchemaType: d.HostnameSchemaType.ValueString(),
		PrivateLinkID:      d.PrivateLinkID.ValueString(),
	}
}

func (s *sharding) build() *atlas.Sharding {
	if s == nil {
		return nil
	}
	built := &atlas.Sharding{CreateSupportingIndexes: s.CreateSupportingIndexes.ValueBool()}
	for _, entry := range s.Entries {
		made := atlas.ShardingEntry{Database: entry.Database.ValueString(), Collection: entry.Collection.ValueString()}
		for _, part := range entry.Key {
			made.Key = append(made.Key, atlas.ShardKey{
				Field: part.Field.ValueString(), Kind: atlas.ShardKeyKind(part.Kind.ValueString()),
			})
		}
		built.Entries = append(built.Entries, made)
	}
	return built
}

// IsEmpty reports whether the request is not known, as after an import: Atlas does
// not say what a live migration was started with, except for its migration hosts.
func (r *Request) IsEmpty() bool { return r.Source.IsNull() && r.Destination.IsNull() }

// Changes lists the arguments by which a planned Request asks for something else
// than r. Arguments that are not known yet are taken to be as they were, and an
// argument that is left out is the same as its default. The password is in no
// plan and in no state, and so never differs.
func (r *Request) Changes(ctx context.Context, planned Request) ([]string, diag.Diagnostics) {
	was, diags := r.Build(ctx)
	settled := planned.withUnknownFrom(ctx, *r)
	// A destination that is in whatever project the migration is in stays so.
	settled.ProjectID = r.ProjectID
	becomes, more := settled.Build(ctx)
	diags.Append(more...)
	var changed []string
	for _, part := range []struct {
		name string
		same bool
	}{
		{"project_id", planned.ProjectID.IsUnknown() || planned.ProjectID.Equal(r.ProjectID)},
		{"source", was.Source == becomes.Source},
		{"destination", was.Destination == becomes.Destination},
		{"migration_hosts", reflect.DeepEqual(was.MigrationHosts, becomes.MigrationHosts)},
		{"drop_destination_data", was.DropDestinationData == becomes.DropDestinationData},
		{"sharding", reflect.DeepEqual(was.Sharding, becomes.Sharding)},
	} {
		if !part.same {
			changed = append(changed, part.name)
		}
	}
	return changed, diags
}

// settled is a planned Request in which what is not known is as it was.
func (r Request) withUnknownFrom(ctx context.Context, was Request) Request {
	if !known(ctx, r.Source) {
		r.Source = was.Source
	}
	if !known(ctx, r.Destination) {
		r.Destination = was.Destination
	}
	if !known(ctx, r.MigrationHosts) {
		r.MigrationHosts = was.MigrationHosts
	}
	if !known(ctx, r.DropDestinationData) {
		r.DropDestinationData = was.DropDestinationData
	}
	if !known(ctx, r.Sharding) {
		r.Sharding = was.Sharding
	}
	return r
}

// Unknown lists the arguments that are not known yet.
func (r *Request) Unknown(ctx context.Context) []string {
	var names []string
	for _, argument := range []struct {
		name  string
		value attr.Value
	}{
		{"project_id", r.ProjectID}, {"source", r.Source}, {"destination", r.Destination},
		{"migration_hosts", r.MigrationHosts}, {"drop_destination_data", r.DropDestinationData}, {"sharding", r.Sharding},
	} {
		if !known(ctx, argument.value) {
			names = append(names, argument.name)
		}
	}
	return names
}

// known reports whether a value is known in all its depth.
func known(ctx context.Context, value attr.Value) bool {
	raw, err := value.ToTerraformValue(ctx)
	return err == nil && raw.IsFullyKnown()
}

// Imported is the request of a live migration of which the project and, if Atlas
// names exactly one, the migration host are known.
func Imported(projectID types.String, hosts []string) Request {
	r := Request{
		ProjectID:      projectID,
		Source:         types.ObjectNull(typesOf(sourceSchemaAttributes())),
		Destination:    types.ObjectNull(typesOf(destinationSchemaAttributes())),
		MigrationHosts: types.ListNull(types.StringType),
		Sharding:       types.ObjectNull(typesOf(shardingSchemaAttributes())),
	}
	if len(hosts) == 1 {
		r.MigrationHosts = types.ListValueMust(types.StringType, []attr.Value{types.StringValue(hosts[0])})
	}
	return r
}
