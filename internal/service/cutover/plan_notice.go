// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"net/http"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/operation"
)

const notYetReady = "Live migration is not yet ready for cutover"

const nothingDone = "A plan requests nothing, and leaves the state as it is."

// planNotice is what a plan says about the cutover it would create: an error where
// that can never succeed, a warning where the apply would not simply start it,
// nil otherwise.
func planNotice(o migration.Observation, err error, maxLag *int64, notAfter time.Time) *notice.Notice {
	if err != nil {
		return planUnreadable(err)
	}
	d := migration.Decide(o, migration.RunState{MaxLag: maxLag})
	if !notAfter.IsZero() && time.Now().After(notAfter) && wouldRequest(d.Reason) {
		return planWindowClosed(o)
	}
	n := &notice.Notice{Observed: notice.Describe(o.Migration), State: nothingDone}
	switch d.Reason {
	case migration.Complete:
		n.Warning, n.Summary = true, "Cutover is already complete"
		n.Advice = "Applying this plan adopts the cutover without a request. If you did not expect that, check " +
			"live_migration_id."
	case migration.MigrationFailed, migration.MigrationExpired:
		n.Summary = unableToStart
		n.Observed = failureSeen(o, d.Reason)
		n.Advice = failureAdvice(d.Reason, operation.Create)
	case migration.NotReady:
		n.Warning, n.Summary = true, notYetReady
		n.Advice = "Applying this plan waits until it is ready, for ready_timeout at most. Do not stop the writes on the " +
			"source before."
	case migration.PossiblyInProgress:
		n.Warning, n.Summary = true, "Live migration is not ready, or a cutover is in progress"
		n.Advice = "Applying this plan adopts a cutover that is in progress, and follows it for timeouts.create, whatever " +
			"ready_timeout is. If none is, it waits until the live migration is ready. Do not write to the source while a " +
			"cutover may be in progress."
	case migration.Lagging:
		n.Warning, n.Summary = true, notYetReady
		n.Advice = "The lag is above max_lag_seconds. Applying this plan waits until it has fallen, for ready_timeout at most."
	case migration.UnknownStatus:
		n.Warning, n.Summary = true, "Status of live migration is not known"
		n.Advice = "This version of the provider does not know that status, and would start nothing. Look at the live " +
			"migration in the Atlas console, and for a newer version of the provider."
	default:
		return nil
	}
	return n
}

// wouldRequest reports whether a run that begins like this could only end well by
// sending a request.
func wouldRequest(reason migration.Reason) bool {
	switch reason {
	case migration.NotReady, migration.Lagging, migration.Stabilizing, migration.Ready:
		return true
	default:
		return false
	}
}

func planWindowClosed(o migration.Observation) *notice.Notice {
	return &notice.Notice{
		Summary:  windowClosed,
		Observed: "The time in not_after has passed. " + notice.Describe(o.Migration),
		State:    nothingDone,
		Advice:   "Set not_after to the end of the next maintenance window, and plan again.",
	}
}

// planUnreadable is an error only if applying cannot help. A plan may be made
// in another network, or from an address that is not on the access list, than the
// apply.
func planUnreadable(err error) *notice.Notice {
	n := &notice.Notice{
		Warning: true, Summary: "Unable to check live migration",
		Observed: notice.DescribeError(err), State: nothingDone,
		Advice: remedy(err) + " Whether the cutover can start shows when the plan is applied.",
	}
	kind := migration.KindOf(err)
	if kind == migration.KindNotFound || kind == migration.KindUnauthorized && atlas.StatusOf(err) != http.StatusForbidden {
		n.Warning, n.Summary, n.Advice = false, "Unable to read live migration", remedy(err)+" Then plan again."
	}
	return n
}
