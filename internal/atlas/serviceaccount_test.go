// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

func TestAServiceAccountAsksForATokenUsesItAndRevokesIt(t *testing.T) {
	url, l := serveToken(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") })
	c := newClient(t, Config{BaseURL: url, Auth: ServiceAccount("an id:", "a secret&%"), UserAgent: "tester/1.2"})
	if err := look(t, c); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	const (
		ask    = "grant_type=client_credentials"
		revoke = "token=the-token&token_type_hint=access_token"
		// an+id%3A:a+secret%26%25
		basic = "Basic YW4raWQlM0E6YStzZWNyZXQlMjYlMjU="
	)
	form := func(body string) http.Header {
		return http.Header{
			"Authorization": {basic}, "User-Agent": {"tester/1.2"},
			"Content-Type": {"application/x-www-form-urlencoded"}, "Content-Length": {strconv.Itoa(len(body))},
		}
	}
	host := strings.TrimPrefix(url, "http://")
	want := []seen{
		{"POST", "/api/oauth/token", host, ask, form(ask), 1},
		{"GET", "/api/atlas/v1.0/groups/" + project + "/liveMigrations/" + migration, host, "", http.Header{
			"Authorization": {"Bearer the-token"}, "Accept": {"application/json"}, "User-Agent": {"tester/1.2"},
		}, 1},
		{"POST", "/api/oauth/revoke", host, revoke, form(revoke), 1},
	}
	if got := l.all(); !reflect.DeepEqual(got, want) {
		t.Errorf("the server saw\n%+v\nwant\n%+v", got, want)
	}
}

func TestATokenThatIsRefusedIsReplacedOnce(t *testing.T) {
	s := newOAuthServer()
	c := s.client(t)
	for range 2 {
		if err := look(t, c); err != nil {
			t.Fatal(err)
		}
		s.revokeAll()
	}
	s.saw(t, "token", "GET 1", "GET 1", "token", "GET 2")
}

// A 401 may be the answer of somebody who let the request through.
func TestARequestThatWasRefusedIsNotRepeated(t *testing.T) {
	for name, call := range map[string]func(*Client) error{
		"PUT":  func(c *Client) error { return second(c.StartCutover(t.Context(), project, migration)) },
		"POST": func(c *Client) error { return second(c.StartLiveMigration(t.Context(), project, fullRequest())) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newOAuthServer()
			c := s.client(t)
			if err := look(t, c); err != nil {
				t.Fatal(err)
			}
			s.revokeAll()
			if err := call(c); isUnsent(err) || StatusOf(err) != 401 {
				t.Errorf("got %v", err)
			}
			// The next one does better.
			if err := look(t, c); err != nil {
				t.Error(err)
			}
			s.saw(t, "token", "GET 1", name+" 1", "token", "GET 2")
		})
	}
}

func TestARefusalOfANewTokenIsTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOAuthServer()
		refuse := func(*http.Request) (*http.Response, error) { return answer(401, unauthorized), nil }
		s.onCall = refuse
		c := s.client(t)
		ask := func() {
			t.Helper()
			err := look(t, c)
			if e, ok := asAPIError(err); !ok || isUnsent(err) || e.Status != 401 || e.Detail != "You are not authorized for this resource." {
				t.Errorf("got %v", err)
			}
		}
		ask()
		s.saw(t, "token", "GET 1")
		ask()
		s.saw(t, "GET 1", "token", "GET 2")
		// As the new one did not help, it is not to blame for a while.
		ask()
		s.saw(t, "GET 2")
		<-time.After(time.Minute)
		ask()
		s.saw(t, "GET 2", "token", "GET 3")
		ask()
		s.saw(t, "GET 3")
		// The others, who have the role, continue with the same token.
		s.onCall = nil
		if err := look(t, c); err != nil {
			t.Error(err)
		}
		s.saw(t, "GET 3")
	})
}

func TestARefusedTokenThatCannotBeReplacedLeavesTheCallUnsent(t *testing.T) {
	s := newOAuthServer()
	c := s.client(t)
	if err := look(t, c); err != nil {
		t.Fatal(err)
	}
	s.revokeAll()
	s.onToken = says(503)
	for range 2 {
		if err := look(t, c); !isUnsent(err) || StatusOf(err) != 503 {
			t.Errorf("got %v", err)
		}
	}
	s.saw(t, "token", "GET 1", "GET 1", "token")
}

