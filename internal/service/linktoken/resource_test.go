// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package linktoken_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

func TestATokenIsCreatedOnceAndItsLinkRemovedInEveryAPIVersion(t *testing.T) {
	for apiVersion, want := range map[string]struct{ prefix, accept, content string }{
		"v1.0": {"/api/atlas/v1.0/orgs/", "application/json", "application/json"},
		"v2":   {"/api/atlas/v2/orgs/", "application/vnd.atlas.2023-01-01+json", "application/vnd.atlas.2023-01-01+json"},
	} {
		for says, status := range map[string]int{"documented": 200, "seen": 201} {
			t.Run(apiVersion+" with the status that is "+says, func(t *testing.T) {
				inFakeTime(t, atlassim.Options{Link: atlassim.LinkScript{CreatedStatus: status}}, func(s *harness) {
					s.Provider["api_version"] = apiVersion
					s.Check(s.Apply(), coretest.Create)
					s.checkToken()
					s.Check(s.Plan(), coretest.NoOp)
					s.Check(s.Apply(), coretest.NoOp)
					s.Check(s.Destroy(), coretest.Delete)
					s.checkEmpty()
					s.checkCalls("link!", "unlink!")
					for _, e := range s.Sim.Log() {
						if !strings.HasPrefix(e.Path, want.prefix) || e.Accept != want.accept || e.Call == "link" && e.ContentType != want.content {
							t.Errorf("sent %s with %s, accepting %s", e.Path, e.ContentType, e.Accept)
						}
						if e.Call == "link" && !slices.Contains(e.Body, "accessListIps") {
							t.Errorf("sent a body with %q", e.Body)
						}
					}
				})
			})
		}
	}
}

// tap copies the bodies of what passes. The simulator's log has only the names
// of their fields.
type tap struct {
	next   http.RoundTripper
	bodies []string
}

func (p *tap) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(body)
		if err != nil {
			return nil, err
		}
		p.bodies = append(p.bodies, string(text))
	}
	return p.next.RoundTrip(req)
}

func TestTheWholeListIsSent(t *testing.T) {
	inFakeTime(t, atlassim.Options{}, func(s *harness) {
		network := &tap{next: s.Sim.Transport()}
		s.Server = s.Serve(network)
		s.Config["access_list_ips"] = []string{"203.0.113.10", "2001:db8::/32", "198.51.100.7/24"}
		s.Check(s.Apply(), coretest.Create)
		var sent struct{ AccessListIPs []string }
		last := network.bodies[len(network.bodies)-1]
		if err := json.Unmarshal([]byte(last), &sent); err != nil {
			t.Fatal(err)
		}
		slices.Sort(sent.AccessListIPs)
		if want := []string{"198.51.100.7/24", "2001:db8::/32", "203.0.113.10"}; !slices.Equal(sent.AccessListIPs, want) {
			t.Errorf("sent %s", last)
		}
	})
}

func TestEveryCredentialCanCreateAToken(t *testing.T) {
	for credential, row := range map[string]struct {
		arguments func(atlassim.Credentials) map[string]any
		saw       []string
	}{
		"an access token": {func(c atlassim.Credentials) map[string]any {
			return map[string]any{"access_token": c.AccessToken}
		}, []string{"link!", "unlink!"}},
		"an API key": {func(c atlassim.Credentials) map[string]any {
			return map[string]any{"public_key": c.PublicKey, "private_key": c.PrivateKey}
		}, []string{"link!", "unlink!"}},
		"a service account": {func(c atlassim.Credentials) map[string]any {
			return map[string]any{"client_id": c.ClientID, "client_secret": c.ClientSecret}
		}, []string{"token", "link!", "token", "unlink!"}},
	} {
		t.Run(credential, func(t *testing.T) {
			inFakeTime(t, atlassim.Options{}, func(s *harness) {
				s.Provider = row.arguments(s.Sim.Credentials())
				s.Check(s.Apply(), coretest.Create)
				s.Check(s.Destroy(), coretest.Delete)
				s.checkCalls(row.saw...)
			})
		})
	}
}

func TestAChangeOfTheListReplacesTheToken(t *testing.T) {
	inFakeTime(t, atlassim.Options{}, func(s *harness) {
		s.Apply()
		first := s.token()
		s.Config["access_list_ips"] = []string{"198.51.100.0/24", "203.0.113.10"}
		s.Check(s.Plan(), coretest.NoOp) // the order of a set is nothing
		s.Config["access_list_ips"] = []string{"203.0.113.11"}
		s.Check(s.Apply(), coretest.Replace)
		s.checkToken()
		if s.token() == first {
			t.Error("the token is the old one")
		}
		s.checkCalls("link!", "unlink!", "link!")
	})
}

// Atlas has no call to look at a link with, so nothing that becomes of it shows.
func TestARefreshSendsNothing(t *testing.T) {
	inFakeTime(t, atlassim.Options{}, func(s *harness) {
		s.Apply()
		token := s.token()
		s.Sim.RevokeKey()
		s.Check(s.Plan(), coretest.NoOp)
		s.checkToken()
		if s.token() != token {
			t.Error("the token changed")
		}
		s.checkCalls("link!")
	})
}

