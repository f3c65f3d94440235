// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
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

// because says what went wrong with a call, and what the user can do about it
// where the status tells.
func because(err error) string {
	if err == nil {
		return ""
	}
	return strings.TrimSpace("The call ended with: " + strings.TrimSuffix(err.Error(), ".") + ".")
}

// remedy is what the user can do about a refused call.
func remedy(err error) string {
	if atlas.Untrusted(err) {
		return "Check base_url, and that this machine trusts the certificate authority of that address or of the " +
			"proxy in between."
	}
	var api *atlas.APIError
	if !errors.As(err, &api) {
		return "Check base_url, the network and any proxy between this machine and Atlas."
	}
	switch api.Status {
	case http.StatusUnauthorized:
		return "Check the credentials; and that they have the role Organization Owner, since Atlas answers 401 to a " +
			"missing role as well as to a wrong key."
	case http.StatusForbidden:
		return "Add the address of this machine to the access list of the API key or service account, and check its " +
			"roles."
	case http.StatusNotFound:
		return "Check project_id and live_migration_id: they are the ids of the destination project and of a live " +
			"migration in it. Atlas also answers 404 where the credentials belong to another organization."
	case http.StatusTooManyRequests:
		return "Wait a minute: Atlas refills the allowance of calls every minute. Look for other tools that use up the " +
			"allowance of the same project."
	default:
		return "Check what Atlas says above, and the state of the live migration in the web console."
	}
}
