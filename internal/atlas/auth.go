// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"net/http"
	"net/url"
	"sync"

	"github.com/icholy/digest"
)

// Auth is the credentials of a client. How they are put on a request is their
// own affair.
type Auth interface {
	// wrap returns a round tripper that puts the credentials on what it passes
	// to next. What it needs to ask for meanwhile, it asks base, and through
	// next. It may have an end, see [ending].
	wrap(next http.RoundTripper, base *url.URL) http.RoundTripper
}

// auth is a function, so that no secret is printed with it by accident.
type auth func(next http.RoundTripper, base *url.URL) http.RoundTripper

func (a auth) wrap(next http.RoundTripper, base *url.URL) http.RoundTripper { return a(next, base) }

// AccessToken is a bearer token that somebody else obtained.
func AccessToken(token string) Auth {
	return auth(func(next http.RoundTripper, _ *url.URL) http.RoundTripper {
		return roundTrip(func(req *http.Request) (*http.Response, error) {
			return next.RoundTrip(bearing(req, token))
		})
	})
}

func bearing(req *http.Request, token string) *http.Request {
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer "+token)
	return req
}

// apiKey is the credentials that answer digest challenges.
type apiKey struct{ auth }

// unanswerable describes the challenges of a 401, if none of them can be
// answered with an API key.
func (apiKey) unanswerable(h http.Header) string { return describeUnanswerable(h) }

// APIKey is a programmatic API key, used with HTTP digest.
func APIKey(public, private string) Auth {
	return apiKey{func(next http.RoundTripper, _ *url.URL) http.RoundTripper {
		pool := &signers{fresh: func() *digest.Transport {
			return &digest.Transport{
				Username:      public,
				Password:      private,
				FindChallenge: strongestChallenge,
				Digest:        new(session).sign,
				Transport:     next,
			}
		}}
		return roundTrip(pool.roundTrip)
	}}
}

// signers lends every request a digest transport that no other request is
// using. Each has a nonce of its own, and so counts that nonce's uses in the
// order in which they arrive: with a nonce that is shared, two requests can
// overtake each other, which a server may take for a replay. The one that was
// used last is lent first, so that requests one after the other, such as a look
// and the cutover that follows it, need a single challenge.
type signers struct {
	fresh func() *digest.Transport
	mu    sync.Mutex
	idle  []*digest.Transport
}

func (s *signers) roundTrip(req *http.Request) (*http.Response, error) {
	signer := s.take()
	defer s.giveBack(signer)
	return signer.RoundTrip(req)
}

func (s *signers) take() *digest.Transport {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := len(s.idle) - 1
	if last < 0 {
		return s.fresh()
	}
	signer := s.idle[last]
	s.idle = s.idle[:last]
	return signer
}

func (s *signers) giveBack(signer *digest.Transport) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = append(s.idle, signer)
}
