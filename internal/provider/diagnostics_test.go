// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice/noticetest"
)

func TestDiagnostics(t *testing.T) {
	_, plain := atlas.ParseBaseURL("http://cloud.example.com")
	inVariable := choose(held(key), variables(values{"MONGODB_ATLAS_BASE_URL": "http://cloud.example.com"}))
	cases := []noticetest.Case{
		{When: "no credentials anywhere", Diagnostic: diag.NewErrorDiagnostic(noCredentials().Reason, noCredentials().Advice)},
		{When: "an address without TLS", Diagnostic: unusableAddress(plain, inVariable)},
		{When: "a progress file in a folder that is not there", Diagnostic: unusableProgressFile(errors.New("open missing/night.log: no such file or directory"))},
		{When: "an address and a government", Diagnostic: twoAddresses()},
	}
	for _, row := range []struct {
		when      string
		arguments place
		env       []place
	}{
		{"half a key in the arguments", held(values{"public_key": "public"}), variables()},
		{"the other half of a key in the environment", held(), variables(values{"MONGODB_ATLAS_PRIVATE_API_KEY": "private"})},
		{"half a service account", held(values{"client_id": "mdb_sa_id_1"}), variables()},
		{"the other half of a service account", held(), variables(values{"MONGODB_ATLAS_CLIENT_SECRET": "mdb_sa_sk_1"})},
		{"a service account given as a key", held(values{"public_key": "mdb_sa_id_1", "private_key": "mdb_sa_sk_1"}), variables()},
		{"a token with a line break", held(values{"access_token": "token\n"}), variables()},
		{"a key with a line break in the environment", held(), variables(keyVariables, values{"MONGODB_ATLAS_PRIVATE_API_KEY": "private\n"})},
		{"a service that is none", held(), variables(keyVariables, values{"MONGODB_ATLAS_SERVICE": "government"})},
		{"a token and a key", held(token, key), variables()},
		{"a token and a service account in the environment", held(), variables(tokenVariable, accountVariables)},
		{"a service account and a key", held(account, key), variables()},
	} {
		var diags diag.Diagnostics
		report(choose(row.arguments, row.env), &diags)
		for _, d := range diags {
			cases = append(cases, noticetest.Case{When: row.when, Diagnostic: d})
		}
	}
	for _, state := range []string{noState, stateUnchanged, stateKept} {
		n := notice.Panicked(t.Context(), "assignment to entry in nil map", state)
		cases = append(cases, noticetest.Case{When: "a panic", Diagnostic: n.Diagnostic()})
	}
	noticetest.Check(t, cases, "schema.go", "log.go", "calls.go")
}
