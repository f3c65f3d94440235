// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

type linkTokenRequest struct {
	AccessListIPs []string `json:"accessListIps"`
}

type linkTokenAnswer struct {
	LinkToken onlyString `json:"linkToken"`
}

// onlyString is a string, or a list that holds nothing else: the page of v1.0
// shows the one, and Atlas has answered with the other. It is empty if a list
// holds any other number of strings.
type onlyString string

// UnmarshalJSON reads either form.
func (s *onlyString) UnmarshalJSON(content []byte) error {
	if !bytes.HasPrefix(content, []byte("[")) {
		return json.Unmarshal(content, (*string)(s))
	}
	var list []string
	if err := json.Unmarshal(content, &list); err != nil || len(list) != 1 {
		return err
	}
	*s = onlyString(list[0])
	return nil
}

var errNoLinkToken = errors.New("it has no linkToken")

func (a *linkTokenAnswer) check() error {
	if a.LinkToken == "" {
		return errNoLinkToken
	}
	return nil
}

// CreateLinkToken makes the token that links Cloud Manager or Ops Manager to an
// organization, and returns it. It is a secret. accessListIPs are the addresses
// and CIDR blocks that it can be used from. The key needs to be an owner of the
// organization.
//
// 200 is documented and 201 has been seen; any 2xx with a token is a success,
// and one without is a [*DecodeError].
func (c *Client) CreateLinkToken(ctx context.Context, orgID string, accessListIPs []string) (string, error) {
	var answer linkTokenAnswer
	err := c.send(ctx, call{
		method:  http.MethodPost,
		path:    linkTokens(orgID),
		version: version2023,
		body:    linkTokenRequest{AccessListIPs: listed(accessListIPs)},
	}, &answer)
	if err != nil {
		return "", err
	}
	return string(answer.LinkToken), nil
}

// DeleteLink removes the link of an organization. A link that is not there is a
// 404, under more than one code; one that a running live migration holds is a
// 409. The key needs to be an owner of the organization.
func (c *Client) DeleteLink(ctx context.Context, orgID string) error {
	return c.send(ctx, call{method: http.MethodDelete, path: linkTokens(orgID), version: version2023}, nil)
}

func linkTokens(orgID string) []string {
	return []string{"orgs", orgID, "liveMigrations", "linkTokens"}
}

// listed is a list that is sent as [] when there is nothing in it, not as null.
func listed(values []string) []string { return append([]string{}, values...) }
