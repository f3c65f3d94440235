// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"reflect"
	"strings"
	"sync"
	"testing"
)

const (
	project   = "7e68e12770616e75e6df43d0"
	migration = "a659ce44c03ca1e348b1e992"
	jobID     = "b659ce44c03ca1e348b1e993"
)

const unauthorized = `{"error":401,"reason":"Unauthorized","detail":"You are not authorized for this resource."}`

// seen is what a server saw of a request.
type seen struct {
	Method, URI, Host, Body string
	Header                  http.Header
	Proto                   int
}

// ledger records every request that arrives, before it is handled.
type ledger struct {
	mu      sync.Mutex
	entries []seen
}

func (l *ledger) record(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		l.mu.Lock()
		l.entries = append(l.entries, seen{r.Method, r.RequestURI, r.Host, string(body), r.Header.Clone(), r.ProtoMajor})
		l.mu.Unlock()
		next(w, r)
	}
}

func (l *ledger) all() []seen {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]seen(nil), l.entries...)
}

func (l *ledger) count(method string) int {
	n := 0
	for _, e := range l.all() {
		if e.Method == method {
			n++
		}
	}
	return n
}

func serve(t *testing.T, handler http.HandlerFunc) (string, *ledger) {
	t.Helper()
	l := &ledger{}
	server := httptest.NewServer(l.record(handler))
	t.Cleanup(server.Close)
	return server.URL, l
}

func newClient(t *testing.T, c Config) *Client {
	t.Helper()
	if c.Auth == nil {
		c.Auth = AccessToken("the-token")
	}
	client, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// wire is a network in memory; it has a connection unless it says otherwise.
func wire(f func(*http.Request) (*http.Response, error)) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		connect(req)
		return f(req)
	})
}

func connect(req *http.Request) {
	if trace := httptrace.ContextClientTrace(req.Context()); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
}

func answer(status int, body string, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Add(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

func answering(status int, body string, header ...string) http.RoundTripper {
	return wire(func(*http.Request) (*http.Response, error) { return answer(status, body, header...), nil })
}

func TestAnEmptyAPIVersionIsV1AndAnEmptyBaseURLIsAtlas(t *testing.T) {
	var got string
	c := newClient(t, Config{Base: wire(func(r *http.Request) (*http.Response, error) {
		got = r.URL.String()
		return answer(200, "{}"), nil
	})})
	if _, err := c.LiveMigration(t.Context(), project, migration); err != nil {
		t.Fatal(err)
	}
	want := "https://cloud.mongodb.com/api/atlas/v1.0/groups/" + project + "/liveMigrations/" + migration
	if got != want {
		t.Errorf("asked for %s, want %s", got, want)
	}
}

func TestNewRefusesWhatItCannotUse(t *testing.T) {
	for name, c := range map[string]Config{
		"an unknown API version": {APIVersion: "v3", Auth: AccessToken("x")},
		"no credentials":         {},
		"a base URL by http":     {BaseURL: "http://cloud.mongodb.com", Auth: AccessToken("x")},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := New(c); err == nil {
				t.Error("New took it")
			}
		})
	}
}

func TestIDsCannotLeaveTheirPlaceInThePath(t *testing.T) {
	for _, tt := range []struct{ id, want string }{
		{"a/b", "/api/atlas/v1.0/groups/a%2Fb/liveMigrations/m"},
		{"a?b#c", "/api/atlas/v1.0/groups/a%3Fb%23c/liveMigrations/m"},
		{"a%2Fb", "/api/atlas/v1.0/groups/a%252Fb/liveMigrations/m"},
		{"a b\r\n", "/api/atlas/v1.0/groups/a%20b%0D%0A/liveMigrations/m"},
		{"../../orgs", "/api/atlas/v1.0/groups/..%2F..%2Forgs/liveMigrations/m"},
	} {
		t.Run(tt.id, func(t *testing.T) {
			url, l := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") })
			if _, err := newClient(t, Config{BaseURL: url}).LiveMigration(t.Context(), tt.id, "m"); err != nil {
				t.Fatal(err)
			}
			if got := l.all(); len(got) != 1 || got[0].URI != tt.want {
				t.Errorf("the server saw %+v, want %s", got, tt.want)
			}
		})
	}
}

func TestAnEmptyOrDottedIDIsNeverSent(t *testing.T) {
	for _, id := range []string{"", ".", ".."} {
		t.Run("id "+id, func(t *testing.T) {
			url, l := serve(t, func(http.ResponseWriter, *http.Request) {})
			_, err := newClient(t, Config{BaseURL: url}).StartCutover(t.Context(), project, id)
			if !errors.Is(err, errPathElement) || !isUnsent(err) || len(l.all()) != 0 {
				t.Errorf("got %v, and the server saw %+v", err, l.all())
			}
		})
	}
}

