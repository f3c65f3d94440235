// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/notice"
)

// logTo writes a run's steps to the provider's log. What was started is written
// at INFO, with its ID, as soon as Atlas names it: the state has it only at the
// end of the call, and not at all if Terraform is killed before that.
func logTo(ctx context.Context) func(migration.Progress) {
	return func(p migration.Progress) {
		write := tflog.Debug
		if p.Step == migration.RequestAnswered {
			write = tflog.Info
		}
		write(ctx, stepWords(p.Step), fields(p))
	}
}

func stepWords(s migration.Step) string {
	switch s {
	case migration.Requesting:
		return "sending the request"
	case migration.RequestAnswered:
		return "Atlas accepted the request"
	case migration.RequestPostponed:
		return "the request did not succeed, and will be sent again"
	case migration.ReadFailed:
		return "Atlas could not be read, and will be asked again"
	default:
		return "waiting"
	}
}

func fields(p migration.Progress) map[string]any {
	lm, job := p.Observed.Migration, p.Observed.Job
	f := map[string]any{"elapsed": notice.Rounded(p.Elapsed), "next": notice.Rounded(p.Next)}
	for name, value := range map[string]string{
		"live_migration_id": lm.ID, "migration_status": lm.Status, "validation_id": job.ID, "validation_status": job.Status,
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

// logBeginning writes how a run ended, with the id of what it started: a run
// that is killed before its state is written leaves that in the log.
func logBeginning(ctx context.Context, o migration.Outcome) {
	logEnd(ctx, o.ReadErr, map[string]any{"live_migration_id": o.Observed.Migration.ID, "status": o.Observed.Migration.Status, "took": notice.Rounded(o.Elapsed)})
}

func logValidation(ctx context.Context, o migration.Outcome) {
	logEnd(ctx, o.ReadErr, map[string]any{"validation_id": o.Observed.Job.ID, "status": o.Observed.Job.Status, "took": notice.Rounded(o.Elapsed)})
}

// logEnd writes the stack of a panic too, which no diagnostic has.
func logEnd(ctx context.Context, cause error, f map[string]any) {
	var bug *migration.PanicError
	if errors.As(cause, &bug) {
		f["stack"] = string(bug.Stack)
	}
	tflog.Debug(ctx, "the run ended", f)
}
