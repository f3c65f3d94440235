// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/icholy/digest"
)

func addBodies(f *testing.F, bodies ...string) {
	f.Helper()
	for _, body := range append(bodies, "", "null", "{}", "[]", "<html>", `{"_id":1}`, `{"_id":"a"} x`, "\xff", `"`) {
		f.Add(body)
	}
}

// fuzzed is a client of a server that answers every request alike.
func fuzzed(t *testing.T, status int, body string, header ...string) *Client {
	t.Helper()
	return newClient(t, Config{Base: answering(status, body, header...)})
}

// readOrUnreadable asserts that a 2xx is read if its body is JSON of the right
// kind, and a DecodeError otherwise.
func readOrUnreadable(t *testing.T, body string, kind byte, err error) {
	t.Helper()
	var unreadable *DecodeError
	if err != nil && (!errors.As(err, &unreadable) || strings.ContainsFunc(err.Error(), unicode.IsControl)) {
		t.Errorf("%q became %v", body, err)
	}
	text := bytes.TrimSpace([]byte(body))
	if err == nil && (!json.Valid(text) || text[0] != kind && string(text) != "null") {
		t.Errorf("%q was read", body)
	}
}

const documentedJob = `{"_id":"a659ce44c03ca1e348b1e992","groupId":"7e68e12770616e75e6df43d0","sourceGroupId":"7e68e12770616e75e6df43d0","status":"PENDING"}`

func FuzzJob(f *testing.F) {
	addBodies(f, documentedJob, jobBody, `{"_id":"j","errorMessage":null}`, `{"status":{}}`)
	f.Fuzz(func(t *testing.T, body string) {
		c := fuzzed(t, 200, body)
		job, err := c.Validation(t.Context(), project, jobID)
		readOrUnreadable(t, body, '{', err)
		started, startErr := c.StartValidation(t.Context(), project, MigrationRequest{})
		readOrUnreadable(t, body, '{', startErr)
		if (startErr == nil) != (err == nil && job.ID != "") || startErr == nil && *started != *job {
			t.Errorf("%q is %+v, %v and, as a start, %+v, %v", body, job, err, started, startErr)
		}
		requested, err := c.StartCutover(t.Context(), project, migration)
		if err == nil && strings.TrimSpace(body) == "" && *requested != (Job{}) {
			t.Errorf("%q is %+v", body, requested)
		}
	})
}

func FuzzLiveMigration(f *testing.F) {
	addBodies(f,
		`{"_id":"m","status":"WORKING","readyForCutover":true,"lagTimeSeconds":12,"migrationHosts":["h"]}`,
		`{"_id":"m","status":null,"readyForCutover":null,"lagTimeSeconds":null,"migrationHosts":null}`,
		`{"_id":"m","status":"PENDING"}`, `{"lagTimeSeconds":1e3}`, `{"readyForCutover":"true"}`)
	f.Fuzz(func(t *testing.T, body string) {
		c := fuzzed(t, 201, body)
		m, err := c.LiveMigration(t.Context(), project, migration)
		readOrUnreadable(t, body, '{', err)
		_, startErr := c.StartLiveMigration(t.Context(), project, MigrationRequest{})
		readOrUnreadable(t, body, '{', startErr)
		if (startErr == nil) != (err == nil && m.ID != "") {
			t.Errorf("%q is %+v, %v and, as a start, %v", body, m, err, startErr)
		}
	})
}

func FuzzAvailableProjects(f *testing.F) {
	addBodies(f, availableBody, `[{"deployments":[{"oplogSizeMB":8796093022208}]}]`, `[{"deployments":[{"dbSizeBytes":-1}]}]`)
	f.Fuzz(func(t *testing.T, body string) {
		_, err := fuzzed(t, 200, body).AvailableProjects(t.Context(), organization)
		readOrUnreadable(t, body, '[', err)
	})
}

