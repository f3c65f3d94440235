// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

const (
	journey = "../../examples/journey/main.tf"

	// sourcePassword looks like nothing else, so that a search for it means
	// something.
	sourcePassword = "the-s0urce-clusters-passw0rd"
)

// account is the environment of a provider that uses the service account.
func account(sim *atlassim.Sim) provider.Option {
	keys := sim.Credentials()
	env := map[string]string{"MONGODB_ATLAS_CLIENT_ID": keys.ClientID, "MONGODB_ATLAS_CLIENT_SECRET": keys.ClientSecret}
	return provider.WithEnvironment(func(name string) string { return env[name] })
}

// From the token to SUCCESS, over more than a day, with a service account whose
// token lives an hour.
func TestAWholeJourneyInFakeTime(t *testing.T) {
	for _, apiVersion := range []string{"v1.0", "v2"} {
		t.Run(apiVersion, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { travel(t, apiVersion) })
		})
	}
}

// traveller applies one resource after the other, to one simulated Atlas.
type traveller struct {
	t          *testing.T
	sim        *atlassim.Sim
	apiVersion string
	logs       *providertest.Log
}

func travel(t *testing.T, apiVersion string) {
	sim := simtest.New(t, atlassim.Options{})
	sim.SetTemplate(atlassim.Migration{
		Scheduled: 10 * time.Minute, Copying: 28 * time.Hour, InitialLag: 7200, CatchUp: time.Hour, ReadyLag: 60,
		CutoverTakes: 50 * time.Minute,
	})
	sim.SetValidation(atlassim.ValidationScript{Takes: 10 * time.Minute})
	r, keys, began := traveller{t, sim, apiVersion, &providertest.Log{}}, sim.Credentials(), time.Now()
	r.apply("atlasmigration_link_token", map[string]any{"organization_id": keys.OrgID, "access_list_ips": []string{"203.0.113.10"}})
	r.apply("atlasmigration_live_migration_validation", request(keys.ProjectID, nil))
	started := r.apply("atlasmigration_live_migration", request(keys.ProjectID, map[string]any{"wait_until": "ready"}))
	cut := r.apply("atlasmigration_live_migration_cutover", map[string]any{
		"project_id": keys.ProjectID, "live_migration_id": started.String("id"), "max_lag_seconds": 60,
	})
	if cut.String("status") != "SUCCESS" || sim.AcceptedCutovers(started.String("id")) != 1 || sim.AcceptedStarts("orders-atlas") != 1 {
		t.Errorf("ended as %s, with %d starts and %d cutovers", cut.String("status"),
			sim.AcceptedStarts("orders-atlas"), sim.AcceptedCutovers(started.String("id")))
	}
	if took := time.Since(began); took < 30*time.Hour || took > 31*time.Hour {
		t.Errorf("took %s", took)
	}
	r.tokensWereRenewed()
	for _, secret := range []string{sourcePassword, keys.ClientSecret, atlassim.OAuthTokenPrefix} {
		if strings.Contains(r.logs.String(), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

// apply applies a configuration, and sees that a second apply has nothing to do.
func (r traveller) apply(typeName string, values map[string]any) *coretest.Instance {
	r.t.Helper()
	w := &coretest.Workspace{
		Server: providerserver.NewProtocol6(provider.New("test",
			provider.WithTransport(r.sim.Transport()), account(r.sim))()),
		Provider: map[string]any{"api_version": r.apiVersion}, Type: typeName, Config: values,
	}
	ctx := tflogtest.RootLogger(context.Background(), r.logs)
	if result := w.Apply(ctx); result.Failed() {
		r.t.Fatalf("%s: %v", typeName, coretest.Summaries(result.Diagnostics))
	}
	if result := w.Apply(ctx); result.Action != coretest.NoOp {
		r.t.Errorf("%s: applied again, it is to %s", typeName, result.Action)
	}
	return w.State
}

func (r traveller) tokensWereRenewed() {
	r.t.Helper()
	tokens, refused := 0, 0
	for _, e := range r.sim.Log() {
		if e.Call == atlassim.CallToken {
			tokens++
		}
		if e.Status == http.StatusUnauthorized {
			refused++
		}
	}
	if tokens < 30 || tokens > 45 || refused > 0 {
		r.t.Errorf("%d tokens for 30 hours, %d calls refused", tokens, refused)
	}
}

// request is what a validation and a live migration are both asked for.
func request(projectID string, extra map[string]any) map[string]any {
	values := map[string]any{
		"project_id": projectID,
		"source": map[string]any{
			"project_id": "aaaaaaaaaaaaaaaaaaaaaaaa", "cluster_name": "orders", "tls_enabled": true, "ca_certificate_path": nil,
			"managed_authentication": false, "username": "mms", "password": sourcePassword,
		},
		"destination": map[string]any{
			"project_id": nil, "cluster_name": "orders-atlas", "hostname_schema_type": "PUBLIC", "private_link_id": nil,
		},
		"migration_hosts": []string{"host.example.net"},
	}
	maps.Copy(values, extra)
	return values
}

func TestAcceptanceTheJourneyExample(t *testing.T) {
	t.Run("v1.0", func(t *testing.T) { runJourney(t, journey) })
	t.Run("v2", func(t *testing.T) { runJourney(t, inV2(t, journey)) })
}

// inV2 copies a configuration, and has the provider use v2.
func inV2(t *testing.T, file string) string {
	t.Helper()
	const provider = `provider "atlasmigration" {`
	text, err := os.ReadFile(file)
	if err != nil || strings.Count(string(text), provider) != 1 {
		t.Fatalf("%s has no provider to change: %v", file, err)
	}
	changed := filepath.Join(t.TempDir(), "main.tf")
	text = bytes.Replace(text, []byte(provider), []byte(provider+"\n  api_version = \"v2\"\n"), 1)
	if err := os.WriteFile(changed, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return changed
}

func runJourney(t *testing.T, file string) {
	t.Helper()
	clitest.SkipUnless(t, clitest.WriteOnly)
	atlas := clitest.NewAtlas(t, 2000).AsServiceAccount()
	atlas.SetTemplate(atlassim.Migration{Copying: time.Hour, InitialLag: 900, CatchUp: 20 * time.Minute, ReadyLag: 60, CutoverTakes: 20 * time.Minute})
	atlas.SetValidation(atlassim.ValidationScript{Takes: 20 * time.Minute})
	keys := atlas.Credentials()
	first := atlas.Step(t, config.Variables{
		"organization_id": config.StringVariable(keys.OrgID), "project_id": config.StringVariable(keys.ProjectID),
		"source_cluster": config.ObjectVariable(map[string]config.Variable{
			"project_id": config.StringVariable("a95a72942bbf2f261dd23e02"), "cluster_name": config.StringVariable("orders"),
			"migration_host": config.StringVariable("migration-host.example.net"), "tls_enabled": config.BoolVariable(true),
		}),
		"source_username": config.StringVariable("mms"), "source_password": config.StringVariable(sourcePassword),
	}, file)
	second := first
	second.ConfigPlanChecks = clitest.Plans(plancheck.ExpectEmptyPlan())
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{first, second}})
	if got := atlas.AcceptedStarts("orders-atlas"); got != 1 {
		t.Errorf("Atlas started %d live migrations", got)
	}
}
