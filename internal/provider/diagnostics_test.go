// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/notice/noticetest"
)

func TestDiagnostics(t *testing.T) {
	_, plain := atlas.ParseBaseURL("http://cloud.example.com")
	cases := []noticetest.Case{
		{When: "no credentials anywhere", Diagnostic: diag.NewErrorDiagnostic(noCredentials().Reason, noCredentials().Advice)},
		{When: "an address without TLS", Diagnostic: unusableAddress(plain)},
	}
	for _, row := range []struct {
		when           string
		arguments, env credentials
	}{
		{"half a key in the arguments", credentials{publicKey: "public"}, credentials{}},
		{"the other half of a key in the environment", credentials{}, credentials{privateKey: "private"}},
		{"half a service account", credentials{clientID: "mdb_sa_id_1"}, credentials{}},
		{"the other half of a service account", credentials{}, credentials{clientSecret: "mdb_sa_sk_1"}},
		{"a service account given as a key", credentials{publicKey: "mdb_sa_id_1", privateKey: "mdb_sa_sk_1"}, credentials{}},
		{"a token with a line break", credentials{accessToken: "token\n"}, credentials{}},
		{"a token and a key", credentials{accessToken: "token", publicKey: "public", privateKey: "private"}, credentials{}},
		{"a token and a service account in the environment", credentials{}, credentials{accessToken: "t", clientID: "mdb_sa_id_1", clientSecret: "mdb_sa_sk_1"}},
		{"a service account and a key", credentials{clientID: "mdb_sa_id_1", clientSecret: "mdb_sa_sk_1", publicKey: "public", privateKey: "private"}, credentials{}},
	} {
		var diags diag.Diagnostics
		report(choose(row.arguments, row.env), &diags)
		for _, d := range diags {
			cases = append(cases, noticetest.Case{When: row.when, Diagnostic: d})
		}
	}
	noticetest.Check(t, cases, "schema.go", "calls.go")
}
