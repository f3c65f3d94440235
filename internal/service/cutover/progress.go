// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/notice"
)

// logTo writes a run's steps to the provider's log.
func logTo(ctx context.Context) func(migration.Progress) {
	return func(p migration.Progress) {
		write := tflog.Debug
		if p.Step == migration.RequestAnswered {
			write = tflog.Info
		}
		write(ctx, stepWords(p), fields(p))
	}
}

func stepWords(p migration.Progress) string {
	switch p.Step {
	case migration.Requesting:
		return "requesting the cutover"
	case migration.RequestAnswered:
		return "the cutover request was answered: " + answerWords(p.Request)
	case migration.RequestPostponed:
		return "the cutover request had no effect, and will be tried again after another look"
	case migration.ReadFailed:
		return "Atlas could not be read, and will be asked again"
	case migration.JobUnreadable:
		return "the job of the cutover cannot be read, and will not be asked about again"
	default:
		return "waiting: " + reasonWords(p.Reason)
	}
}

func answerWords(a migration.RequestState) string {
	switch a {
	case migration.Accepted:
		return "accepted"
	case migration.Conflicted:
		return "conflict, something is running already"
	case migration.Unknown:
		return "unclear, Atlas may have acted on it or not"
	default:
		return "nothing was sent"
	}
}

func reasonWords(r migration.Reason) string {
	switch r {
	case migration.NotReady:
		return "the live migration is not ready"
	case migration.PossiblyInProgress:
		return "not ready and without a lag: too early, or a cutover is under way"
	case migration.Lagging:
		return "the lag is above max_lag_seconds"
	case migration.Stabilizing:
		return "ready without a lag: an earlier request may not show yet"
	case migration.UnknownStatus:
		return "the status is not known to this version of the provider"
	default:
		return "the cutover has not ended"
	}
}

func fields(p migration.Progress) map[string]any {
	f := map[string]any{
		"elapsed": notice.Rounded(p.Elapsed), "next_look": notice.Rounded(p.Next),
		"live_migration_id": p.Observed.Migration.ID, "migration_status": p.Observed.Migration.Status,
		"job_id": p.Observed.Job.ID, "job_status": p.Observed.Job.Status,
	}
	if ready := p.Observed.Migration.Ready; ready != nil {
		f["ready"] = *ready
	}
	if lag := p.Observed.Migration.LagSeconds; lag != nil {
		f["lag_seconds"] = *lag
	}
	if p.Err != nil {
		f["error"] = p.Err.Error()
	}
	return f
}

// logEnd writes how a run ended; of a panic, the stack too, which no diagnostic
// has.
func logEnd(ctx context.Context, o migration.Outcome) {
	f := map[string]any{"status": string(o.Status()), "request": answerWords(o.Request), "took": notice.Rounded(o.Elapsed)}
	var bug *migration.PanicError
	if errors.As(o.ReadErr, &bug) {
		f["stack"] = string(bug.Stack)
	}
	tflog.Debug(ctx, "the run ended", f)
}
