// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestARefusalIsToldInAtlassOwnWords(t *testing.T) {
	const notFound = `{"error":404,"errorCode":"RESOURCE_NOT_FOUND","reason":"Not Found","detail":"Cannot find it.","parameters":["x"],"badRequestDetail":null}`
	for _, tt := range []struct {
		name   string
		status int
		body   string
		header []string
		want   APIError
		text   string
	}{
		{"with a code", 404, notFound, []string{"X-Request-Id", "r1"},
			APIError{Status: 404, Code: "RESOURCE_NOT_FOUND", Reason: "Not Found", Detail: "Cannot find it.", RequestID: "r1"},
			"404 RESOURCE_NOT_FOUND: Cannot find it."},
		{"without a code", 401, `{"error":401,"reason":"Unauthorized","detail":"You are not authorized for this resource."}`, nil,
			APIError{Status: 401, Reason: "Unauthorized", Detail: "You are not authorized for this resource."},
			"401 Unauthorized: You are not authorized for this resource."},
		{"with fields", 400, `{"error":400,"errorCode":"INVALID_ATTRIBUTE","detail":"d","badRequestDetail":{"fields":[{"field":"f","description":"is odd"}]}}`, nil,
			APIError{Status: 400, Code: "INVALID_ATTRIBUTE", Reason: "Bad Request", Detail: "d", Fields: []FieldError{{"f", "is odd"}}},
			"400 INVALID_ATTRIBUTE: d (f: is odd)"},
		{"one wrong type does not lose the rest", 409, `{"error":"409","errorCode":7,"reason":"Conflict","detail":"d","badRequestDetail":"?"}`, nil,
			APIError{Status: 409, Reason: "Conflict", Detail: "d"}, "409 Conflict: d"},
		{"a proxy's page is not echoed", 503, "\n<!DOCTYPE html><html>secrets</html>", nil,
			APIError{Status: 503, Reason: "Service Unavailable", Detail: "an HTML page"}, "503 Service Unavailable: an HTML page"},
		{"a proxy's line is", 403, "blocked by\r\n\tpolicy \x1b[31m7\x1b[0m", nil,
			APIError{Status: 403, Reason: "Forbidden", Detail: "blocked by policy [31m7 [0m"}, "403 Forbidden: blocked by policy [31m7 [0m"},
		{"truncated JSON says nothing", 500, `{"detail":"half`, nil,
			APIError{Status: 500, Reason: "Internal Server Error"}, "500 Internal Server Error"},
		{"no body, and a status without a name", 599, "", nil, APIError{Status: 599}, "599"},
		{"Retry-After", 429, `{"errorCode":"RATE_LIMITED"}`, []string{"Retry-After", "90"},
			APIError{Status: 429, Code: "RATE_LIMITED", Reason: "Too Many Requests", RetryAfter: 90 * time.Second}, "429 RATE_LIMITED"},
		{"the other name of a request's ID", 500, "", []string{"X-Mongodb-Request-Id", "r2"},
			APIError{Status: 500, Reason: "Internal Server Error", RequestID: "r2"}, "500 Internal Server Error"},
		{"a redirect", 302, "", []string{"Location", "https://elsewhere.example/"},
			APIError{Status: 302, Reason: "Found"}, "302 Found"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.Method, tt.want.Path = "PUT", "/api/atlas/v1.0/groups/"+project+"/liveMigrations/"+migration+"/cutover"
			_, err := newClient(t, Config{Base: answering(tt.status, tt.body, tt.header...)}).StartCutover(t.Context(), project, migration)
			got, ok := asAPIError(fmt.Errorf("wrapped: %w", err))
			if !ok || !reflect.DeepEqual(*got, tt.want) {
				t.Fatalf("got  %+v\nwant %+v", got, tt.want)
			}
			if withoutSource(err) != tt.text {
				t.Errorf("got  %s\nwant %s", err, tt.text)
			}
			if StatusOf(err) != tt.status {
				t.Errorf("StatusOf is %d", StatusOf(err))
			}
		})
	}
}

