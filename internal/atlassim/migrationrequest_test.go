// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
)

// secretPassword is looked for wherever it must not be.
const secretPassword = "correct-horse-battery"

// requestBody returns a request that is right in every way, with changes: each
// is the path of a field and its value, or deletes the field if that is nil.
func requestBody(t testing.TB, s *Sim, changes map[string]any) string {
	t.Helper()
	object := map[string]any{
		"source": map[string]any{
			"groupId": objectID("source project", 1), "clusterName": "orders", "ssl": true,
			"managedAuthentication": false, "username": "mover", "password": secretPassword, "caCertificatePath": "/etc/ca.pem",
		},
		"destination": map[string]any{
			"groupId": s.Credentials().ProjectID, "clusterName": "target", "hostnameSchemaType": "PRIVATE_LINK", "privateLinkId": "vpce-1",
		},
		"migrationHosts": []any{"migration-host.example.net"},
		"dropEnabled":    true,
		"sharding": map[string]any{
			"createSupportingIndexes": true,
			"shardingEntries": []any{map[string]any{
				"database": "shop", "collection": "orders",
				"shardCollection": map[string]any{"key": []any{map[string]any{"region": 1}, map[string]any{"customer": "hashed"}, map[string]any{"at": -1}}},
			}},
		},
	}
	for path, value := range changes {
		change(object, strings.Split(path, "."), value)
	}
	body, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func change(object map[string]any, path []string, value any) {
	for len(path) > 1 {
		switch child := object[path[0]].(type) {
		case map[string]any:
			object = child
		case []any:
			object, _ = child[0].(map[string]any)
		}
		path = path[1:]
	}
	object[path[0]] = value
	if value == nil {
		delete(object, path[0])
	}
}

type changes = map[string]any

func TestARequestToMigrateIsCheckedInFull(t *testing.T) {
	const entry = "sharding.shardingEntries."
	shard := changes{"database": "d", "collection": "c", "shardCollection": changes{"key": []any{changes{"a": 1}}}}
	cases := []struct {
		name    string
		changes changes
		code    string // "" where the request is right
		fields  string
	}{
		{"right in every way", nil, "", ""},
		{"managed authentication", changes{"source.managedAuthentication": true, "source.username": nil, "source.password": nil}, "", ""},
		{"no CA path and no sharding", changes{"source.caCertificatePath": nil, "sharding": nil}, "", ""},
		{"public host names", changes{"destination.hostnameSchemaType": "PUBLIC", "destination.privateLinkId": nil}, "", ""},
		{"peered host names", changes{"destination.hostnameSchemaType": "VPC_PEERING", "destination.privateLinkId": nil}, "", ""},
		{"sharding of nothing", changes{"sharding.shardingEntries": []any{}}, "", ""},
		{"no sharding, in so many words", changes{"sharding": json.RawMessage("null")}, "", ""},
		{"managed authentication with empty strings", changes{"source.managedAuthentication": true, "source.username": "", "source.password": ""}, "", ""},
		{"an empty kind of host names", changes{"destination.hostnameSchemaType": "", "destination.privateLinkId": nil}, "", ""},

		{"no source", changes{"source": nil}, "MISSING_ATTRIBUTE", "source"},
		{"no source project", changes{"source.groupId": nil}, "MISSING_ATTRIBUTE", "source.groupId"},
		{"a malformed source project", changes{"source.groupId": "shop"}, "INVALID_ATTRIBUTE", "source.groupId"},
		{"no source cluster", changes{"source.clusterName": nil}, "MISSING_ATTRIBUTE", "source.clusterName"},
		{"no word on TLS", changes{"source.ssl": nil}, "MISSING_ATTRIBUTE", "source.ssl"},
		{"no word on authentication", changes{"source.managedAuthentication": nil}, "MISSING_ATTRIBUTE", "source.managedAuthentication"},
		{"an empty user and password", changes{"source.username": "", "source.password": ""}, "MISSING_ATTRIBUTE", "source.username source.password"},
		{"no user", changes{"source.username": nil}, "MISSING_ATTRIBUTE", "source.username"},
		{"no password", changes{"source.password": nil}, "MISSING_ATTRIBUTE", "source.password"},
		{"user and password with managed authentication", changes{"source.managedAuthentication": true}, "INVALID_ATTRIBUTE", "source.username source.password"},

		{"no destination", changes{"destination": nil}, "MISSING_ATTRIBUTE", "destination"},
		{"no destination project", changes{"destination.groupId": nil}, "MISSING_ATTRIBUTE", "destination.groupId"},
		{"another destination project", changes{"destination.groupId": objectID("source project", 1)}, "INVALID_ATTRIBUTE", "destination.groupId"},
		{"no destination cluster", changes{"destination.clusterName": nil}, "MISSING_ATTRIBUTE", "destination.clusterName"},
		{"no kind of host names", changes{"destination.hostnameSchemaType": nil, "destination.privateLinkId": nil}, "MISSING_ATTRIBUTE", "destination.hostnameSchemaType"},
		{"an unknown kind of host names", changes{"destination.hostnameSchemaType": "public", "destination.privateLinkId": nil}, "INVALID_ATTRIBUTE", "destination.hostnameSchemaType"},
		{"no private link", changes{"destination.privateLinkId": nil}, "MISSING_ATTRIBUTE", "destination.privateLinkId"},
		{"a private link for public host names", changes{"destination.hostnameSchemaType": "PUBLIC"}, "INVALID_ATTRIBUTE", "destination.privateLinkId"},

		{"no host", changes{"migrationHosts": nil}, "MISSING_ATTRIBUTE", "migrationHosts"},
		{"an empty host", changes{"migrationHosts": []any{""}}, "INVALID_ATTRIBUTE", "migrationHosts"},
		{"two hosts", changes{"migrationHosts": []any{"a", "b"}}, "INVALID_ATTRIBUTE", "migrationHosts"},
		{"no word on dropping", changes{"dropEnabled": nil}, "MISSING_ATTRIBUTE", "dropEnabled"},
		{"dropping null", changes{"dropEnabled": json.RawMessage("null")}, "MISSING_ATTRIBUTE", "dropEnabled"},

		{"no word on indexes", changes{"sharding.createSupportingIndexes": nil}, "MISSING_ATTRIBUTE", "sharding.createSupportingIndexes"},
		{"sharding without entries", changes{"sharding.shardingEntries": nil}, "MISSING_ATTRIBUTE", "sharding.shardingEntries"},
		{"the same entry twice", changes{"sharding.shardingEntries": []any{shard, shard}}, "INVALID_ATTRIBUTE", "sharding.shardingEntries[1]"},
		{"the same part of a shard key twice", changes{entry + "shardCollection.key": []any{changes{"a": 1}, changes{"b": 1}, changes{"a": 1}}}, "INVALID_ATTRIBUTE", "sharding.shardingEntries[0].shardCollection.key[2]"},
		{"no database", changes{entry + "database": nil}, "MISSING_ATTRIBUTE", "sharding.shardingEntries[0].database"},
		{"no collection", changes{entry + "collection": nil}, "MISSING_ATTRIBUTE", "sharding.shardingEntries[0].collection"},
		{"no shard key", changes{entry + "shardCollection": nil}, "MISSING_ATTRIBUTE", "sharding.shardingEntries[0].shardCollection.key"},
		{"an empty shard key", changes{entry + "shardCollection.key": []any{}}, "MISSING_ATTRIBUTE", "sharding.shardingEntries[0].shardCollection.key"},
		{"a shard key of 2", changes{entry + "shardCollection.key": []any{changes{"a": 2}}}, "INVALID_ATTRIBUTE", "sharding.shardingEntries[0].shardCollection.key[0]"},
		{"a shard key of a number in text", changes{entry + "shardCollection.key": []any{changes{"a": "1"}}}, "INVALID_ATTRIBUTE", "sharding.shardingEntries[0].shardCollection.key[0]"},
		{"two fields in one part of a shard key", changes{entry + "shardCollection.key": []any{changes{"a": 1}, changes{"a": 1, "b": 1}}}, "INVALID_ATTRIBUTE", "sharding.shardingEntries[0].shardCollection.key[1]"},
		{"no field in a part of a shard key", changes{entry + "shardCollection.key": []any{changes{}}}, "INVALID_ATTRIBUTE", "sharding.shardingEntries[0].shardCollection.key[0]"},

		{"fields that are not known", changes{"source.tls": true, "sharding.shardingEntries.unique": true}, "INVALID_ATTRIBUTE", "sharding.shardingEntries.unique source.tls"},
		{"a text for a flag", changes{"source.ssl": "true"}, "INVALID_JSON_ATTRIBUTE", "source.ssl"},
		{"a number for the password", changes{"source.password": 7}, "INVALID_JSON_ATTRIBUTE", "source.password"},
		{"several at once", changes{"source.ssl": nil, "migrationHosts": nil}, "MISSING_ATTRIBUTE", "source.ssl migrationHosts"},
	}
	for _, path := range []string{"/liveMigrations", "/liveMigrations/validate"} {
		for _, c := range cases {
			t.Run(path+" "+c.name, func(t *testing.T) {
				s := New(Options{})
				client := newClient(t, s)
				r := client.send("POST", client.group(path), requestBody(t, s, c.changes))
				code, _ := r.object(t)["errorCode"].(string)
				if refused := r.status == 400; refused != (c.code != "") || code != c.code || r.fields(t) != c.fields {
					t.Errorf("status %d, body %s", r.status, r.body)
				}
				if done := len(s.Starts())+len(s.validations) == 1; done != (c.code == "") || last(s).Accepted != done {
					t.Errorf("starts %v, validations %v, entry %+v", s.Starts(), s.validations, last(s))
				}
				if strings.Contains(r.body, secretPassword) {
					t.Errorf("the password is in the answer %s", r.body)
				}
			})
		}
	}
}

func TestEachVersionHasItsOwnNameForDropping(t *testing.T) {
	cases := []struct {
		apiVersion apiVersion
		version    string
		name       string
		status     int
		fields     string
	}{
		{v1, "", "dropEnabled", 2, ""},
		{v1, "", "dropDestinationData", 4, "dropDestinationData dropEnabled"},
		{v2, "2023-01-01", "dropEnabled", 2, ""},
		{v2, "2023-01-01", "dropDestinationData", 4, "dropDestinationData dropEnabled"},
		{v2, "2024-05-30", "dropDestinationData", 2, ""},
		{v2, "2024-05-30", "dropEnabled", 4, "dropEnabled"},
	}
	for _, path := range []string{"/liveMigrations", "/liveMigrations/validate"} {
		for _, c := range cases {
			t.Run(fmt.Sprint(path, c.apiVersion, c.version, c.name), func(t *testing.T) {
				s := New(Options{})
				client := newClient(t, s).speak(c.apiVersion, c.version)
				r := client.send("POST", client.group(path), requestBody(t, s, changes{"dropEnabled": nil, c.name: false}))
				if r.status/100 != c.status || r.fields(t) != c.fields {
					t.Errorf("status %d, body %s", r.status, r.body)
				}
				if form := r.header.Get("Content-Type"); c.status == 2 && c.apiVersion == v2 && form != "application/vnd.atlas."+c.version+"+json;charset=utf-8" {
					t.Errorf("Content-Type %q", form)
				}
			})
		}
	}
}

func TestTheLaterVersionNeedsNoWordOnDropping(t *testing.T) {
	for _, path := range []string{"/liveMigrations", "/liveMigrations/validate"} {
		s := New(Options{})
		c := newClient(t, s).speak(v2, "2024-05-30")
		if r := c.send("POST", c.group(path), requestBody(t, s, changes{"dropEnabled": nil})); r.status >= 300 {
			t.Errorf("status %d: %s", r.status, r.body)
		}
	}
}

func TestWhatIsLeftOutOrRepeatedCanBeJudgedOtherwise(t *testing.T) {
	part, shard := changes{"a": 1}, changes{"database": "d", "collection": "c", "shardCollection": changes{"key": []any{changes{"a": 1}}}}
	cases := []struct {
		name    string
		script  StartScript
		changes changes
		fields  string
	}{
		{"no word on dropping", StartScript{DropRequired: true}, nil, "dropDestinationData"},
		{"a word on dropping", StartScript{DropRequired: true}, changes{"dropDestinationData": false}, ""},
		{"sharding without entries", StartScript{EntriesOptional: true}, changes{"sharding.shardingEntries": nil}, ""},
		{"the same entry twice", StartScript{RepeatsTaken: true}, changes{"sharding.shardingEntries": []any{shard, shard}}, ""},
		{"the same part of a shard key twice", StartScript{RepeatsTaken: true},
			changes{"sharding.shardingEntries.shardCollection.key": []any{part, part}}, ""},
	}
	for _, path := range []string{"/liveMigrations", "/liveMigrations/validate"} {
		for _, c := range cases {
			t.Run(path+" "+c.name, func(t *testing.T) {
				s := New(Options{Start: c.script})
				client := newClient(t, s).speak(v2, "2024-05-30")
				body := changes{"dropEnabled": nil}
				maps.Copy(body, c.changes)
				r := client.send("POST", client.group(path), requestBody(t, s, body))
				if r.fields(t) != c.fields || (r.status < 300) != (c.fields == "") {
					t.Errorf("status %d, body %s", r.status, r.body)
				}
			})
		}
	}
}

func TestEmptyStringsCanBeRefused(t *testing.T) {
	cases := map[string]changes{
		"source.username source.password": {"source.managedAuthentication": true, "source.username": "", "source.password": ""},
		"destination.hostnameSchemaType":  {"destination.hostnameSchemaType": "", "destination.privateLinkId": nil},
	}
	for fields, what := range cases {
		s := New(Options{Replies: Replies{EmptyStringsRefused: true}})
		c := newClient(t, s)
		r := c.send("POST", c.group("/liveMigrations"), requestBody(t, s, what))
		c.wantStatus(r, 400)
		if r.fields(t) != fields || len(s.Starts()) != 0 {
			t.Errorf("body %s", r.body)
		}
	}
}

func TestTheWorldMustFitTheRequestIfItIsToldSo(t *testing.T) {
	cases := []struct {
		name    string
		start   StartScript
		link    bool
		changes changes
		fields  string
	}{
		{"without a link", StartScript{NeedsLink: true}, false, nil, "source.clusterName"},
		{"with a link", StartScript{NeedsLink: true}, true, nil, ""},
		{"a cluster that is not available", StartScript{NeedsLink: true}, true, changes{"source.clusterName": "other"}, "source.clusterName"},
		{"a project that is not available", StartScript{NeedsLink: true}, true, changes{"source.groupId": objectID("project", 9)}, "source.clusterName"},
		{"a foreign destination where there may be none", StartScript{}, false, changes{"destination.groupId": objectID("project", 2)}, "destination.groupId"},
		{"a foreign destination", StartScript{ForeignDestination: true}, false, changes{"destination.groupId": objectID("project", 2)}, ""},
		{"a foreign destination that does not exist", StartScript{ForeignDestination: true}, false, changes{"destination.groupId": objectID("project", 3)}, "destination.groupId"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := New(Options{Start: c.start})
			s.Add(Migration{ProjectID: objectID("project", 2)})
			client := newClient(t, s)
			if c.link {
				client.createLink()
			}
			for _, path := range []string{"/liveMigrations/validate", "/liveMigrations"} {
				r := client.send("POST", client.group(path), requestBody(t, s, c.changes))
				if r.fields(t) != c.fields || (r.status < 300) != (c.fields == "") {
					t.Errorf("status %d, body %s", r.status, r.body)
				}
			}
		})
	}
}

