// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"flag"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
)

// thorough is for the tables of the performance guide, which the tests log.
var thorough = flag.Bool("thorough", false, "measure on as many samples as a table needs")

func samples(few, many int) int {
	if *thorough {
		return many
	}
	return few
}

// noticing is how the end of cutovers of about one length is noticed.
type noticing struct {
	// reads is how often Atlas is read after the request; requests is everything
	// that an apply sends, digest challenges included.
	reads, requests float64
	// busiest is the most requests in any minute after the first.
	busiest int
	// mean and longest are how late the end is noticed, by time and as a part of
	// the length.
	mean, longest           time.Duration
	meanShare, longestShare float64
}

var lengths = []time.Duration{
	time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
}

// TestTheEndOfACutoverIsNoticedWhateverItsLength measures how late and at what
// price.
func TestTheEndOfACutoverIsNoticedWhateverItsLength(t *testing.T) {
	t.Log("| Length | Reads | Requests | Requests a minute | Late, on average | Late, at most |")
	for _, length := range lengths {
		var row noticing
		n := samples(5, 200)
		for i := range n {
			// Lengths around this one, so that none happens to suit the schedule.
			l := time.Duration(float64(length) * (0.95 + 0.1*(float64(i)+0.5)/float64(n)))
			c := watched(t, scripted{length: l})
			delay := c.late()
			row.reads += float64(len(c.looks)) / float64(n)
			row.mean += delay / time.Duration(n)
			row.longest = max(row.longest, delay)
			row.meanShare += float64(delay) / float64(l) / float64(n)
			row.longestShare = max(row.longestShare, float64(delay)/float64(l))
		}
		row.requests, row.busiest = requests(t, length)
		if row.busiest > 20 || row.longest > 5*time.Second {
			t.Errorf("%s: %d requests in one minute, %s late", length, row.busiest, row.longest)
		}
		t.Logf("| %s | %.0f | %.0f | %d | %.1f s (%.1f %%) | %.1f s (%.1f %%) |", length,
			row.reads, row.requests, row.busiest, row.mean.Seconds(), 100*row.meanShare, row.longest.Seconds(), 100*row.longestShare)
	}
}

// TestThatTheLagFellIsNoticedWhateverTheWait measures how late the request leaves.
func TestThatTheLagFellIsNoticedWhateverTheWait(t *testing.T) {
	t.Log("| Wait | Above max_lag_seconds: late, on average | At most | Not ready, lag of 90 s: late, on average | At most |")
	for _, wait := range []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 3 * time.Hour, 12 * time.Hour} {
		lagging, lag := readyAfterLag(t, wait, scripted{ready: true, lag: 500})
		unready, short := readyAfterLag(t, wait, scripted{lag: 90})
		t.Logf("| %s | %.1f s | %.1f s | %.1f s | %.1f s |", wait, lagging.Seconds(), lag.Seconds(), unready.Seconds(), short.Seconds())
		if longest := max(lag, short); longest > 5*time.Second {
			t.Errorf("after %s the request left %s late", wait, longest)
		}
	}
}

// readyAfterLag measures, for waits of about one length, how late the request leaves.
func readyAfterLag(t *testing.T, wait time.Duration, before scripted) (mean, longest time.Duration) {
	t.Helper()
	n := samples(5, 200)
	for i := range n {
		before.wait = time.Duration(float64(wait) * (0.95 + 0.1*(float64(i)+0.5)/float64(n)))
		c := watched(t, before)
		late := c.requested.Sub(c.began) - c.wait
		mean, longest = mean+late/time.Duration(n), max(longest, late)
	}
	return mean, longest
}

// scripted is a live migration in memory: what the state machine sees, without a wire.
// It is used in fake time.
type scripted struct {
	length time.Duration
	// ready and lag are what it reports for a wait, before it can be cut over.
	ready bool
	lag   int64
	wait  time.Duration

	began, requested, noticed time.Time
	// looks are the times of the looks, from the request on.
	looks []time.Duration
}

// watched is such a cutover from beginning to end.
func watched(t *testing.T, a scripted) *scripted {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		maxLag := int64(10)
		run := migration.Cutover{API: &a, MaxLag: &maxLag, ReadyTimeout: 24 * time.Hour, Timeout: 24 * time.Hour}
		a.began = time.Now()
		if o := run.Start(t.Context()); o.End != migration.Completed {
			t.Fatalf("a cutover of %s ended as %+v", a.length, o)
		}
		a.noticed = time.Now()
	})
	return &a
}

// late is how long after the end it was noticed.
func (a *scripted) late() time.Duration { return a.noticed.Sub(a.requested) - a.length }

// Read is complete once the length has passed.
func (a *scripted) Read(context.Context) (migration.LiveMigration, error) {
	if time.Since(a.began) < a.wait {
		return migration.LiveMigration{Status: "WORKING", Ready: &a.ready, LagSeconds: &a.lag}, nil
	}
	if a.requested.IsZero() {
		ready, lag := true, int64(1)
		return migration.LiveMigration{Status: "WORKING", Ready: &ready, LagSeconds: &lag}, nil
	}
	elapsed, ready := time.Since(a.requested), false
	a.looks = append(a.looks, elapsed)
	if elapsed >= a.length {
		return migration.LiveMigration{Status: "COMPLETE", Ready: &ready}, nil
	}
	return migration.LiveMigration{Status: "WORKING", Ready: &ready}, nil
}

// Request is accepted.
func (a *scripted) Request(context.Context, migration.Gate) (migration.Job, error) {
	a.requested = time.Now()
	return migration.Job{ID: "job", Status: "PENDING"}, nil
}

// ReadJob knows no more than the live migration, unless the job is done first.
func (a *scripted) ReadJob(context.Context, string) (migration.Job, error) {
	return migration.Job{ID: "job", Status: "PENDING"}, nil
}

// requests is what one apply sends, through the whole provider: its plan's look
// ahead, every digest challenge, the looks at the job, and the rest. The second
// result is the most in any minute after the first.
func requests(t *testing.T, length time.Duration) (float64, int) {
	t.Helper()
	sent, most := 0, 0
	synctest.Test(t, func(t *testing.T) {
		sim := simtest.New(t, atlassim.Options{})
		id := sim.Add(atlassim.Migration{CutoverTakes: length, InitialLag: 1, SteadyLag: 1, ReadyLag: 1})
		w := coretest.Workspace{
			Type: cutoverType,
			Server: func() tfprotov6.ProviderServer {
				return providerserver.NewProtocol6(provider.New("bench",
					provider.WithTransport(sim.Transport()),
					provider.WithEnvironment(keys(sim.Credentials().PublicKey, sim.Credentials().PrivateKey)))())()
			},
			Config: map[string]any{
				"project_id": sim.Credentials().ProjectID, "live_migration_id": id,
				"timeouts": map[string]any{"create": "24h"},
			},
		}
		if r := w.Apply(t.Context()); r.Failed() || w.State.String("status") != "SUCCESS" {
			t.Fatalf("a cutover of %s: %v", length, coretest.Summaries(r.Diagnostics))
		}
		sent, most = len(sim.Log()), busiest(sim.Log())
	})
	return float64(sent), most
}

// busiest is the most requests in any minute that begins a minute or more after the
// first request.
func busiest(log []atlassim.Entry) int {
	most := 0
	for i, e := range log {
		n := 0
		for _, later := range log[i:] {
			if later.At.Sub(e.At) >= time.Minute {
				break
			}
			n++
		}
		if e.At.Sub(log[0].At) >= time.Minute {
			most = max(most, n)
		}
	}
	return most
}
