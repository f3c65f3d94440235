// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migrationrequest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

const (
	migrationType  = "atlasmigration_live_migration"
	validationType = "atlasmigration_live_migration_validation"
)

// inFakeTime runs a test with a configuration of either resource.
func inFakeTime(t *testing.T, typeName string, test func(*providertest.Harness)) {
	t.Helper()
	providertest.Run(t, atlassim.Options{}, typeName, func(h *providertest.Harness) {
		h.Config = providertest.MigrationRequest(h.Sim.Credentials().ProjectID, "orders-atlas")
		test(h)
	})
}

// Every rule names the attribute that broke it, shows what keeps it, and sends
// nothing, for both resources.
func TestWhatCannotWorkIsRefusedAtPlanTime(t *testing.T) {
	key := func(kind any) func(*providertest.Harness) {
		return func(s *providertest.Harness) {
			s.Set("sharding", map[string]any{"entries": []any{map[string]any{
				"database": "shop", "collection": "orders", "key": []any{map[string]any{"field": "_id", "kind": kind}},
			}}})
		}
	}
	for name, row := range map[string]struct {
		change    func(*providertest.Harness)
		attribute string
		example   string
	}{
		"a user although authentication is managed": {func(s *providertest.Harness) {
			s.SetNested("source", "managed_authentication", true).SetNested("source", "password", nil)
		}, "source.username", "managed_authentication = true"},
		"a password although authentication is managed": {func(s *providertest.Harness) {
			s.SetNested("source", "managed_authentication", true).SetNested("source", "username", nil)
		}, "source.password", "managed_authentication = true"},
		"no user although authentication is not managed": {func(s *providertest.Harness) {
			s.SetNested("source", "username", nil)
		}, "source.username", `username               = "migrator"`},
		"no password although authentication is not managed": {func(s *providertest.Harness) {
			s.SetNested("source", "password", nil)
		}, "source.password", "password               = var.source_password"},
		"an empty password": {func(s *providertest.Harness) { s.SetNested("source", "password", "") }, "source.password", "at least 1"},
		"a private link without its ID": {func(s *providertest.Harness) {
			s.SetNested("destination", "hostname_schema_type", "PRIVATE_LINK")
		}, "destination.private_link_id", "private_link_id      ="},
		"the ID of a private link that is not used": {func(s *providertest.Harness) {
			s.SetNested("destination", "private_link_id", "vpce-1")
		}, "destination.private_link_id", `hostname_schema_type = "PUBLIC"`},
		"a hostname schema that nobody knows": {func(s *providertest.Harness) {
			s.SetNested("destination", "hostname_schema_type", "CARRIER_PIGEON")
		}, "destination.hostname_schema_type", `"PRIVATE_LINK"`},
		"no migration host": {func(s *providertest.Harness) { s.Set("migration_hosts", []string{}) }, "migration_hosts", "migration-host-1.example.net"},
		"two migration hosts": {func(s *providertest.Harness) {
			s.Set("migration_hosts", []string{"a.example.net", "b.example.net"})
		}, "migration_hosts", "must have exactly one host, got 2"},
		"an empty migration host": {func(s *providertest.Harness) { s.Set("migration_hosts", []string{""}) }, "migration_hosts[0]", "at least 1"},
		"a shard key of 2":        {key("2"), "sharding.entries[0].key[0].kind", `kind = "hashed"`},
		"a shard key of text":     {key("text"), "sharding.entries[0].key[0].kind", `1, -1 or "hashed"`},
		"no shard key": {func(s *providertest.Harness) {
			s.Set("sharding", map[string]any{"entries": []any{map[string]any{"database": "d", "collection": "c", "key": []any{}}}})
		}, "sharding.entries[0].key", "at least 1"},
		"nothing to shard":             {func(s *providertest.Harness) { s.Set("sharding", map[string]any{"entries": []any{}}) }, "sharding.entries", "at least 1"},
		"a project that is no ID":      {func(s *providertest.Harness) { s.Set("project_id", "orders") }, "project_id", "507f1f77bcf86cd799439011"},
		"a source that is no ID":       {func(s *providertest.Harness) { s.SetNested("source", "project_id", "orders") }, "source.project_id", "507f1f77bcf86cd799439011"},
		"a destination that is no ID":  {func(s *providertest.Harness) { s.SetNested("destination", "project_id", "x") }, "destination.project_id", "507f1f77bcf86cd799439011"},
		"a cluster without a name":     {func(s *providertest.Harness) { s.SetNested("source", "cluster_name", "") }, "source.cluster_name", "at least 1"},
		"a timeout that is no time":    {func(s *providertest.Harness) { s.SetTimeouts("0s") }, "timeouts.create", "longer than zero"},
		"a destination without a name": {func(s *providertest.Harness) { s.SetNested("destination", "cluster_name", "") }, "destination.cluster_name", "at least 1"},
	} {
		for _, typeName := range []string{migrationType, validationType} {
			t.Run(name+" of "+typeName, func(t *testing.T) {
				inFakeTime(t, typeName, func(s *providertest.Harness) {
					row.change(s)
					r := s.CheckSilent(s.Plan)
					s.CheckFailed(r, true)
					text := strings.Join(strings.Fields(providertest.Details(r)), " ")
					for _, want := range []string{"ttribute " + row.attribute + " ", row.example} {
						if !strings.Contains(text, strings.Join(strings.Fields(want), " ")) && !strings.Contains(providertest.Details(r), want) {
							t.Errorf("never says %q:\n%s", want, providertest.Details(r))
						}
					}
				})
			})
		}
	}
}

