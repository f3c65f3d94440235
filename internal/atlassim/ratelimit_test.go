// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestEachProjectHasABucketThatRefillsInRealTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{Speed: 1000, RateLimit: Bucket{Capacity: 2, PerMinute: 6, RetryAfter: true}})
		c := newClient(t, s)
		get, put := c.paths(s.Add(Migration{ExpiresAfter: -1}))
		for _, remaining := range []string{"1", "0"} {
			r := c.call("GET", get)
			c.wantStatus(r, 200)
			if r.header.Get("RateLimit-Limit") != "2" || r.header.Get("RateLimit-Remaining") != remaining {
				t.Errorf("header %v", r.header)
			}
		}
		first, _ := c.raw(t.Context(), "GET", get, "", "")
		c.wantStatus(first, 401) // which takes no token
		after(4 * time.Second)
		r := c.call("PUT", put)
		c.wantStatus(r, 429)
		if r.header.Get("Retry-After") != "6" || r.object(t)["errorCode"] != "RATE_LIMITED_TOKEN_BUCKET" || last(s).Acted {
			t.Errorf("%v %s %+v", r.header, r.body, last(s))
		}
		other := s.Add(Migration{ProjectID: objectID("project", 2)})
		c.wantStatus(c.call("GET", "/api/atlas/v1.0/groups/"+objectID("project", 2)+"/liveMigrations/"+other), 200)
		after(6 * time.Second)
		c.wantStatus(c.call("PUT", put), 200)
		after(time.Hour)
		for _, want := range []int{200, 200, 429} {
			c.wantStatus(c.call("GET", get), want)
		}
	})
}

func TestTheOrganizationHasABucketOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{OrgRateLimit: Bucket{Capacity: 1, PerMinute: 1, RetryAfter: true}, RateLimit: Bucket{Capacity: 5}})
		c := newClient(t, s)
		get, _ := c.paths(s.Add(Migration{}))
		projects := c.org("/liveMigrations/availableProjects")
		r := c.call("GET", projects)
		c.wantStatus(r, 200)
		if r.header.Get("RateLimit-Limit") != "1" || r.header.Get("RateLimit-Remaining") != "0" {
			t.Errorf("header %v", r.header)
		}
		r = c.createLink()
		c.wantStatus(r, 429)
		if r.header.Get("Retry-After") != "60" || s.link.exists {
			t.Errorf("header %v, link %+v", r.header, s.link)
		}
		r = c.call("GET", get)
		c.wantStatus(r, 200)
		if r.header.Get("RateLimit-Remaining") != "4" {
			t.Errorf("header %v", r.header)
		}
		after(time.Minute)
		c.wantStatus(c.createLink(), 200)
	})
}

func TestRetryAfterIsNotPromised(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		s.SetRateLimit(Bucket{Capacity: 1, PerMinute: 1})
		c := newClient(t, s)
		get, _ := c.paths(s.Add(Migration{}))
		c.wantStatus(c.call("GET", get), 200)
		r := c.call("GET", get)
		c.wantStatus(r, 429)
		if r.header.Get("Retry-After") != "" {
			t.Errorf("header %v", r.header)
		}
		s.SetRateLimit(Bucket{Capacity: 7})
		if r := c.call("GET", get); r.header.Get("RateLimit-Remaining") != "6" {
			t.Errorf("changed, header %v", r.header)
		}
	})
}