func TestALinkThatIsGoneCountsAsRemoved(t *testing.T) {
	for name, shape := range map[string]atlassim.GoneShape{
		"as a resource that is not found": atlassim.ResourceNotFound, "as an unexpected error": atlassim.UnexpectedError,
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, atlassim.Options{Link: atlassim.LinkScript{Gone: shape}}, func(s *harness) {
				s.Apply()
				other := newHarness(t, s.Sim)
				other.State = s.State
				other.Check(other.Destroy(), coretest.Delete)
				s.Check(s.Destroy(), coretest.Delete)
				s.checkEmpty()
				s.checkCalls("link!", "unlink!", "unlink")
			})
		})
	}
}

func TestALinkThatAMigrationHoldsIsKept(t *testing.T) {
	inFakeTime(t, atlassim.Options{}, func(s *harness) {
		s.Apply()
		token := s.token()
		s.Sim.Add(atlassim.Migration{FailsAfter: time.Hour})
		r := s.Destroy()
		s.Check(r, coretest.Delete, unableToRemove)
		if said := providertest.Details(r); !strings.Contains(said, "A live migration of the organization is running") {
			t.Errorf("does not say why: %s", said)
		}
		s.Config["access_list_ips"] = []string{"203.0.113.11"}
		s.Check(s.Apply(), coretest.Replace, unableToRemove)
		s.checkToken()
		if s.token() != token {
			t.Error("the token changed")
		}
		providertest.Sleep(2 * time.Hour)
		s.Check(s.Destroy(), coretest.Delete)
		s.checkEmpty()
		s.checkCalls("link!", "unlink", "unlink", "unlink!")
	})
}

func TestWhoMayNotIsToldAndNothingChanges(t *testing.T) {
	for name, row := range map[string]struct {
		deny func(*atlassim.Key)
		says string
	}{
		"without the role":        {func(k *atlassim.Key) { k.OrgOwner = false }, "Organization Owner"},
		"with a key that is gone": {func(k *atlassim.Key) { k.Revoked = true }, "credentials"},
		"from a strange address":  {func(k *atlassim.Key) { k.OnAccessList = false }, "access list"},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, atlassim.Options{}, func(s *harness) {
				s.Sim.SetKey(row.deny)
				r := s.Apply()
				s.Check(r, coretest.Create, unableToCreate)
				s.checkEmpty()
				s.Sim.SetKey(func(k *atlassim.Key) { *k = atlassim.Key{OrgOwner: true, Member: true, OnAccessList: true} })
				s.Check(s.Apply(), coretest.Create)
				s.Sim.SetKey(row.deny)
				refusal := s.Destroy()
				s.Check(refusal, coretest.Delete, unableToRemove)
				s.checkToken()
				for _, said := range []string{providertest.Details(r), providertest.Details(refusal)} {
					if !strings.Contains(said, row.says) {
						t.Errorf("does not say %q: %s", row.says, said)
					}
				}
				accepted := 0
				for _, e := range s.Sim.Log() {
					if e.Accepted {
						accepted++
					}
				}
				if accepted != 1 {
					t.Errorf("Atlas accepted %d requests", accepted)
				}
			})
		})
	}
}

func TestASecondLinkThatAtlasRefusesIsAnErrorThatSaysSo(t *testing.T) {
	inFakeTime(t, atlassim.Options{Link: atlassim.LinkScript{Again: atlassim.Conflict409}}, func(s *harness) {
		s.Apply()
		second := newHarness(t, s.Sim)
		r := second.Apply()
		second.Check(r, coretest.Create, unableToCreate)
		second.checkEmpty()
		if said := providertest.Details(r); !strings.Contains(said, "has a link already") {
			t.Errorf("does not say so: %s", said)
		}
		s.checkCalls("link!", "link")
	})
}

func TestThereIsNothingToImport(t *testing.T) {
	inFakeTime(t, atlassim.Options{}, func(s *harness) {
		r := s.Import(context.Background(), s.Sim.Credentials().OrgID)
		s.Check(r, "", unableToImport)
		s.checkEmpty()
		s.checkCalls()
	})
}

func TestTheArgumentsAreValidatedBeforeAnythingIsSent(t *testing.T) {
	for name, row := range map[string]struct {
		attribute string
		value     any
		says      string
	}{
		"an organization ID that is none": {"organization_id", "my-org", "an organization ID is 24 lower-case hexadecimal digits"},
		"no organization ID":              {"organization_id", nil, "organization_id"},
		"no list":                         {"access_list_ips", nil, "access_list_ips"},
		"an empty list":                   {"access_list_ips", []string{}, "must contain at least 1 elements"},
		"a null in the list":              {"access_list_ips", []any{"203.0.113.10", nil}, "null"},
		"a host name":                     {"access_list_ips", []string{"203.0.113.10", "ops.example.com"}, `got: "ops.example.com"`},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, atlassim.Options{}, func(s *harness) {
				s.Config[row.attribute] = row.value
				r := s.Plan()
				if said := providertest.Details(r); !r.Failed() || !strings.Contains(said, row.says) {
					t.Errorf("does not say %q: %s", row.says, said)
				}
				s.checkCalls()
			})
		})
	}
}
