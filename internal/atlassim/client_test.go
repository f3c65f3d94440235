// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"context"
	"crypto/md5" // #nosec G501 -- the algorithm under test
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// client talks to a world as a careful client would, but with a digest
// computed here, independently of the code under test.
type client struct {
	t      testing.TB
	sim    *Sim
	base   string
	http   http.RoundTripper
	prefix string
	header http.Header
}

func newClient(t testing.TB, s *Sim) *client {
	return &client{
		t: t, sim: s, base: "https://cloud.example.net", http: s.Transport(), prefix: "/api/atlas/v1.0",
		header: http.Header{"Content-Type": {"application/json"}},
	}
}

// reply is an answer, read.
type reply struct {
	status int
	header http.Header
	body   string
}

func (r reply) object(t testing.TB) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(r.body), &object); err != nil {
		t.Fatalf("%q: %v", r.body, err)
	}
	return object
}

// fields returns the names that a 400 complains about, in order.
func (r reply) fields(t testing.TB) string {
	t.Helper()
	var object struct {
		BadRequestDetail struct {
			Fields []struct{ Field, Description string } `json:"fields"`
		} `json:"badRequestDetail"`
	}
	if err := json.Unmarshal([]byte(r.body), &object); err != nil {
		t.Fatalf("%q: %v", r.body, err)
	}
	var names []string
	for _, field := range object.BadRequestDetail.Fields {
		if field.Description == "" {
			t.Errorf("%s has no description", field.Field)
		}
		names = append(names, field.Field)
	}
	return strings.Join(names, " ")
}

func (c *client) paths(id string) (migration, cutover string) {
	migration = c.prefix + "/groups/" + c.sim.Credentials().ProjectID + "/liveMigrations/" + id
	return migration, migration + "/cutover"
}

func (c *client) jobPath(id string) string {
	return c.prefix + "/groups/" + c.sim.Credentials().ProjectID + "/liveMigrations/validate/" + id
}

// raw sends one request as it is.
func (c *client) raw(ctx context.Context, method, path, body, authorization string) (reply, error) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	for name, values := range c.header {
		req.Header[name] = values
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	res, err := c.http.RoundTrip(req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<16))
	return reply{status: res.StatusCode, header: res.Header, body: string(text)}, err
}

// try sends a request with the access token.
func (c *client) try(method, path string) (reply, error) {
	c.t.Helper()
	return c.raw(c.t.Context(), method, path, "", "Bearer "+c.sim.Credentials().AccessToken)
}

// call does the same, where it must be answered.
func (c *client) call(method, path string) reply {
	c.t.Helper()
	r, err := c.try(method, path)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

// send sends a body with the access token, where it must be answered.
func (c *client) send(method, path, body string) reply {
	c.t.Helper()
	r, err := c.raw(c.t.Context(), method, path, body, "Bearer "+c.sim.Credentials().AccessToken)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

// speak makes the client use an API version, and a version of it if that is v2.
func (c *client) speak(d apiVersion, version string) *client {
	c.prefix = string(d)
	form := "application/json"
	if d == v2 {
		form = "application/vnd.atlas." + version + "+json"
	}
	c.header.Set("Accept", form)
	c.header.Set("Content-Type", form)
	return c
}

// org and group return paths below the world's organization and its first project.
func (c *client) org(path string) string {
	return c.prefix + "/orgs/" + c.sim.Credentials().OrgID + path
}

func (c *client) group(path string) string {
	return c.prefix + "/groups/" + c.sim.Credentials().ProjectID + path
}

func (c *client) get(id string) map[string]any {
	c.t.Helper()
	path, _ := c.paths(id)
	return c.call("GET", path).object(c.t)
}

func (c *client) put(id string) reply {
	c.t.Helper()
	_, path := c.paths(id)
	return c.call("PUT", path)
}

func (c *client) wantStatus(r reply, want int) {
	c.t.Helper()
	if r.status != want {
		c.t.Errorf("status %d, want %d: %s", r.status, want, r.body)
	}
}

// signed returns the Authorization for a challenge, by RFC 7616.
func signed(challenge, algorithm, user, password, method, uri string, count int) string {
	nonce := regexp.MustCompile(`nonce="([^"]*)"`).FindStringSubmatch(challenge)[1]
	sum := func(text string) string {
		if algorithm == "SHA-256" {
			return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
		}
		return fmt.Sprintf("%x", md5.Sum([]byte(text))) // #nosec G401 -- the algorithm under test
	}
	a1, a2 := sum(user+":MMS Public API:"+password), sum(method+":"+uri)
	response := sum(fmt.Sprintf("%s:%s:%08x:c0ffee:auth:%s", a1, nonce, count, a2))
	return fmt.Sprintf(`Digest username="%s", realm="MMS Public API", nonce="%s", uri="%s", response="%s", algorithm=%s, qop=auth, nc=%08x, cnonce="c0ffee"`,
		user, nonce, uri, response, algorithm, count)
}

func last(s *Sim) Entry {
	log := s.Log()
	return log[len(log)-1]
}

// sprint is fmt.Sprint of one value, null included.
func sprint(value any) string { return fmt.Sprint(value) }

// after lets time pass in fake time, in which it takes none.
func after(d time.Duration) { <-time.After(d) }
