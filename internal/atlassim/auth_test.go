// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestARequestWithoutCredentialsGetsTheRealChallenge(t *testing.T) {
	s := New(Options{Algorithms: []Algorithm{MD5, SHA256}})
	c := newClient(t, s)
	path, _ := c.paths(s.Add(Migration{}))
	r, err := c.raw(t.Context(), "GET", path, "", "")
	if err != nil {
		t.Fatal(err)
	}
	c.wantStatus(r, 401)
	nonce := strings.Split(r.header.Get("WWW-Authenticate"), `"`)[5]
	want := `[Digest realm="MMS Public API", domain="", nonce="` + nonce + `", algorithm=MD5, qop="auth", stale=false ` +
		`Digest realm="MMS Public API", domain="", nonce="` + nonce + `", algorithm=SHA-256, qop="auth", stale=false]`
	if got := fmt.Sprint(r.header.Values("WWW-Authenticate")); got != want {
		t.Errorf("challenge\n%s\nwant\n%s", got, want)
	}
	if want := `{"detail":"You are not authorized for this resource.","error":401,"errorCode":"UNEXPECTED_ERROR","reason":"Unauthorized"}`; r.body != want {
		t.Errorf("body %s", r.body)
	}
	if e := last(s); !e.Challenged || e.Acted || e.Credential != "none" || e.Status != 401 {
		t.Errorf("entry %+v", e)
	}
}

func TestADigestIsVerifiedInFull(t *testing.T) {
	key := New(Options{}).Credentials()
	id := objectID("live migration", 1)
	uri := "/api/atlas/v1.0/groups/" + key.ProjectID + "/liveMigrations/" + id + "?pretty=true"
	replace := strings.NewReplacer
	cases := []struct {
		name      string
		algorithm string
		user      string
		password  string
		method    string
		uri       string
		spoil     *strings.Replacer
		want      int
	}{
		{"right with MD5", "MD5", key.PublicKey, key.PrivateKey, "GET", uri, nil, 200},
		{"right with SHA-256", "SHA-256", key.PublicKey, key.PrivateKey, "GET", uri, nil, 200},
		{"right without the default algorithm's name", "MD5", key.PublicKey, key.PrivateKey, "GET", uri, replace("algorithm=MD5, ", ""), 200},
		{"wrong private key", "MD5", key.PublicKey, "wrong", "GET", uri, nil, 401},
		{"wrong public key", "MD5", "wrong", key.PrivateKey, "GET", uri, nil, 401},
		{"signed for another method", "MD5", key.PublicKey, key.PrivateKey, "PUT", uri, nil, 401},
		{"signed for another URI", "MD5", key.PublicKey, key.PrivateKey, "GET", strings.TrimSuffix(uri, "?pretty=true"), nil, 401},
		{"another realm", "MD5", key.PublicKey, key.PrivateKey, "GET", uri, replace("MMS Public API", "elsewhere"), 401},
		{"no quality of protection", "MD5", key.PublicKey, key.PrivateKey, "GET", uri, replace("qop=auth, ", ""), 401},
		{"a short nonce count", "MD5", key.PublicKey, key.PrivateKey, "GET", uri, replace("nc=00000001", "nc=1"), 401},
		{"a malformed nonce count", "MD5", key.PublicKey, key.PrivateKey, "GET", uri, replace("nc=00000001", "nc=0000000x"), 401},
		{"no client nonce", "MD5", key.PublicKey, key.PrivateKey, "GET", uri, replace(`cnonce="c0ffee"`, ""), 401},
		{"another algorithm's name", "MD5", key.PublicKey, key.PrivateKey, "GET", uri, replace("algorithm=MD5", "algorithm=SHA-256"), 401},
		{"an algorithm that was not offered", "MD5", key.PublicKey, key.PrivateKey, "GET", uri, replace("algorithm=MD5", "algorithm=SHA-512"), 401},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := New(Options{Algorithms: []Algorithm{SHA256, MD5}})
			s.Add(Migration{})
			client := newClient(t, s)
			first, err := client.raw(t.Context(), "GET", uri, "", "")
			if err != nil {
				t.Fatal(err)
			}
			authorization := signed(first.header.Get("WWW-Authenticate"), c.algorithm, c.user, c.password, c.method, c.uri, 1)
			if c.spoil != nil {
				authorization = c.spoil.Replace(authorization)
			}
			second, err := client.raw(t.Context(), "GET", uri, "", authorization)
			if err != nil {
				t.Fatal(err)
			}
			client.wantStatus(second, c.want)
			if e := last(s); e.Credential != "digest" || e.Challenged != (c.want == 401) {
				t.Errorf("entry %+v", e)
			}
			if fresh := second.header.Get("WWW-Authenticate"); c.want == 401 && !strings.HasSuffix(fresh, "stale=false") {
				t.Errorf("challenge %q", fresh)
			}
		})
	}
}

