// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"encoding/base64"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const tokenForm = "grant_type=client_credentials"

// oauth posts a form as the service account.
func (c *client) oauth(what, form string) reply {
	c.t.Helper()
	key := c.sim.Credentials()
	return c.basic(what, form, key.ClientID, key.ClientSecret)
}

func (c *client) basic(what, form, id, secret string) reply {
	c.t.Helper()
	r, err := c.raw(c.t.Context(), "POST", "/api/oauth/"+what, form, "Basic "+base64.StdEncoding.EncodeToString([]byte(id+":"+secret)))
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func newServiceAccount(t testing.TB, s *Sim) *client {
	t.Helper()
	c := newClient(t, s)
	c.header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c
}

func (c *client) token() string {
	c.t.Helper()
	r := c.oauth("token", tokenForm)
	c.wantStatus(r, 200)
	token, _ := r.object(c.t)["access_token"].(string)
	return token
}

// getWith reads a live migration with an access token.
func (c *client) getWith(token, id string) reply {
	c.t.Helper()
	path, _ := c.paths(id)
	r, err := c.raw(c.t.Context(), "GET", path, "", "Bearer "+token)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func TestTheTokenEndpointIssuesATokenThatIsLetIn(t *testing.T) {
	s := New(Options{})
	c := newServiceAccount(t, s)
	id := s.Add(Migration{})
	r := c.oauth("token", tokenForm)
	c.wantStatus(r, 200)
	token := OAuthTokenPrefix + fingerprint("oauth token", 1)[:40]
	if want := `{"access_token":"` + token + `","expires_in":3600,"token_type":"Bearer"}`; r.body != want {
		t.Errorf("body %s", r.body)
	}
	if e := last(s); e.Call != CallToken || e.Credential != "basic" || e.TokenNumber != 1 || e.Accepted || !e.Acted {
		t.Errorf("entry %+v", e)
	}
	if second := c.token(); second == token || last(s).TokenNumber != 2 {
		t.Errorf("the second token is %s", second)
	}
	c.wantStatus(c.getWith(token, id), 200) // the first one is still good
	if e := last(s); e.Credential != "bearer" || e.TokenNumber != 1 {
		t.Errorf("entry %+v", e)
	}
	c.wantStatus(c.call("GET", c.jobPath(id)), 404)
	if e := last(s); e.Credential != "bearer" || e.TokenNumber != 0 {
		t.Errorf("a token that somebody else obtained: %+v", e)
	}
}

func TestATokenEndsOnTheSimulatedClock(t *testing.T) {
	cases := []struct {
		name    string
		life    time.Duration
		speed   float64
		expires float64
		real    time.Duration
	}{
		{"after an hour", 0, 1, 3600, time.Hour},
		{"as the option says", time.Minute, 1, 60, time.Minute},
		{"sooner for a client where the clock runs fast", 0, 60, 60, time.Minute},
		{"said to live a second at least", time.Second, 10, 1, time.Second / 10},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Options{TokenLife: c.life, Speed: c.speed})
				client := newServiceAccount(t, s)
				id := s.Add(Migration{})
				object := client.oauth("token", tokenForm).object(t)
				if object["expires_in"] != c.expires {
					t.Errorf("%v", object)
				}
				token := object["access_token"].(string)
				after(c.real - 1)
				client.wantStatus(client.getWith(token, id), 200)
				after(1)
				r := client.getWith(token, id)
				client.wantStatus(r, 401)
				if want := `{"detail":"You are not authorized for this resource.","error":401,"errorCode":"UNEXPECTED_ERROR","reason":"Unauthorized"}`; r.body != want {
					t.Errorf("body %s", r.body)
				}
				if e := last(s); r.header.Get("WWW-Authenticate") != "" || e.Challenged || e.TokenNumber != 1 {
					t.Errorf("%v %+v", r.header, e)
				}
				client.wantStatus(client.getWith(client.token(), id), 200)
			})
		})
	}
}

func TestARevokedTokenIsNotLetIn(t *testing.T) {
	s := New(Options{})
	c := newServiceAccount(t, s)
	id := s.Add(Migration{})
	first, second := c.token(), c.token()
	r := c.oauth("revoke", "token="+first+"&token_type_hint=access_token")
	c.wantStatus(r, 200)
	if e := last(s); r.body != "" || e.Call != CallRevoke || e.Credential != "basic" || e.TokenNumber != 1 {
		t.Errorf("body %q, entry %+v", r.body, e)
	}
	c.wantStatus(c.getWith(first, id), 401)
	c.wantStatus(c.getWith(second, id), 200)
	c.wantStatus(c.oauth("revoke", "token="+first), 200) // which is no longer known
	third := c.token()
	c.wantStatus(c.getWith(third, id), 200)
	if third == first || third == second {
		t.Error("a token was issued twice")
	}
}

