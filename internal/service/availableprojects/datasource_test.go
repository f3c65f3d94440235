// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package availableprojects_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

const unableToRead = "Unable to read available projects"

// inFakeTime runs a test with a configuration of the data source.
func inFakeTime(t *testing.T, test func(*testing.T, *atlassim.Sim, *coretest.Workspace)) {
	t.Helper()
	providertest.Run(t, atlassim.Options{}, "atlasmigration_available_projects", func(h *providertest.Harness) {
		h.Set("organization_id", h.Sim.Credentials().OrgID)
		test(h.T, h.Sim, h.Workspace)
	})
}

// served asserts, on the server's own log, what requests with valid credentials
// were answered with.
func served(t *testing.T, sim *atlassim.Sim, want ...int) {
	t.Helper()
	var got []int
	for _, e := range sim.Log() {
		if !e.Challenged {
			got = append(got, e.Status)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("Atlas answered %v, want %v: %v", got, want, sim.Log())
	}
}

// read reads without an error.
func read(t *testing.T, w *coretest.Workspace) *coretest.Instance {
	t.Helper()
	r := w.ReadDataSource(context.Background())
	for _, d := range r.Diagnostics {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
	return r.Data
}

var unlike = atlassim.AvailableProject{
	ProjectID: "00000000000000000000000a", Name: "shop", MigrationHosts: []string{"host-1.example.net", "host-2.example.net"},
	Deployments: []atlassim.Deployment{
		{
			ClusterID: "0000000000000000000000c1", Name: "orders", MongoDBVersion: "7.0.12", FeatureCompatibilityVersion: "6.0",
			AgentVersion: "13.19.0.8937-1", Managed: true, TLSEnabled: true, DBSizeBytes: 9_007_199_254_740_993, OplogSizeMB: 51_201,
		},
		{ClusterID: "0000000000000000000000c2", Name: "events", Sharded: true, ShardsSize: 3, TLSEnabled: true},
	},
}

func TestEveryFieldIsReadInEveryAPIVersion(t *testing.T) {
	for apiVersion, want := range map[string]struct{ prefix, accept string }{
		"v1.0": {"/api/atlas/v1.0/orgs/", "application/json"},
		"v2":   {"/api/atlas/v2/orgs/", "application/vnd.atlas.2023-01-01+json"},
	} {
		t.Run(apiVersion, func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, sim *atlassim.Sim, w *coretest.Workspace) {
				w.Provider["api_version"] = apiVersion
				sim.AddProject(unlike)
				sim.AddProject(atlassim.AvailableProject{ProjectID: "00000000000000000000000b", Name: "bare"})
				data := read(t, w)
				if !data.Equals(map[string]any{"organization_id": sim.Credentials().OrgID, "projects": []any{
					map[string]any{
						"project_id": "00000000000000000000000a", "name": "shop",
						"migration_hosts": []string{"host-1.example.net", "host-2.example.net"},
						"deployments": []any{
							map[string]any{
								"cluster_id": "0000000000000000000000c1", "name": "orders", "mongodb_version": "7.0.12",
								"feature_compatibility_version": "6.0", "agent_version": "13.19.0.8937-1", "managed": true, "sharded": false,
								"shards_size": 0, "tls_enabled": true, "db_size_bytes": 9_007_199_254_740_993, "oplog_size_mb": 51_201,
							},
							map[string]any{
								"cluster_id": "0000000000000000000000c2", "name": "events", "mongodb_version": "",
								"feature_compatibility_version": "", "agent_version": "", "managed": false, "sharded": true,
								"shards_size": 3, "tls_enabled": true, "db_size_bytes": 0, "oplog_size_mb": 0,
							},
						},
					},
					map[string]any{
						"project_id": "00000000000000000000000b", "name": "bare", "migration_hosts": []any{}, "deployments": []any{},
					},
				}}) {
					t.Errorf("read %s", data.Value)
				}
				served(t, sim, http.StatusOK)
				for _, e := range sim.Log() {
					if e.Method != http.MethodGet || !strings.HasPrefix(e.Path, want.prefix) || e.Accept != want.accept || e.OrgID != sim.Credentials().OrgID {
						t.Errorf("sent %s %s, accepting %s", e.Method, e.Path, e.Accept)
					}
				}
			})
		})
	}
}

func TestWithoutALinkTheListIsEmptyAndNotNull(t *testing.T) {
	inFakeTime(t, func(t *testing.T, sim *atlassim.Sim, w *coretest.Workspace) {
		data := read(t, w)
		if !data.Equals(map[string]any{"organization_id": sim.Credentials().OrgID, "projects": []any{}}) {
			t.Errorf("read %s", data.Value)
		}
		served(t, sim, http.StatusOK)
	})
}

