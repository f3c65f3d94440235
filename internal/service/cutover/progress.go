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

// logTo writes a run's steps to the provider's log. How the request was answered
// is written at INFO at once: the state has it only at the end of the call, and
// not at all if Terraform is killed before that.
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
		return "the cutover request was answered: " + answerWords(p.Answer)
	case migration.RequestPostponed:
		return "the cutover request had no effect, and will be tried again after another look"
	case migration.LookBroke:
		return "Atlas could not be read, and will be asked again"
	case migration.JobUnreadable:
		return "the job of the cutover cannot be read, and will not be asked about again"
	default:
		return "waiting: " + reasonWords(p.Decision.Reason)
	}
}

func answerWords(a migration.Answer) string {
	switch a {
	case migration.Accepted:
		return "accepted"
	case migration.Contradicted:
		return "conflict, something is running already"
	case migration.Unclear:
		return "unclear, Atlas may have acted on it or not"
	default:
		return "nothing was sent"
	}
}

func reasonWords(r migration.Reason) string {
	switch r {
	case migration.NotReady:
		return "the live migration is not ready"
	case migration.PerhapsUnderWay:
		return "not ready and without a lag: too early, or a cutover is under way"
	case migration.Lagging:
		return "the lag is above max_lag_seconds"
	case migration.Settling:
		return "ready without a lag: an earlier request may not show yet"
	case migration.UnknownWord:
		return "the status is not known to this version of the provider"
	default:
		return "the cutover has not ended"
	}
}

func fields(p migration.Progress) map[string]any {
	f := map[string]any{
		"elapsed": notice.Rounded(p.Elapsed), "next_look": notice.Rounded(p.Next),
		"live_migration_id": p.Seen.Migration.ID, "migration_status": p.Seen.Migration.Status,
		"job_id": p.Seen.Job.ID, "job_status": p.Seen.Job.Status,
	}
	if ready := p.Seen.Migration.Ready; ready != nil {
		f["ready"] = *ready
	}
	if lag := p.Seen.Migration.LagSeconds; lag != nil {
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
	f := map[string]any{"status": string(o.Status()), "request": answerWords(o.Answer), "took": notice.Rounded(o.Took)}
	var bug *migration.PanicError
	if errors.As(o.Cause, &bug) {
		f["stack"] = string(bug.Stack)
	}
	tflog.Debug(ctx, "the run ended", f)
}
