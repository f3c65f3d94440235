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
		if first.header.Get("RateLimit-Limit") != "2" || first.header.Get("RateLimit-Remaining") != "0" {
			t.Errorf("header of a challenge %v", first.header)
		}
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
		c.wantStatus(c.createLink(), 201)
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

func TestEveryAnswerTellsOfTheDocumentedBuckets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		c := newClient(t, s)
		get, put := c.paths(s.Add(Migration{CutoverEnds: Stays}))
		calls := []struct {
			method, path     string
			limit, remaining string
		}{
			{"GET", get, "1200", "1199"},
			{"PUT", put, "1200", "1198"},
			{"PUT", put, "1200", "1197"}, // refused
			{"GET", get + "0", "1200", "1196"},
			{"GET", c.org("/liveMigrations/availableProjects"), "500", "499"},
			{"DELETE", c.org("/liveMigrations/linkTokens"), "500", "498"},
		}
		for _, call := range calls {
			h := c.call(call.method, call.path).header
			if h.Get("RateLimit-Limit") != call.limit || h.Get("RateLimit-Remaining") != call.remaining {
				t.Errorf("%s %s: header %v", call.method, call.path, h)
			}
		}
		for range 1200 {
			c.call("GET", get)
		}
		c.wantStatus(c.call("GET", get), 429)
		after(time.Minute)
		if h := c.call("GET", get).header; h.Get("RateLimit-Remaining") != "499" {
			t.Errorf("refilled in a minute, header %v", h)
		}
	})
}

func TestAWorldWithoutRateLimitsTellsOfNone(t *testing.T) {
	s := New(Options{RateLimit: Unlimited, OrgRateLimit: Unlimited})
	c := newClient(t, s)
	for _, path := range []string{c.group("/liveMigrations/x"), c.org("/liveMigrations/availableProjects")} {
		unsigned, _ := c.raw(t.Context(), "GET", path, "", "")
		for _, r := range []reply{unsigned, c.call("GET", path)} {
			if r.header.Get("RateLimit-Limit") != "" || r.header.Get("RateLimit-Remaining") != "" {
				t.Errorf("header %v", r.header)
			}
		}
	}
}

func TestAChallengeCanTakeATokenToo(t *testing.T) {
	s := New(Options{RateLimit: Bucket{Capacity: 9}, Replies: Replies{ChallengesCount: true}})
	c := newClient(t, s)
	for _, remaining := range []string{"8", "7"} {
		r, _ := c.raw(t.Context(), "GET", c.group("/liveMigrations/x"), "", "")
		if r.status != 401 || r.header.Get("RateLimit-Remaining") != remaining {
			t.Errorf("status %d, header %v", r.status, r.header)
		}
	}
}
