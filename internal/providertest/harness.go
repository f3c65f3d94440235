// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package providertest runs the provider in process and in fake time, with one
// resource, data source or action, against a simulated Atlas.
package providertest

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
)

// SourcePassword is the password in [MigrationRequest]. It looks like nothing else,
// so that a search for it finds leaks only.
const SourcePassword = "s3cr3t-0f-the-s0urce-cluster"

// Harness is a workspace whose provider has an API key in its environment.
type Harness struct {
	*coretest.Workspace
	T   *testing.T
	Sim *atlassim.Sim
	// Transport is the provider's network.
	Transport *coretest.KillableTransport

	logs         Log
	said         []string
	progressFile string
}

// Run runs a test in fake time. At its end, no secret may have been shown.
func Run(t *testing.T, o atlassim.Options, typeName string, test func(*Harness)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := New(t, simtest.New(t, o), typeName)
		test(h)
		h.checkSecrets()
		if t.Failed() {
			h.logRequests()
		}
	})
}

// New returns a harness with an empty configuration.
func New(t *testing.T, sim *atlassim.Sim, typeName string) *Harness {
	t.Helper()
	h := &Harness{T: t, Sim: sim, Transport: &coretest.KillableTransport{Next: sim.Transport()}}
	h.Workspace = &coretest.Workspace{Type: typeName, Provider: map[string]any{}, Config: map[string]any{}, Server: h.Serve(h.Transport)}
	return h
}

// Serve returns a constructor of providers that use a network.
func (h *Harness) Serve(network http.RoundTripper) func() tfprotov6.ProviderServer {
	keys := h.Sim.Credentials()
	env := map[string]string{
		"MONGODB_ATLAS_PUBLIC_API_KEY": keys.PublicKey, "MONGODB_ATLAS_PRIVATE_API_KEY": keys.PrivateKey,
	}
	return providerserver.NewProtocol6(provider.New("test",
		provider.WithTransport(network),
		provider.WithEnvironment(func(name string) string { return env[name] }))())
}

// MigrationRequest is a configuration that validates or starts a live migration, and
// whose source needs a user and a password.
func MigrationRequest(projectID, cluster string) map[string]any {
	return map[string]any{
		"project_id": projectID,
		"source": map[string]any{
			"project_id": "5ff4a1d4e21b3f0001a7c9e2", "cluster_name": "orders", "tls_enabled": true,
			"managed_authentication": false, "username": "migrator", "password": SourcePassword,
		},
		"destination":     map[string]any{"cluster_name": cluster, "hostname_schema_type": "PUBLIC"},
		"migration_hosts": []string{"migration-host-1.example.net"},
	}
}

// RequestChanges changes each argument of a [MigrationRequest].
var RequestChanges = map[string]func(*Harness){
	"project_id": func(h *Harness) { h.Set("project_id", "6a1b2c3d4e5f60718293a4b5") },
	"source":     func(h *Harness) { h.SetNested("source", "cluster_name", "customers") },
	"destination": func(h *Harness) {
		h.SetNested("destination", "hostname_schema_type", "VPC_PEERING")
	},
	"migration_hosts":       func(h *Harness) { h.Set("migration_hosts", []string{"migration-host-2.example.net"}) },
	"drop_destination_data": func(h *Harness) { h.Set("drop_destination_data", true) },
	"sharding": func(h *Harness) {
		h.Set("sharding", map[string]any{"entries": []any{map[string]any{
			"database": "shop", "collection": "orders", "key": []any{map[string]any{"field": "_id", "kind": "hashed"}},
		}}})
	},
}

// Set sets an argument.
func (h *Harness) Set(argument string, value any) *Harness {
	h.Config[argument] = value
	return h
}

// SetNested sets an argument within another; nil removes it.
func (h *Harness) SetNested(argument, nested string, value any) *Harness {
	object, ok := h.Config[argument].(map[string]any)
	if !ok {
		h.T.Fatalf("%s is no object", argument)
	}
	object = maps.Clone(object)
	object[nested] = value
	return h.Set(argument, object)
}

// SetTimeouts sets the timeouts of create and update.
func (h *Harness) SetTimeouts(limit string) *Harness {
	return h.Set("timeouts", map[string]any{"create": limit, "update": limit})
}

// Do runs a command of the workspace, and keeps what it says for the search for
// secrets.
func (h *Harness) Do(ctx context.Context, command func(context.Context) coretest.Result) coretest.Result {
	r := command(tflogtest.RootLogger(ctx, &h.logs))
	h.said = append(h.said, Details(r))
	return r
}

// Apply applies.
func (h *Harness) Apply() coretest.Result { return h.Do(context.Background(), h.Workspace.Apply) }

// Plan plans.
func (h *Harness) Plan() coretest.Result { return h.Do(context.Background(), h.Workspace.Plan) }

// Destroy destroys.
func (h *Harness) Destroy() coretest.Result { return h.Do(context.Background(), h.Workspace.Destroy) }

// Interrupt applies, and interrupts the apply after some time.
func (h *Harness) Interrupt(after time.Duration) coretest.Result {
	ctx, cancel := context.WithTimeout(context.Background(), after)
	defer cancel()
	return h.Do(ctx, h.Workspace.Apply)
}

// Kill applies with a provider that is killed. The state stays as it was.
func (h *Harness) Kill(at coretest.Kill) {
	h.T.Helper()
	kept := h.State
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	h.Transport.Start(at, cancel)
	h.Do(ctx, h.Workspace.Apply)
	if !h.Transport.Killed() {
		h.T.Error("the provider was never killed")
	}
	h.State = kept
	h.Transport.Start(nil, nil)
}

