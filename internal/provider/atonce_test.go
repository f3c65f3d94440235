// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
)

// bucket is the token bucket that Atlas documents for a project; a 429 need not
// say when to come back.
var bucket = atlassim.Bucket{Capacity: 1200, PerMinute: 500}

// TestManyCutoversAtOnceShareOneTokenBucket starts them all in the same moment,
// with one provider.
func TestManyCutoversAtOnceShareOneTokenBucket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMany(t, 1000, 20*time.Minute, 40*time.Minute)
		m.run()
		figures := m.measure()
		t.Logf("%+v", figures)
		if figures.Accepted != figures.Cutovers || figures.Succeeded != figures.Cutovers {
			t.Errorf("%d cutovers were accepted and %d succeeded, want %d", figures.Accepted, figures.Succeeded, figures.Cutovers)
		}
		if figures.Throttled > 0 {
			t.Errorf("Atlas refused %d requests that could have waited", figures.Throttled)
		}
		if figures.LongestWait > 5*time.Minute {
			t.Errorf("one cutover was not read for %s", figures.LongestWait)
		}
		if figures.LongestToSend > time.Second {
			t.Errorf("one cutover was requested %s after Atlas had said that it is ready", figures.LongestToSend)
		}
	})
}

// atOnceFigures are what many cutovers in progress at once come to.
type atOnceFigures struct {
	Cutovers int
	// Shortest and Longest are how long they take from their requests on; the
	// others lie between, evenly.
	Shortest, Longest time.Duration
	// Requests is everything that reached Atlas, digest challenges included;
	// Throttled is how many of them were answered with 429.
	Requests, Throttled int
	// PerMinute is the mean of all requests over the whole run, BusiestMinute
	// the most in any minute of it.
	PerMinute     float64
	BusiestMinute int
	// Accepted is how many cutovers Atlas accepted, Succeeded how many the
	// provider stored as SUCCESS.
	Accepted, Succeeded int
	// LongestToRequest is the longest time from the start to the request.
	LongestToRequest time.Duration
	// LongestToSend is the longest time from the read before a request to the
	// request, which waits for no read of others.
	LongestToSend time.Duration
	// MeanDelay and LongestDelay are from the end of a cutover to when it is
	// noticed, and LongestWait is the longest time between two reads of one.
	MeanDelay, LongestDelay, LongestWait time.Duration
}

// many is a simulated Atlas and one provider.
type many struct {
	t    *testing.T
	sim  *atlassim.Sim
	core *core
	ids  []string
	// lengths are those of the cutovers: of one length, they would all end at the
	// same moment of their turn in the line.
	lengths []time.Duration
	began   time.Time
	// planned is how long the log was when the plans were made.
	planned int
	noticed []time.Time
	status  []string
}

func newMany(t *testing.T, n int, shortest, longest time.Duration) *many {
	t.Helper()
	m := &many{
		t: t, sim: simtest.New(t, atlassim.Options{}),
		noticed: make([]time.Time, n), status: make([]string, n),
	}
	for i := range n {
		length := shortest + (longest-shortest)*time.Duration(i)/time.Duration(n-1)
		m.lengths = append(m.lengths, length)
		m.ids = append(m.ids, m.sim.Add(atlassim.Migration{CutoverTakes: length, InitialLag: 1, SteadyLag: 1, ReadyLag: 1}))
	}
	m.core = startCore(t, provider.New("bench",
		provider.WithTransport(m.sim.Transport()),
		provider.WithEnvironment(keys(m.sim.Credentials().PublicKey, m.sim.Credentials().PrivateKey)))(), cutoverType)
	return m
}

// run applies plans that were made some time before, when nobody counted.
func (m *many) run() {
	var configs []*tfprotov6.DynamicValue
	var plans []*tfprotov6.PlanResourceChangeResponse
	for _, id := range m.ids {
		configs = append(configs, m.core.config(m.sim.Credentials().ProjectID, id))
		plans = append(plans, m.core.plan(configs[len(configs)-1]))
	}
	m.sim.SetRateLimit(bucket)
	m.began, m.planned = time.Now(), len(m.sim.Log())
	var all sync.WaitGroup
	for i := range m.ids {
		all.Go(func() {
			created := m.core.create(m.t.Context(), configs[i], plans[i])
			m.noticed[i] = time.Now()
			m.status[i] = m.core.attribute(created.NewState, "status")
		})
	}
	all.Wait()
}

func (m *many) measure() atOnceFigures {
	figures := atOnceFigures{Cutovers: len(m.ids), Shortest: m.lengths[0], Longest: m.lengths[len(m.lengths)-1]}
	last := m.began
	for i, id := range m.ids {
		if m.status[i] == "SUCCESS" {
			figures.Succeeded++
		}
		ledger := m.sim.CutoverLedger(id)
		figures.Accepted += len(ledger)
		if len(ledger) == 0 {
			continue
		}
		delay := m.noticed[i].Sub(ledger[0].At.Add(m.lengths[i]))
		figures.LongestToRequest = max(figures.LongestToRequest, ledger[0].At.Sub(m.began))
		figures.MeanDelay += delay / time.Duration(len(m.ids))
		figures.LongestDelay = max(figures.LongestDelay, delay)
		last = latest(last, m.noticed[i])
	}
	m.count(&figures, last)
	return figures
}

// count goes through the server's log.
func (m *many) count(figures *atOnceFigures, last time.Time) {
	looked := map[string]time.Time{}
	minutes := make([]int, int(last.Sub(m.began)/time.Minute)+1)
	log := m.sim.Log()[m.planned:]
	for _, e := range log {
		if e.Status == 429 {
			figures.Throttled++
		}
		minutes[min(int(e.At.Sub(m.began)/time.Minute), len(minutes)-1)]++
		if e.Call == atlassim.CallMigration && e.Status == 200 {
			if before, ok := looked[e.LiveMigrationID]; ok {
				figures.LongestWait = max(figures.LongestWait, e.At.Sub(before))
			}
			looked[e.LiveMigrationID] = e.At
		}
		if e.Accepted {
			figures.LongestToSend = max(figures.LongestToSend, e.At.Sub(looked[e.LiveMigrationID]))
		}
	}
	figures.Requests = len(log)
	figures.PerMinute = float64(len(log)) / last.Sub(m.began).Minutes()
	figures.BusiestMinute = slices.Max(minutes)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
