// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package progress

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

// interval is how often people are told that nothing has changed.
const interval = time.Minute

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

// Reporter tells of one run. It is used by one goroutine.
type Reporter struct {
	Run
	ctx   context.Context //nolint:containedctx // It holds the logger of the call that the reporter lives for.
	trend lagTrend
	key   string
	told  time.Time
	// deaf is set once the file could not be written.
	deaf bool
}

// New returns a reporter that logs to the logger in ctx.
func (r Run) New(ctx context.Context) *Reporter {
	return &Reporter{Run: r, ctx: ctx, trend: lagTrend{target: r.TargetLag}}
}

// Report tells of a step: every change at once, and at least once a minute that
// the run continues. Each read is logged at DEBUG.
func (r *Reporter) Report(p migration.Progress) {
	if id := p.Observed.Migration.ID; id != "" && r.Kind == Start {
		r.LiveMigrationID = id
	}
	if p.Step == migration.Polled {
		r.trend.add(p.Observed.Migration)
	}
	estimate := r.trend.estimate()
	key, s := say(r.Kind, p, estimate)
	if estimate != "" {
		key += " estimated" // The first estimate is a change, and so is the end of a steady fall.
	}
	if key == r.key && time.Since(r.told)+p.Next <= interval {
		tflog.Debug(r.ctx, s.text, fields(p))
		return
	}
	r.key, r.told = key, time.Now()
	r.tell(s, fields(p))
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
	r.tell(ended(r.Kind, o), f)
}

// Refreshed tells that a refresh found the end of what no run saw end. The failure
// is empty if it succeeded.
func (r *Reporter) Refreshed(failure string) { r.tell(refreshed(failure), map[string]any{}) }

func (r *Reporter) tell(s sentence, f map[string]any) {
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
