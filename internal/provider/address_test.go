// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
)

// recordingTransport answers 401, and records the hosts that requests were for.
type recordingTransport struct{ hosts []string }

func (r *recordingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	r.hosts = append(r.hosts, req.URL.Host)
	return &http.Response{StatusCode: http.StatusUnauthorized, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(""))}, nil
}

// What is set for the Ops Manager that is migrated from gets nothing of Atlas, and
// Atlas gets nothing that is set for another tool's Ops Manager.
func TestCredentialsAreSentToTheirOwnHostOnly(t *testing.T) {
	account := map[string]string{"MONGODB_ATLAS_CLIENT_ID": "mdb_sa_id_1", "MONGODB_ATLAS_CLIENT_SECRET": "mdb_sa_sk_1"}
	token := map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "a-token"}
	source := map[string]string{"MCLI_OPS_MANAGER_URL": "https://ops.example.com"}
	other := map[string]string{"MCLI_PUBLIC_API_KEY": "other", "MCLI_PRIVATE_API_KEY": "other"}
	atlas := map[string]string{"MONGODB_ATLAS_BASE_URL": "https://atlas.example.com"}
	for name, row := range map[string]struct {
		env       []map[string]string
		arguments map[string]any
		host      string
		source    string
	}{
		"a service account":           {[]map[string]string{account, source}, nil, "cloud.mongodb.com", "MONGODB_ATLAS_CLIENT_SECRET"},
		"a token":                     {[]map[string]string{token, source}, nil, "cloud.mongodb.com", "MONGODB_ATLAS_ACCESS_TOKEN"},
		"a token of the government":   {[]map[string]string{token, source}, map[string]any{"is_mongodbgov_cloud": true}, "cloud.mongodbgov.com", "MONGODB_ATLAS_ACCESS_TOKEN"},
		"no government":               {[]map[string]string{token, atlas}, map[string]any{"is_mongodbgov_cloud": false}, "atlas.example.com", "MONGODB_ATLAS_ACCESS_TOKEN"},
		"an argument":                 {[]map[string]string{source}, map[string]any{"access_token": "a-token"}, "cloud.mongodb.com", "argument access_token"},
		"another tool's key":          {[]map[string]string{other, source, atlas}, nil, "ops.example.com", "MCLI_PRIVATE_API_KEY"},
		"another tool's key, at home": {[]map[string]string{other, atlas}, nil, "cloud.mongodb.com", "MCLI_PRIVATE_API_KEY"},
	} {
		t.Run(name, func(t *testing.T) {
			env := map[string]string{}
			for _, some := range row.env {
				maps.Copy(env, some)
			}
			var (
				network recordingTransport
				logs    bytes.Buffer
			)
			w := &coretest.Workspace{
				Server: provider.NewServer("test", provider.WithTransport(&network),
					provider.WithEnvironment(func(name string) string { return env[name] })),
				Provider: row.arguments, Type: "atlasmigration_available_projects", Config: map[string]any{"organization_id": anID},
			}
			r := w.ReadDataSource(tflogtest.RootLogger(context.Background(), &logs))
			if hosts := slices.Compact(network.hosts); !slices.Equal(hosts, []string{row.host}) {
				t.Errorf("sent to %q, want %q", hosts, row.host)
			}
			if len(r.Diagnostics) != 1 || !strings.Contains(r.Diagnostics[0].Detail, "host "+row.host) ||
				!strings.Contains(r.Diagnostics[0].Detail, row.source) {
				t.Errorf("does not name %s and %s: %v", row.host, row.source, r.Diagnostics)
			}
			named := slices.ContainsFunc(strings.Split(logs.String(), "\n"), func(line string) bool {
				return strings.Contains(line, `"info"`) && strings.Contains(line, row.host) && strings.Contains(line, row.source)
			})
			if !named {
				t.Errorf("the log does not name %s and %s: %s", row.host, row.source, logs.String())
			}
			for _, secret := range []string{"mdb_sa_sk_1", "a-token"} {
				if strings.Contains(logs.String(), secret) || strings.Contains(r.Diagnostics[0].Detail, secret) {
					t.Errorf("%q is shown", secret)
				}
			}
		})
	}
}
