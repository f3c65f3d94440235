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

// APIVersion is one of the two forms in which Atlas serves the same API.
type APIVersion string

const (
	// V1 is the older API version: plain JSON. Atlas calls it deprecated, without a
	// date.
	V1 APIVersion = "v1.0"
	// V2 wants a dated version in the Accept header of every call.
	V2 APIVersion = "v2"
)

// prefix is the path that all calls of the API version begin with.
func (d APIVersion) prefix() string { return "/api/atlas/" + string(d) }

// The dated versions of V2. The first has every call that is made here. The
// second has only the two that start something, which are to be removed from
// the first on 2027-07-01; for all other calls the first has no end date.
const (
	version2023 = "2023-01-01"
	version2024 = "2024-05-30"
)

// media is the media type of what is sent and what is asked for; version is of
// no meaning to V1.
func (d APIVersion) media(version string) string {
	if d == V2 {
		return "application/vnd.atlas." + version + "+json"
	}
	return "application/json"
}

// Config is what a [Client] is made of.
type Config struct {
	// BaseURL is scheme, host and port of Atlas, see [ParseBaseURL]; empty means
	// [DefaultBaseURL]. Nothing is ever sent anywhere else.
	BaseURL string
	// APIVersion is V1 or V2; empty means V1.
	APIVersion APIVersion
	// Auth is the credentials, see [APIKey], [ServiceAccount] and [AccessToken].
	Auth Auth
	// Source names the arguments or environment variables that the credentials
	// came from, for errors that are about them.
	Source string
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
	// root is what all URLs begin with.
	root       string
	host       string
	source     string
	apiVersion APIVersion
	rt         http.RoundTripper
	end        func(context.Context) error
	idle       func()
	// unanswerable describes the challenges of a 401 that the credentials have
	// no answer to.
	unanswerable func(http.Header) string
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
	if c.APIVersion == "" {
		c.APIVersion = V1
	}
	if c.APIVersion != V1 && c.APIVersion != V2 {
		return nil, fmt.Errorf("the API version %q is neither %q nor %q", c.APIVersion, V1, V2)
	}
	if c.Auth == nil {
		return nil, errors.New("there are no credentials")
	}
	if c.Base == nil {
		c.Base = newBase()
	}
	rt, end := chain(c.Base, c.Auth, c.UserAgent, base)
	root := base.String() + c.APIVersion.prefix()
	return &Client{
		root: root, host: base.Host, source: c.Source, apiVersion: c.APIVersion, rt: rt, end: end, idle: closeIdle(c.Base),
		unanswerable: unanswerable(c.Auth),
	}, nil
}

// Close revokes the access token of a [ServiceAccount], if there is one that is
// still valid, and closes the connections that are kept. It takes no longer
// than ctx lets it. Its error says that the token could not be revoked, which
// is of no consequence: the token ends by itself within the hour. A client that
// is used again obtains another one.
func (c *Client) Close(ctx context.Context) error {
	defer c.idle()
	return c.end(ctx)
}

// CloseIdleConnections closes the connections that are kept for a next call.
func (c *Client) CloseIdleConnections() { c.idle() }

func closeIdle(rt http.RoundTripper) func() {
	if closer, ok := rt.(interface{ CloseIdleConnections() }); ok {
		return closer.CloseIdleConnections
	}
	return func() {}
}

// unanswerable is how credentials describe a challenge that they have no answer
// to; most are not challenged.
func unanswerable(credentials Auth) func(http.Header) string {
	if c, ok := credentials.(interface{ unanswerable(http.Header) string }); ok {
		return c.unanswerable
	}
	return func(http.Header) string { return "" }
}

// call is one request to the API.
type call struct {
	method string
	path   []string
	// version is the dated version that V2 is asked for.
	version string
	// body is sent as JSON; nil is nothing.
	body any
	// allowEmptyBody is true where the status line says everything, so that an
	// answer without a body is as good as one with it.
	allowEmptyBody bool
}

// read makes a GET and decodes its answer into out. An empty answer is one that
// cannot be read.
func (c *Client) read(ctx context.Context, out any, path ...string) error {
	return c.send(ctx, call{method: http.MethodGet, path: path, version: version2023}, out)
}

// send makes a call and decodes its answer into out; nil leaves it unread.
func (c *Client) send(ctx context.Context, call call, out any) error {
	req, err := c.request(ctx, call)
	if err != nil {
		return &UnsentError{Err: err}
	}
	// The chain is called without an http.Client around it, whose one
	// contribution would be to follow redirects.
	resp, err := c.rt.RoundTrip(req)
	if err != nil {
		return c.denied(fmt.Errorf("%s %s: %w", req.Method, req.URL.EscapedPath(), err))
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if !isSuccess(resp.StatusCode) {
		return c.denied(c.refusal(req, resp, body, err))
	}
	if out == nil {
		return nil
	}
	if err == nil {
		err = decode(body, out, call.allowEmptyBody)
	}
	if err != nil {
		return &DecodeError{
			Method: req.Method, Path: req.URL.EscapedPath(), Status: resp.StatusCode,
			RequestID: requestID(resp.Header), Err: err,
		}
	}
	return nil
}

// refusal is an answer that is not a 2xx.
func (c *Client) refusal(req *http.Request, resp *http.Response, body []byte, unread error) error {
	e := newAPIError(req, resp, body, unread)
	if e.Status == http.StatusUnauthorized {
		e.Challenge = c.unanswerable(resp.Header)
	}
	return e
}

// denied adds the host and the source of the credentials to an error that is
// about them.
func (c *Client) denied(err error) error {
	if !isDenied(err) {
		return err
	}
	return &DeniedError{Host: c.host, Source: c.source, Err: err}
}

func isSuccess(status int) bool { return status >= 200 && status <= 299 }

func (c *Client) request(ctx context.Context, call call) (*http.Request, error) {
	path, err := escape(call.path)
	if err != nil {
		return nil, err
	}
	body := io.Reader(http.NoBody)
	if call.body != nil {
		content, err := json.Marshal(call.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(content)
	}
	req, err := http.NewRequestWithContext(ctx, call.method, c.root+path, body)
	if err != nil {
		return nil, err
	}
	media := c.apiVersion.media(call.version)
	req.Header.Set("Accept", media)
	if call.body != nil {
		req.Header.Set("Content-Type", media)
	}
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
		path.WriteByte('/')
		path.WriteString(url.PathEscape(element))
	}
	return path.String(), nil
}

var errEmptyBody = errors.New("the body is empty")

// checked is an answer that can be well-formed and still not say what the call
// was made for.
type checked interface{ check() error }

func decode(body []byte, out any, allowEmptyBody bool) error {
	if len(bytes.TrimSpace(body)) == 0 {
		if allowEmptyBody {
			return nil
		}
		return errEmptyBody
	}
	if err := json.Unmarshal(body, out); err != nil {
		return err
	}
	if answer, ok := out.(checked); ok {
		return answer.check()
	}
	return nil
}
