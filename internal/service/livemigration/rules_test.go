// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration_test

import (
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
)

// Every rule names the attribute that broke it, shows what keeps it, and sends
// nothing, for both resources.
func TestWhatCannotWorkIsRefusedAtPlanTime(t *testing.T) {
	key := func(kind any) func(*stage) {
		return func(s *stage) {
			s.with("sharding", map[string]any{"entries": []any{map[string]any{
				"database": "shop", "collection": "orders", "key": []any{map[string]any{"field": "_id", "kind": kind}},
			}}})
		}
	}
	for name, row := range map[string]struct {
		change    func(*stage)
		attribute string
		example   string
	}{
		"a user although authentication is managed": {func(s *stage) {
			s.within("source", "managed_authentication", true).within("source", "password", nil)
		}, "source.username", "managed_authentication = true"},
		"a password although authentication is managed": {func(s *stage) {
			s.within("source", "managed_authentication", true).within("source", "username", nil)
		}, "source.password", "managed_authentication = true"},
		"no user although authentication is not managed": {func(s *stage) {
			s.within("source", "username", nil)
		}, "source.username", `username               = "migrator"`},
		"no password although authentication is not managed": {func(s *stage) {
			s.within("source", "password", nil)
		}, "source.password", "password               = var.source_password"},
		"an empty password": {func(s *stage) { s.within("source", "password", "") }, "source.password", "at least 1"},
		"a private link without its id": {func(s *stage) {
			s.within("destination", "hostname_schema_type", "PRIVATE_LINK")
		}, "destination.private_link_id", "private_link_id      ="},
		"the id of a private link that is not used": {func(s *stage) {
			s.within("destination", "private_link_id", "vpce-1")
		}, "destination.private_link_id", `hostname_schema_type = "PUBLIC"`},
		"a hostname schema that nobody knows": {func(s *stage) {
			s.within("destination", "hostname_schema_type", "CARRIER_PIGEON")
		}, "destination.hostname_schema_type", `"PRIVATE_LINK"`},
		"no migration host": {func(s *stage) { s.with("migration_hosts", []string{}) }, "migration_hosts", "migration-host-1.example.net"},
		"two migration hosts": {func(s *stage) {
			s.with("migration_hosts", []string{"a.example.net", "b.example.net"})
		}, "migration_hosts", "must have exactly one host, got 2"},
		"an empty migration host": {func(s *stage) { s.with("migration_hosts", []string{""}) }, "migration_hosts[0]", "at least 1"},
		"a shard key of 2":        {key("2"), "sharding.entries[0].key[0].kind", `kind = "hashed"`},
		"a shard key of text":     {key("text"), "sharding.entries[0].key[0].kind", `1, -1 or "hashed"`},
		"no shard key": {func(s *stage) {
			s.with("sharding", map[string]any{"entries": []any{map[string]any{"database": "d", "collection": "c", "key": []any{}}}})
		}, "sharding.entries[0].key", "at least 1"},
		"nothing to shard":             {func(s *stage) { s.with("sharding", map[string]any{"entries": []any{}}) }, "sharding.entries", "at least 1"},
		"a project that is no id":      {func(s *stage) { s.with("project_id", "orders") }, "project_id", "507f1f77bcf86cd799439011"},
		"a source that is no id":       {func(s *stage) { s.within("source", "project_id", "orders") }, "source.project_id", "507f1f77bcf86cd799439011"},
		"a destination that is no id":  {func(s *stage) { s.within("destination", "project_id", "x") }, "destination.project_id", "507f1f77bcf86cd799439011"},
		"a cluster without a name":     {func(s *stage) { s.within("source", "cluster_name", "") }, "source.cluster_name", "at least 1"},
		"a time-out that is no time":   {func(s *stage) { s.timeout("0s") }, "timeouts.create", "longer than zero"},
		"a destination without a name": {func(s *stage) { s.within("destination", "cluster_name", "") }, "destination.cluster_name", "at least 1"},
	} {
		for _, typeName := range []string{migrationType, validationType} {
			t.Run(name+" of "+typeName, func(t *testing.T) {
				inBubble(t, typeName, func(s *stage) {
					row.change(s)
					r := s.silent(s.plan)
					s.fails(r, true)
					text := strings.Join(strings.Fields(details(r)), " ")
					for _, want := range []string{"ttribute " + row.attribute + " ", row.example} {
						if !strings.Contains(text, strings.Join(strings.Fields(want), " ")) && !strings.Contains(details(r), want) {
							t.Errorf("never says %q:\n%s", want, details(r))
						}
					}
				})
			})
		}
	}
}

func TestWhatCanWorkIsNotRefused(t *testing.T) {
	for name, change := range map[string]func(*stage){
		"a user and a password": func(*stage) {},
		"managed authentication": func(s *stage) {
			s.within("source", "managed_authentication", true).within("source", "username", nil).within("source", "password", nil)
		},
		"a private link": func(s *stage) {
			s.within("destination", "hostname_schema_type", "PRIVATE_LINK").within("destination", "private_link_id", "vpce-1")
		},
		"VPC peering":     func(s *stage) { s.within("destination", "hostname_schema_type", "VPC_PEERING") },
		"a CA of its own": func(s *stage) { s.within("source", "ca_certificate_path", "/etc/mongodb/ca.pem") },
		"every kind of shard key": func(s *stage) {
			s.with("sharding", map[string]any{"create_supporting_indexes": true, "entries": []any{map[string]any{
				"database": "shop", "collection": "orders", "key": []any{
					map[string]any{"field": "a", "kind": "1"}, map[string]any{"field": "b", "kind": "-1"},
					map[string]any{"field": "c", "kind": "hashed"},
				},
			}}})
		},
	} {
		for typeName := range map[string]bool{migrationType: true, validationType: true} {
			t.Run(name+" of "+typeName, func(t *testing.T) {
				inBubble(t, typeName, func(s *stage) {
					change(s)
					s.ends(s.apply(), coretest.Create)
					s.ends(s.plan(), coretest.NoOp)
				})
			})
		}
	}
}
