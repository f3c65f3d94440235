// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	clientID     = "mdb_sa_id_distinctive"
	clientSecret = "mdb_sa_sk_distinctive"
)

// oauthServer is an Atlas in memory with a service account. Its tokens are
// token-1, token-2 and so on.
type oauthServer struct {
	// life is what it says of its tokens; "" for nothing.
	life string
	// onToken answers a request for a token in its stead, if it is set and
	// gives an answer or an error. onCall does so for any other request, which
	// has a valid token.
	onToken func(*http.Request) (*http.Response, error)
	onCall  func(*http.Request) (*http.Response, error)

	mu      sync.Mutex
	issued  int
	valid   map[string]bool
	entries []seen
	at      []time.Time
}

func newOAuthServer() *oauthServer {
	return &oauthServer{life: `,"expires_in":3600`, valid: map[string]bool{}}
}

func (s *oauthServer) client(t *testing.T) *Client {
	t.Helper()
	return newClient(t, Config{Base: s, Auth: ServiceAccount(clientID, clientSecret)})
}

func (s *oauthServer) RoundTrip(req *http.Request) (*http.Response, error) {
	s.note(req)
	script := s.onCall
	if strings.HasPrefix(req.URL.Path, "/api/oauth/") {
		script = s.onToken
	} else if !s.allows(req) {
		connect(req)
		return answer(401, unauthorized), nil
	}
	if script != nil {
		if resp, err := script(req); resp != nil || err != nil {
			return resp, err
		}
	}
	connect(req)
	if req.URL.Path != "/api/oauth/token" {
		return answer(200, `{"_id":"x"}`), nil
	}
	return answer(200, s.issue(), "Content-Type", "application/json"), nil
}

func (s *oauthServer) note(req *http.Request) {
	body := ""
	if req.Body != nil {
		content, _ := io.ReadAll(req.Body)
		body = string(content)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries = append(s.entries, seen{Method: req.Method, URI: req.URL.Path, Body: body, Header: req.Header.Clone()})
	s.at = append(s.at, time.Now())
}

func (s *oauthServer) issue() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued++
	value := fmt.Sprintf("token-%d", s.issued)
	s.valid[value] = true
	return `{"token_type":"Bearer","access_token":"` + value + `"` + s.life + `}`
}

func (s *oauthServer) allows(req *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.valid[strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer ")]
}

// revokeAll ends all tokens without telling anybody.
func (s *oauthServer) revokeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.valid)
}

// log is all that was asked for: the token endpoint's requests as they are, and
// others with the number of their token.
func (s *oauthServer) log() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []string
	for _, e := range s.entries {
		lines = append(lines, e.Method+" "+strings.TrimPrefix(e.Header.Get("Authorization"), "Bearer token-"))
		if strings.HasPrefix(e.URI, "/api/oauth/") {
			lines[len(lines)-1] = strings.TrimPrefix(e.URI, "/api/oauth/")
		}
	}
	return lines
}

// saw asserts the whole log since the last time.
func (s *oauthServer) saw(t *testing.T, want ...string) {
	t.Helper()
	if got := s.log(); !slices.Equal(got, want) {
		t.Errorf("the server saw %q, want %q", got, want)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries, s.at = nil, nil
}

func look(t *testing.T, c *Client) error {
	t.Helper()
	return second(c.LiveMigration(t.Context(), project, migration))
}

// serveToken is a server on a socket that also gives out tokens.
func serveToken(t *testing.T, rest http.HandlerFunc) (string, *ledger) {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/oauth/token" {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"access_token":"the-token","token_type":"bearer","expires_in":3600}`)
			return
		}
		rest(w, r)
	})
}
