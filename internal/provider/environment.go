// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"
	"strings"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
)

// governmentURL is Atlas for Government.
const governmentURL = "https://cloud.mongodbgov.com"

// service is the name of the variable, and not of an argument, that chooses
// between Atlas and Atlas for Government.
const service = "service"

// family is the environment variables of one tool, by argument, first choice
// first. Families are never mixed: MCLI_OPS_MANAGER_URL can be the Ops Manager
// that is migrated from, which no credentials of Atlas may be sent to.
type family map[string][]string

// families are in order of preference. The variables are those of the official
// provider and of MongoDB's own CLIs, so that a pipeline needs no new secrets.
var families = []family{
	{
		"access_token":  {"MONGODB_ATLAS_ACCESS_TOKEN"},
		"client_id":     {"MONGODB_ATLAS_CLIENT_ID"},
		"client_secret": {"MONGODB_ATLAS_CLIENT_SECRET"},
		"public_key":    {"MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY"},
		"private_key":   {"MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PRIVATE_KEY"},
		"base_url":      {"MONGODB_ATLAS_BASE_URL", "MONGODB_ATLAS_OPS_MANAGER_URL"},
		service:         {"MONGODB_ATLAS_SERVICE"},
	},
	{
		"public_key":  {"MCLI_PUBLIC_API_KEY"},
		"private_key": {"MCLI_PRIVATE_API_KEY"},
		"base_url":    {"MCLI_OPS_MANAGER_URL"},
		service:       {"MCLI_SERVICE"},
	},
}

// environment lists the variables of an argument, of all families.
func environment(argument string) []string {
	var names []string
	for _, f := range families {
		names = append(names, f[argument]...)
	}
	return names
}

// read takes everything that is set out of the environment. What is set for an
// Ops Manager is none of Atlas's.
func (f family) read(getenv func(string) string) place {
	p := place{variables: f, settings: map[string]setting{}}
	if getenv(f[service][0]) == "ops-manager" {
		return p
	}
	for argument, names := range f {
		if i := slices.IndexFunc(names, func(name string) bool { return getenv(name) != "" }); i >= 0 {
			p.settings[argument] = setting{getenv(names[i]), variableKind, names[i]}
		}
	}
	return p
}

// What a setting's name is the name of.
const (
	argumentKind = "argument"
	variableKind = "environment variable"
)

// setting is a value, and the name of the argument or variable that holds it.
type setting struct{ value, kind, name string }

// String names what holds the value, and never shows it.
func (s setting) String() string { return s.kind + " " + s.name }

// place is what the arguments, or one family of variables, hold. Nothing in it is
// empty.
type place struct {
	// variables is nil for the arguments.
	variables family
	settings  map[string]setting
}

func (p place) value(argument string) string { return p.settings[argument].value }

func (p place) has(argument string) bool { return p.value(argument) != "" }

// spellings names what could hold an argument's value in the same place.
func (p place) spellings(argument string) string {
	if p.variables == nil {
		return argumentKind + " " + argument
	}
	return variableKind + " " + strings.Join(p.variables[argument], " or ")
}

// address is where the credentials of the place belong: a URL before the service,
// as MongoDB's CLIs have it. The setting is empty for Atlas itself.
func (p place) address() (setting, []problem) {
	if url, given := p.settings["base_url"]; given {
		return url, nil
	}
	switch named := p.settings[service]; named.value {
	case "", "cloud", "cloud-manager":
		return setting{}, nil
	case "cloudgov":
		return setting{governmentURL, named.kind, named.name}, nil
	default:
		return setting{}, []problem{{"base_url", "The value of " + named.String() + " is neither cloud, which is Atlas, nor " +
			"cloudgov, which is Atlas for Government. Correct it, or set the argument base_url."}}
	}
}

// host is the host of an address, for people.
func host(address setting) string {
	if address.value == "" {
		address.value = atlas.DefaultBaseURL
	}
	url, err := atlas.ParseBaseURL(address.value)
	if err != nil {
		return ""
	}
	return url.Host
}