func TestWhatAtlasLeavesOutIsEmptyAndNotNull(t *testing.T) {
	for name, answer := range map[string]string{
		"left out": `[{"projectId":"00000000000000000000000a","name":"shop"}]`,
		"null":     `[{"projectId":"00000000000000000000000a","name":"shop","migrationHosts":null,"deployments":null}]`,
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, sim *atlassim.Sim, w *coretest.Workspace) {
				sim.Inject(atlassim.Fault{Call: atlassim.CallProjects, Do: atlassim.Effect{Garble: answer}})
				data := read(t, w)
				if !data.Equals(map[string]any{"organization_id": sim.Credentials().OrgID, "projects": []any{map[string]any{
					"project_id": "00000000000000000000000a", "name": "shop", "migration_hosts": []any{}, "deployments": []any{},
				}}}) {
					t.Errorf("read %s", data.Value)
				}
			})
		})
	}
}

func TestAWeakMomentOfAtlasIsTolerated(t *testing.T) {
	for name, row := range map[string]struct {
		do   atlassim.Effect
		want []int
	}{
		"a rate limit":       {atlassim.Effect{Status: 429}, []int{429, 200}},
		"a broken proxy":     {atlassim.Effect{Status: 502, Body: "<html>"}, []int{502, 200}},
		"a lost answer":      {atlassim.Effect{Wire: atlassim.Reset}, []int{0, 200}},
		"a dial that failed": {atlassim.Effect{Wire: atlassim.RefuseDial}, []int{200}},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, sim *atlassim.Sim, w *coretest.Workspace) {
				sim.Inject(atlassim.Fault{Call: atlassim.CallProjects, Do: row.do})
				read(t, w)
				served(t, sim, row.want...)
			})
		})
	}
}

func TestWhatCannotBeReadIsAnErrorAndNoData(t *testing.T) {
	for name, row := range map[string]struct {
		spoil func(*atlassim.Sim)
		says  string
	}{
		"without the role": {func(s *atlassim.Sim) { s.SetKey(func(k *atlassim.Key) { k.OrgOwner = false }) }, "Organization Owner"},
		"from a strange address": {
			func(s *atlassim.Sim) { s.SetKey(func(k *atlassim.Key) { k.OnAccessList = false }) }, "access list",
		},
		"with an object for a list": {spoilt(atlassim.Effect{Garble: `{"projects":[]}`}), "not what Atlas documents"},
		"cut short":                 {spoilt(atlassim.Effect{Garble: `[{"projectId":`}), "not what Atlas documents"},
		"with a size for a name":    {spoilt(atlassim.Effect{Garble: `[{"name":1}]`}), "not what Atlas documents"},
		"while Atlas is down":       {spoilt(atlassim.Effect{Status: 503, Body: "<html>"}), "503"},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, sim *atlassim.Sim, w *coretest.Workspace) {
				row.spoil(sim)
				r := w.ReadDataSource(context.Background())
				if got := coretest.Summaries(r.Diagnostics); !slices.Equal(got, []string{unableToRead}) || r.Data != nil {
					t.Fatalf("said %q", got)
				}
				if said := r.Diagnostics[0].Detail; !strings.Contains(said, row.says) {
					t.Errorf("does not say %q: %s", row.says, said)
				}
			})
		})
	}
}

func spoilt(do atlassim.Effect) func(*atlassim.Sim) {
	return func(s *atlassim.Sim) { s.Inject(atlassim.Fault{Call: atlassim.CallProjects, Times: -1, Do: do}) }
}

func TestAnInterruptEndsTheReadAtOnce(t *testing.T) {
	inFakeTime(t, func(t *testing.T, sim *atlassim.Sim, w *coretest.Workspace) {
		release := sim.Inject(atlassim.Fault{Call: atlassim.CallProjects, Do: atlassim.Effect{Wire: atlassim.Hang}})
		defer release()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		begin := time.Now()
		r := w.ReadDataSource(ctx)
		if !r.Failed() || !strings.Contains(r.Diagnostics[0].Detail, "The run was interrupted.") {
			t.Errorf("said %v", r.Diagnostics)
		}
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

func TestAnOrganizationIDThatIsNoneIsNeverSent(t *testing.T) {
	inFakeTime(t, func(t *testing.T, sim *atlassim.Sim, w *coretest.Workspace) {
		w.Config["organization_id"] = "my-org"
		r := w.ReadDataSource(context.Background())
		if !r.Failed() || !strings.Contains(r.Diagnostics[0].Detail, "an organization ID is 24 lower-case hexadecimal digits") {
			t.Errorf("said %v", r.Diagnostics)
		}
		served(t, sim)
	})
}
