// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"
)

// roundTrip is one stage of the chain.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip calls the stage.
func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// chain is the journey of every request, from the network outwards; a request
// passes it from the last line to the first. Beside it, what is to be done when
// there are no more requests.
func chain(base http.RoundTripper, auth Auth, agent string, baseURL *url.URL) (http.RoundTripper, func(context.Context) error) {
	rt := base
	// Nearest to the network, so that each request that goes over the wire has
	// its own time, its own evidence of having left, and a body that was read
	// before its connection was let go. Under the credentials, which close the
	// body of a 401 before they know whether they can answer it: a body that
	// rewinds when it is closed keeps Atlas's own words.
	rt = attempt(rt)
	// Under the credentials, so that requests which they make themselves bear
	// the name as well.
	rt = withUserAgent(rt, agent)
	rt = auth.wrap(rt, baseURL)
	end := ending(rt)
	// Outside the credentials, so that it never sees them.
	rt = withLogging(rt)
	// Outside the log, so that it does not count what is waited for here, and
	// outside the credentials, whose challenges say nothing of what remains.
	rt = withRateLimit(rt)
	// Outside the credentials, so that each attempt is signed again, outside the
	// log, so that each attempt is logged, and outside the pace, so that each
	// attempt keeps to it.
	return withRetry(rt), end
}

// ending is how credentials come to their end; most just do.
func ending(credentials http.RoundTripper) func(context.Context) error {
	if c, ok := credentials.(interface{ end(context.Context) error }); ok {
		return c.end
	}
	return func(context.Context) error { return nil }
}

func withUserAgent(next http.RoundTripper, agent string) http.RoundTripper {
	if agent == "" {
		return next
	}
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		req = req.Clone(req.Context())
		req.Header.Set("User-Agent", agent)
		return next.RoundTrip(req)
	})
}

// newBase is the real network.
func newBase() *http.Transport {
	// HTTP/2 is left out: an HTTP/2 transport sends a request again by itself
	// when its stream is reset, whatever its method.
	http1 := new(http.Protocols)
	http1.SetHTTP1(true)
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		Protocols:              http1,
		MaxIdleConns:           20,
		MaxIdleConnsPerHost:    20,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		// Answers are small, and a compressed one could unpack to any size.
		DisableCompression: true,
	}
}

var errProxy = errors.New("the address of the proxy in the environment cannot be read")

// proxy is the environment's proxy. What is wrong with its address is not
// passed on, because the address can contain a password.
func proxy(req *http.Request) (*url.URL, error) {
	u, err := http.ProxyFromEnvironment(req)
	if err != nil {
		return nil, errProxy
	}
	return u, nil
}
