// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const linkBody = `{"accessListIps":["192.0.2.7"]}`

func (c *client) createLink() reply {
	c.t.Helper()
	return c.send("POST", c.org("/liveMigrations/linkTokens"), linkBody)
}

func (c *client) removeLink() reply {
	c.t.Helper()
	return c.send("DELETE", c.org("/liveMigrations/linkTokens"), "")
}

func TestALinkTokenIsCreatedAndItsLinkRemovedInBothAPIVersions(t *testing.T) {
	for _, d := range []apiVersion{v1, v2} {
		t.Run(string(d), func(t *testing.T) {
			s := New(Options{})
			c := newClient(t, s).speak(d, "2023-01-01")
			r := c.createLink()
			c.wantStatus(r, 201)
			if want := `{"linkToken":"` + LinkTokenPrefix + fingerprint("link token", 1)[:40] + `"}`; r.body != want {
				t.Errorf("body %s", r.body)
			}
			e := last(s)
			if e.Call != CallLink || !e.Accepted || e.OrgID != s.Credentials().OrgID || e.ProjectID != "" ||
				strings.Join(e.Body, " ") != "accessListIps" || e.ContentType != c.header.Get("Content-Type") {
				t.Errorf("entry %+v", e)
			}
			r = c.removeLink()
			c.wantStatus(r, 204)
			if r.body != "" || r.header.Get("Content-Type") == "" || last(s).Call != CallUnlink || !last(s).Accepted {
				t.Errorf("body %q, header %v, entry %+v", r.body, r.header, last(s))
			}
			c.wantStatus(c.removeLink(), 404)
			if last(s).Accepted {
				t.Errorf("entry %+v", last(s))
			}
		})
	}
}

func TestAccessListEntriesAreChecked(t *testing.T) {
	cases := []struct {
		name, body, code, fields string
		status                   int
	}{
		{"an IPv4 address", `{"accessListIps":["192.0.2.7"]}`, "", "", 201},
		{"a block and an IPv6 address", `{"accessListIps":["192.0.2.0/24","2001:db8::1"]}`, "", "", 201},
		{"a name and an impossible block", `{"accessListIps":["192.0.2.7","host.example.net","192.0.2.0/33"]}`, "INVALID_ATTRIBUTE", "accessListIps[1] accessListIps[2]", 400},
		{"an empty list", `{"accessListIps":[]}`, "", "", 201},
		{"no list", `{}`, "", "", 201},
		{"another field", `{"accessListIps":["192.0.2.7"],"linkToken":"x"}`, "INVALID_ATTRIBUTE", "linkToken", 400},
		{"the field in another case", `{"accesslistips":["192.0.2.7"]}`, "INVALID_ATTRIBUTE", "accesslistips", 400},
		{"a text for a list", `{"accessListIps":"192.0.2.7"}`, "INVALID_JSON_ATTRIBUTE", "accessListIps", 400},
		{"no body", ``, "MALFORMED_JSON", "", 400},
		{"null", `null`, "MALFORMED_JSON", "", 400},
		{"a list", `[]`, "MALFORMED_JSON", "", 400},
		{"two objects", linkBody + linkBody, "MALFORMED_JSON", "", 400},
		{"half an object", `{"accessListIps":`, "MALFORMED_JSON", "", 400},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := New(Options{})
			client := newClient(t, s)
			r := client.send("POST", client.org("/liveMigrations/linkTokens"), c.body)
			client.wantStatus(r, c.status)
			if code, _ := r.object(t)["errorCode"].(string); code != c.code || r.fields(t) != c.fields {
				t.Errorf("body %s", r.body)
			}
			if accepted := c.status == 201; last(s).Accepted != accepted || s.link.exists != accepted {
				t.Errorf("entry %+v, link %+v", last(s), s.link)
			}
		})
	}
}

func TestTheLinkGoesAsItsScriptSays(t *testing.T) {
	cases := []struct {
		name           string
		script         LinkScript
		created, again int
		goneCode       string
	}{
		{"by default", LinkScript{}, 201, 201, "UNEXPECTED_ERROR"},
		{"created as documented", LinkScript{CreatedStatus: 200}, 200, 200, "UNEXPECTED_ERROR"},
		{"a second token as a conflict", LinkScript{Again: Conflict409}, 201, 409, "UNEXPECTED_ERROR"},
		{"a second token as a bad request", LinkScript{Again: BadRequest400}, 201, 400, "UNEXPECTED_ERROR"},
		{"gone as other resources are", LinkScript{Gone: ResourceNotFound}, 201, 201, "RESOURCE_NOT_FOUND"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := New(Options{Link: c.script})
			client := newClient(t, s)
			first := client.createLink()
			client.wantStatus(first, c.created)
			second := client.createLink()
			client.wantStatus(second, c.again)
			if first.body == second.body {
				t.Errorf("both answered %s", first.body)
			}
			client.wantStatus(client.removeLink(), 204)
			r := client.removeLink()
			client.wantStatus(r, 404)
			if code := r.object(t)["errorCode"]; code != c.goneCode {
				t.Errorf("code %v", code)
			}
			if c.script.Gone == UnexpectedError && r.object(t)["detail"] != "Could not find the requested external organization link." {
				t.Errorf("body %s", r.body)
			}
		})
	}
}

func TestALinkTokenAsThePageOfTheOlderVersionHasIt(t *testing.T) {
	s := New(Options{Link: LinkScript{AddressesRequired: true, TokenInList: true}})
	c := newClient(t, s)
	for _, body := range []string{`{}`, `{"accessListIps":[]}`} {
		r := c.send("POST", c.org("/liveMigrations/linkTokens"), body)
		c.wantStatus(r, 400)
		if r.object(t)["errorCode"] != "MISSING_ATTRIBUTE" || r.fields(t) != "accessListIps" || s.link.exists {
			t.Errorf("body %s", r.body)
		}
	}
	r := c.createLink()
	c.wantStatus(r, 201)
	if token := fmt.Sprint(r.object(t)["linkToken"]); !strings.HasPrefix(token, "["+LinkTokenPrefix) {
		t.Errorf("the token is %s", token)
	}
}

func TestTheRemovalOfALinkCanLackAContentType(t *testing.T) {
	c := newClient(t, New(Options{Link: LinkScript{UnlinkWithoutType: true}}))
	c.createLink()
	r := c.removeLink()
	c.wantStatus(r, 204)
	if _, there := r.header["Content-Type"]; there || r.header.Get("RateLimit-Remaining") == "" {
		t.Errorf("header %v", r.header)
	}
}

func TestALinkIsNotRemovedWhileALiveMigrationRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		c := newClient(t, s)
		c.createLink()
		id := s.Add(Migration{CutoverTakes: time.Minute})
		s.Add(Migration{BegunElsewhere: true}) // which is over
		for range 2 {                          // before the cutover and in it
			r := c.removeLink()
			c.wantStatus(r, 409)
			if code := r.object(t)["errorCode"]; code != "CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK" || last(s).Accepted {
				t.Errorf("code %v", code)
			}
			c.put(id)
		}
		after(time.Minute)
		c.wantStatus(c.removeLink(), 204)
	})
}