func TestALiveMigrationIsReadAsAtlasServesIt(t *testing.T) {
	yes, no := true, false
	lag, none := int64(12), int64(0)
	for _, tt := range []struct {
		name, body string
		want       LiveMigration
	}{
		{"ready", `{"_id":"m","status":"WORKING","readyForCutover":true,"lagTimeSeconds":12,"migrationHosts":["h:1"],"more":{}}`,
			LiveMigration{"m", "WORKING", &yes, &lag, []string{"h:1"}}},
		{"lag of zero is a lag", `{"_id":"m","status":"WORKING","readyForCutover":false,"lagTimeSeconds":0}`,
			LiveMigration{"m", "WORKING", &no, &none, nil}},
		{"nulls are nothing", `{"_id":"m","status":null,"readyForCutover":null,"lagTimeSeconds":null,"migrationHosts":null}`,
			LiveMigration{ID: "m"}},
		{"an old answer without readiness and lag", `{"_id":"m","status":"PENDING","migrationHosts":[]}`,
			LiveMigration{ID: "m", Status: "PENDING", MigrationHosts: []string{}}},
		{"a word nobody knows is passed through", `{"_id":"m","status":" pausing\u0007"}`,
			LiveMigration{ID: "m", Status: " pausing\a"}},
		{"nothing at all", `{}`, LiveMigration{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := newClient(t, Config{Base: answering(200, tt.body)}).LiveMigration(t.Context(), project, migration)
			if err != nil || !reflect.DeepEqual(*got, tt.want) {
				t.Errorf("got %+v, %v; want %+v", got, err, tt.want)
			}
		})
	}
}

const jobBody = `{"_id":"j","groupId":"g","sourceGroupId":"s","status":"FAILED","errorMessage":"why"}`

func TestAJobIsReadAsAtlasServesIt(t *testing.T) {
	want := Job{ID: "j", ProjectID: "g", SourceProjectID: "s", Status: "FAILED", ErrorMessage: "why"}
	got, err := newClient(t, Config{Base: answering(200, jobBody)}).Validation(t.Context(), project, jobID)
	if err != nil || *got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

func TestAny2xxStartsTheCutover(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		body   string
		want   Job
	}{
		{"200 with a job", 200, jobBody, Job{"j", "g", "s", "FAILED", "why"}},
		{"200 with an empty object", 200, "{}", Job{}},
		{"200 with null", 200, "null", Job{}},
		{"200 with nulls", 200, `{"_id":"j","errorMessage":null,"sourceGroupId":null}`, Job{ID: "j"}},
		{"201 with a job", 201, `{"_id":"j"}`, Job{ID: "j"}},
		{"202 without body", 202, "", Job{}},
		{"202 with a blank line", 202, "\r\n", Job{}},
		{"204 without body", 204, "", Job{}},
		{"299 without body", 299, "", Job{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := newClient(t, Config{Base: answering(tt.status, tt.body)}).StartCutover(t.Context(), project, migration)
			if err != nil || *got != tt.want {
				t.Errorf("got %+v, %v; want %+v", got, err, tt.want)
			}
		})
	}
}

func TestA2xxThatCannotBeReadIsADecodeError(t *testing.T) {
	bodies := map[string]string{
		"truncated JSON":             `{"_id":"j","stat`,
		"HTML":                       `<html></html>`,
		"an ID that is a number":     `{"_id":1}`,
		"a status that is an object": `{"status":{}}`,
		"an array":                   `[]`,
		"a string":                   `"PENDING"`,
		"garbage after the object":   `{"_id":"j"} x`,
		"two objects":                `{}{}`,
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, Config{Base: answering(200, body, "X-Request-Id", "r1")})
			for call, err := range map[string]error{
				"look":    second(c.LiveMigration(t.Context(), project, migration)),
				"cutover": second(c.StartCutover(t.Context(), project, migration)),
				"job":     second(c.Validation(t.Context(), project, jobID)),
				"start":   second(c.StartLiveMigration(t.Context(), project, MigrationRequest{})),
				"check":   second(c.StartValidation(t.Context(), project, MigrationRequest{})),
				"token":   second(c.CreateLinkToken(t.Context(), organization, nil)),
			} {
				var unreadable *DecodeError
				if !errors.As(err, &unreadable) || unreadable.Status != 200 || unreadable.RequestID != "r1" || isUnsent(err) {
					t.Errorf("%s: got %#v", call, err)
				}
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }

func TestALookWithWrongTypesIsADecodeError(t *testing.T) {
	for _, body := range []string{
		`{"readyForCutover":"true"}`, `{"lagTimeSeconds":"12"}`, `{"lagTimeSeconds":1.5}`,
		`{"lagTimeSeconds":99999999999999999999}`, `{"migrationHosts":"h"}`, "", " ",
	} {
		t.Run(body, func(t *testing.T) {
			var unreadable *DecodeError
			_, err := newClient(t, Config{Base: answering(200, body)}).LiveMigration(t.Context(), project, migration)
			if !errors.As(err, &unreadable) {
				t.Errorf("got %v", err)
			}
		})
	}
}