func TestWhatTheTokenEndpointRefuses(t *testing.T) {
	key := New(Options{}).Credentials()
	cases := []struct {
		name, what, form, contentType, id, secret string
		status                                    int
		code                                      string
	}{
		{"a wrong secret", "token", tokenForm, "", key.ClientID, "wrong", 401, "invalid_client"},
		{"an unknown client", "token", tokenForm, "", "mdb_sa_id_0", key.ClientSecret, 401, "invalid_client"},
		{"an API key", "token", tokenForm, "", key.PublicKey, key.PrivateKey, 401, "invalid_client"},
		{"a wrong secret at revoking", "revoke", "token=x", "", key.ClientID, "wrong", 401, "invalid_client"},
		{"another grant type", "token", "grant_type=password", "", key.ClientID, key.ClientSecret, 400, "unsupported_grant_type"},
		{"no grant type", "token", "", "", key.ClientID, key.ClientSecret, 400, "invalid_request"},
		{"a form that is not said to be one", "token", tokenForm, "application/json", key.ClientID, key.ClientSecret, 400, "invalid_request"},
		{"no token to revoke", "revoke", "token_type_hint=access_token", "", key.ClientID, key.ClientSecret, 400, "invalid_request"},
		{"a revocation that is not said to be a form", "revoke", "token=x", "application/json", key.ClientID, key.ClientSecret, 400, "invalid_request"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := New(Options{})
			client := newServiceAccount(t, s)
			if c.contentType != "" {
				client.header.Set("Content-Type", c.contentType)
			}
			r := client.basic(c.what, c.form, c.id, c.secret)
			client.wantStatus(r, c.status)
			if object := r.object(t); object["error"] != c.code || object["error_description"] == "" || len(object) != 2 {
				t.Errorf("body %s", r.body)
			}
			if e := last(s); e.TokenNumber != 0 || !strings.HasPrefix(e.Did, "refused: ") || len(s.tokens.issued) != 0 {
				t.Errorf("entry %+v", e)
			}
		})
	}
}

func TestTheTokenEndpointTakesNothingButBasicCredentials(t *testing.T) {
	s := New(Options{})
	c := newServiceAccount(t, s)
	for _, authorization := range []string{"", "Bearer " + s.Credentials().AccessToken, "Basic %%%"} {
		r, err := c.raw(t.Context(), "POST", "/api/oauth/token", tokenForm, authorization)
		if err != nil {
			t.Fatal(err)
		}
		c.wantStatus(r, 401)
		if last(s).Credential != "none" || r.header.Get("WWW-Authenticate") != "" {
			t.Errorf("%q: %+v", authorization, last(s))
		}
	}
	c.wantStatus(c.send("GET", "/api/oauth/token", ""), 405)
	id := s.Add(Migration{})
	path, _ := c.paths(id)
	key := s.Credentials()
	r, err := c.raw(t.Context(), "GET", path, "", "Basic "+base64.StdEncoding.EncodeToString([]byte(key.ClientID+":"+key.ClientSecret)))
	if err != nil {
		t.Fatal(err)
	}
	c.wantStatus(r, 401)
	if !last(s).Challenged {
		t.Errorf("the API's answer to Basic credentials: %+v", last(s))
	}
}

func TestARevokedServiceAccountGetsNoTokenAndItsTokensEnd(t *testing.T) {
	s := New(Options{})
	c := newServiceAccount(t, s)
	id := s.Add(Migration{})
	token := c.token()
	s.RevokeKey()
	c.wantStatus(c.oauth("token", tokenForm), 401)
	c.wantStatus(c.getWith(token, id), 401)
	s.RestoreKey()
	c.wantStatus(c.getWith(token, id), 200)
}

func TestTheTokenEndpointHasARateLimitOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{TokenBucket: Bucket{Capacity: 2, PerMinute: 2, RetryAfter: true}})
		c := newServiceAccount(t, s)
		id := s.Add(Migration{})
		token := c.token()
		c.wantStatus(c.basic("token", tokenForm, "wrong", "wrong"), 401) // takes one as well
		r := c.oauth("token", tokenForm)
		c.wantStatus(r, 429)
		if r.header.Get("Retry-After") != "30" || r.header.Get("RateLimit-Limit") != "2" || last(s).Acted || last(s).Credential != "basic" {
			t.Errorf("%v %+v", r.header, last(s))
		}
		for range 3 {
			c.wantStatus(c.getWith(token, id), 200)
		}
		c.wantStatus(c.oauth("revoke", "token=unknown"), 200)
		after(30 * time.Second)
		c.token()
	})
}

func TestFaultsHitTheTokenEndpoint(t *testing.T) {
	s := New(Options{})
	c := newServiceAccount(t, s)
	s.Inject(Fault{Call: CallToken, Do: Effect{Status: 500, Body: "{}"}})
	s.Inject(Fault{Call: CallRevoke, Do: Effect{Status: 503}})
	c.wantStatus(c.oauth("token", tokenForm), 500)
	if len(s.tokens.issued) != 0 || last(s).Fault != "status" || last(s).TokenNumber != 0 {
		t.Errorf("entry %+v", last(s))
	}
	token := c.token()
	c.wantStatus(c.oauth("revoke", "token="+token), 503)
	c.wantStatus(c.getWith(token, s.Add(Migration{})), 200)
}

func TestNoSecretOfAServiceAccountIsInTheLog(t *testing.T) {
	s := New(Options{})
	c := newServiceAccount(t, s)
	token := c.token()
	c.getWith(token, s.Add(Migration{}))
	c.oauth("revoke", "token="+token)
	log := c.admin("GET", "log", "").body
	for _, secret := range []string{s.Credentials().ClientSecret, OAuthTokenPrefix, "client_credentials"} {
		if strings.Contains(log, secret) {
			t.Errorf("%q is in the log %s", secret, log)
		}
	}
}

func TestFormEncodedClientCredentialsAreDecoded(t *testing.T) {
	for text, want := range map[string]string{"a:b": "a b true", "a%2B:b+c": "a+ b c true", "a:b:c": "a b:c true", "%zz:b": " b false"} {
		id, secret, ok := basicAuth("basic " + base64.StdEncoding.EncodeToString([]byte(text)))
		if got := id + " " + secret + " " + sprint(ok); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