func TestATokenThatIsNewBecauseItWasTimeCanBeReplacedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOAuthServer()
		c := s.client(t)
		for _, change := range []func(){func() {}, s.revokeAll, func() { <-time.After(55 * time.Minute) }, s.revokeAll} {
			change()
			if err := look(t, c); err != nil {
				t.Error(err)
			}
		}
		s.saw(t, "token", "GET 1", "GET 1", "token", "GET 2", "token", "GET 3", "GET 3", "token", "GET 4")
	})
}

func TestATokenThatCannotBeHadLeavesTheCallUnsent(t *testing.T) {
	const path = "/api/oauth/token"
	for _, tt := range []struct {
		name   string
		status int
		body   string
		header []string
		want   APIError
		text   string
	}{
		{"unknown client", 401, `{"error":"invalid_client","error_description":"Unknown."}`, nil,
			APIError{Code: "invalid_client", Reason: "Unauthorized", Detail: "Unknown."}, "401 invalid_client: Unknown."},
		{"no description", 400, `{"error":"invalid_grant"}`, nil,
			APIError{Code: "invalid_grant", Reason: "Bad Request"}, "400 invalid_grant"},
		{"in Atlas's form", 403, `{"error":403,"errorCode":"IP_ADDRESS_NOT_ON_ACCESS_LIST","reason":"Forbidden","detail":"No."}`, nil,
			APIError{Code: "IP_ADDRESS_NOT_ON_ACCESS_LIST", Reason: "Forbidden", Detail: "No."}, "403 IP_ADDRESS_NOT_ON_ACCESS_LIST: No."},
		{"in Atlas's form without a number", 403, `{"errorCode":"X","detail":"No."}`, nil,
			APIError{Code: "X", Reason: "Forbidden", Detail: "No."}, "403 X: No."},
		{"a limit", 429, "", []string{"Retry-After", "90", "X-Request-Id", "r1"},
			APIError{Reason: "Too Many Requests", RetryAfter: 90 * time.Second, RequestID: "r1"}, "429 Too Many Requests"},
		{"a page", 503, "<html>", nil, APIError{Reason: "Service Unavailable", Detail: "an HTML page"}, "503 Service Unavailable: an HTML page"},
		{"a redirect", 307, "", []string{"Location", "https://elsewhere.example"}, APIError{Reason: "Temporary Redirect"}, "307 Temporary Redirect"},
		{"a redirect to nowhere", 302, "", []string{"Location", "http://%zz"}, APIError{Reason: "Found"}, "302 Found"},
		{"words without end", 500, strings.Repeat("x", bodyLimit+1), nil,
			APIError{Reason: "Internal Server Error"}, "500 Internal Server Error"},
		{"the longest words", 400, `{"error":"invalid_grant","error_description":"` + strings.Repeat("x", 500) + `"}`, nil,
			APIError{Code: "invalid_grant", Reason: "Bad Request", Detail: strings.Repeat("x", 500)}, "400 invalid_grant: " + strings.Repeat("x", 500)},
		{"dangerous words", 400, `{"error":"a\u001b[31m","error_description":"` + strings.Repeat("x", 501) + `"}`, nil,
			APIError{Code: "a [31m", Reason: "Bad Request", Detail: strings.Repeat("x", 499) + "…"}, "400 a [31m: " + strings.Repeat("x", 499) + "…"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.Method, tt.want.Path, tt.want.Status = "POST", path, tt.status
			s := newOAuthServer()
			s.onToken = func(req *http.Request) (*http.Response, error) {
				connect(req)
				return answer(tt.status, tt.body, tt.header...), nil
			}
			err := look(t, s.client(t))
			got, ok := asAPIError(err)
			if !ok || !isUnsent(err) || !reflect.DeepEqual(*got, tt.want) {
				t.Fatalf("got  %+v\nwant %+v", err, tt.want)
			}
			call := "GET /api/atlas/v1.0/groups/" + project + "/liveMigrations/" + migration
			if want := call + ": not sent: no access token: " + tt.text; withoutSource(err) != want {
				t.Errorf("got  %s\nwant %s", err, want)
			}
			s.saw(t, "token")
		})
	}
}

