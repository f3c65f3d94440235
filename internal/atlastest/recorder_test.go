// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlastest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"sync"
)

// exchange is one request and its answer, as they were on the wire.
type exchange struct {
	url    *url.URL
	status int
	header http.Header
	body   []byte
}

// field is a field of the answer's object; nil if it has none.
func (e *exchange) field(name string) any {
	var object map[string]any
	if json.Unmarshal(e.body, &object) != nil {
		return nil
	}
	return object[name]
}

// text is a field of the answer's object that is a string.
func (e *exchange) text(name string) string {
	text, _ := e.field(name).(string)
	return text
}

// recorder keeps the exchanges that pass it. It stands below the credentials.
type recorder struct {
	next http.RoundTripper

	mu        sync.Mutex
	exchanges []*exchange
	accept    string
}

// RoundTrip implements http.RoundTripper.
func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	if accept := r.accepting(); accept != "" {
		req = req.Clone(req.Context())
		req.Header.Set("Accept", accept)
	}
	resp, err := r.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.exchanges = append(r.exchanges, &exchange{url: req.URL, status: resp.StatusCode, header: resp.Header.Clone(), body: body})
	return resp, nil
}

// CloseIdleConnections closes the connections that are kept.
func (r *recorder) CloseIdleConnections() {
	if closer, ok := r.next.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

func (r *recorder) accepting() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.accept
}

// accepts replaces the Accept header of what follows, which no digest covers;
// empty leaves it alone.
func (r *recorder) accepts(accept string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.accept = accept
}

// during is the last exchange that a call had; nil if it had none.
func (r *recorder) during(call func()) *exchange {
	before := len(r.all())
	call()
	all := r.all()
	if len(all) == before {
		return nil
	}
	return all[len(all)-1]
}

func (r *recorder) all() []*exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.exchanges
}
