// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// held makes the arguments of values, by argument.
func held(values ...map[string]string) place {
	p := place{settings: map[string]setting{}}
	for _, some := range values {
		for argument, value := range some {
			p.settings[argument] = setting{value, argumentKind, argument}
		}
	}
	return p
}

// variables makes the environment of values, by variable.
func variables(values ...map[string]string) []place {
	all := map[string]string{}
	for _, some := range values {
		maps.Copy(all, some)
	}
	p := &Provider{getenv: func(name string) string { return all[name] }}
	return p.environment()
}

type values = map[string]string

var (
	token   = values{"access_token": "token"}
	account = values{"client_id": "mdb_sa_id_1", "client_secret": "mdb_sa_sk_1"}
	key     = values{"public_key": "public", "private_key": "private"}

	tokenVariable    = values{"MONGODB_ATLAS_ACCESS_TOKEN": "token"}
	accountVariables = values{"MONGODB_ATLAS_CLIENT_ID": "mdb_sa_id_1", "MONGODB_ATLAS_CLIENT_SECRET": "mdb_sa_sk_1"}
	keyVariables     = values{"MONGODB_ATLAS_PUBLIC_API_KEY": "public", "MONGODB_ATLAS_PRIVATE_API_KEY": "private"}
	otherVariables   = values{"MCLI_PUBLIC_API_KEY": "other", "MCLI_PRIVATE_API_KEY": "other"}
)

func TestChoose(t *testing.T) {
	for _, row := range []struct {
		name      string
		arguments place
		env       []place
		method    method
		problems  []string // the arguments that are complained about
		warns     bool
	}{
		{"nothing anywhere is no credentials", held(), variables(), noMethod, nil, false},
		{"a token in the arguments", held(token), variables(), byAccessToken, nil, false},
		{"a service account in the arguments", held(account), variables(), byServiceAccount, nil, false},
		{"a key in the arguments", held(key), variables(), byAPIKey, nil, false},
		{"a token in the environment", held(), variables(tokenVariable), byAccessToken, nil, false},
		{"a service account in the environment", held(), variables(accountVariables), byServiceAccount, nil, false},
		{"a key in the environment", held(), variables(keyVariables), byAPIKey, nil, false},
		{"the arguments before a better method in the environment", held(key), variables(tokenVariable), byAPIKey, nil, false},
		{"the token first within one place", held(token, account, key), variables(), byAccessToken, nil, true},
		{"the token first within the environment", held(), variables(tokenVariable, accountVariables, keyVariables), byAccessToken, nil, true},
		{"the service account before the key", held(account, key), variables(), byServiceAccount, nil, true},
		{"two families are two places", held(), variables(accountVariables, otherVariables), byServiceAccount, nil, false},
		{"a public key alone", held(values{"public_key": "public"}), variables(), byAPIKey, []string{"private_key"}, false},
		{"a private key alone", held(values{"private_key": "private"}), variables(), byAPIKey, []string{"public_key"}, false},
		{"a client ID alone", held(values{"client_id": "mdb_sa_id_1"}), variables(), byServiceAccount, []string{"client_secret"}, false},
		{"a client secret alone", held(), variables(values{"MONGODB_ATLAS_CLIENT_SECRET": "mdb_sa_sk_1"}), byServiceAccount, []string{"client_id"}, false},
		{
			"halves in two places are not one credential",
			held(values{"public_key": "public"}), variables(keyVariables), byAPIKey, []string{"private_key"}, false,
		},
		{
			"halves in two families are not one credential",
			held(), variables(values{"MONGODB_ATLAS_PUBLIC_API_KEY": "public", "MCLI_PRIVATE_API_KEY": "private"}),
			byAPIKey, []string{"private_key"}, false,
		},
		{
			"halves in two spellings of one family are one credential",
			held(), variables(values{"MONGODB_ATLAS_PUBLIC_API_KEY": "public", "MONGODB_ATLAS_PRIVATE_KEY": "private"}),
			byAPIKey, nil, false,
		},
		{
			"a service account given as a key",
			held(values{"public_key": "mdb_sa_id_1", "private_key": "mdb_sa_sk_1"}), variables(),
			byAPIKey, []string{"public_key", "private_key"}, false,
		},
		{
			"a service account given the wrong way round",
			held(values{"client_id": "mdb_sa_sk_1", "client_secret": "mdb_sa_id_1"}), variables(),
			byServiceAccount, []string{"client_id", "client_secret"}, false,
		},
		{"a token with a line break", held(values{"access_token": "token\n"}), variables(), byAccessToken, []string{"access_token"}, false},
		{"a key with a space", held(values{"public_key": "public", "private_key": "pri vate"}), variables(), byAPIKey, []string{"private_key"}, false},
		{"a service that is none", held(key), variables(values{"MONGODB_ATLAS_SERVICE": "clodgov"}), byAPIKey, []string{"base_url"}, false},
		{"the key of an Ops Manager is none of Atlas", held(), variables(otherVariables, values{"MCLI_SERVICE": "ops-manager"}), noMethod, nil, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := choose(row.arguments, row.env)
			if got.method != row.method {
				t.Errorf("uses %s, want %s", got.method, row.method)
			}
			var fieldErrors []string
			for _, p := range got.problems {
				fieldErrors = append(fieldErrors, p.argument)
			}
			if !slices.Equal(fieldErrors, row.problems) {
				t.Errorf("complains about %q, want %q", fieldErrors, row.problems)
			}
			if (got.warning != "") != row.warns {
				t.Errorf("warns %q", got.warning)
			}
		})
	}
}

