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
	t.Log("| Length | Reads | Requests | Late, on average | Late, at most |")
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
		row.requests = requests(t, length)
		t.Logf("| %s | %.0f | %.0f | %.1f s (%.1f %%) | %.1f s (%.1f %%) |", length,
			row.reads, row.requests, row.mean.Seconds(), 100*row.meanShare, row.longest.Seconds(), 100*row.longestShare)
	}
}

// scripted is a live migration that is ready at once, in memory: what the state machine
// sees, without a wire. It is used in fake time.
type scripted struct {
	length             time.Duration
	requested, noticed time.Time
	// looks are the times of the looks, from the request on.
	looks []time.Duration
}

// watched is such a cutover from beginning to end.
func watched(t *testing.T, a scripted) *scripted {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		run := migration.Cutover{API: &a, ReadyTimeout: time.Minute, Timeout: 24 * time.Hour}
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
// ahead, every digest challenge, the looks at the job, and the rest.
func requests(t *testing.T, length time.Duration) float64 {
	t.Helper()
	sent := 0
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
		sent = len(sim.Log())
	})
	return float64(sent)
}