func isOneLine(text string, limit int) bool {
	return utf8.RuneCountInString(text) <= limit && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

func FuzzAPIError(f *testing.F) {
	for _, body := range []string{
		`{"error":404,"errorCode":"RESOURCE_NOT_FOUND","reason":"Not Found","detail":"d","parameters":null,"badRequestDetail":{"fields":[{"field":"f","description":"d"}]}}`,
		unauthorized, `{"error":"invalid_client","error_description":"d"}`, `{"detail":1}`, "<html>", "words", "", "\x1b[2J", `{"detail":"\u202e"}`,
	} {
		f.Add(404, body, "r")
		f.Add(302, body, "")
	}
	f.Fuzz(func(t *testing.T, status int, body, id string) {
		if status < 300 || status > 999 {
			return
		}
		_, err := fuzzed(t, status, body, "X-Request-Id", id).StartCutover(t.Context(), project, migration)
		e, ok := asAPIError(err)
		if !ok || e.Status != status {
			t.Fatalf("%d %q became %v", status, body, err)
		}
		if !isOneLine(e.Code, shortText) || !isOneLine(e.Reason, shortText) || !isOneLine(e.Detail, longText) ||
			!isOneLine(e.RequestID, shortText) || !isOneLine(e.Error(), 4000) {
			t.Errorf("%d %q is %+v", status, body, e)
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{"", "0", "2", "-1", "1000000000", "99999999999999999999", "soon", "1.5", "Wed, 21 Oct 2065 07:28:00 GMT"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		header := http.Header{"Retry-After": {value}}
		if after := retryAfter(header); after < 0 || after > maxRetryAfter {
			t.Errorf("%q is %v", value, after)
		}
		if v := decide("GET", 1, &http.Response{StatusCode: 429, Header: header}, nil); v.after < 0 || v.after > maxPause {
			t.Errorf("%q is %+v", value, v)
		}
		s := newTokens(nil)
		s.backOff(&APIError{Status: 429, RetryAfter: retryAfter(header)})
		if pause := time.Until(s.until); pause > maxTokenPause || pause < minTokenPause/2 {
			t.Errorf("%q leaves the token endpoint alone for %v", value, pause)
		}
	})
}

func FuzzChallenge(f *testing.F) {
	f.Add(`Digest realm="MMS Public API", domain="", nonce="n", algorithm=MD5, qop="auth", stale=false`, `Digest realm="r", nonce="m", algorithm=SHA-256, qop="auth"`)
	f.Add(`Digest realm="MMS Public API", nonce="n", op="auth"`, `Basic realm="r"`)
	f.Add(`Digest realm="r`, `Digest nonce=`)
	f.Add("Digest", `Digest nonce="n", qop="auth-int, auth", opaque="\"", userhash=true`)
	for _, form := range challengeForms {
		lines := form.write([]string{`Digest realm="r", nonce="n", algorithm=MD5-sess, qop="auth"`, `Digest realm="r", nonce="m", algorithm=SHA-256, qop="auth"`})
		f.Add(strings.Join(lines[:1], ""), strings.Join(lines[1:], ", "))
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		header := http.Header{"Www-Authenticate": {one, two}}
		challenge, err := strongestChallenge(header)
		if err != nil && !errors.Is(err, digest.ErrNoChallenge) {
			t.Fatalf("%q %q: %v", one, two, err)
		}
		if err == nil && (challenge.Nonce == "" || !canAnswer(challenge)) {
			t.Fatalf("%q %q: %+v", one, two, challenge)
		}
		requests := 0
		c := newClient(t, Config{Auth: APIKey("public", "private"), Base: wire(func(*http.Request) (*http.Response, error) {
			requests++
			resp := answer(401, unauthorized)
			resp.Header = header
			return resp, nil
		})})
		_, refusal := c.StartCutover(t.Context(), project, migration)
		if e, ok := asAPIError(refusal); !ok || e.Detail != "You are not authorized for this resource." || (requests == 2) != (err == nil) || requests > 2 {
			t.Errorf("%q %q: %v after %d requests", one, two, refusal, requests)
		} else if !isOneLine(e.Challenge, shortText) || err == nil && e.Challenge != "" {
			t.Errorf("%q %q is described as %q", one, two, e.Challenge)
		}
	})
}

// FuzzBody sends a body over and over, up to more than what is read of one.
func FuzzBody(f *testing.F) {
	for _, body := range []string{documentedJob, availableBody, unauthorized, "", " ", "<", "[", `{"_id":"`, "\xff"} {
		f.Add(200, body, 1)
		f.Add(401, body, 1)
		f.Add(503, body, 3)
	}
	for _, body := range []string{" ", "[", `{"_id":"`} {
		f.Add(200, body, bodyLimit)
		f.Add(503, body, bodyLimit)
	}
	f.Fuzz(func(t *testing.T, status int, body string, times int) {
		if status < 200 || status > 999 || times < 0 {
			return
		}
		read, content := 0, strings.Repeat(body, min(times, 2*bodyLimit/max(len(body), 1)))
		c := newClient(t, Config{Auth: APIKey("a", "b"), Base: wire(func(*http.Request) (*http.Response, error) {
			resp := answer(status, "")
			resp.Body = io.NopCloser(counted{strings.NewReader(content), &read})
			return resp, nil
		})})
		for _, call := range []func() error{
			func() error { return second(c.StartCutover(t.Context(), project, migration)) },
			func() error { return second(c.StartLiveMigration(t.Context(), project, MigrationRequest{})) },
			func() error { return second(c.CreateLinkToken(t.Context(), organization, nil)) },
			func() error { return c.DeleteLink(t.Context(), organization) },
		} {
			if status == 429 {
				return // Repeated after a pause, in real time here.
			}
			read = 0
			hasOneShape(t, status, call())
			if read > bodyLimit+1 {
				t.Errorf("%d bytes were read", read)
			}
		}
	})
}

func hasOneShape(t *testing.T, status int, err error) {
	t.Helper()
	var unreadable *DecodeError
	switch refused, ok := asAPIError(err); {
	case status <= 299 && err != nil && !errors.As(err, &unreadable),
		status > 299 && (!ok || refused.Status != status || errors.As(err, &unreadable)):
		t.Errorf("%d became %v", status, err)
	}
}

// counted notes how much is read.
type counted struct {
	io.Reader
	read *int
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	*c.read += n
	return n, err
}

func FuzzToken(f *testing.F) {
	for _, body := range []string{
		`{"access_token":"t","token_type":"Bearer","expires_in":3600}`, `{"access_token":"t","expires_in":"1e9"}`, `{"access_token":""}`,
		`{"access_token":"t","error":"e"}`, `{"error":"invalid_client","error_description":"d"}`, unauthorized, "access_token=t&expires_in=-1",
		"<html>", "", "null",
	} {
		f.Add(200, body, "application/json")
		f.Add(400, body, "text/plain")
	}
	f.Fuzz(func(t *testing.T, status int, body, media string) {
		if status < 200 || status > 999 {
			return
		}
		s := newOAuthServer()
		s.onToken = func(*http.Request) (*http.Response, error) { return answer(status, body, "Content-Type", media), nil }
		c := newClient(t, Config{Base: s, Auth: ServiceAccount(clientID, clientSecret)})
		err := second(c.StartCutover(t.Context(), project, migration))
		log := s.log()
		if len(log) == 1 && !isUnsent(err) || len(log) == 2 && (status > 299 || StatusOf(err) != 401) || len(log) > 2 {
			t.Errorf("%d %q became %v after %q", status, body, err, log)
		}
		var unreadable *DecodeError
		if errors.As(err, &unreadable) || strings.ContainsFunc(err.Error(), unicode.IsControl) {
			t.Errorf("%d %q became %v", status, body, err)
		}
	})
}
