// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
)

// failure is why a cutover failed, as far as Atlas said.
func failure(o migration.Observation, reason migration.Reason) string {
	switch {
	case o.Job.ErrorMessage != "":
		return o.Job.ErrorMessage
	case reason == migration.MigrationExpired:
		return "It expired: " + notice.Timer + "."
	case reason == migration.JobFailed:
		return "Atlas reports the job of the cutover as FAILED, without a reason."
	default:
		return "Atlas gave no reason for the failure."
	}
}

// failureSeen says what a look saw of a cutover that failed, and why it did.
func failureSeen(o migration.Observation, reason migration.Reason) string {
	if reason == migration.MigrationExpired && o.Job.ErrorMessage == "" {
		return notice.Describe(o.Migration) // That says why.
	}
	return notice.Describe(o.Migration) + " " + failure(o, reason)
}

// errorMessage is what the state says about a run that did not succeed.
func errorMessage(o migration.Outcome) string {
	switch {
	case o.Status() == migration.StatusSuccess:
		return ""
	case o.Status() == migration.StatusFailed:
		return failure(o.Observed, o.Reason)
	case o.End == migration.NotObserved && o.Request != migration.Accepted:
		return "Whether Atlas started the cutover is not known: it was requested, but Atlas still reports the " +
			"live migration as ready, as if no cutover had begun."
	case o.Request == migration.Unknown:
		return "Whether Atlas started the cutover is not known: the answer to the request was lost or unclear."
	default:
		return endNotKnown
	}
}

const endNotKnown = "How the cutover ended is not known: it had not ended when the apply stopped waiting."

// acceptedEarlier reports whether the state holds a cutover that Atlas accepted and
// that has not failed. The private state, which says so too, is not given to the
// removal of a tainted resource.
func (m *model) acceptedEarlier() bool {
	switch m.Status.ValueString() {
	case string(migration.StatusSuccess):
		return !m.RequestedAt.IsNull()
	case string(migration.StatusPending):
		return !m.RequestedAt.IsNull() && m.ErrorMessage.ValueString() == endNotKnown
	default:
		return false
	}
}
