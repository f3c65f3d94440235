// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"
)

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
		return "none"
	}
}

// methods are the methods, first choice first, and their arguments.
var methods = []struct {
	method    method
	arguments []string
}{
	{byAccessToken, []string{"access_token"}},
	{byServiceAccount, []string{"client_id", "client_secret"}},
	{byAPIKey, []string{"public_key", "private_key"}},
}

// arguments are those of the method.
func (m method) arguments() []string {
	for _, row := range methods {
		if row.method == m {
			return row.arguments
		}
	}
	return nil
}

// problem is what is wrong with the credentials. It names the argument, and
// never has a value in it.
type problem struct {
	argument string
	text     string
}

// choice is the outcome of choose: what to sign with, and where to send it.
type choice struct {
	method   method
	held     place
	address  setting
	problems []problem
	// warning says which method is used if one place holds several.
	warning string
}

// choose picks the credentials to use: the arguments before the environment, and
// one family of variables before the next; within one place the access token,
// then the service account, then the API key. Nothing is put together from two
// places, but for an argument base_url, which is good for all credentials, and for
// arguments without one, which go where the first family goes.
func choose(arguments place, environment []place) choice {
	c := choice{held: arguments}
	for _, p := range append([]place{arguments}, environment...) {
		if found := p.methods(); len(found) > 0 {
			c = choice{method: found[0], held: p, problems: append(p.misplaced(), p.incomplete(found[0])...)}
			c.warning = p.ambiguous(found)
			break
		}
	}
	at := c.held
	switch {
	case arguments.has("base_url"):
		at = arguments
	case c.held.variables == nil && len(environment) > 0:
		at = environment[0]
	}
	var problems []problem
	c.address, problems = at.address()
	c.problems = append(c.problems, problems...)
	return c
}

// source names what the credentials came from.
func (c choice) source() string {
	if c.method == noMethod {
		return c.method.String()
	}
	var names []string
	for _, argument := range c.method.arguments() {
		names = append(names, c.held.settings[argument].name)
	}
	kind := c.held.settings[c.method.arguments()[0]].kind
	if len(names) > 1 {
		kind += "s"
	}
	return kind + " " + strings.Join(names, " and ")
}

// methods lists the methods of which anything is set, first choice first.
func (p place) methods() []method {
	var found []method
	for _, row := range methods {
		for _, argument := range row.arguments {
			if p.has(argument) {
				found = append(found, row.method)
				break
			}
		}
	}
	return found
}

func (p place) ambiguous(found []method) string {
	if len(found) < 2 {
		return ""
	}
	where := "the provider's arguments"
	if p.variables != nil {
		where = "the environment"
	}
	return fmt.Sprintf("There is more than one credential in %s. Only %s is used.", where, found[0])
}

// incomplete finds the missing half of the pair that is to be used.
func (p place) incomplete(m method) []problem {
	pair := m.arguments()
	if len(pair) != 2 {
		return nil
	}
	for i, half := range pair {
		if !p.has(half) {
			return []problem{{half, fmt.Sprintf("The %s is set, but %s is not. Set %s in the same place (%s), or neither.",
				p.settings[pair[1-i]], half, half, p.spellings(half))}}
		}
	}
	return nil
}

// misplaced finds the credentials of a service account among those of an API
// key, and values that cannot be sent.
func (p place) misplaced() []problem {
	var found []problem
	for _, row := range []struct{ argument, prefix, belongs string }{
		{"public_key", "mdb_sa_id_", "client_id"},
		{"private_key", "mdb_sa_sk_", "client_secret"},
		{"public_key", "mdb_sa_sk_", "client_secret"},
		{"private_key", "mdb_sa_id_", "client_id"},
		{"client_id", "mdb_sa_sk_", "client_secret"},
		{"client_secret", "mdb_sa_id_", "client_id"},
	} {
		if strings.HasPrefix(p.value(row.argument), row.prefix) {
			found = append(found, problem{row.argument, fmt.Sprintf(
				"The value of %s belongs to a service account. Give it as argument %s or environment variable %s.",
				p.settings[row.argument], row.belongs, strings.Join(environment(row.belongs), ", "))})
		}
	}
	for _, row := range methods {
		for _, argument := range row.arguments {
			if strings.ContainsFunc(p.value(argument), isBlank) {
				found = append(found, problem{argument, fmt.Sprintf("The value of %s has a space, a line break or a control "+
					"character in it. Give the credential alone.", p.settings[argument])})
			}
		}
	}
	return found
}

func isBlank(r rune) bool { return r <= ' ' || r == 0x7f }
