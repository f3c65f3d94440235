// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"context"
	"net/http"
	"slices"
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

const cutoverType = "atlasmigration_live_migration_cutover"

// stage is a simulated Atlas with one live migration, and a configuration that
// cuts it over.
type stage struct {
	*coretest.Workspace
	t   *testing.T
	sim *atlassim.Sim
	id  string
}

// inBubble runs a test in fake time with a migration to cut over.
func inBubble(t *testing.T, m atlassim.Migration, test func(*stage)) {
	t.Helper()
	inWorld(t, atlassim.Options{}, m, test)
}

func inWorld(t *testing.T, o atlassim.Options, m atlassim.Migration, test func(*stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(newStage(t, simtest.New(t, o), m)) })
}

func newStage(t *testing.T, sim *atlassim.Sim, m atlassim.Migration) *stage {
	t.Helper()
	id := sim.Add(m)
	s := &stage{t: t, sim: sim, id: id, Workspace: &coretest.Workspace{
		Type:   cutoverType,
		Config: map[string]any{"project_id": sim.Credentials().ProjectID, "live_migration_id": id},
	}}
	s.Server = s.serve(sim.Transport())
	return s
}

// serve is a provider with an API key in its environment, on a network.
func (s *stage) serve(network http.RoundTripper) func() tfprotov6.ProviderServer {
	keys := s.sim.Credentials()
	env := map[string]string{
		"MONGODB_ATLAS_PUBLIC_API_KEY": keys.PublicKey, "MONGODB_ATLAS_PRIVATE_API_KEY": keys.PrivateKey,
	}
	return providerserver.NewProtocol6(provider.New("test",
		provider.WithTransport(network),
		provider.WithEnvironment(func(name string) string { return env[name] }))())
}

// with sets an attribute of the configuration.
func (s *stage) with(attribute string, value any) *stage {
	s.Config[attribute] = value
	return s
}

// timeout sets the create timeout.
func (s *stage) timeout(limit string) *stage {
	return s.with("timeouts", map[string]any{"create": limit, "update": limit})
}

// apply applies, to its end.
func (s *stage) apply() coretest.Result { return s.Apply(context.Background()) }

// interrupted applies, and interrupts the apply after so long.
func (s *stage) interrupted(after time.Duration) coretest.Result {
	ctx, cancel := context.WithTimeout(context.Background(), after)
	defer cancel()
	return s.Apply(ctx)
}

// ends asserts how a command ended: what was said while the plan was applied,
// by summary and in order, and so whether it failed. Of a command that applied
// nothing it is all that was said.
func (s *stage) ends(r coretest.Result, action coretest.Action, summaries ...string) {
	s.t.Helper()
	said := r.Applied()
	if action == "" || action == coretest.NoOp {
		said = r.Diagnostics
	}
	if r.Action != action {
		s.t.Errorf("the plan was to %q, want %q", r.Action, action)
	}
	s.said(said, summaries)
}

// foresees asserts what a plan says, by summary and in order.
func (s *stage) foresees(r coretest.Result, summaries ...string) {
	s.t.Helper()
	s.said(r.Planned(), summaries)
}

func (s *stage) said(diags []*tfprotov6.Diagnostic, want []string) {
	s.t.Helper()
	if got := coretest.Summaries(diags); !slices.Equal(got, append([]string{}, want...)) {
		s.t.Errorf("said %q, want %q", got, want)
		for _, d := range diags {
			s.t.Logf("%s: %s\n%s", d.Severity, d.Summary, d.Detail)
		}
	}
}

// state asserts what is in the state: "" for nothing, else the status, followed
// by "tainted" where it is.
func (s *stage) state(want string) {
	s.t.Helper()
	got := ""
	if s.State != nil {
		got = s.State.String("status")
		if s.State.Tainted {
			got += " tainted"
		}
		if !s.State.Value.IsFullyKnown() {
			s.t.Errorf("the state has unknown values: %s", s.State.Value)
		}
	}
	if got != want {
		s.t.Errorf("the state is %q, want %q", got, want)
	}
}

// attribute asserts an attribute of the state.
func (s *stage) attribute(name, want string) {
	s.t.Helper()
	if got := s.State.String(name); got != want {
		s.t.Errorf("%s is %q, want %q", name, got, want)
	}
}

// accepted asserts, on the server's own log, how many cutovers it accepted, and
// how many requests for one reached it with valid credentials.
func (s *stage) accepted(accepted, asked int) {
	s.t.Helper()
	if got := s.sim.AcceptedCutovers(s.id); got != accepted {
		s.t.Errorf("Atlas accepted %d cutovers, want %d", got, accepted)
	}
	if got := s.count(func(e atlassim.Entry) bool { return e.Call == "cutover" && !e.Challenged }); got != asked {
		s.t.Errorf("Atlas was asked for a cutover %d times, want %d", got, asked)
	}
	if s.t.Failed() {
		for _, line := range brief(s.sim.Log()) {
			s.t.Log(line)
		}
	}
}

// count counts the log's entries that match.
func (s *stage) count(match func(atlassim.Entry) bool) int {
	n := 0
	for _, e := range s.sim.Log() {
		if match(e) {
			n++
		}
	}
	return n
}

// silent asserts that a command sends nothing.
func (s *stage) silent(command func() coretest.Result) coretest.Result {
	s.t.Helper()
	before := len(s.sim.Log())
	r := command()
	if sent := len(s.sim.Log()) - before; sent != 0 {
		s.t.Errorf("sent %d requests, want none", sent)
	}
	return r
}

// pass lets time pass, which in a bubble takes none.
func pass(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // Fake time: nobody waits.
}

// details joins the diagnostics' details.
func details(r coretest.Result) string {
	var all string
	for _, d := range r.Diagnostics {
		all += d.Detail + "\n"
	}
	return all
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
	cutoverGoesOn   = "Cutover goes on without Terraform"
	refusesAnother  = "Refusing to replace a completed cutover"
	notUndone       = "Cutover is not undone"

	possiblyInProgress = "Cutover may be in progress"

	notYetReady     = "Live migration is not yet ready for cutover"
	notReadyOrBegun = "Live migration is not ready, or a cutover is in progress"
	isComplete      = "Cutover is already complete"
	unknownStatus   = "Status of live migration is not known"
	unableToForesee = "Unable to look ahead at live migration"
)

// takes is a migration that is ready at once and whose cutover takes so long.
func takes(d time.Duration) atlassim.Migration { return atlassim.Migration{CutoverTakes: d} }