func TestWhatCanWorkIsNotRefused(t *testing.T) {
	for name, change := range map[string]func(*providertest.Harness){
		"a user and a password": func(*providertest.Harness) {},
		"managed authentication": func(s *providertest.Harness) {
			s.SetNested("source", "managed_authentication", true).SetNested("source", "username", nil).SetNested("source", "password", nil)
		},
		"a private link": func(s *providertest.Harness) {
			s.SetNested("destination", "hostname_schema_type", "PRIVATE_LINK").SetNested("destination", "private_link_id", "vpce-1")
		},
		"VPC peering":     func(s *providertest.Harness) { s.SetNested("destination", "hostname_schema_type", "VPC_PEERING") },
		"a CA of its own": func(s *providertest.Harness) { s.SetNested("source", "ca_certificate_path", "/etc/mongodb/ca.pem") },
		"every kind of shard key": func(s *providertest.Harness) {
			s.Set("sharding", map[string]any{"create_supporting_indexes": true, "entries": []any{map[string]any{
				"database": "shop", "collection": "orders", "key": []any{
					map[string]any{"field": "a", "kind": "1"}, map[string]any{"field": "b", "kind": "-1"},
					map[string]any{"field": "c", "kind": "hashed"},
				},
			}}})
		},
	} {
		for typeName := range map[string]bool{migrationType: true, validationType: true} {
			t.Run(name+" of "+typeName, func(t *testing.T) {
				inFakeTime(t, typeName, func(s *providertest.Harness) {
					change(s)
					s.Check(s.Apply(), coretest.Create)
					s.Check(s.Plan(), coretest.NoOp)
				})
			})
		}
	}
}

func TestBothAPIVersionsAreSentFromTheSameConfiguration(t *testing.T) {
	for apiVersion, want := range map[string]struct{ path, contentType, drop string }{
		"v1.0": {"/api/atlas/v1.0/groups/", "application/json", "dropEnabled"},
		"v2":   {"/api/atlas/v2/groups/", "application/vnd.atlas.2024-05-30+json", "dropDestinationData"},
	} {
		for typeName, call := range map[string]string{migrationType: atlassim.CallStart, validationType: atlassim.CallValidate} {
			t.Run(typeName+" with "+apiVersion, func(t *testing.T) {
				inFakeTime(t, typeName, func(s *providertest.Harness) {
					s.Provider["api_version"] = apiVersion
					s.Set("drop_destination_data", true)
					s.Set("sharding", map[string]any{"entries": []any{map[string]any{
						"database": "shop", "collection": "orders", "key": []any{
							map[string]any{"field": "customer", "kind": "hashed"}, map[string]any{"field": "_id", "kind": "1"},
						},
					}}})
					said := []string{}
					if typeName == migrationType {
						said = append(said, "Destination data will be deleted")
					}
					s.Check(s.Apply(), coretest.Create, said...)
					sent := s.Calls(call)
					if len(sent) != 1 {
						t.Fatalf("sent %d requests", len(sent))
					}
					if got := sent[0]; got.Path[:len(want.path)] != want.path || got.ContentType != want.contentType ||
						!slices.Contains(got.Body, want.drop) || !slices.Contains(got.Body, "source.password") {
						t.Errorf("sent %s %s with %q", got.Path, got.ContentType, got.Body)
					}
				})
			})
		}
	}
}
