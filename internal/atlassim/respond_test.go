// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"fmt"
	"strings"
	"testing"
)

func TestEveryErrorHasItsCode(t *testing.T) {
	cases := []struct {
		name   string
		world  Replies
		change func(*Key)
		signed bool
		code   any // in the body
		header string
	}{
		{"a challenge", Replies{}, nil, false, "UNEXPECTED_ERROR", ""},
		{"a challenge without a code", Replies{ChallengeWithoutCode: true}, nil, false, nil, ""},
		{"an error after authentication", Replies{}, nil, true, "RESOURCE_NOT_FOUND", "RESOURCE_NOT_FOUND"},
		{"an error after authentication, if challenges have no code", Replies{ChallengeWithoutCode: true}, nil, true, "RESOURCE_NOT_FOUND", "RESOURCE_NOT_FOUND"},
		{"an error after authentication without the header", Replies{NoErrorCodeHeader: true}, nil, true, "RESOURCE_NOT_FOUND", ""},
		{"an address that is not let in", Replies{}, func(k *Key) { k.OnAccessList = false }, true, "IP_ADDRESS_NOT_ON_ACCESS_LIST", "IP_ADDRESS_NOT_ON_ACCESS_LIST"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := New(Options{Replies: c.world})
			if c.change != nil {
				s.SetKey(c.change)
			}
			client := newClient(t, s)
			authorization := ""
			if c.signed {
				authorization = "Bearer " + s.Credentials().AccessToken
			}
			r, err := client.raw(t.Context(), "GET", client.group("/liveMigrations/"+objectID("none", 1)), "", authorization)
			if err != nil {
				t.Fatal(err)
			}
			if got := r.object(t)["errorCode"]; got != c.code || r.header.Get("X-Error-Code") != c.header {
				t.Errorf("errorCode %v, X-Error-Code %q", got, r.header.Get("X-Error-Code"))
			}
		})
	}
}

func TestTheParametersOfAnErrorAreAListOrLeftOut(t *testing.T) {
	for _, listed := range []bool{false, true} {
		s := New(Options{RateLimit: Bucket{Capacity: 1}, Replies: Replies{ErrorParameters: listed}})
		c := newClient(t, s)
		for _, status := range []int{404, 429} {
			r := c.call("GET", c.group("/liveMigrations/"+objectID("none", 1)))
			c.wantStatus(r, status)
			parameters, there := r.object(t)["parameters"]
			list, isList := parameters.([]any)
			if there != listed || isList != listed {
				t.Errorf("parameters are %v", parameters)
			}
			if listed && (len(list) != 2 || fmt.Sprintf("%T %T", list[0], list[1]) != "string float64") {
				t.Errorf("parameters are %v", list)
			}
		}
	}
}

func TestNoAnswerHasARequestID(t *testing.T) {
	c := newClient(t, New(Options{}))
	unsigned, err := c.raw(t.Context(), "GET", c.group("/liveMigrations"), "", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []reply{unsigned, c.startMigration(nil), c.createLink(), c.call("GET", "/elsewhere")} {
		for name := range r.header {
			if strings.Contains(strings.ToLower(name), "request") {
				t.Errorf("status %d has the header %s", r.status, name)
			}
		}
	}
}
