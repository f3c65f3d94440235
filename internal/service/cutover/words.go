// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"fmt"
	"strings"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

// describe says what a look saw, as a sentence.
func describe(lm migration.LiveMigration) string {
	word := lm.Status
	if word == "" {
		word = "without a status"
	}
	parts := []string{"Atlas reports the live migration as " + word}
	if lm.Ready != nil {
		parts = append(parts, map[bool]string{true: "ready for cutover", false: "not ready for cutover"}[*lm.Ready])
	}
	if lm.LagSeconds != nil {
		parts = append(parts, fmt.Sprintf("%s behind its source", time.Duration(*lm.LagSeconds)*time.Second))
	}
	if len(lm.Hosts) > 0 {
		parts = append(parts, "migration host "+strings.Join(lm.Hosts, ", "))
	}
	return strings.Join(parts, ", ") + "."
}

// failure is Atlas's reason for a failed cutover, as far as it gave one.
func failure(o migration.Observation, reason migration.Reason) string {
	switch {
	case o.Job.ErrorMessage != "":
		return o.Job.ErrorMessage
	case reason == migration.MigrationExpired:
		return "The live migration expired: once nearly in sync, a timer of 120 hours runs, and it ran out."
	case reason == migration.JobFailed:
		return "Atlas reported the cutover as FAILED without a reason."
	default:
		return "Atlas reported the live migration as FAILED without a reason."
	}
}

// errorMessage is what the state says about a run that did not succeed.
func errorMessage(o migration.Outcome) string {
	switch {
	case o.Status() == migration.Success:
		return ""
	case o.Status() == migration.Failed:
		return failure(o.Seen, o.Reason)
	case o.End == migration.NotStarted:
		return "Whether Atlas started the cutover is not known: it was requested, but Atlas goes on reporting the " +
			"live migration as ready, as if no cutover had begun."
	case o.Answer == migration.Unclear:
		return "Whether Atlas started the cutover is not known: the answer to the request was lost or unclear."
	default:
		return "How the cutover ended is not known: it had not ended when the apply stopped waiting."
	}
}
