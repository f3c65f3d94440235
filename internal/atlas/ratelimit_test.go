// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// documented is the token bucket of a project.
var documented = atlassim.Bucket{Capacity: 1200, PerMinute: 500}

// limited runs a test with one client and a live migration that is ready.
func limited(t *testing.T, b atlassim.Bucket, test func(t *testing.T, sim *atlassim.Sim, c *Client, id string)) {
	t.Helper()
	simulate(t, atlassim.Options{RateLimit: b}, func(t *testing.T, sim *atlassim.Sim, client func(APIVersion) *Client) {
		test(t, sim, client(V1), sim.Add(atlassim.Migration{CutoverTakes: time.Hour}))
	})
}

// readAtOnce reads a live migration n times at once, and waits for all answers.
func readAtOnce(t *testing.T, sim *atlassim.Sim, c *Client, id string, n int) {
	t.Helper()
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			if _, err := c.LiveMigration(t.Context(), sim.Credentials().ProjectID, id); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func throttled(sim *atlassim.Sim) int {
	n := 0
	for _, e := range sim.Log() {
		if e.Status == http.StatusTooManyRequests {
			n++
		}
	}
	return n
}

func TestMoreRequestsThanTheBucketHoldsMeetNo429(t *testing.T) {
	for _, b := range []atlassim.Bucket{
		documented,
		{Capacity: 500, PerMinute: 250},
		{Capacity: 100, PerMinute: 100},
	} {
		t.Run(strconv.Itoa(b.Capacity), func(t *testing.T) {
			limited(t, b, func(t *testing.T, sim *atlassim.Sim, c *Client, id string) {
				begin := time.Now()
				readAtOnce(t, sim, c, id, 3*b.Capacity)
				// Half of the bucket at once, and the rest at the documented pace, though
				// some of these servers refill it faster.
				refilled := time.Duration(2.5 / refill * float64(time.Minute))
				if took := time.Since(begin); throttled(sim) > 0 || took < refilled*9/10 || took > refilled*11/10 {
					t.Errorf("%d were refused within %s, want none within %s", throttled(sim), took, refilled)
				}
			})
		})
	}
}

func TestWithoutTheHeadersNothingWaits(t *testing.T) {
	simulate(t, atlassim.Options{RateLimit: atlassim.Unlimited}, func(t *testing.T, sim *atlassim.Sim, client func(APIVersion) *Client) {
		begin := time.Now()
		readAtOnce(t, sim, client(V1), sim.Add(atlassim.Migration{}), 5000)
		if took := time.Since(begin); took > 0 {
			t.Errorf("took %s", took)
		}
	})
}

func TestFewReadsAreOnTheirWayAtOnce(t *testing.T) {
	limited(t, documented, func(t *testing.T, sim *atlassim.Sim, c *Client, id string) {
		release := sim.Inject(atlassim.Fault{BeforeAuth: true, Times: -1, Do: atlassim.Effect{Wire: atlassim.Hang}})
		var all sync.WaitGroup
		all.Go(func() { readAtOnce(t, sim, c, id, 3*maxReads) })
		synctest.Wait()
		if sent := len(sim.Log()); sent != maxReads {
			t.Errorf("%d were sent before the first was answered, want %d", sent, maxReads)
		}
		release()
		all.Wait()
	})
}

func TestTheCutoverDoesNotWaitBehindReads(t *testing.T) {
	limited(t, documented, func(t *testing.T, sim *atlassim.Sim, c *Client, id string) {
		var all sync.WaitGroup
		all.Go(func() { readAtOnce(t, sim, c, id, 2000) })
		synctest.Wait()
		begin := time.Now()
		if _, err := c.StartCutover(t.Context(), sim.Credentials().ProjectID, id); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took > 0 {
			t.Errorf("the cutover waited for %s", took)
		}
		all.Wait()
	})
}

func TestReadsLeaveHalfOfTheBucketToCutovers(t *testing.T) {
	limited(t, documented, func(t *testing.T, sim *atlassim.Sim, c *Client, id string) {
		var all sync.WaitGroup
		all.Go(func() { readAtOnce(t, sim, c, id, 2000) })
		synctest.Wait()
		begin := time.Now()
		for range documented.Capacity/2 - 1 {
			// The second one conflicts, which costs a token like the first.
			_, err := c.StartCutover(t.Context(), sim.Credentials().ProjectID, id)
			if status := StatusOf(err); status != 0 && status != http.StatusConflict {
				t.Fatal(err)
			}
		}
		if took := time.Since(begin); took > 0 || throttled(sim) > 0 {
			t.Errorf("half a bucket of cutovers took %s, and %d requests were refused", took, throttled(sim))
		}
		all.Wait()
	})
}

func TestReadsAreSentInTheOrderInWhichTheyCame(t *testing.T) {
	limited(t, atlassim.Bucket{Capacity: 60, PerMinute: 25}, func(t *testing.T, sim *atlassim.Sim, c *Client, id string) {
		readAtOnce(t, sim, c, id, 40)
		before := len(sim.Log())
		var ids []string
		var all sync.WaitGroup
		for range 30 {
			id := sim.Add(atlassim.Migration{})
			ids = append(ids, id)
			all.Go(func() { readAtOnce(t, sim, c, id, 1) })
			synctest.Wait()
		}
		all.Wait()
		var served []string
		for _, e := range sim.Log()[before:] {
			if e.Status == http.StatusOK {
				served = append(served, e.LiveMigrationID)
			}
		}
		if !slices.Equal(served, ids) {
			t.Errorf("served %q, want %q", served, ids)
		}
	})
}

func TestTheEndOfTheContextEndsTheWaitForTheBucketAndIsNoNetworkFault(t *testing.T) {
	for name, row := range map[string]struct {
		end  func(context.Context) (context.Context, context.CancelFunc)
		want error
	}{
		"an interrupt": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Second, cancel)
			return ctx, cancel
		}, context.Canceled},
		"a deadline": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second)
		}, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			limited(t, documented, func(t *testing.T, sim *atlassim.Sim, c *Client, id string) {
				var all sync.WaitGroup
				all.Go(func() { readAtOnce(t, sim, c, id, 2000) })
				synctest.Wait()
				ctx, cancel := row.end(t.Context())
				defer cancel()
				begin := time.Now()
				_, err := c.LiveMigration(ctx, sim.Credentials().ProjectID, id)
				var waited *RateLimitWaitError
				if !isUnsent(err) || !errors.As(err, &waited) || !errors.Is(err, row.want) || time.Since(begin) != time.Second {
					t.Errorf("got %v after %s", err, time.Since(begin))
				}
				all.Wait()
			})
		})
	}
}