// digest sends a GET signed for a challenge.
func (c *client) digest(challenge, path string, count int) reply {
	c.t.Helper()
	key := c.sim.Credentials()
	r, err := c.raw(c.t.Context(), "GET", path, "", signed(challenge, "MD5", key.PublicKey, key.PrivateKey, "GET", path, count))
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func TestANonceEndsOnTheSimulatedClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{Speed: 2, NonceLife: time.Minute})
		c := newClient(t, s)
		path, _ := c.paths(s.Add(Migration{}))
		first, _ := c.raw(t.Context(), "GET", path, "", "")
		challenge := first.header.Get("WWW-Authenticate")
		c.wantStatus(c.digest(challenge, path, 1), 200)
		after(30*time.Second - 1)
		c.wantStatus(c.digest(challenge, path, 2), 200)
		after(1)
		stale := c.digest(challenge, path, 3)
		c.wantStatus(stale, 401)
		again := stale.header.Get("WWW-Authenticate")
		if !strings.HasSuffix(again, "stale=true") {
			t.Errorf("challenge %q", again)
		}
		c.wantStatus(c.digest(again, path, 1), 200)
	})
}

func TestAnUnknownNonceIsStale(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	path, _ := c.paths(s.Add(Migration{}))
	r := c.digest(`Digest nonce="of another world"`, path, 1)
	if r.status != 401 || !strings.HasSuffix(r.header.Get("WWW-Authenticate"), "stale=true") {
		t.Errorf("%d %v", r.status, r.header)
	}
}

func TestAStrictWorldWantsRisingNonceCounts(t *testing.T) {
	for _, strict := range []bool{false, true} {
		t.Run(fmt.Sprintf("strict %t", strict), func(t *testing.T) {
			s := New(Options{StrictNonceCount: strict})
			c := newClient(t, s)
			path, _ := c.paths(s.Add(Migration{}))
			first, _ := c.raw(t.Context(), "GET", path, "", "")
			challenge := first.header.Get("WWW-Authenticate")
			c.wantStatus(c.digest(challenge, path, 2), 200)
			r := c.digest(challenge, path, 1)
			if !strict {
				c.wantStatus(r, 200)
				return
			}
			c.wantStatus(r, 401)
			if !strings.HasSuffix(r.header.Get("WWW-Authenticate"), "stale=true") || last(s).NonceCount != 1 {
				t.Errorf("%v %+v", r.header, last(s))
			}
			c.wantStatus(c.digest(challenge, path, 3), 200)
		})
	}
}

func TestNoncesThatEndedAreForgotten(t *testing.T) {
	n := nonces{life: time.Minute, issued: map[string]*nonce{}}
	for range keptNonces {
		n.issue(time.Unix(0, 0))
	}
	if n.issue(time.Unix(60, 0)); len(n.issued) != 1 {
		t.Errorf("%d nonces kept", len(n.issued))
	}
}

func TestWhatTheCredentialsMayDo(t *testing.T) {
	cases := []struct {
		name     string
		key      func(*Key)
		get, put int
		code     string
	}{
		{"everything", func(*Key) {}, 200, 200, ""},
		{"nothing when revoked", func(k *Key) { k.Revoked = true }, 401, 401, "UNEXPECTED_ERROR"},
		{"only read without the owner's role", func(k *Key) { k.OrgOwner = false }, 200, 401, "NOT_ORG_OWNER"},
		{"nothing without being a member", func(k *Key) { k.Member = false }, 401, 401, "NOT_ORG_OWNER"},
		{"nothing from elsewhere", func(k *Key) { k.OnAccessList = false }, 403, 403, "IP_ADDRESS_NOT_ON_ACCESS_LIST"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := New(Options{})
			s.SetKey(c.key)
			client := newClient(t, s)
			id := s.Add(Migration{})
			get, put := client.paths(id)
			client.wantStatus(client.call("GET", get), c.get)
			r := client.call("PUT", put)
			client.wantStatus(r, c.put)
			if code, _ := r.object(t)["errorCode"].(string); code != c.code {
				t.Errorf("code %q, want %q", code, c.code)
			}
			if r.header.Get("WWW-Authenticate") != "" {
				t.Error("a bearer was challenged")
			}
			if accepted := s.AcceptedCutovers(id); (accepted == 1) != (c.put == 200) {
				t.Errorf("%d cutovers accepted", accepted)
			}
		})
	}
}