func TestTheLogHasTheNamesOfFieldsAndNoContent(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	body := requestBody(t, s, changes{"sharding": nil, "source." + secretPassword: true, secretPassword: 1})
	c.wantStatus(c.send("POST", c.group("/liveMigrations"), body), 400)
	want := "destination destination.clusterName destination.groupId destination.hostnameSchemaType destination.privateLinkId dropEnabled migrationHosts " +
		"source source.caCertificatePath source.clusterName source.groupId source.managedAuthentication source.password source.ssl source.username"
	if got := strings.Join(last(s).Body, " "); got != want {
		t.Errorf("fields\n%s\nwant\n%s", got, want)
	}
	entry := func(database string) changes {
		return changes{"database": database, "collection": "c", "shardCollection": changes{"key": []any{changes{"region": 1}}}}
	}
	c.wantStatus(c.send("POST", c.group("/liveMigrations"), requestBody(t, s, changes{"sharding.shardingEntries": []any{entry("a"), entry("b")}})), 201)
	if got := strings.Count(strings.Join(last(s).Body, " "), "sharding.shardingEntries.database"); got != 1 {
		t.Errorf("a name that two entries have is there %d times", got)
	}
	log := c.admin("GET", "log", "").body
	for _, secret := range []string{secretPassword, "mover", "vpce-1"} {
		if strings.Contains(log, secret) {
			t.Errorf("%q is in the log %s", secret, log)
		}
	}
	if !strings.Contains(log, `"sharding.shardingEntries.shardCollection.key"`) || strings.Contains(log, "region") {
		t.Errorf("log %s", log)
	}
}
