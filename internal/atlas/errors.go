// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	// shortText and longText bound, in runes, what is passed on of a server's
	// words. Proxies answer with whole pages.
	shortText = 100
	longText  = 500
)

// APIError is an answer that is not a 2xx. It may be Atlas's own or that of a
// proxy on the way: classify by Status first and Code second.
type APIError struct {
	Method string
	Path   string
	Status int
	// Code is errorCode, for example RESOURCE_NOT_FOUND; empty where the answer
	// has none.
	Code string
	// Reason is the answer's name for its status.
	Reason string
	// Detail is Atlas's own explanation, one line of at most 500 runes. Nothing
	// may depend on its wording.
	Detail string
	// Fields say what was wrong with which part of the request.
	Fields []FieldError
	// RetryAfter is how long the server asked to be left alone, at most 24
	// hours; 0 if it did not say, or nothing that makes sense.
	RetryAfter time.Duration
	// RequestID is for the other side's people; empty if there is none.
	RequestID string
	// Challenge names the schemes and algorithms that a 401 asked for, if none
	// of them can be answered: then the credentials were not checked. It is empty
	// otherwise.
	Challenge string
}

// FieldError is what was wrong with one field of a request.
type FieldError struct{ Field, Description string }

// Error is one line, such as `404 RESOURCE_NOT_FOUND: ` and Atlas's detail.
func (e *APIError) Error() string {
	text := strconv.Itoa(e.Status)
	switch {
	case e.Code != "":
		text += " " + e.Code
	case e.Reason != "":
		text += " " + e.Reason
	}
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	for _, f := range e.Fields {
		text += fmt.Sprintf(" (%s: %s)", f.Field, f.Description)
	}
	if e.Challenge != "" {
		text += fmt.Sprintf(" (challenge: %s)", e.Challenge)
	}
	return text
}

// DecodeError is a 2xx whose body cannot be read: cut short, too large, not
// JSON, or with a value of another type than documented. Atlas has done what it
// was asked to.
type DecodeError struct {
	Method    string
	Path      string
	Status    int
	RequestID string
	Err       error
}

// Error is one line, and quotes nothing of the body.
func (e *DecodeError) Error() string {
	return fmt.Sprintf("the answer %d cannot be read: %s", e.Status, printable(e.Err.Error(), longText))
}

// Unwrap gives the cause.
func (e *DecodeError) Unwrap() error { return e.Err }

// UnsentError is a request that provably never left this machine, because it
// never had a connection: the name did not resolve, nobody answered the dial,
// the TLS handshake failed, the call was cancelled before, or there was no
// access token to send it with. The last can hold an [*APIError], which is then
// the token endpoint's answer and not that of the call: its Path says so. An
// earlier request of the same call, if there was one, has been answered with 401
// or 429 and had no effect.
type UnsentError struct{ Err error }

// Error is the cause's text.
func (e *UnsentError) Error() string { return "not sent: " + e.Err.Error() }

// Unwrap gives the cause.
func (e *UnsentError) Unwrap() error { return e.Err }

// Untrusted reports whether an error is a server certificate that does not hold.
func Untrusted(err error) bool {
	var (
		failed    *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	return errors.As(err, &failed) || errors.As(err, &authority) || errors.As(err, &name) || errors.As(err, &invalid)
}

func asAPIError(err error) (*APIError, bool) {
	var e *APIError
	ok := errors.As(err, &e)
	return e, ok
}

// DeniedError means that Atlas does not accept the credentials: 401, 403, or no
// access token for a service account.
type DeniedError struct {
	// Host is where the call went.
	Host string
	// Source names the arguments or environment variables that the credentials
	// came from.
	Source string
	Err    error
}

// Error is the cause's text, with the host and the names beside it.
func (e *DeniedError) Error() string {
	text := strings.TrimSuffix(e.Err.Error(), ".") + " (host " + e.Host
	if e.Source != "" {
		text += ", credentials from " + e.Source
	}
	return text + ")"
}

// Unwrap gives the cause.
func (e *DeniedError) Unwrap() error { return e.Err }

// isDenied reports whether Atlas did not accept the credentials.
func isDenied(err error) bool {
	api, ok := asAPIError(err)
	switch {
	case !ok:
		return false
	case api.Status == http.StatusUnauthorized || api.Status == http.StatusForbidden:
		return true
	default:
		return isTokenless(err) && api.Status < http.StatusInternalServerError && api.Status != http.StatusTooManyRequests
	}
}

// StatusOf is the status of the APIError in an error; 0 if there is none.
func StatusOf(err error) int {
	if e, ok := asAPIError(err); ok {
		return e.Status
	}
	return 0
}

type errorAnswer struct {
	Code    string `json:"errorCode"`
	Reason  string `json:"reason"`
	Detail  string `json:"detail"`
	Request struct {
		Fields []struct {
			Field       string `json:"field"`
			Description string `json:"description"`
		} `json:"fields"`
	} `json:"badRequestDetail"`
}

func newAPIError(req *http.Request, resp *http.Response, body []byte, unread error) *APIError {
	e := &APIError{
		Method: req.Method, Path: req.URL.EscapedPath(), Status: resp.StatusCode,
		Reason:     http.StatusText(resp.StatusCode),
		RetryAfter: retryAfter(resp.Header),
		RequestID:  requestID(resp.Header),
	}
	text := strings.TrimSpace(string(body))
	switch {
	case strings.HasPrefix(text, "<"):
		e.Detail = "an HTML page"
	case unread != nil:
	case strings.HasPrefix(text, "{"):
		e.fill(body)
	default:
		e.Detail = printable(text, longText)
	}
	return e
}

// fill takes what it can: an answer with one value of an unexpected type can
// still say what is wrong in its other ones.
func (e *APIError) fill(body []byte) {
	var answer errorAnswer
	var mistyped *json.UnmarshalTypeError
	if err := json.Unmarshal(body, &answer); err != nil && !errors.As(err, &mistyped) {
		return
	}
	e.Code = printable(answer.Code, shortText)
	e.Detail = printable(answer.Detail, longText)
	if reason := printable(answer.Reason, shortText); reason != "" {
		e.Reason = reason
	}
	for _, f := range answer.Request.Fields {
		if len(e.Fields) == 10 {
			return
		}
		e.Fields = append(e.Fields, FieldError{printable(f.Field, shortText), printable(f.Description, shortText)})
	}
}

// printable makes one line of a server's words that is safe to print to a
// terminal, and no longer than limit runes.
func printable(text string, limit int) string {
	blanked := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	runes := []rune(strings.Join(strings.Fields(blanked), " "))
	if len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return string(runes)
}
