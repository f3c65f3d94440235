// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

const cutoverType = "atlasmigration_live_migration_cutover"

// harness has a live migration to cut over.
type harness struct {
	*providertest.Harness
	id string
}

// inFakeTime runs a test with a migration to cut over.
func inFakeTime(t *testing.T, m atlassim.Migration, test func(*harness)) {
	t.Helper()
	inFakeTimeWith(t, atlassim.Options{}, m, test)
}

func inFakeTimeWith(t *testing.T, o atlassim.Options, m atlassim.Migration, test func(*harness)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(newHarness(t, simtest.New(t, o), m)) })
}

func newHarness(t *testing.T, sim *atlassim.Sim, m atlassim.Migration) *harness {
	t.Helper()
	h := &harness{Harness: providertest.New(t, sim, cutoverType), id: sim.Add(m)}
	h.Set("project_id", sim.Credentials().ProjectID).Set("live_migration_id", h.id)
	return h
}

// checkCutovers asserts, in the server's log, how many cutovers it accepted, and how
// many requests for one reached it with valid credentials.
func (h *harness) checkCutovers(accepted, requested int) {
	h.T.Helper()
	if got := h.Sim.AcceptedCutovers(h.id); got != accepted {
		h.T.Errorf("Atlas accepted %d cutovers, want %d", got, accepted)
	}
	h.CheckRequests(atlassim.CallCutover, requested)
	if h.T.Failed() {
		for _, line := range providertest.Brief(h.Sim.Log()) {
			h.T.Log(line)
		}
	}
}

// count counts the entries of the server's log that match.
func (h *harness) count(match func(atlassim.Entry) bool) int {
	n := 0
	for _, e := range h.Sim.Log() {
		if match(e) {
			n++
		}
	}
	return n
}

// What the diagnostics are called.
const (
	alreadyComplete = "Cutover was already complete"
	alreadyUnderWay = "Cutover was already in progress"
	unableToStart   = "Unable to start cutover"
	unableToRead    = "Unable to read live migration"
	unableToConfirm = "Unable to confirm cutover"
	unableToRefresh = "Unable to refresh cutover"
	unableToImport  = "Unable to import cutover"
	notReadyYet     = "Live migration is not ready for cutover"
	windowClosed    = "Maintenance window has closed"
	cutoverFailed   = "Cutover failed"
	cutoverGoesOn   = "Cutover continues without Terraform"
	refusesAnother  = "Refusing to replace a completed cutover"
	importMismatch  = "Import does not match the configuration"
	mayNameOther    = "Completed cutover may be asked to change"
	notUndone       = "Cutover is not undone"

	possiblyInProgress = "Cutover may be in progress"

	notYetReady     = "Live migration is not yet ready for cutover"
	notReadyOrBegun = "Live migration is not ready, or a cutover is in progress"
	isComplete      = "Cutover is already complete"
	unknownStatus   = "Status of live migration is not known"
	unableToPlan    = "Unable to check live migration"
)

// takes is a migration that is ready at once and whose cutover takes so long.
func takes(d time.Duration) atlassim.Migration { return atlassim.Migration{CutoverTakes: d} }
