// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package linktoken_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
)

// What the diagnostics are called.
const (
	unableToCreate = "Unable to create link token"
	unableToRemove = "Unable to remove link"
	unableToImport = "Unable to import link token"
)

// stage is a simulated Atlas, and a configuration with a link token.
type stage struct {
	*coretest.Workspace
	t   *testing.T
	sim *atlassim.Sim
}

// inBubble runs a test in fake time.
func inBubble(t *testing.T, o atlassim.Options, test func(*stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(newStage(t, simtest.New(t, o))) })
}

func newStage(t *testing.T, sim *atlassim.Sim) *stage {
	t.Helper()
	keys := sim.Credentials()
	return &stage{t: t, sim: sim, Workspace: &coretest.Workspace{
		Type:     "atlasmigration_link_token",
		Provider: map[string]any{"public_key": keys.PublicKey, "private_key": keys.PrivateKey},
		Config: map[string]any{
			"organization_id": keys.OrgID,
			"access_list_ips": []string{"203.0.113.10", "198.51.100.0/24"},
		},
		Server: serve(sim.Transport()),
	}}
}

// serve is a provider on a network, with nothing in its environment.
func serve(network http.RoundTripper) func() tfprotov6.ProviderServer {
	return providerserver.NewProtocol6(provider.New("test",
		provider.WithTransport(network),
		provider.WithEnvironment(func(string) string { return "" }))())
}

func (s *stage) apply() coretest.Result   { return s.Apply(context.Background()) }
func (s *stage) plan() coretest.Result    { return s.Plan(context.Background()) }
func (s *stage) destroy() coretest.Result { return s.Destroy(context.Background()) }

// fails makes some calls go wrong: once, unless the fault says otherwise.
func (s *stage) fails(call string, do atlassim.Effect, after bool) (release func()) {
	return s.sim.Inject(atlassim.Fault{Call: call, Do: do, After: after})
}

// ends asserts how a command ended: the diagnostics' summaries, in order.
func (s *stage) ends(r coretest.Result, action coretest.Action, summaries ...string) {
	s.t.Helper()
	if r.Action != action {
		s.t.Errorf("the plan was to %q, want %q", r.Action, action)
	}
	if got := coretest.Summaries(r.Diagnostics); !slices.Equal(got, append([]string{}, summaries...)) {
		s.t.Errorf("said %q, want %q: %s", got, summaries, details(r))
	}
}

// token is the one in the state; "" for none.
func (s *stage) token() string { return s.State.String("link_token") }

// holds asserts that the state has a token, whole and not tainted.
func (s *stage) holds() {
	s.t.Helper()
	if s.State == nil || s.State.Tainted || !strings.HasPrefix(s.token(), atlassim.LinkTokenPrefix) {
		s.t.Fatalf("the state is %+v", s.State)
	}
	if id, org := s.State.String("id"), s.sim.Credentials().OrgID; id != org || s.State.String("organization_id") != org {
		s.t.Errorf("the id is %q, want that of the organization %q", id, org)
	}
}

// forgot asserts that the state is empty.
func (s *stage) forgot() {
	s.t.Helper()
	if s.State != nil {
		s.t.Errorf("the state is %s", s.State.Value)
	}
}

// saw asserts, on the server's own log, which calls reached it with valid
// credentials, in order; those that changed something end in "!".
func (s *stage) saw(want ...string) {
	s.t.Helper()
	var got []string
	for _, e := range s.sim.Log() {
		if e.Challenged {
			continue
		}
		if e.Accepted {
			e.Call += "!"
		}
		got = append(got, e.Call)
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("Atlas saw %q, want %q", got, want)
		for _, e := range s.sim.Log() {
			s.t.Log(e)
		}
	}
}

// details joins the diagnostics' details.
func details(r coretest.Result) string {
	var all strings.Builder
	for _, d := range r.Diagnostics {
		all.WriteString(d.Detail + "\n")
	}
	return all.String()
}

// pass lets time pass, which in a bubble takes none.
func pass(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // Fake time: nobody waits.
}

var (
	reset       = atlassim.Effect{Wire: atlassim.Reset}
	unavailable = atlassim.Effect{Status: http.StatusServiceUnavailable, Body: "<html>503</html>"}
	limited     = atlassim.Effect{Status: http.StatusTooManyRequests, Body: `{"error":429,"errorCode":"RATE_LIMITED"}`}
)
