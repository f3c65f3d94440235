// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"
	"strings"
	"testing"
)

func TestChoose(t *testing.T) {
	token := credentials{accessToken: "token"}
	account := credentials{clientID: "mdb_sa_id_1", clientSecret: "mdb_sa_sk_1"}
	key := credentials{publicKey: "public", privateKey: "private"}
	everything := credentials{
		accessToken: "token", clientID: "mdb_sa_id_1", clientSecret: "mdb_sa_sk_1", publicKey: "public", privateKey: "private",
	}
	for _, row := range []struct {
		name           string
		arguments, env credentials
		method         method
		problems       []string // the arguments that are complained about
		warns          bool
	}{
		{"nothing anywhere is no credentials", credentials{}, credentials{}, noMethod, nil, false},
		{"a token in the arguments", token, credentials{}, byAccessToken, nil, false},
		{"a service account in the arguments", account, credentials{}, byServiceAccount, nil, false},
		{"a key in the arguments", key, credentials{}, byAPIKey, nil, false},
		{"a token in the environment", credentials{}, token, byAccessToken, nil, false},
		{"a service account in the environment", credentials{}, account, byServiceAccount, nil, false},
		{"a key in the environment", credentials{}, key, byAPIKey, nil, false},
		{"the arguments before a better method in the environment", key, token, byAPIKey, nil, false},
		{"the token first within one place", everything, credentials{}, byAccessToken, nil, true},
		{"the token first within the environment", credentials{}, everything, byAccessToken, nil, true},
		{
			"the service account before the key",
			credentials{clientID: "mdb_sa_id_1", clientSecret: "mdb_sa_sk_1", publicKey: "public", privateKey: "private"},
			credentials{}, byServiceAccount, nil, true,
		},
		{"a public key alone", credentials{publicKey: "public"}, credentials{}, byAPIKey, []string{"private_key"}, false},
		{"a private key alone", credentials{privateKey: "private"}, credentials{}, byAPIKey, []string{"public_key"}, false},
		{"a client id alone", credentials{clientID: "mdb_sa_id_1"}, credentials{}, byServiceAccount, []string{"client_secret"}, false},
		{"a client secret alone", credentials{}, credentials{clientSecret: "mdb_sa_sk_1"}, byServiceAccount, []string{"client_id"}, false},
		{
			"halves in two places are not one credential",
			credentials{publicKey: "public"}, credentials{privateKey: "private"}, byAPIKey, []string{"private_key"}, false,
		},
		{
			"a service account given as a key",
			credentials{publicKey: "mdb_sa_id_1", privateKey: "mdb_sa_sk_1"}, credentials{},
			byAPIKey, []string{"public_key", "private_key"}, false,
		},
		{
			"a service account given the wrong way round",
			credentials{clientID: "mdb_sa_sk_1", clientSecret: "mdb_sa_id_1"}, credentials{},
			byServiceAccount, []string{"client_id", "client_secret"}, false,
		},
		{"a token with a line break", credentials{accessToken: "token\n"}, credentials{}, byAccessToken, []string{"access_token"}, false},
		{"a key with a space", credentials{publicKey: "public", privateKey: "pri vate"}, credentials{}, byAPIKey, []string{"private_key"}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := choose(row.arguments, row.env)
			if got.method != row.method {
				t.Errorf("uses %s, want %s", got.method, row.method)
			}
			var complaints []string
			for _, p := range got.problems {
				complaints = append(complaints, p.argument)
			}
			if !slices.Equal(complaints, row.problems) {
				t.Errorf("complains about %q, want %q", complaints, row.problems)
			}
			if (got.warning != "") != row.warns {
				t.Errorf("warns %q", got.warning)
			}
		})
	}
}

func TestChooseNeverShowsAValue(t *testing.T) {
	secret := "mdb_sa_sk_very secret"
	got := choose(credentials{privateKey: secret, publicKey: secret, clientSecret: secret}, credentials{})
	if len(got.problems) == 0 {
		t.Fatal("finds no problem")
	}
	for _, text := range append([]string{got.warning}, texts(got.problems)...) {
		if strings.Contains(text, "very") {
			t.Errorf("shows the secret: %s", text)
		}
	}
}

func texts(problems []problem) []string {
	var all []string
	for _, p := range problems {
		all = append(all, p.text)
	}
	return all
}

func TestEnvironmentFirstFoundWins(t *testing.T) {
	for argument, names := range environment {
		for i := range names {
			set := map[string]string{}
			for _, name := range names[i:] {
				set[name] = "value of " + name
			}
			if got, want := fromEnvironment(argument, func(k string) string { return set[k] }), "value of "+names[i]; got != want {
				t.Errorf("%s: got %q, want %q", argument, got, want)
			}
		}
	}
}
