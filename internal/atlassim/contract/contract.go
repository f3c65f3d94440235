// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package contract compares what a client and the simulated Atlas say to each
// other with what is published of Atlas: v2 with its OpenAPI description, v1.0
// with a table of what its pages say. Only tests use it.
package contract

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// Contract is what is published.
type Contract struct {
	v1, v2 *description // v2 is nil if there is no description of it
}

// Load returns the contract with the OpenAPI description in a file. Without a
// file, v2 is not compared.
func Load(openAPI string) (*Contract, error) {
	c := &Contract{v1: describeV1()}
	if openAPI == "" {
		return c, nil
	}
	v2, err := describeV2(openAPI)
	if err != nil {
		return nil, fmt.Errorf("the OpenAPI description of Atlas: %w", err)
	}
	c.v2 = v2
	return c, nil
}

// Violations returns what is wrong with an exchange, a sentence each.
func (c *Contract) Violations(x atlassim.Exchange) []string {
	u, err := url.ParseRequestURI(x.URI)
	if err != nil {
		return []string{"the request has a malformed URI " + x.URI}
	}
	switch {
	case strings.HasPrefix(u.Path, "/api/atlas/v1.0/"):
		return c.v1.violations(x, u)
	case strings.HasPrefix(u.Path, "/api/atlas/v2/"):
		if c.v2 == nil {
			return nil
		}
		return c.v2.violations(x, u)
	case u.Path == "/api/oauth/token", u.Path == "/api/oauth/revoke":
		return nil // described by RFC 6749 and RFC 7009
	}
	return []string{"no version of the API has the path " + u.Path}
}
