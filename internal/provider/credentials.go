// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"
)

// credentials is every credential that one place, the arguments or the
// environment, holds. An empty string is one that is not set.
type credentials struct {
	accessToken  string
	clientID     string
	clientSecret string
	publicKey    string
	privateKey   string
}

// method is a way to authenticate.
type method int

const (
	noMethod method = iota
	byAccessToken
	byServiceAccount
	byAPIKey
)

// String is the method as a user calls it.
func (m method) String() string {
	switch m {
	case byAccessToken:
		return "the access token"
	case byServiceAccount:
		return "the service account"
	case byAPIKey:
		return "the API key"
	default:
		return "no credentials"
	}
}

// environment lists the variables of each credential, first found wins. They are
// those of the official provider for the same platform, so that a pipeline
// needs no new secrets.
var environment = map[string][]string{
	"access_token":  {"MONGODB_ATLAS_ACCESS_TOKEN"},
	"client_id":     {"MONGODB_ATLAS_CLIENT_ID"},
	"client_secret": {"MONGODB_ATLAS_CLIENT_SECRET"},
	"public_key":    {"MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY", "MCLI_PUBLIC_API_KEY"},
	"private_key":   {"MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PRIVATE_KEY", "MCLI_PRIVATE_API_KEY"},
	"base_url":      {"MONGODB_ATLAS_BASE_URL", "MCLI_OPS_MANAGER_URL"},
}

// fromEnvironment is the first of the argument's variables that is set.
func fromEnvironment(argument string, getenv func(string) string) string {
	for _, name := range environment[argument] {
		if value := getenv(name); value != "" {
			return value
		}
	}
	return ""
}

// environmentCredentials reads every credential from the environment.
func environmentCredentials(getenv func(string) string) credentials {
	return credentials{
		accessToken:  fromEnvironment("access_token", getenv),
		clientID:     fromEnvironment("client_id", getenv),
		clientSecret: fromEnvironment("client_secret", getenv),
		publicKey:    fromEnvironment("public_key", getenv),
		privateKey:   fromEnvironment("private_key", getenv),
	}
}

// problem is what is wrong with the credentials. It names the argument, and
// never has a value in it.
type problem struct {
	argument string
	text     string
}

// choice is the outcome of choose.
type choice struct {
	method      method
	credentials credentials
	problems    []problem
	// warning says which method is used where one place holds several.
	warning string
}

// choose picks the credentials to use: the arguments before the environment,
// never one half from each; within one place the access token, then the service
// account, then the API key.
func choose(arguments, env credentials) choice {
	held, place := arguments, "the provider's arguments"
	if arguments == (credentials{}) {
		held, place = env, "the environment"
	}
	methods := held.methods()
	if len(methods) == 0 {
		return choice{}
	}
	c := choice{method: methods[0], credentials: held}
	c.problems = append(held.misplaced(), held.incomplete(methods[0], place)...)
	if len(methods) > 1 {
		c.warning = fmt.Sprintf("There is more than one credential in %s. Only %s is used.", place, methods[0])
	}
	return c
}

// methods lists the methods of which anything is set, first choice first.
func (c credentials) methods() []method {
	var found []method
	if c.accessToken != "" {
		found = append(found, byAccessToken)
	}
	if c.clientID != "" || c.clientSecret != "" {
		found = append(found, byServiceAccount)
	}
	if c.publicKey != "" || c.privateKey != "" {
		found = append(found, byAPIKey)
	}
	return found
}

// incomplete finds the missing half of the pair that is to be used.
func (c credentials) incomplete(m method, place string) []problem {
	pairs := map[method][2]struct{ name, value string }{
		byServiceAccount: {{"client_id", c.clientID}, {"client_secret", c.clientSecret}},
		byAPIKey:         {{"public_key", c.publicKey}, {"private_key", c.privateKey}},
	}
	pair, isPair := pairs[m]
	if !isPair {
		return nil
	}
	for i, half := range pair {
		other := pair[1-i]
		if half.value == "" {
			return []problem{{half.name, fmt.Sprintf(
				"%s is set in %s, but %s is not. Set %s in the same place (%s), or neither.",
				other.name, place, half.name, half.name, spellings(half.name))}}
		}
	}
	return nil
}

func spellings(argument string) string {
	return "argument " + argument + " or environment variable " + strings.Join(environment[argument], ", ")
}

// misplaced finds the credentials of a service account among those of an API
// key, and values that cannot be sent.
func (c credentials) misplaced() []problem {
	var found []problem
	for _, p := range []struct{ name, value, prefix, belongs string }{
		{"public_key", c.publicKey, "mdb_sa_id_", "client_id"},
		{"private_key", c.privateKey, "mdb_sa_sk_", "client_secret"},
		{"public_key", c.publicKey, "mdb_sa_sk_", "client_secret"},
		{"private_key", c.privateKey, "mdb_sa_id_", "client_id"},
		{"client_id", c.clientID, "mdb_sa_sk_", "client_secret"},
		{"client_secret", c.clientSecret, "mdb_sa_id_", "client_id"},
	} {
		if strings.HasPrefix(p.value, p.prefix) {
			found = append(found, problem{p.name, fmt.Sprintf(
				"The value of %s belongs to a service account. Give it as %s.", p.name, spellings(p.belongs))})
		}
	}
	for _, p := range []struct{ name, value string }{
		{"access_token", c.accessToken},
		{"client_id", c.clientID}, {"client_secret", c.clientSecret},
		{"public_key", c.publicKey}, {"private_key", c.privateKey},
	} {
		if strings.ContainsFunc(p.value, isBlank) {
			found = append(found, problem{p.name, fmt.Sprintf(
				"The value of %s has a space, a line break or a control character in it. Give the credential alone.", p.name)})
		}
	}
	return found
}

func isBlank(r rune) bool { return r <= ' ' || r == 0x7f }
