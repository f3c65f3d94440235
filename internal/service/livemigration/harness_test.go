// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration_test

import (
	"net/http"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

const (
	migrationType = "atlasmigration_live_migration"

	cluster = "orders-atlas"
)

// harness has a configuration that migrates into a cluster.
type harness struct{ *providertest.Harness }

// inFakeTime runs a test with that configuration.
func inFakeTime(t *testing.T, test func(*harness)) {
	t.Helper()
	providertest.Run(t, atlassim.Options{}, migrationType, func(h *providertest.Harness) {
		h.Config = providertest.MigrationRequest(h.Sim.Credentials().ProjectID, cluster)
		test(&harness{h})
	})
}

// authorized reports whether the server lets a request in.
func authorized(req *http.Request) bool { return req.Header.Get("Authorization") != "" }

// checkStarts asserts, in the server's ledger, how many live migrations were started,
// and how many requests to start one reached it with valid credentials.
func (h *harness) checkStarts(accepted, requested int) {
	h.T.Helper()
	if got := h.Sim.AcceptedStarts(cluster); got != accepted {
		h.T.Errorf("Atlas started %d live migrations, want %d", got, accepted)
	}
	h.CheckRequests(atlassim.CallStart, requested)
}

// migrationID is the ID of the first live migration that was started.
func (h *harness) migrationID() string {
	h.T.Helper()
	starts := h.Sim.Starts()
	if len(starts) == 0 {
		h.T.Fatal("no live migration was started")
	}
	return starts[0].LiveMigrationID
}

// What the diagnostics are called.
const (
	unableToStart        = "Unable to start live migration"
	unableToConfirmStart = "Unable to confirm start of live migration"
	unableToWait         = "Unable to wait for live migration"
	unableToChange       = "Unable to change live migration"
	unableToRefresh      = "Unable to refresh live migration"
	unableToImport       = "Unable to import live migration"
	notReady             = "Live migration is not ready for cutover"
	migrationFailed      = "Live migration failed"
	hasFailed            = "Live migration has failed"
	goesOn               = "Live migration continues without Terraform"
	dropsData            = "Destination data will be deleted"
	completedAlready     = "Live migration has completed and is not started again"
	wouldDropMigrated    = "Refusing to delete a migrated database"
	incompleteImport     = "Live migration is imported without its source and destination"
	forgetsImport        = "Refusing to forget an imported live migration"
	importMismatch       = "Import does not match the configuration"
	notStopped           = "Live migration is not stopped"
	notUndone            = "Live migration is not undone"
	invalid              = "Invalid live migration"
)
