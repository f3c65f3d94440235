// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package linktoken_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// What the diagnostics are called.
const (
	unableToCreate = "Unable to create link token"
	unableToRemove = "Unable to remove link"
	unableToImport = "Unable to import link token"
)

// harness has a configuration with a link token.
type harness struct{ *providertest.Harness }

// inFakeTime runs a test with that configuration.
func inFakeTime(t *testing.T, o atlassim.Options, test func(*harness)) {
	t.Helper()
	providertest.Run(t, o, linkTokenType, func(h *providertest.Harness) { test(configure(h)) })
}

const linkTokenType = "atlasmigration_link_token"

func newHarness(t *testing.T, sim *atlassim.Sim) *harness {
	t.Helper()
	return configure(providertest.New(t, sim, linkTokenType))
}

func configure(h *providertest.Harness) *harness {
	h.Set("organization_id", h.Sim.Credentials().OrgID).Set("access_list_ips", []string{"203.0.113.10", "198.51.100.0/24"})
	return &harness{h}
}

// inject makes calls fail: once, unless the fault says otherwise.
func (h *harness) inject(call string, do atlassim.Effect, after bool) (release func()) {
	return h.Sim.Inject(atlassim.Fault{Call: call, Do: do, After: after})
}

// token is the one in the state; "" for none.
func (h *harness) token() string { return h.State.String("link_token") }

// checkToken asserts that the state has a token, whole and not tainted.
func (h *harness) checkToken() {
	h.T.Helper()
	if h.State == nil || h.State.Tainted || !strings.HasPrefix(h.token(), atlassim.LinkTokenPrefix) {
		h.T.Fatalf("the state is %+v", h.State)
	}
	if id, org := h.State.String("id"), h.Sim.Credentials().OrgID; id != org || h.State.String("organization_id") != org {
		h.T.Errorf("the ID is %q, want that of the organization %q", id, org)
	}
}

// checkEmpty asserts that the state is empty.
func (h *harness) checkEmpty() {
	h.T.Helper()
	if h.State != nil {
		h.T.Errorf("the state is %s", h.State.Value)
	}
}

// checkCalls asserts, in the server's own log, which calls reached it with valid
// credentials, in order; those that changed something end in "!".
func (h *harness) checkCalls(want ...string) {
	h.T.Helper()
	var got []string
	for _, e := range h.Sim.Log() {
		if e.Challenged {
			continue
		}
		if e.Accepted {
			e.Call += "!"
		}
		got = append(got, e.Call)
	}
	if !slices.Equal(got, want) {
		h.T.Errorf("Atlas saw %q, want %q", got, want)
		for _, e := range h.Sim.Log() {
			h.T.Log(e)
		}
	}
}

var (
	reset       = atlassim.Effect{Wire: atlassim.Reset}
	unavailable = atlassim.Effect{Status: http.StatusServiceUnavailable, Body: "<html>503</html>"}
	limited     = atlassim.Effect{Status: http.StatusTooManyRequests, Body: `{"error":429,"errorCode":"RATE_LIMITED"}`}
)
