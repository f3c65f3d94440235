// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migrationrequest

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
)

const project = "7e68e12770616e75e6df43d0"

// object is an object with these attributes, and null for the others.
func object(types map[string]attr.Type, values map[string]attr.Value) map[string]attr.Value {
	complete := map[string]attr.Value{}
	for name, typ := range types {
		null, err := typ.ValueFromTerraform(context.Background(), tftypes.NewValue(typ.TerraformType(context.Background()), nil))
		if err != nil {
			panic(err)
		}
		complete[name] = null
		if value, given := values[name]; given {
			complete[name] = value
		}
	}
	return complete
}

func sourceOf(values map[string]attr.Value) types.Object {
	return types.ObjectValueMust(typesOf(sourceSchemaAttributes()), object(typesOf(sourceSchemaAttributes()), values))
}

func destinationOf(values map[string]attr.Value) types.Object {
	return types.ObjectValueMust(typesOf(destinationSchemaAttributes()), object(typesOf(destinationSchemaAttributes()), values))
}

// plain is a request with nothing in it that is optional.
func plain() Request {
	return Request{
		ProjectID: types.StringValue(project),
		Source: sourceOf(map[string]attr.Value{
			"project_id": types.StringValue("5ff4a1d4e21b3f0001a7c9e2"), "cluster_name": types.StringValue("orders"),
			"tls_enabled": types.BoolValue(false), "managed_authentication": types.BoolValue(true),
		}),
		Destination: destinationOf(map[string]attr.Value{
			"cluster_name": types.StringValue("orders-atlas"), "hostname_schema_type": types.StringValue("PUBLIC"),
		}),
		MigrationHosts: types.ListValueMust(types.StringType, []attr.Value{types.StringValue("host")}),
		Sharding:       types.ObjectNull(typesOf(shardingSchemaAttributes())),
	}
}

// full is a request with everything in it.
func full() Request {
	r := plain()
	r.Source = sourceOf(map[string]attr.Value{
		"project_id": types.StringValue("5ff4a1d4e21b3f0001a7c9e2"), "cluster_name": types.StringValue("orders"),
		"tls_enabled": types.BoolValue(true), "ca_certificate_path": types.StringValue("/etc/ca.pem"),
		"managed_authentication": types.BoolValue(false), "username": types.StringValue("migrator"),
		"password": types.StringValue("secret"),
	})
	r.Destination = destinationOf(map[string]attr.Value{
		"project_id":   types.StringValue("6a1b2c3d4e5f60718293a4b5"),
		"cluster_name": types.StringValue("orders-atlas"), "hostname_schema_type": types.StringValue("PRIVATE_LINK"),
		"private_link_id": types.StringValue("vpce-1"),
	})
	r.DropDestinationData = types.BoolValue(true)
	r.Sharding = shardingOf("hashed", "1", "-1")
	return r
}

func shardingOf(kinds ...string) types.Object {
	entries := typesOf(shardingSchemaAttributes())["entries"].(types.ListType)
	entry := entries.ElemType.(types.ObjectType)
	keys := entry.AttrTypes["key"].(types.ListType)
	key := keys.ElemType.(types.ObjectType)
	var parts []attr.Value
	for _, kind := range kinds {
		parts = append(parts, types.ObjectValueMust(key.AttrTypes, map[string]attr.Value{
			"field": types.StringValue("field " + kind), "kind": types.StringValue(kind),
		}))
	}
	return types.ObjectValueMust(typesOf(shardingSchemaAttributes()), map[string]attr.Value{
		"create_supporting_indexes": types.BoolValue(true),
		"entries": types.ListValueMust(entry, []attr.Value{types.ObjectValueMust(entry.AttrTypes, map[string]attr.Value{
			"database": types.StringValue("shop"), "collection": types.StringValue("orders"),
			"key": types.ListValueMust(key, parts),
		})}),
	})
}

func TestEveryArgumentIsAskedFor(t *testing.T) {
	for name, row := range map[string]struct {
		request Request
		want    atlas.MigrationRequest
	}{
		"what is required": {plain(), atlas.MigrationRequest{
			Source:         atlas.MigrationSource{ProjectID: "5ff4a1d4e21b3f0001a7c9e2", ClusterName: "orders", ManagedAuthentication: true},
			Destination:    atlas.MigrationDestination{ProjectID: project, ClusterName: "orders-atlas", HostnameSchemaType: "PUBLIC"},
			MigrationHosts: []string{"host"},
		}},
		"what there is": {full(), atlas.MigrationRequest{
			Source: atlas.MigrationSource{
				ProjectID: "5ff4a1d4e21b3f0001a7c9e2", ClusterName: "orders", SSL: true, Username: "migrator",
				Password: atlas.NewSecret("secret"), CACertificatePath: "/etc/ca.pem",
			},
			Destination: atlas.MigrationDestination{
				ProjectID: "6a1b2c3d4e5f60718293a4b5", ClusterName: "orders-atlas", HostnameSchemaType: "PRIVATE_LINK", PrivateLinkID: "vpce-1",
			},
			MigrationHosts:      []string{"host"},
			DropDestinationData: true,
			Sharding: &atlas.Sharding{CreateSupportingIndexes: true, Entries: []atlas.ShardingEntry{{
				Database: "shop", Collection: "orders", Key: []atlas.ShardKey{
					{Field: "field hashed", Kind: atlas.Hashed}, {Field: "field 1", Kind: atlas.Ascending}, {Field: "field -1", Kind: atlas.Descending},
				},
			}}},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got, diags := row.request.Build(t.Context())
			if diags.HasError() || !reflect.DeepEqual(got, row.want) {
				t.Errorf("asks for %+v, want %+v: %v", got, row.want, diags)
			}
		})
	}
}