// Whose credentials go where. What is set for a source's Ops Manager must never
// receive a credential of Atlas, and the other way round.
func TestCredentialsGoWhereTheirFamilyGoes(t *testing.T) {
	const (
		cloud = "cloud.mongodb.com"
		gov   = "cloud.mongodbgov.com"
	)
	argument := values{"base_url": "https://argument.example.com"}
	base := values{"MONGODB_ATLAS_BASE_URL": "https://base.example.com"}
	cli := values{"MONGODB_ATLAS_OPS_MANAGER_URL": "https://cli.example.com"}
	source := values{"MCLI_OPS_MANAGER_URL": "https://source.example.com"}
	isGov := values{"MONGODB_ATLAS_SERVICE": "cloudgov"}
	sourceIsGov := values{"MCLI_SERVICE": "cloudgov"}
	const (
		fromArguments = "arguments public_key and private_key"
		fromAccount   = "environment variables MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET"
		fromKey       = "environment variables MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY"
		fromToken     = "environment variable MONGODB_ATLAS_ACCESS_TOKEN"
		fromOther     = "environment variables MCLI_PUBLIC_API_KEY and MCLI_PRIVATE_API_KEY"
	)
	for _, row := range []struct {
		name      string
		arguments place
		env       []place
		host      string
		source    string
	}{
		{"arguments go to Atlas", held(key), variables(), cloud, fromArguments},
		{"arguments go where an argument says", held(key, argument), variables(base, cli, source, isGov), "argument.example.com", fromArguments},
		{"arguments go where Atlas's variables say", held(key), variables(base), "base.example.com", fromArguments},
		{"arguments do not go to the source", held(key), variables(source), cloud, fromArguments},
		{"arguments do not go to the source's government", held(key), variables(sourceIsGov), cloud, fromArguments},
		{"a token goes to Atlas", held(), variables(tokenVariable, source), cloud, fromToken},
		{"a service account does not go to the source", held(), variables(accountVariables, source), cloud, fromAccount},
		{"a key does not go to the source", held(), variables(keyVariables, source), cloud, fromKey},
		{"a key goes where its family says", held(), variables(keyVariables, base, source), "base.example.com", fromKey},
		{"a key goes where the CLI sends it", held(), variables(keyVariables, cli, isGov, source), "cli.example.com", fromKey},
		{"the provider's variable before the CLI's", held(), variables(keyVariables, base, cli), "base.example.com", fromKey},
		{"a key goes to the government", held(), variables(keyVariables, isGov, source), gov, fromKey},
		{"a key goes to no government", held(), variables(keyVariables, values{"MONGODB_ATLAS_SERVICE": "cloud"}), cloud, fromKey},
		{"another tool's key goes to the source", held(), variables(otherVariables, source), "source.example.com", fromOther},
		{"another tool's key does not go where Atlas's variables say", held(), variables(otherVariables, base, cli, isGov), cloud, fromOther},
		{"another tool's key goes to its government", held(), variables(otherVariables, sourceIsGov), gov, fromOther},
		{"another tool's key goes where an argument says", held(argument), variables(otherVariables, source), "argument.example.com", fromOther},
		{"with both, Atlas's is used, at Atlas's", held(), variables(keyVariables, otherVariables, source), cloud, fromKey},
		{"no credentials go nowhere near the source", held(), variables(source), cloud, "none"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := choose(row.arguments, row.env)
			if host(got.address) != row.host {
				t.Errorf("goes to %s, want %s", host(got.address), row.host)
			}
			if got.source() != row.source {
				t.Errorf("comes from %s, want %s", got.source(), row.source)
			}
			if len(got.problems) > 0 {
				t.Errorf("complains: %q", texts(got.problems))
			}
		})
	}
}

func TestAProblemNamesTheVariableThatHoldsTheValue(t *testing.T) {
	for name, argument := range map[string]string{
		"MONGODB_ATLAS_ACCESS_TOKEN":    "access_token",
		"MONGODB_ATLAS_CLIENT_SECRET":   "client_secret",
		"MONGODB_ATLAS_PRIVATE_API_KEY": "private_key",
		"MONGODB_ATLAS_PRIVATE_KEY":     "private_key",
		"MCLI_PRIVATE_API_KEY":          "private_key",
	} {
		got := choose(held(), variables(values{name: "broken\n"})).problems
		if len(got) == 0 || got[0].argument != argument || !strings.Contains(got[0].text, "environment variable "+name+" has a space") {
			t.Errorf("%s: %q", name, got)
		}
	}
	got := choose(held(values{"private_key": "broken\n"}), variables(keyVariables)).problems
	if len(got) == 0 || !strings.Contains(got[0].text, "argument private_key has a space") {
		t.Errorf("an argument: %q", got)
	}
}

func TestChooseNeverShowsAValue(t *testing.T) {
	secret := "mdb_sa_sk_very secret"
	got := choose(held(values{"private_key": secret, "public_key": secret, "client_secret": secret}), nil)
	if len(got.problems) == 0 {
		t.Fatal("finds no problem")
	}
	for _, text := range append([]string{got.warning, got.source()}, texts(got.problems)...) {
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
	for _, f := range families {
		for argument, names := range f {
			for i := range names {
				set := values{}
				for _, name := range names[i:] {
					set[name] = "value of " + name
				}
				got := f.read(func(k string) string { return set[k] }).settings[argument]
				if want := (setting{"value of " + names[i], variableKind, names[i]}); got != want {
					t.Errorf("%s: got %v, want %v", argument, got, want)
				}
			}
		}
	}
}
