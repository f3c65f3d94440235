// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	readTime  = 30 * time.Second
	writeTime = 60 * time.Second
	// bodyLimit is far beyond what any call answers with, except for a list.
	bodyLimit = 1 << 20
	// listLimit is for a list, which grows with what is listed.
	listLimit = 32 << 20
)

var errBodyTooLarge = errors.New("the body is too large")

type bodyLimitKey struct{}

// withBodyLimit makes the limit of the bodies that are read under a context
// another one than [bodyLimit], if they are answers of success.
func withBodyLimit(ctx context.Context, limit int) context.Context {
	return context.WithValue(ctx, bodyLimitKey{}, limit)
}

func bodyLimitOf(req *http.Request, status int) int {
	if limit, ok := req.Context().Value(bodyLimitKey{}).(int); ok && isSuccess(status) {
		return limit
	}
	return bodyLimit
}

// attempt is one request over the wire. It gives the request its own time,
// reads the whole answer into memory, and says so if the request provably never
// left this machine.
//
// A body that breaks off does not turn the answer into an error, because the
// status line has been received and decides. The body ends in that error.
func attempt(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		if err := gateOf(req.Context())(); err != nil {
			return nil, &UnsentError{Err: err}
		}
		begin := time.Now()
		ctx, cancel := context.WithTimeout(req.Context(), timeFor(req.Method))
		defer cancel()
		ctx, connection := watchConnection(ctx)
		resp, err := next.RoundTrip(req.WithContext(ctx))
		if refused := connection.refused.Load(); err != nil && refused != nil {
			return nil, &UnsentError{Err: *refused}
		}
		if err != nil {
			return nil, classify(late(req.Context(), ctx, err, begin), connection.got.Load())
		}
		// The digest credentials ask the response where it came from.
		resp.Request = req
		body := slurp(resp, bodyLimitOf(req, resp.StatusCode))
		body.end = late(req.Context(), ctx, body.end, begin)
		resp.Body = body
		return resp, nil
	})
}

func timeFor(method string) time.Duration {
	if method == http.MethodGet {
		return readTime
	}
	return writeTime
}

// late says that there was no time left, and tells the end of the attempt's own from
// the end of the caller's.
func late(caller, own context.Context, err error, begin time.Time) error {
	if err != nil && errors.Is(own.Err(), context.DeadlineExceeded) {
		return &lateError{time.Since(begin).Round(time.Second), caller.Err()}
	}
	return err
}

// lateError wraps the caller's deadline, if that is what passed.
type lateError struct {
	after  time.Duration
	caller error
}

func (e *lateError) Error() string { return fmt.Sprintf("no whole answer within %s", e.after) }

func (e *lateError) Unwrap() error { return e.caller }

// classify tells a request that never left from one that may have arrived.
func classify(err error, connected bool) error {
	err = &wireError{err}
	if !connected {
		return &UnsentError{Err: err}
	}
	return err
}

// wireError is what went wrong on the wire. What it was can quote the other
// side: the reason of a proxy, or a header line that is none.
type wireError struct{ err error }

func (e *wireError) Error() string { return printable(e.err.Error(), longText) }

func (e *wireError) Unwrap() error { return e.err }

// slurp reads a body into memory, so that its connection and the attempt's time
// can end before anybody has looked at it.
func slurp(resp *http.Response, limit int) *memory {
	if resp.Body == nil {
		resp.Body = http.NoBody
	}
	defer func() { _ = resp.Body.Close() }()
	var body io.Reader = resp.Body
	if resp.StatusCode == http.StatusSwitchingProtocols {
		// The body is the bare connection, which nobody asked for. Neither time
		// nor an interrupt would end a read from it.
		body = http.NoBody
	}
	content, err := io.ReadAll(io.LimitReader(body, int64(limit)+1))
	if len(content) > limit {
		content, err = content[:limit], fmt.Errorf("%w: larger than %d MiB", errBodyTooLarge, limit>>20)
	}
	return &memory{content: content, end: err, reader: bytes.NewReader(content)}
}

// memory is a body that has been read. Closing it rewinds it, because the digest
// credentials drain and close the body of every 401, and then return that very
// answer when it has no challenge that they can use.
type memory struct {
	content []byte
	end     error
	reader  *bytes.Reader
}

// Read reads the body, and ends as the real one did.
func (m *memory) Read(p []byte) (int, error) {
	n, err := m.reader.Read(p)
	if errors.Is(err, io.EOF) && m.end != nil {
		return n, m.end
	}
	return n, err
}

// Close rewinds.
func (m *memory) Close() error {
	m.reader.Reset(m.content)
	return nil
}
