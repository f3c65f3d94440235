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
)

func TestATokenIsCreatedOnceAndItsLinkRemovedInEveryDialect(t *testing.T) {
	for dialect, want := range map[string]struct{ prefix, accept, content string }{
		"v1.0": {"/api/atlas/v1.0/orgs/", "application/json", "application/json"},
		"v2":   {"/api/atlas/v2/orgs/", "application/vnd.atlas.2023-01-01+json", "application/vnd.atlas.2023-01-01+json"},
	} {
		for says, status := range map[string]int{"documented": 200, "seen": 201} {
			t.Run(dialect+" with the status that is "+says, func(t *testing.T) {
				inBubble(t, atlassim.Options{Link: atlassim.LinkScript{CreatedStatus: status}}, func(s *stage) {
					s.Provider["api_version"] = dialect
					s.ends(s.apply(), coretest.Create)
					s.holds()
					s.ends(s.plan(), coretest.NoOp)
					s.ends(s.apply(), coretest.NoOp)
					s.ends(s.destroy(), coretest.Delete)
					s.forgot()
					s.saw("link!", "unlink!")
					for _, e := range s.sim.Log() {
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
	inBubble(t, atlassim.Options{}, func(s *stage) {
		network := &tap{next: s.sim.Transport()}
		s.Server = serve(network)
		s.Config["access_list_ips"] = []string{"203.0.113.10", "2001:db8::/32", "198.51.100.7/24"}
		s.ends(s.apply(), coretest.Create)
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
			inBubble(t, atlassim.Options{}, func(s *stage) {
				s.Provider = row.arguments(s.sim.Credentials())
				s.ends(s.apply(), coretest.Create)
				s.ends(s.destroy(), coretest.Delete)
				s.saw(row.saw...)
			})
		})
	}
}

func TestAChangeOfTheListReplacesTheToken(t *testing.T) {
	inBubble(t, atlassim.Options{}, func(s *stage) {
		s.apply()
		first := s.token()
		s.Config["access_list_ips"] = []string{"198.51.100.0/24", "203.0.113.10"}
		s.ends(s.plan(), coretest.NoOp) // the order of a set is nothing
		s.Config["access_list_ips"] = []string{"203.0.113.11"}
		s.ends(s.apply(), coretest.Replace)
		s.holds()
		if s.token() == first {
			t.Error("the token is the old one")
		}
		s.saw("link!", "unlink!", "link!")
	})
}

// Atlas has no call to look at a link with, so nothing that becomes of it shows.
func TestARefreshSendsNothing(t *testing.T) {
	inBubble(t, atlassim.Options{}, func(s *stage) {
		s.apply()
		token := s.token()
		s.sim.RevokeKey()
		s.ends(s.plan(), coretest.NoOp)
		s.holds()
		if s.token() != token {
			t.Error("the token changed")
		}
		s.saw("link!")
	})
}

func TestALinkThatIsGoneCountsAsRemoved(t *testing.T) {
	for name, shape := range map[string]atlassim.GoneShape{
		"as a resource that is not found": atlassim.ResourceNotFound, "as an unexpected error": atlassim.UnexpectedError,
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, atlassim.Options{Link: atlassim.LinkScript{Gone: shape}}, func(s *stage) {
				s.apply()
				other := newStage(t, s.sim)
				other.State = s.State
				other.ends(other.destroy(), coretest.Delete)
				s.ends(s.destroy(), coretest.Delete)
				s.forgot()
				s.saw("link!", "unlink!", "unlink")
			})
		})
	}
}

func TestALinkThatAMigrationHoldsIsKept(t *testing.T) {
	inBubble(t, atlassim.Options{}, func(s *stage) {
		s.apply()
		token := s.token()
		s.sim.Add(atlassim.Migration{FailsAfter: time.Hour})
		r := s.destroy()
		s.ends(r, coretest.Delete, unableToRemove)
		if said := details(r); !strings.Contains(said, "A live migration of the organization is running") {
			t.Errorf("does not say why: %s", said)
		}
		s.Config["access_list_ips"] = []string{"203.0.113.11"}
		s.ends(s.apply(), coretest.Replace, unableToRemove)
		s.holds()
		if s.token() != token {
			t.Error("the token changed")
		}
		pass(2 * time.Hour)
		s.ends(s.destroy(), coretest.Delete)
		s.forgot()
		s.saw("link!", "unlink", "unlink", "unlink!")
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
			inBubble(t, atlassim.Options{}, func(s *stage) {
				s.sim.SetKey(row.deny)
				r := s.apply()
				s.ends(r, coretest.Create, unableToCreate)
				s.forgot()
				s.sim.SetKey(func(k *atlassim.Key) { *k = atlassim.Key{OrgOwner: true, Member: true, OnAccessList: true} })
				s.ends(s.apply(), coretest.Create)
				s.sim.SetKey(row.deny)
				refusal := s.destroy()
				s.ends(refusal, coretest.Delete, unableToRemove)
				s.holds()
				for _, said := range []string{details(r), details(refusal)} {
					if !strings.Contains(said, row.says) {
						t.Errorf("does not say %q: %s", row.says, said)
					}
				}
				accepted := 0
				for _, e := range s.sim.Log() {
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
	inBubble(t, atlassim.Options{Link: atlassim.LinkScript{Again: atlassim.Conflict409}}, func(s *stage) {
		s.apply()
		second := newStage(t, s.sim)
		r := second.apply()
		second.ends(r, coretest.Create, unableToCreate)
		second.forgot()
		if said := details(r); !strings.Contains(said, "has a link already") {
			t.Errorf("does not say so: %s", said)
		}
		s.saw("link!", "link")
	})
}

func TestThereIsNothingToImport(t *testing.T) {
	inBubble(t, atlassim.Options{}, func(s *stage) {
		r := s.Import(context.Background(), s.sim.Credentials().OrgID)
		s.ends(r, "", unableToImport)
		s.forgot()
		s.saw()
	})
}

func TestTheArgumentsAreValidatedBeforeAnythingIsSent(t *testing.T) {
	for name, row := range map[string]struct {
		attribute string
		value     any
		says      string
	}{
		"an organization id that is none": {"organization_id", "my-org", "an organization id is 24 lower-case hexadecimal digits"},
		"no organization id":              {"organization_id", nil, "organization_id"},
		"no list":                         {"access_list_ips", nil, "access_list_ips"},
		"an empty list":                   {"access_list_ips", []string{}, "must contain at least 1 elements"},
		"a null in the list":              {"access_list_ips", []any{"203.0.113.10", nil}, "null"},
		"a host name":                     {"access_list_ips", []string{"203.0.113.10", "ops.example.com"}, `got: "ops.example.com"`},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, atlassim.Options{}, func(s *stage) {
				s.Config[row.attribute] = row.value
				r := s.plan()
				if said := details(r); !r.Failed() || !strings.Contains(said, row.says) {
					t.Errorf("does not say %q: %s", row.says, said)
				}
				s.saw()
			})
		})
	}
}