func TestAJobNeedsTheOwnersRole(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	job := c.put(s.Add(Migration{})).object(t)["_id"].(string)
	c.wantStatus(c.call("GET", c.jobPath(job)), 200)
	s.SetKey(func(k *Key) { k.OrgOwner = false })
	r := c.call("GET", c.jobPath(job))
	c.wantStatus(r, 401)
	if code := r.object(t)["errorCode"]; code != "NOT_ORG_OWNER" {
		t.Errorf("code %v", code)
	}
}

func TestWhichRoleEachCallNeeds(t *testing.T) {
	calls := []struct {
		name    string
		send    func(c *client) reply
		allowed int
		member  int // without the owner's role
	}{
		{"creating a link token", (*client).createLink, 201, 401},
		{"reading the available projects", func(c *client) reply { return c.call("GET", c.org("/liveMigrations/availableProjects")) }, 200, 401},
		{"removing the link", (*client).removeLink, 204, 401},
		{"starting a validation", (*client).validate, 200, 401},
		{"starting a live migration", func(c *client) reply { return c.startMigration(nil) }, 201, 401},
		{"reading a live migration", func(c *client) reply { return c.call("GET", c.group("/liveMigrations/"+objectID("live migration", 1))) }, 200, 200},
	}
	for _, call := range calls {
		t.Run(call.name, func(t *testing.T) {
			s := New(Options{})
			s.Add(Migration{BegunElsewhere: true})
			if call.allowed == 204 {
				s.AddProject(AvailableProject{})
			}
			c := newClient(t, s)
			s.SetKey(func(k *Key) { k.Member = false })
			r := call.send(c)
			c.wantStatus(r, 401)
			code := "NOT_ORG_OWNER"
			if call.member == 200 {
				code = "NOT_IN_GROUP"
			}
			if got := r.object(t)["errorCode"]; got != code || last(s).Accepted {
				t.Errorf("code %v, entry %+v", got, last(s))
			}
			s.SetKey(func(k *Key) { k.Member, k.OrgOwner = true, false })
			c.wantStatus(call.send(c), call.member)
			s.SetKey(func(k *Key) { k.OrgOwner = true })
			c.wantStatus(call.send(c), call.allowed)
		})
	}
}

func TestAKeyCanBeRevokedAndRestored(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	path, _ := c.paths(s.Add(Migration{}))
	first, _ := c.raw(t.Context(), "GET", path, "", "")
	challenge := first.header.Get("WWW-Authenticate")
	s.RevokeKey()
	r := c.digest(challenge, path, 1)
	c.wantStatus(r, 401)
	if fresh := r.header.Get("WWW-Authenticate"); fresh == "" || fresh == challenge {
		t.Errorf("challenge %q", fresh)
	}
	c.wantStatus(c.call("GET", path), 401)
	s.RestoreKey()
	c.wantStatus(c.digest(challenge, path, 2), 200)
	c.wantStatus(c.call("GET", path), 200)
}

func TestAWrongTokenIsRefusedWithoutAChallenge(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	path, _ := c.paths(s.Add(Migration{}))
	r, err := c.raw(t.Context(), "GET", path, "", "Bearer wrong")
	if err != nil {
		t.Fatal(err)
	}
	c.wantStatus(r, 401)
	if r.header.Get("WWW-Authenticate") != "" || last(s).Credential != "bearer" {
		t.Errorf("%v %+v", r.header, last(s))
	}
}

func TestNoSecretIsInTheLog(t *testing.T) {
	s := New(Options{})
	c := newClient(t, s)
	id := s.Add(Migration{})
	path, _ := c.paths(id)
	first, _ := c.raw(t.Context(), "GET", path, "", "")
	c.wantStatus(c.digest(first.header.Get("WWW-Authenticate"), path, 1), 200)
	c.put(id)
	log := c.call(http.MethodGet, "/_sim/log").body
	key := s.Credentials()
	for _, secret := range []string{key.PrivateKey, key.AccessToken, "c0ffee"} {
		if strings.Contains(log, secret) {
			t.Errorf("%q is in the log %s", secret, log)
		}
	}
}

func TestDigestParametersAreReadAsTheyAreWritten(t *testing.T) {
	cases := map[string]map[string]string{
		``:                                 {},
		`nonsense`:                         {},
		`a=1,b=2`:                          {"a": "1", "b": "2"},
		`A="1, 2", b = "say \"hi\"" , c=3`: {"a": "1, 2", "b": `say "hi"`, "c": "3"},
		`a="no end`:                        {"a": "no end"},
	}
	for text, want := range cases {
		if got := digestParameters(text); !maps.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