func TestOnlyWhatIsKnownToChangeChanges(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*Request)
		want   []string
	}{
		"nothing":                      {func(*Request) {}, nil},
		"a default is written down":    {func(r *Request) { r.DropDestinationData = types.BoolValue(false) }, nil},
		"the project":                  {func(r *Request) { r.ProjectID = types.StringValue("6a1b2c3d4e5f60718293a4b5") }, []string{"project_id"}},
		"the project is not known":     {func(r *Request) { r.ProjectID = types.StringUnknown() }, nil},
		"the source is not known":      {func(r *Request) { r.Source = types.ObjectUnknown(typesOf(sourceSchemaAttributes())) }, nil},
		"the destination is not known": {func(r *Request) { r.Destination = types.ObjectUnknown(typesOf(destinationSchemaAttributes())) }, nil},
		"the host is not known":        {func(r *Request) { r.MigrationHosts = types.ListUnknown(types.StringType) }, nil},
		"whether to drop is not known": {func(r *Request) { r.DropDestinationData = types.BoolUnknown() }, nil},
		"the sharding is not known":    {func(r *Request) { r.Sharding = types.ObjectUnknown(typesOf(shardingSchemaAttributes())) }, nil},
		"a part of the source is not known": {func(r *Request) {
			r.Source = sourceOf(map[string]attr.Value{"cluster_name": types.StringUnknown()})
		}, nil},
		"the source": {func(r *Request) {
			r.Source = sourceOf(map[string]attr.Value{"cluster_name": types.StringValue("customers")})
		}, []string{"source"}},
		"what is to be dropped, and the sharding": {func(r *Request) {
			r.DropDestinationData, r.Sharding = types.BoolValue(true), shardingOf("1")
		}, []string{"drop_destination_data", "sharding"}},
		"one thing changes and another is not known": {func(r *Request) {
			r.DropDestinationData, r.Source = types.BoolValue(true), types.ObjectUnknown(typesOf(sourceSchemaAttributes()))
		}, []string{"drop_destination_data"}},
	} {
		t.Run(name, func(t *testing.T) {
			was, planned := plain(), plain()
			row.change(&planned)
			got, diags := was.Changes(t.Context(), planned)
			if diags.HasError() || !slices.Equal(got, row.want) {
				t.Errorf("changes %q, want %q: %v", got, row.want, diags)
			}
		})
	}
}

func TestWhatIsNotKnownYetIsUnknown(t *testing.T) {
	r := full()
	if got := r.Unknown(t.Context()); len(got) > 0 {
		t.Errorf("%q is not known", got)
	}
	r.Source = sourceOf(map[string]attr.Value{"cluster_name": types.StringUnknown()})
	r.DropDestinationData = types.BoolUnknown()
	if got := r.Unknown(t.Context()); !slices.Equal(got, []string{"source", "drop_destination_data"}) {
		t.Errorf("%q is not known", got)
	}
}

func TestWhatIsNotKnownYetBreaksNoRule(t *testing.T) {
	unknown := types.StringUnknown()
	for name, change := range map[string]func(*Request){
		"nothing is known": func(r *Request) {
			r.Source, r.Destination = types.ObjectUnknown(typesOf(sourceSchemaAttributes())), types.ObjectUnknown(typesOf(destinationSchemaAttributes()))
			r.MigrationHosts, r.Sharding = types.ListUnknown(types.StringType), types.ObjectUnknown(typesOf(shardingSchemaAttributes()))
		},
		"a user and a password, of a source that may manage them": func(r *Request) {
			r.Source = sourceOf(map[string]attr.Value{"managed_authentication": types.BoolValue(true), "username": unknown, "password": unknown})
		},
		"a user and a password, of one that does not": func(r *Request) {
			r.Source = sourceOf(map[string]attr.Value{"managed_authentication": types.BoolValue(false), "username": unknown, "password": unknown})
		},
		"whether authentication is managed": func(r *Request) {
			r.Source = sourceOf(map[string]attr.Value{"managed_authentication": types.BoolUnknown(), "username": types.StringValue("u")})
		},
		"how the cluster is reached": func(r *Request) {
			r.Destination = destinationOf(map[string]attr.Value{"hostname_schema_type": unknown, "private_link_id": types.StringValue("vpce-1")})
		},
		"the ID of a private link": func(r *Request) {
			r.Destination = destinationOf(map[string]attr.Value{"hostname_schema_type": types.StringValue("PRIVATE_LINK"), "private_link_id": unknown})
		},
		"the ID of a private link that may not be": func(r *Request) {
			r.Destination = destinationOf(map[string]attr.Value{"hostname_schema_type": types.StringValue("PUBLIC"), "private_link_id": unknown})
		},
		"the name of the host": func(r *Request) {
			r.MigrationHosts = types.ListValueMust(types.StringType, []attr.Value{unknown})
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := full()
			change(&r)
			if diags := r.Validate(t.Context()); diags.HasError() {
				t.Errorf("refused: %v", diags)
			}
		})
	}
}
