// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
)

// onTheWire is how each credential is shown to Atlas.
var onTheWire = map[string]string{"digest": "digest", "bearer": "bearer", "service account": "bearer"}

// A cutover is the same in both API versions and with every credential.
func TestEveryAPIVersionWithEveryCredential(t *testing.T) {
	for apiVersion, want := range map[string]struct{ prefix, accept string }{
		"v1.0": {"/api/atlas/v1.0/", "application/json"},
		"v2":   {"/api/atlas/v2/", "application/vnd.atlas.2023-01-01+json"},
	} {
		for credential, arguments := range map[string]func(atlassim.Credentials) map[string]any{
			"digest": func(c atlassim.Credentials) map[string]any {
				return map[string]any{"public_key": c.PublicKey, "private_key": c.PrivateKey}
			},
			"bearer": func(c atlassim.Credentials) map[string]any {
				return map[string]any{"access_token": c.AccessToken}
			},
			"service account": func(c atlassim.Credentials) map[string]any {
				return map[string]any{"client_id": c.ClientID, "client_secret": c.ClientSecret}
			},
		} {
			t.Run(apiVersion+" with "+credential, func(t *testing.T) {
				inFakeTime(t, takes(time.Minute), func(s *harness) {
					s.Provider = arguments(s.Sim.Credentials())
					s.Provider["api_version"] = apiVersion
					s.CheckApply(s.Apply(), coretest.Create)
					s.CheckState("SUCCESS")
					s.checkCutovers(1, 1)
					for _, e := range s.Sim.Log() {
						if e.Call == atlassim.CallToken {
							continue
						}
						if !strings.HasPrefix(e.Path, want.prefix) || e.Accept != want.accept {
							t.Errorf("sent %s accepting %s", e.Path, e.Accept)
						}
						if !e.Challenged && e.Credential != onTheWire[credential] {
							t.Errorf("sent %s credentials with %s", e.Credential, e)
						}
						if e.UserAgent != "terraform-provider-atlasmigration/test Terraform/1.99.0" {
							t.Errorf("called itself %q", e.UserAgent)
						}
					}
				})
			})
		}
	}
}

// The API calls v1.0 the default until Atlas says otherwise.
func TestTheDefaultAPIVersionIsV1(t *testing.T) {
	inFakeTime(t, takes(0), func(s *harness) {
		s.Apply()
		if path := s.Sim.Log()[0].Path; !strings.HasPrefix(path, "/api/atlas/v1.0/") {
			t.Errorf("sent %s", path)
		}
	})
}
