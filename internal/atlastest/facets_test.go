// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlastest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// facet is one thing that an answer shows. What it says of it has no ID and no
// secret in it: names, types, codes and the API's own words only.
type facet struct {
	name string
	of   func(*exchange) string
}

var (
	facets = []facet{
		{"status", func(e *exchange) string {
			return strings.TrimSpace(fmt.Sprintf("%d %s", e.status, e.text("errorCode")))
		}},
		{"Content-Type", func(e *exchange) string { return word(e.header.Get("Content-Type")) }},
		{"rate limit", limitOf},
		{"headers", described},
		{"fields", func(e *exchange) string { return shapeOf(e.body) }},
	}
	challengeFacets = append(slices.Clip(facets), facet{"challenge", challengeOf})
)

// word is a value that one side sets and the other may leave out.
func word(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// expectedHeader is one that is documented or looked for. Its value is told if
// it is the same in every answer.
type expectedHeader struct {
	name     string
	constant bool
}

var expectedHeaders = []expectedHeader{
	{"Deprecation", true}, {"Sunset", true}, {"X-Error-Code", true}, {"X-Request-Id", false}, {"X-Mongodb-Request-Id", false},
}

// limitHeaders tell of the rate limit.
var limitHeaders = []expectedHeader{{"RateLimit-Limit", true}, {"RateLimit-Remaining", false}}

// elsewhere are the headers that other facets are about.
var elsewhere = []string{"Content-Type", "Www-Authenticate"}

func described(e *exchange) string { return headersOf(e, expectedHeaders) }

func limitOf(e *exchange) string { return headersOf(e, limitHeaders) }

// headersOf is those of the headers that an answer has.
func headersOf(e *exchange, expected []expectedHeader) string {
	var there []string
	for _, h := range expected {
		value := e.header.Get(h.name)
		switch {
		case value == "":
		case h.constant:
			there = append(there, h.name+"="+value)
		default:
			there = append(there, h.name)
		}
	}
	return word(strings.Join(there, ", "))
}

// otherHeaders are the names of all headers that no facet is about.
func otherHeaders(all []*exchange) string {
	known := slices.Clone(elsewhere)
	for _, h := range slices.Concat(expectedHeaders, limitHeaders) {
		known = append(known, http.CanonicalHeaderKey(h.name))
	}
	var names []string
	for _, e := range all {
		for name := range e.header {
			if !slices.Contains(known, name) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return word(strings.Join(names, ", "))
}

var unique = regexp.MustCompile(`((?:nonce|opaque)=)("[^"]*"|[^\s,]*)`)

// challengeOf is the lines of a challenge as they are, except for what no other
// answer has.
func challengeOf(e *exchange) string {
	lines := e.header.Values("WWW-Authenticate")
	if len(lines) == 0 {
		return "none"
	}
	return unique.ReplaceAllString(strings.Join(lines, " | "), `$1"…"`)
}

// shapeOf is the names and types of what a body holds.
func shapeOf(body []byte) string {
	var value any
	switch err := json.Unmarshal(body, &value); {
	case len(body) == 0:
		return "no body"
	case err != nil:
		return "no JSON"
	}
	return shape(value)
}

func shape(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case float64:
		return "number"
	case string:
		return "string"
	case []any:
		return shapeOfList(v)
	case map[string]any:
		return shapeOfObject(v)
	default:
		return fmt.Sprintf("%T", v)
	}
}

// shapeOfList has each shape of a list's items once.
func shapeOfList(list []any) string {
	var shapes []string
	for _, item := range list {
		if s := shape(item); !slices.Contains(shapes, s) {
			shapes = append(shapes, s)
		}
	}
	return "[" + strings.Join(shapes, " | ") + "]"
}

func shapeOfObject(object map[string]any) string {
	var fields []string
	for name, value := range object {
		fields = append(fields, name+" "+shape(value))
	}
	slices.Sort(fields)
	return "{" + strings.Join(fields, ", ") + "}"
}

func isSuccess(e *exchange) bool {
	return e != nil && e.status >= http.StatusOK && e.status < http.StatusMultipleChoices
}
