// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package progress

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

const (
	// interval is how often people are told that nothing has changed.
	interval = time.Minute
	// readTime is what a read is expected to take, so that a report is told rather
	// than the one before it repeated.
	readTime = time.Second
)

// Run is the run to tell of.
type Run struct {
	Kind Kind
	// ProjectID and LiveMigrationID say what the run is about; the latter is empty
	// until a live migration has one.
	ProjectID, LiveMigrationID string
	// TargetLag is the lag, in seconds, that is waited for.
	TargetLag int64
	// File is the progress file; nil for none.
	File *File
	// Event takes every sentence; nil for nobody.
	Event func(string)
}

// Reporter tells of one run, until that ends. One goroutine reports to it.
type Reporter struct {
	Run
	ctx context.Context //nolint:containedctx // It holds the logger of the call that the reporter lives for.

	mu    sync.Mutex // guards what follows
	trend lagTrend
	// estimated is set once there was an estimate.
	estimated bool
	key       string
	told      time.Time
	// deaf is set once the file could not be written.
	deaf bool
	// last is what was reported last, whether people were told or not.
	last report
	// due tells again while the run waits for an answer, or for as long as Atlas
	// has asked it to. It is nil once the run has ended.
	due *time.Timer
}

// report is what a step gives to tell.
type report struct {
	sentence
	fields map[string]any
	at     time.Time
}

// New returns a reporter that logs to the logger in ctx.
func (r Run) New(ctx context.Context) *Reporter {
	reporter := &Reporter{Run: r, ctx: ctx, trend: lagTrend{target: r.TargetLag}}
	reporter.mu.Lock()
	defer reporter.mu.Unlock()
	reporter.last = report{sentence{text: "reading Atlas"}, map[string]any{}, time.Now()}
	reporter.due = time.AfterFunc(interval, reporter.repeat)
	return reporter
}

// Report tells of a step: every change at once, and at least once a minute that
// the run continues. Each read is logged at DEBUG.
func (r *Reporter) Report(p migration.Progress) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if id := p.Observed.Migration.ID; id != "" && r.Kind == Start {
		r.LiveMigrationID = id
	}
	if p.Step == migration.Polled {
		r.trend.add(p.Observed.Migration)
	}
	estimate := r.trend.estimate()
	key, s := say(r.Kind, p, estimate)
	if r.estimated = r.estimated || estimate != ""; r.estimated {
		key += " estimated" // The first estimate is a change.
	}
	r.last = report{s, fields(p), time.Now()}
	if key == r.key && time.Since(r.told)+p.Next+readTime <= interval {
		tflog.Debug(r.ctx, s.text, r.last.fields)
		return
	}
	r.key = key
	r.tell(s, r.last.fields)
}

// repeat tells what was reported last, and how long ago that was. What is reported
// next is told then, as news.
func (r *Reporter) repeat() {
	// Whatever goes wrong here must not end a process that has sent its request.
	defer func() { _ = recover() }()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.due == nil || time.Since(r.told) < interval {
		return
	}
	r.key = ""
	s := r.last.sentence
	s.text = "nothing new for " + rounded(time.Since(r.last.at)) + ". Before that: " + s.text
	delete(r.last.fields, "elapsed") // These were right at the time.
	delete(r.last.fields, "next_look")
	r.tell(s, r.last.fields)
}

// End tells how the run ended. The stack of a panic is in the log only.
func (r *Reporter) End(o migration.Outcome) {
	f := map[string]any{"status": string(o.Status()), "request": o.Request.String(), "took": rounded(o.Elapsed), "end": o.End.String()}
	if id := o.Observed.Migration.ID; id != "" {
		f["live_migration_id"] = id
	}
	var bug *migration.PanicError
	if errors.As(o.ReadErr, &bug) {
		f["stack"] = string(bug.Stack)
	}
	r.tellLast(ended(r.Kind, o), f)
}

// Refreshed tells that a refresh found the end of what no run saw end. The failure
// is empty if it succeeded.
func (r *Reporter) Refreshed(failure string) { r.tellLast(refreshed(failure), map[string]any{}) }

func (r *Reporter) tellLast(s sentence, f map[string]any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.due.Stop()
	r.due = nil
	r.tell(s, f)
}

func (r *Reporter) tell(s sentence, f map[string]any) {
	r.told = time.Now()
	if r.due != nil {
		r.due.Reset(interval)
	}
	f["project_id"], f["live_migration_id"] = r.ProjectID, r.LiveMigrationID
	if s.warning {
		tflog.Warn(r.ctx, s.text, f)
	} else {
		tflog.Info(r.ctx, s.text, f)
	}
	if r.Event != nil {
		r.Event(s.text)
	}
	if err := r.File.Append(r.subject(), s.text); err != nil && !r.deaf {
		r.deaf = true
		tflog.Warn(r.ctx, "the progress file cannot be written any more", map[string]any{"error": err.Error()})
	}
}

// subject is the project and the live migration, as an import ID has them.
func (r *Reporter) subject() string {
	if r.LiveMigrationID == "" {
		return r.ProjectID
	}
	return r.ProjectID + "/" + r.LiveMigrationID
}

func fields(p migration.Progress) map[string]any {
	lm, job := p.Observed.Migration, p.Observed.Job
	f := map[string]any{"elapsed": rounded(p.Elapsed), "next_look": rounded(p.Next)}
	for name, value := range map[string]string{
		"migration_status": lm.Status, "job_id": job.ID, "job_status": job.Status,
	} {
		if value != "" {
			f[name] = value
		}
	}
	if lm.Ready != nil {
		f["ready"] = *lm.Ready
	}
	if lm.LagSeconds != nil {
		f["lag_seconds"] = *lm.LagSeconds
	}
	if p.Err != nil {
		f["error"] = p.Err.Error()
	}
	return f
}
