// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlastest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// moment is what Atlas says of a cutover at one time.
type moment struct {
	after                   time.Duration // since the request was sent
	status, ready, lag, job string
	over                    bool
}

// String is the moment without its time.
func (m moment) String() string {
	return fmt.Sprintf("live migration %s, readyForCutover %s, lagTimeSeconds %s; job %s", m.status, m.ready, m.lag, m.job)
}

// How long a cutover is followed, and one that Atlas refused.
const (
	longest       = 12 * time.Hour
	afterARefusal = time.Minute
)

// cutOver cuts the live migration over, which is made for it, and notes every
// answer until the end. It sends one request, and only if Atlas says ready.
func (r *report) cutOver(ctx context.Context, a *target) {
	before := a.migration(ctx)
	if !isSuccess(before) || before.field("readyForCutover") != true {
		r.note("the live migration is not ready for cutover: nothing was requested.")
		return
	}
	r.note("before the request: " + a.moment(ctx, "").String())
	begun := time.Now()
	answer := a.recorder.during(func() { _, _ = a.client.StartCutover(ctx, a.projectID, a.liveMigrationID) })
	r.note(fmt.Sprintf("request answered after %.1f s", time.Since(begun).Seconds()))
	r.add(probe{name: "cutover", facets: facets}, answer)
	job, limit := "", longest
	switch {
	case isSuccess(answer):
		job = answer.text("_id")
	case answer != nil && answer.status < http.StatusInternalServerError:
		limit = afterARefusal
	}
	following, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	moments := r.follow(following, a, begun, job)
	for _, of := range []struct {
		name  string
		value func(moment) string
	}{
		{"status", func(m moment) string { return m.status }},
		{"readyForCutover", func(m moment) string { return m.ready }},
		{"lagTimeSeconds", func(m moment) string { return kindOf(m.lag) }},
		{"job", func(m moment) string { return m.job }},
	} {
		r.rows = append(r.rows, row{r.version + ", after the request of the cutover: " + of.name, sequence(moments, of.value), ""})
	}
}

// follow reads until the live migration is over, each second of the first
// minute, in which everything happens that nobody has published. It notes each
// answer that says something else than the one before it.
func (r *report) follow(ctx context.Context, a *target, begun time.Time, job string) []moment {
	var moments []moment
	for {
		m := a.moment(ctx, job)
		m.after = time.Since(begun)
		if len(moments) == 0 || moments[len(moments)-1].String() != m.String() {
			r.note(fmt.Sprintf("%.1f s after the request, answer %d: %s", m.after.Seconds(), len(moments)+1, m))
		}
		moments = append(moments, m)
		if m.over || !sleep(ctx, pauseAfter(m.after)) {
			r.note(fmt.Sprintf("%.1f s after the request, answer %d: the last one", m.after.Seconds(), len(moments)))
			return moments
		}
	}
}

func pauseAfter(elapsed time.Duration) time.Duration {
	if elapsed < time.Minute {
		return time.Second
	}
	return 5 * time.Second
}

// sleep reports whether the context outlived the pause.
func sleep(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// moment reads the live migration and then its job.
func (a *target) moment(ctx context.Context, job string) moment {
	m := moment{status: "unreadable", ready: "unreadable", lag: "unreadable", job: "none"}
	if e := a.migration(ctx); isSuccess(e) {
		m.status = valueOf(e, "status")
		m.ready, m.lag = valueOf(e, "readyForCutover"), valueOf(e, "lagTimeSeconds")
		m.over = m.status == "COMPLETE" || m.status == "FAILED" || m.status == "EXPIRED"
	}
	if job == "" {
		return m
	}
	m.job = "unreadable"
	e := a.recorder.during(func() { _, _ = a.client.Validation(ctx, a.projectID, job) })
	switch {
	case isSuccess(e):
		m.job = valueOf(e, "status")
	case e != nil:
		m.job = fmt.Sprint(e.status)
	}
	return m
}

// valueOf is a field's value; every one that is asked for is a number, a boolean
// or a word of the API.
func valueOf(e *exchange, name string) string {
	switch value := e.field(name); {
	case value != nil:
		return fmt.Sprint(value)
	case strings.Contains(shapeOf(e.body), name+" null"):
		return "null"
	default:
		return "absent"
	}
}

// kindOf makes all numbers alike.
func kindOf(value string) string {
	if value[0] >= '0' && value[0] <= '9' {
		return "a number"
	}
	return value
}

// sequence is the values that were seen, each as often as it came back.
func sequence(moments []moment, value func(moment) string) string {
	var seen []string
	for _, m := range moments {
		if v := value(m); len(seen) == 0 || seen[len(seen)-1] != v {
			seen = append(seen, v)
		}
	}
	return strings.Join(seen, ", then ")
}
