// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Dialect is one of the two forms in which Atlas serves the same API.
type Dialect string

const (
	// V1 is the older dialect: plain JSON. Atlas calls it deprecated, without a
	// date.
	V1 Dialect = "v1.0"
	// V2 wants a dated version in the Accept header of every call.
	V2 Dialect = "v2"
)

// prefix is the path that all calls of the dialect begin with.
func (d Dialect) prefix() string { return "/api/atlas/" + string(d) }

// accept is the media type that the dialect's answers are asked for in. The
// 2023-01-01 version has every call that is made here, and no end date.
func (d Dialect) accept() string {
	if d == V2 {
		return "application/vnd.atlas.2023-01-01+json"
	}
	return "application/json"
}

// Config is what a [Client] is made of.
type Config struct {
	// BaseURL is scheme, host and port of Atlas, see [ParseBaseURL]; empty means
	// [DefaultBaseURL]. Nothing is ever sent anywhere else.
	BaseURL string
	// Dialect is V1 or V2; empty means V1.
	Dialect Dialect
	// Auth is the credentials, see [APIKey] and [AccessToken].
	Auth Auth
	// UserAgent names the program that makes the calls.
	UserAgent string
	// Base sends the requests; nil is the real network. One that is given must
	// fire the GotConn hook of net/http/httptrace as [http.Transport] does,
	// because its absence is the evidence for an [*UnsentError].
	Base http.RoundTripper
}

// Client makes calls to Atlas. It is safe for concurrent use, follows no
// redirect, and keeps no cookie.
type Client struct {
	base    *url.URL
	dialect Dialect
	rt      http.RoundTripper
	idle    func()
}

// New makes a client. It sends nothing.
func New(c Config) (*Client, error) {
	if c.BaseURL == "" {
		c.BaseURL = DefaultBaseURL
	}
	base, err := ParseBaseURL(c.BaseURL)
	if err != nil {
		return nil, err
	}
	if c.Dialect == "" {
		c.Dialect = V1
	}
	if c.Dialect != V1 && c.Dialect != V2 {
		return nil, fmt.Errorf("the API version %q is neither %q nor %q", c.Dialect, V1, V2)
	}
	if c.Auth == nil {
		return nil, errors.New("there are no credentials")
	}
	if c.Base == nil {
		c.Base = newBase()
	}
	return &Client{
		base:    base,
		dialect: c.Dialect,
		rt:      chain(c.Base, c.Auth, c.UserAgent, base),
		idle:    closeIdle(c.Base),
	}, nil
}

// CloseIdleConnections closes the connections that are kept for a next call.
func (c *Client) CloseIdleConnections() { c.idle() }

func closeIdle(rt http.RoundTripper) func() {
	if closer, ok := rt.(interface{ CloseIdleConnections() }); ok {
		return closer.CloseIdleConnections
	}
	return func() {}
}

// read makes a GET and decodes its answer into out. An empty answer is one that
// cannot be read.
func (c *Client) read(ctx context.Context, out any, elements ...string) error {
	return c.send(ctx, http.MethodGet, out, false, elements)
}

// command makes a PUT without a body. Its answer may be empty: the status line
// has said everything.
func (c *Client) command(ctx context.Context, out any, elements ...string) error {
	return c.send(ctx, http.MethodPut, out, true, elements)
}

func (c *Client) send(ctx context.Context, method string, out any, mayBeEmpty bool, elements []string) error {
	req, err := c.request(ctx, method, elements)
	if err != nil {
		return &UnsentError{Err: err}
	}
	// The chain is called without an http.Client around it, whose one
	// contribution would be to follow redirects.
	resp, err := c.rt.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, req.URL.EscapedPath(), err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return newAPIError(req, resp, body, err)
	}
	if err == nil {
		err = decode(body, out, mayBeEmpty)
	}
	if err != nil {
		return &DecodeError{
			Method: method, Path: req.URL.EscapedPath(), Status: resp.StatusCode,
			RequestID: requestID(resp.Header), Err: err,
		}
	}
	return nil
}

func (c *Client) request(ctx context.Context, method string, elements []string) (*http.Request, error) {
	path, err := escape(elements)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base.String()+c.dialect.prefix()+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", c.dialect.accept())
	return req, nil
}

var errPathElement = errors.New("an empty id, or one of dots alone, would name another call")

// escape is the only place where ids become part of a path.
func escape(elements []string) (string, error) {
	var path strings.Builder
	for _, element := range elements {
		if strings.Trim(element, ".") == "" {
			return "", errPathElement
		}
		path.WriteString("/" + url.PathEscape(element))
	}
	return path.String(), nil
}

var errEmptyBody = errors.New("the body is empty")

func decode(body []byte, out any, mayBeEmpty bool) error {
	if len(bytes.TrimSpace(body)) == 0 {
		if mayBeEmpty {
			return nil
		}
		return errEmptyBody
	}
	return json.Unmarshal(body, out)
}
