// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/bench"
)

// results are all figures. Of two, the first is this provider's, and the second
// that of the one that does nothing.
type results struct {
	size, resident [2]float64 // MB, MiB
	handshake      [2]time.Duration
	commands       map[int]map[string]*timing

	atOnceTook                        [2]time.Duration
	atOncePeak                        [2]float64 // MiB
	atOnceRequests, atOnceConnections int

	benchmarks map[string]benchmark
	noticing   []bench.Noticing
	budget     bench.Budget
	paced      bench.AtOnce
}

// timing is one command on configurations of one size.
//
// The third of its figures are those of the provider that does nothing, with
// resources that have the attributes of a cutover.
type timing struct {
	// took is by the clock, busy the processors' time of the CLI and its provider.
	took, busy [3][]time.Duration
	// atlas is the processors' time of the simulated Atlas meanwhile, which a
	// real one takes elsewhere.
	atlas    [3][]time.Duration
	requests int
}

// at gives the timings of the commands for a size.
func (r *results) at(size int) map[string]*timing {
	if r.commands == nil {
		r.commands = map[int]map[string]*timing{}
	}
	if r.commands[size] == nil {
		r.commands[size] = map[string]*timing{}
		for _, c := range commandNames {
			r.commands[size][c] = &timing{}
		}
	}
	return r.commands[size]
}

// markdown is the whole document.
func (r *results) markdown(machine string) string {
	var d document
	d.text("Measured with %s. Every time is the median of several runs; *doing nothing* is a provider that does nothing, "+
		"built and measured in the same run.", machine)
	r.process(&d)
	r.calls(&d)
	r.notice(&d)
	r.together(&d)
	r.summary(&d)
	return d.String()
}

// process is what the CLI's commands take.
func (r *results) process(d *document) {
	d.heading("Commands")
	d.text("With that many finished cutovers in the configuration, which `plan` looks ahead at and `apply` adopts. Beside " +
		"them as many small resources of the provider that does nothing, and as many that have the attributes of a cutover: " +
		"how many there are is most of what Terraform and the plugin framework take. Each as the time by the clock, and the " +
		"processors' time of the CLI and the provider together. The simulated Atlas runs on the same machine, and takes what " +
		"stands beside its requests.")
	d.table("Cutovers", "Command", "Requests", "Atlas", "Time", "Doing nothing", "Ratio", "With the same attributes", "Ratio")
	for _, size := range r.sizesMeasured() {
		for _, c := range commandNames {
			t := r.commands[size][c]
			d.row(fmt.Sprint(size), c, fmt.Sprint(t.requests), inSeconds(median(t.atlas[0])), t.both(0), t.both(1), t.ratios(1), t.both(2), t.ratios(2))
		}
	}
}

// both is the time by the clock and the processors' time.
func (t *timing) both(i int) string {
	return fmt.Sprintf("%.2f / %.2f s", median(t.took[i]).Seconds(), median(t.busy[i]).Seconds())
}

func (t *timing) ratios(i int) string {
	return fmt.Sprintf("%.2f / %.2f ×", median(t.took[0]).Seconds()/median(t.took[i]).Seconds(),
		median(t.busy[0]).Seconds()/median(t.busy[i]).Seconds())
}

func (r *results) sizesMeasured() []int {
	var sizes []int
	for size := range r.commands {
		sizes = append(sizes, size)
	}
	slices.Sort(sizes)
	return sizes
}

// calls is what a call takes within the process.
func (r *results) calls(d *document) {
	d.heading("Calls")
	d.text("One call of Terraform in process, with no network.")
	d.table("Call", "Time", "Doing nothing", "With the same attributes", "Memory", "Allocations")
	for _, c := range []struct{ name, words string }{
		{"schema", "everything that the provider has"},
		{"validate", "validate a cutover"},
		{"plan", "plan to create, with a look ahead"},
		{"create", "create, with one look"},
		{"read", "read a finished cutover"},
		{"replan", "plan with nothing to change"},
	} {
		ours, floor := r.benchmarks["Call/"+c.name+"/cutover"], r.benchmarks["Call/"+c.name+"/nothing"]
		d.row(c.words, milliseconds(ours.took), milliseconds(floor.took),
			milliseconds(r.benchmarks["Call/"+c.name+"/alike"].took), inKiB(ours.bytes), fmt.Sprintf("%.0f", ours.allocated))
	}
	for _, c := range []struct{ name, words string }{
		{"Look", "one look, signed"},
		{"BodyWithoutEnd", "one look, answered with a body without end"},
	} {
		b := r.benchmarks[c.name]
		d.row(c.words, milliseconds(b.took), "", "", inKiB(b.bytes), fmt.Sprintf("%.0f", b.allocated))
	}
}

// notice is how soon the end of a cutover is noticed.
func (r *results) notice(d *document) {
	d.heading("How soon the end is noticed")
	d.text("In fake time, and so exact but for the jitter; on 200 cutovers of about each length. A look is a reading of the "+
		"live migration and of its job. The requests are those of a whole `apply`, digest challenges included. A cutover is "+
		"looked at %d times at most in its first 10 minutes, and %d times in any hour after. The last column is for a job that "+
		"is done %s before the live migration is complete.",
		r.budget.FirstTenMinutes, r.budget.AnyHourAfter, inWords(bench.Announcement))
	d.table("Length", "Looks", "Requests", "Late, on average", "Late, at most", "On average, if announced")
	for _, n := range r.noticing {
		d.row(inWords(n.Length), fmt.Sprintf("%.0f", n.Looks), fmt.Sprintf("%.0f", n.Requests),
			late(n.Mean, n.MeanShare), late(n.Longest, n.LongestShare), announced(n))
	}
}