// Check asserts the planned action, and all that a command said, by summary and in
// order.
func (h *Harness) Check(r coretest.Result, action coretest.Action, summaries ...string) {
	h.T.Helper()
	h.checkAction(r, action)
	h.checkSummaries(r.Diagnostics, summaries)
}

// CheckApply asserts the planned action, and what was said while the plan was
// applied. For a command that applied nothing it is all that was said.
func (h *Harness) CheckApply(r coretest.Result, action coretest.Action, summaries ...string) {
	h.T.Helper()
	h.checkAction(r, action)
	said := r.Applied()
	if action == "" || action == coretest.NoOp {
		said = r.Diagnostics
	}
	h.checkSummaries(said, summaries)
}

// CheckPlan asserts what was said up to the end of the plan.
func (h *Harness) CheckPlan(r coretest.Result, summaries ...string) {
	h.T.Helper()
	h.checkSummaries(r.Planned(), summaries)
}

func (h *Harness) checkAction(r coretest.Result, want coretest.Action) {
	h.T.Helper()
	if r.Action != want {
		h.T.Errorf("the plan was to %q, want %q", r.Action, want)
	}
}

func (h *Harness) checkSummaries(diags []*tfprotov6.Diagnostic, want []string) {
	h.T.Helper()
	if got := coretest.Summaries(diags); !slices.Equal(got, append([]string{}, want...)) {
		h.T.Errorf("said %q, want %q", got, want)
		for _, d := range diags {
			h.T.Logf("%s: %s\n%s", d.Severity, d.Summary, d.Detail)
		}
	}
}

// CheckFailed asserts whether a command failed, which is Terraform's exit status.
func (h *Harness) CheckFailed(r coretest.Result, want bool) {
	h.T.Helper()
	if r.Failed() != want {
		h.T.Errorf("failed: %t, want %t", r.Failed(), want)
	}
}

// CheckText asserts that a diagnostic contains a text.
func (h *Harness) CheckText(r coretest.Result, text string) {
	h.T.Helper()
	if !strings.Contains(Details(r), text) {
		h.T.Errorf("never says %q:\n%s", text, Details(r))
	}
}

// CheckState asserts what is in the state: "" for nothing, otherwise the status,
// followed by "tainted" if it is.
func (h *Harness) CheckState(want string) {
	h.T.Helper()
	got := ""
	if h.State != nil {
		got = h.State.String("status")
		if h.State.Tainted {
			got += " tainted"
		}
		if !h.State.Value.IsFullyKnown() {
			h.T.Errorf("the state has unknown values: %s", h.State.Value)
		}
	}
	if got != want {
		h.T.Errorf("the state is %q, want %q", got, want)
	}
}

// CheckAttribute asserts an attribute of the state.
func (h *Harness) CheckAttribute(name, want string) {
	h.T.Helper()
	if got := h.State.String(name); got != want {
		h.T.Errorf("%s is %q, want %q", name, got, want)
	}
}

// CheckSilent asserts that a command sends nothing.
func (h *Harness) CheckSilent(command func() coretest.Result) coretest.Result {
	h.T.Helper()
	before := len(h.Sim.Log())
	r := command()
	if sent := len(h.Sim.Log()) - before; sent != 0 {
		h.T.Errorf("sent %d requests, want none", sent)
	}
	return r
}

// CheckRequests asserts how many requests of a call reached the server with valid
// credentials.
func (h *Harness) CheckRequests(call string, want int) {
	h.T.Helper()
	if got := len(h.Calls(call)); got != want {
		h.T.Errorf("Atlas received %d requests to %s, want %d", got, call, want)
	}
}

// Requests is the server's log without the authentication challenges.
func (h *Harness) Requests() []atlassim.Entry {
	return slices.DeleteFunc(h.Sim.Log(), func(e atlassim.Entry) bool { return e.Challenged })
}

// Calls is the server's log of one call, without the challenges.
func (h *Harness) Calls(call string) []atlassim.Entry {
	return slices.DeleteFunc(h.Requests(), func(e atlassim.Entry) bool { return e.Call != call })
}

// checkSecrets asserts that no secret was shown anywhere.
func (h *Harness) checkSecrets() {
	h.T.Helper()
	texts := map[string]string{"diagnostics": strings.Join(h.said, "\n"), "log": h.logs.String()}
	if h.State != nil {
		texts["state"] = h.State.Value.String() + string(h.State.Private)
	}
	if h.progressFile != "" {
		texts["progress file"] = strings.Join(h.Progress(), "\n")
	}
	for where, text := range texts {
		for _, secret := range []string{SourcePassword, h.Sim.Credentials().PrivateKey, "Digest ", "response="} {
			if strings.Contains(text, secret) {
				h.T.Errorf("the %s contains %q:\n%s", where, secret, text)
			}
		}
	}
}

// logRequests logs what the server saw, without repetitions.
func (h *Harness) logRequests() {
	last := ""
	for _, e := range h.Requests() {
		if e.String() != last {
			h.T.Log(e.At.Format(time.TimeOnly), e)
		}
		last = e.String()
	}
}

// Sleep lets fake time pass.
func Sleep(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // Fake time: nobody waits.
}

// Details joins the texts of a command's diagnostics.
func Details(r coretest.Result) string {
	var all []string
	for _, d := range r.Diagnostics {
		all = append(all, d.Summary, d.Detail)
	}
	return strings.Join(all, "\n")
}
