// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"strings"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

// describe says what a look saw, as a sentence.
func describe(lm migration.LiveMigration) string {
	parts := []string{"Atlas reports the live migration as " + lm.Status}
	if lm.Status == "" {
		parts[0] = "Atlas reports the live migration without a status"
	}
	if lm.Ready != nil {
		parts = append(parts, map[bool]string{true: "ready for cutover", false: "not ready for cutover"}[*lm.Ready])
	}
	if lm.LagSeconds != nil {
		parts = append(parts, rounded(time.Duration(*lm.LagSeconds)*time.Second)+" behind its source")
	}
	if len(lm.Hosts) > 0 {
		parts = append(parts, "migration host "+strings.Join(lm.Hosts, ", "))
	}
	return strings.Join(parts, ", ") + "."
}

// failure is why a cutover failed, as far as Atlas said.
func failure(o migration.Observation, reason migration.Reason) string {
	switch {
	case o.Job.ErrorMessage != "":
		return o.Job.ErrorMessage
	case reason == migration.MigrationExpired:
		return "The timer of 120 hours that runs once a live migration is nearly in sync ran out."
	case reason == migration.JobFailed:
		return "Atlas reports the job of the cutover as FAILED, without a reason."
	default:
		return "Atlas gave no reason for the failure."
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

// rounded is a duration as a person writes it.
func rounded(d time.Duration) string {
	if d < time.Minute {
		return d.Round(time.Second / 10).String()
	}
	text := d.Round(time.Second).String()
	if rest, whole := strings.CutSuffix(text, "m0s"); whole {
		text = rest + "m"
	}
	if rest, whole := strings.CutSuffix(text, "h0m"); whole {
		text = rest + "h"
	}
	return text
}