func TestProjectsDoNotWaitForEachOther(t *testing.T) {
	limited(t, documented, func(t *testing.T, sim *atlassim.Sim, c *Client, id string) {
		other := sim.Add(atlassim.Migration{ProjectID: "0123456789abcdef01234567"})
		var all sync.WaitGroup
		all.Go(func() { readAtOnce(t, sim, c, id, 2000) })
		synctest.Wait()
		begin := time.Now()
		if _, err := c.LiveMigration(t.Context(), "0123456789abcdef01234567", other); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took > 0 {
			t.Errorf("waited for %s", took)
		}
		all.Wait()
	})
}

func TestABucketThatOthersEmptyStopsNobody(t *testing.T) {
	simulate(t, atlassim.Options{}, func(t *testing.T, sim *atlassim.Sim, client func(APIVersion) *Client) {
		c, id := client(V1), sim.Add(atlassim.Migration{})
		// At the documented refill, one token in a quarter of a minute.
		header := http.Header{"Ratelimit-Limit": {"10"}, "Ratelimit-Remaining": {"0"}}
		sim.Inject(atlassim.Fault{Times: -1, Do: atlassim.Effect{Status: http.StatusNotFound, Header: header}})
		begin := time.Now()
		for range 10 {
			_, err := c.LiveMigration(t.Context(), sim.Credentials().ProjectID, id)
			if StatusOf(err) != http.StatusNotFound {
				t.Fatal(err)
			}
		}
		if took := time.Since(begin); took != 9*patience {
			t.Errorf("ten reads took %s, want %s between each", took, patience)
		}
	})
}

