// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package validation_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

const (
	validationType = "atlasmigration_live_migration_validation"

	cluster = "orders-atlas"
)

// harness has a configuration that validates a live migration.
type harness struct{ *providertest.Harness }

// inFakeTime runs a test with that configuration.
func inFakeTime(t *testing.T, test func(*harness)) {
	t.Helper()
	providertest.Run(t, atlassim.Options{}, validationType, func(h *providertest.Harness) {
		h.Config = providertest.MigrationRequest(h.Sim.Credentials().ProjectID, cluster)
		test(&harness{h})
	})
}

// authorized reports whether the server lets a request in.
func authorized(req *http.Request) bool { return req.Header.Get("Authorization") != "" }

func takes(d time.Duration) atlassim.ValidationScript { return atlassim.ValidationScript{Takes: d} }

// checkValidations asserts how many requests for a validation reached the server,
// and that none of them started a live migration.
func (h *harness) checkValidations(requested int) {
	h.T.Helper()
	h.CheckRequests(atlassim.CallValidate, requested)
	h.CheckRequests(atlassim.CallStart, 0)
	if got := h.Sim.AcceptedStarts(cluster); got != 0 {
		h.T.Errorf("Atlas started %d live migrations, want none", got)
	}
}

// Summaries of diagnostics.
const (
	unableToValidate  = "Unable to start validation"
	unableToConfirm   = "Unable to confirm validation"
	validationFailed  = "Validation failed"
	validationGoesOn  = "Validation continues without Terraform"
	validationRefresh = "Unable to refresh validation"
)