func TestATokenAnswerThatCannotBeUsedLeavesTheCallUnsent(t *testing.T) {
	says := func(status int, body, media string) func(*http.Request) (*http.Response, error) {
		return func(req *http.Request) (*http.Response, error) {
			connect(req)
			return answer(status, body, "Content-Type", media), nil
		}
	}
	certificate := &tls.CertificateVerificationError{Err: errors.New("unknown")}
	for name, step := range map[string]func(*http.Request) (*http.Response, error){
		"refused":             refuses,
		"reset":               breaks,
		"untrusted":           func(*http.Request) (*http.Response, error) { return nil, certificate },
		"empty":               says(200, "", "application/json"),
		"a page":              says(200, "<html>", "text/html"),
		"truncated":           says(200, `{"access_token":"a`, "application/json"),
		"wrong types":         says(200, `{"access_token":{}}`, "application/json"),
		"no token":            says(200, `{"expires_in":3600}`, "application/json"),
		"an error with a 200": says(200, `{"access_token":"t","error":"invalid_client"}`, "application/json"),
		"a long error":        says(200, `{"error":"`+strings.Repeat("x", 5000)+`"}`, "application/json"),
		"without end":         says(200, strings.Repeat(" ", bodyLimit+1), "application/json"),
		"a broken form":       says(200, "access_token=%zz", "text/plain"),
	} {
		t.Run(name, func(t *testing.T) {
			s := newOAuthServer()
			s.onToken = step
			err := look(t, s.client(t))
			var unreadable *DecodeError
			if !isUnsent(err) || errors.As(err, &unreadable) || StatusOf(err) != 0 || Untrusted(err) != (name == "untrusted") {
				t.Errorf("got %v", err)
			}
			if text := err.Error(); len(text) > 800 || name == "refused" && !strings.HasSuffix(text, ": not sent: no access token: connection refused") {
				t.Errorf("got %s", text)
			}
			s.saw(t, "token")
		})
	}
}

func TestWhatServesTokensIsFollowedNowhere(t *testing.T) {
	elsewhere, reached := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"access_token":"stolen"}`)
	})
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, path := range []string{"/api/oauth/token", "/api/oauth/revoke"} {
			t.Run(fmt.Sprintf("%d from %s", status, path), func(t *testing.T) {
				redirect := func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere+r.URL.Path, status) }
				url, l := serveToken(t, redirect)
				if path == "/api/oauth/token" {
					url, l = serve(t, redirect)
				}
				c := newClient(t, Config{BaseURL: url, Auth: ServiceAccount(clientID, clientSecret)})
				if err := look(t, c); StatusOf(err) != status {
					t.Errorf("got %v", err)
				}
				if err := c.Close(t.Context()); path == "/api/oauth/revoke" && StatusOf(err) != status {
					t.Errorf("got %v", err)
				}
				if got := l.all(); got[len(got)-1].URI != path && path == "/api/oauth/revoke" || len(reached.all()) != 0 {
					t.Errorf("the server saw %+v, and the other %+v", got, reached.all())
				}
			})
		}
	}
}

func TestTokenRequestsAreLoggedWithoutSecrets(t *testing.T) {
	var out bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &out)
	s := newOAuthServer()
	c := s.client(t)
	if _, err := c.LiveMigration(ctx, project, migration); err != nil {
		t.Fatal(err)
	}
	s.onToken = refuses
	_ = c.Close(ctx)
	for _, secret := range []string{clientID, clientSecret, "token-1", "Basic", "Bearer", "grant_type"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%s is logged: %s", secret, out.String())
		}
	}
	lines, err := tflogtest.MultilineJSONDecode(&out)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range lines {
		got = append(got, fmt.Sprint(l["method"], " ", l["path"], " ", l["attempt"], " ", l["status"], " ", l["error"]))
	}
	want := []string{
		"POST /api/oauth/token 1 200 <nil>",
		"GET /api/atlas/v1.0/groups/" + project + "/liveMigrations/" + migration + " 1 200 <nil>",
		"POST /api/oauth/revoke 1 <nil> not sent: connection refused",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("logged\n%q\nwant\n%q", got, want)
	}
}