func TestACutoverIsSentThoughNothingIsLeft(t *testing.T) {
	simulate(t, atlassim.Options{}, func(t *testing.T, sim *atlassim.Sim, client func(APIVersion) *Client) {
		c, id := client(V1), sim.Add(atlassim.Migration{})
		header := http.Header{"Ratelimit-Limit": {"1200"}, "Ratelimit-Remaining": {"0"}}
		sim.Inject(atlassim.Fault{Times: 1, Do: atlassim.Effect{Status: http.StatusNotFound, Header: header}})
		begin := time.Now()
		if _, err := c.LiveMigration(t.Context(), sim.Credentials().ProjectID, id); StatusOf(err) != http.StatusNotFound {
			t.Fatal(err)
		}
		if _, err := c.StartCutover(t.Context(), sim.Credentials().ProjectID, id); err != nil || time.Since(begin) > 0 {
			t.Errorf("got %v after %s", err, time.Since(begin))
		}
	})
}

func TestAnAnswerLowersTheEstimateAndOnlyTimeRaisesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := limits{known: map[string]*limit{}}
		l := limits.of("/api/atlas/v2/groups/1")
		send := func(n int) {
			for range n {
				l.reserve()
			}
		}
		for _, row := range []struct {
			name string
			do   func()
			// tokens is what reads may take, and pace what comes back in a minute.
			tokens, pace float64
		}{
			{"the first answer", func() { l.learn(says1200(1199)) }, 599, 500},
			{"ten reads are sent", func() { send(10) }, 589, 500},
			{"an answer that counts only some of them", func() { l.learn(says1200(1195)) }, 589, 500},
			{"an answer that may not count three reads in flight", func() {
				l.reads <- struct{}{}
				l.reads <- struct{}{}
				l.reads <- struct{}{}
				l.learn(says1200(1189))
				<-l.reads
				<-l.reads
				<-l.reads
			}, 586, 500},
			{"somebody else takes from the bucket", func() { l.learn(says1200(650)) }, 50, 500},
			{"an answer that was overtaken", func() { l.learn(says1200(900)) }, 50, 500},
			{"an answer without the headers", func() { l.learn(http.Header{}) }, 50, 500},
			{"they take from what is kept", func() { l.learn(says1200(300)) }, 0, 250},
			{"nothing is left", func() { l.learn(says1200(0)) }, 0, 12},
			{"a minute", func() { <-time.After(time.Minute) }, 12, 12},
			{"the bucket has filled up", func() { l.learn(says1200(1200)) }, 12, 500},
			{"another minute", func() { <-time.After(time.Minute) }, 512, 500},
			{"an hour", func() { <-time.After(time.Hour) }, 600, 500},
		} {
			row.do()
			tokens, pace := math.Round(l.tokens.Tokens()), math.Round(60*float64(l.tokens.Limit()))
			if tokens != row.tokens || pace != row.pace {
				t.Errorf("%s: reads may take %v and %v a minute, want %v and %v", row.name, tokens, pace, row.tokens, row.pace)
			}
		}
	})
}

func says1200(remaining int) http.Header {
	return http.Header{"Ratelimit-Limit": {"1200"}, "Ratelimit-Remaining": {strconv.Itoa(remaining)}}
}

func TestOwnerOfAPath(t *testing.T) {
	for path, want := range map[string]string{
		"/api/atlas/v2/groups/1/liveMigrations/2/cutover": "/api/atlas/v2/groups/1",
		"/api/atlas/v2/groups/1":                          "/api/atlas/v2/groups/1",
		"/api/atlas/v1.0/orgs/1/liveMigrations":           "/api/atlas/v1.0/orgs/1",
		"/api":                                            "/api",
		"":                                                "",
	} {
		if got := ownerOf(path); got != want {
			t.Errorf("%s is of %s, want %s", path, got, want)
		}
	}
}

func TestWhatAnAnswerSaysOfItsBucket(t *testing.T) {
	for _, row := range []struct {
		name, limit, remaining string
		want                   float64
		ok                     bool
	}{
		{"both headers", "1200", "1199", 1199, true},
		{"nothing remains", "1200", "0", 0, true},
		{"more than there is", "10", "99", 10, true},
		{"no limit", "", "5", 0, false},
		{"nothing said of what remains", "1200", "", 0, false},
		{"a bucket of nothing", "0", "0", 0, false},
		{"below nothing", "1200", "-1", 0, false},
		{"too many to count", "99999999999999999999", "5", 0, false},
		{"words", "many", "some", 0, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			header := http.Header{}
			header.Set("RateLimit-Limit", row.limit)
			header.Set("RateLimit-Remaining", row.remaining)
			_, got, ok := remainder(header)
			if got != row.want || ok != row.ok {
				t.Errorf("got %v, %t, want %v, %t", got, ok, row.want, row.ok)
			}
		})
	}
}
