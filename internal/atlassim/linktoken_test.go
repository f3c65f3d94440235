// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
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

func TestALinkTokenIsCreatedAndItsLinkRemovedInBothDialects(t *testing.T) {
	for _, d := range []dialect{v1, v2} {
		t.Run(string(d), func(t *testing.T) {
			s := New(Options{})
			c := newClient(t, s).speak(d, "2023-01-01")
			r := c.createLink()
			c.wantStatus(r, 200)
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
			if r.body != "" || last(s).Call != CallUnlink || !last(s).Accepted {
				t.Errorf("body %q, entry %+v", r.body, last(s))
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
		{"an IPv4 address", `{"accessListIps":["192.0.2.7"]}`, "", "", 200},
		{"a block and an IPv6 address", `{"accessListIps":["192.0.2.0/24","2001:db8::1"]}`, "", "", 200},
		{"a name and an impossible block", `{"accessListIps":["192.0.2.7","host.example.net","192.0.2.0/33"]}`, "INVALID_ATTRIBUTE", "accessListIps[1] accessListIps[2]", 400},
		{"an empty list", `{"accessListIps":[]}`, "MISSING_ATTRIBUTE", "accessListIps", 400},
		{"no list", `{}`, "MISSING_ATTRIBUTE", "accessListIps", 400},
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
			if accepted := c.status == 200; last(s).Accepted != accepted || s.link.exists != accepted {
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
		{"by default", LinkScript{}, 200, 200, "RESOURCE_NOT_FOUND"},
		{"created as recorded", LinkScript{CreatedStatus: 201}, 201, 201, "RESOURCE_NOT_FOUND"},
		{"a second token as a conflict", LinkScript{Again: Conflict409}, 200, 409, "RESOURCE_NOT_FOUND"},
		{"a second token as a bad request", LinkScript{Again: BadRequest400}, 200, 400, "RESOURCE_NOT_FOUND"},
		{"gone unexpectedly", LinkScript{Gone: UnexpectedError}, 200, 200, "UNEXPECTED_ERROR"},
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