func announced(n bench.Noticing) string {
	if n.MeanAnnounced == 0 {
		return ""
	}
	return late(n.MeanAnnounced, float64(n.MeanAnnounced)/float64(n.Length))
}

func late(by time.Duration, share float64) string {
	return fmt.Sprintf("%.1f s (%.1f %%)", by.Seconds(), 100*share)
}

// together is many cutovers at once.
func (r *results) together(d *document) {
	d.heading("Many at once")
	d.text("Cutovers that begin in the same moment, with one provider process.")
	d.table("", "")
	p := r.paced
	d.row(fmt.Sprintf("%d cutovers of %s to %s, on a bucket of 1200 requests refilled by 500 a minute",
		p.Cutovers, inWords(p.Shortest), inWords(p.Longest)), "in fake time")
	d.row("requests, digest challenges included", fmt.Sprint(p.Requests))
	d.row("of them refused (429)", fmt.Sprint(p.Throttled))
	d.row("requests a minute, on average", fmt.Sprintf("%.0f", p.PerMinute))
	d.row("the last one requested after", inSeconds(p.LongestToRequest))
	d.row("the end noticed late, on average", inSeconds(p.MeanDelay))
	d.row("the end noticed late, at most", inSeconds(p.LongestDelay))
	d.row("between two looks at one, at most", inSeconds(p.LongestWait))
	d.row(fmt.Sprintf("%d cutovers of %s, no bucket", inProgress, inWords(progressTime)), "real processes")
	d.row("memory of the provider, at most", fmt.Sprintf("%.1f MiB (doing nothing: %.1f MiB)", r.atOncePeak[0], r.atOncePeak[1]))
	d.row("`apply`", fmt.Sprintf("%s (doing nothing: %s)", inSeconds(r.atOnceTook[0]), inSeconds(r.atOnceTook[1])))
	d.row("requests, and connections", fmt.Sprintf("%d, %d", r.atOnceRequests, r.atOnceConnections))
}

// summary compares with the floors, and with what is wanted.
func (r *results) summary(d *document) {
	d.heading("Summary")
	d.table("", "Measured", "Doing nothing", "Ratio", "Wanted")
	d.row("handshake", milliseconds(r.handshake[0]), milliseconds(r.handshake[1]),
		ratio(r.handshake[0].Seconds(), r.handshake[1].Seconds()), "1.5 × at most")
	d.row("resident at the handshake", inMiB(r.resident[0]), inMiB(r.resident[1]), ratio(r.resident[0], r.resident[1]), "1.3 × at most")
	d.row("binary, stripped", inMB(r.size[0]), inMB(r.size[1]), ratio(r.size[0], r.size[1]), "under 21 MB")
	d.row("the slowest call in process", milliseconds(r.slowestCall()), "", "", "under 1 ms")
	if sizes := r.sizesMeasured(); len(sizes) > 0 {
		most := sizes[len(sizes)-1]
		for _, c := range []struct{ command, wanted string }{
			{"apply", "1.3 × at most, and what Atlas takes"}, {"plan again", "1.2 × at most, no request"},
		} {
			t := r.commands[most][c.command]
			name := fmt.Sprintf("%s of %d, %d requests", c.command, most, t.requests)
			if t.requests > 0 {
				name += fmt.Sprintf(" that take Atlas %s", inSeconds(median(t.atlas[0])))
			}
			d.row(name, t.both(0), t.both(1), t.ratios(1), c.wanted)
			d.row(name+"; beside the same attributes", t.both(0), t.both(2), t.ratios(2), c.wanted)
		}
	}
	d.row("looks in the first 10 minutes", fmt.Sprint(r.budget.FirstTenMinutes), "", "", "60 at most")
	d.row("looks in an hour after", fmt.Sprint(r.budget.AnyHourAfter), "", "", "130 at most")
	d.row("the end of a cutover of 10 s or more noticed late, on average", fmt.Sprintf("%.1f %%", 100*r.worstMean()), "", "", "5 % at most")
	d.row(fmt.Sprintf("%d at once: 429s", r.paced.Cutovers), fmt.Sprint(r.paced.Throttled), "", "", "0")
}

func (r *results) slowestCall() time.Duration {
	var slowest time.Duration
	for name, b := range r.benchmarks {
		if strings.HasPrefix(name, "Call/") && strings.HasSuffix(name, "/cutover") {
			slowest = max(slowest, b.took)
		}
	}
	return slowest
}

// worstMean is the mean lateness of the length that it is worst for. Below 10 s
// the shortest pause between two looks, of a second, decides.
func (r *results) worstMean() float64 {
	worst := 0.0
	for _, n := range r.noticing {
		if n.Length >= 10*time.Second {
			worst = max(worst, n.MeanShare)
		}
	}
	return worst
}