func TestAServersWordsAreBounded(t *testing.T) {
	long := strings.Repeat("ä", 5000)
	body := fmt.Sprintf(`{"errorCode":%q,"reason":%q,"detail":%q,"badRequestDetail":{"fields":[%s{}]}}`,
		long, long, long, strings.Repeat(fmt.Sprintf(`{"field":%q,"description":%q},`, long, long), 50))
	_, err := newClient(t, Config{Base: answering(400, body)}).StartCutover(t.Context(), project, migration)
	e, ok := asAPIError(err)
	if !ok || utf8.RuneCountInString(e.Detail) != 500 || utf8.RuneCountInString(e.Code) != 100 || len(e.Fields) != 10 {
		t.Fatalf("got %d %d %d", len(e.Detail), len(e.Code), len(e.Fields))
	}
	if strings.ContainsRune(err.Error(), '\n') || utf8.RuneCountInString(err.Error()) > 3000 {
		t.Errorf("%d runes: %s", utf8.RuneCountInString(err.Error()), err)
	}
}

func TestWhatAnErrorOfTheWireQuotesIsBounded(t *testing.T) {
	words := "\x1b[2J" + strings.Repeat("ä", 5000)
	noHeader, _ := serve(t, raw("HTTP/1.1 200 OK\r\n"+words+"\r\n\r\n"))
	proxy, _ := serve(t, raw("HTTP/1.1 407 "+words+"\r\n\r\n"))
	proxyURL, err := url.Parse(proxy)
	if err != nil {
		t.Fatal(err)
	}
	proxied := newBase()
	proxied.Proxy = http.ProxyURL(proxyURL)
	for _, tt := range []struct {
		name   string
		config Config
		unsent bool
	}{
		{"a header line that is none", Config{BaseURL: noHeader}, false},
		{"the reason of a proxy", Config{Base: proxied}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := newClient(t, tt.config).StartCutover(t.Context(), project, migration)
			if err == nil || isUnsent(err) != tt.unsent || !strings.Contains(err.Error(), "ää") || !isOneLine(err.Error(), 2*longText) {
				t.Errorf("got %q", err)
			}
		})
	}
}

func TestStatusOfOtherErrorsIsZero(t *testing.T) {
	for _, err := range []error{nil, errors.New("x"), &DecodeError{Status: 200, Err: errEmptyBody}, &UnsentError{Err: errProxy}} {
		if got := StatusOf(err); got != 0 {
			t.Errorf("StatusOf(%v) = %d", err, got)
		}
	}
}

func TestUntrustedIsEveryCertificateThatDoesNotHold(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want bool
	}{
		{"nothing", nil, false},
		{"another error", errors.New("x509: certificate signed by unknown authority"), false},
		{"not TLS at all", tls.RecordHeaderError{}, false},
		{"a failed verification", &UnsentError{Err: &tls.CertificateVerificationError{}}, true},
		{"an unknown authority", fmt.Errorf("x: %w", x509.UnknownAuthorityError{}), true},
		{"another name", x509.HostnameError{}, true},
		{"an expired one", x509.CertificateInvalidError{}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Untrusted(tt.err); got != tt.want {
				t.Errorf("Untrusted is %v", got)
			}
		})
	}
}

// withoutSource is an error's text without where the call went.
func withoutSource(err error) string {
	var denied *DeniedError
	if errors.As(err, &denied) {
		return denied.Err.Error()
	}
	return err.Error()
}

func TestARefusalNamesTheHostAndWhereTheCredentialsCameFrom(t *testing.T) {
	const named = "(host cloud.mongodb.com, credentials from environment variable X)"
	for status, want := range map[int]string{
		401: "401 Unauthorized: No " + named,
		403: "403 Forbidden: No " + named,
		400: "400 Bad Request: No.",
		404: "404 Not Found: No.",
		500: "500 Internal Server Error: No.",
	} {
		c := newClient(t, Config{Base: answering(status, `{"detail":"No."}`), Source: "environment variable X"})
		if _, err := c.StartCutover(t.Context(), project, migration); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestARefusedTokenNamesTheHostAndWhereTheCredentialsCameFrom(t *testing.T) {
	for status, want := range map[int]bool{400: true, 401: true, 403: true, 404: true, 429: false, 500: false} {
		s := newOAuthServer()
		s.onToken = func(req *http.Request) (*http.Response, error) {
			connect(req)
			return answer(status, ""), nil
		}
		err := look(t, s.client(t))
		if got := strings.Contains(err.Error(), "(host cloud.mongodb.com"); got != want {
			t.Errorf("%d: %s", status, err)
		}
	}
}
