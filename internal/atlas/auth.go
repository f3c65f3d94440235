// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"net/http"
	"net/url"
	"strings"
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

// APIKey is a programmatic API key, used with HTTP digest.
func APIKey(public, private string) Auth {
	return auth(func(next http.RoundTripper, _ *url.URL) http.RoundTripper {
		pool := &signers{fresh: func() *digest.Transport {
			return &digest.Transport{
				Username:      public,
				Password:      private,
				FindChallenge: strongestChallenge,
				Transport:     next,
			}
		}}
		return roundTrip(pool.roundTrip)
	})
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

// strength ranks the algorithms that can be answered; an algorithm that is not
// named is MD5.
var strength = map[string]int{"": 1, "MD5": 1, "SHA-256": 2, "SHA-512": 3, "SHA-512-256": 3}

// strongestChallenge finds the strongest challenge that can be answered. Where
// there is none it says ErrNoChallenge, whatever was wrong with those that were
// there, because this makes the digest transport return Atlas's own answer.
func strongestChallenge(h http.Header) (*digest.Challenge, error) {
	var best *digest.Challenge
	for _, header := range h.Values("WWW-Authenticate") {
		c := usableChallenge(header)
		if c == nil {
			continue
		}
		if best == nil || strength[strings.ToUpper(c.Algorithm)] > strength[strings.ToUpper(best.Algorithm)] {
			best = c
		}
	}
	if best == nil {
		return nil, digest.ErrNoChallenge
	}
	return best, nil
}

func usableChallenge(header string) *digest.Challenge {
	if !digest.IsDigest(header) {
		return nil
	}
	c, err := digest.ParseChallenge(header)
	if err != nil || c.Nonce == "" {
		return nil
	}
	// A list of qop values may have spaces in it, which the parser leaves.
	for i, qop := range c.QOP {
		c.QOP[i] = strings.TrimSpace(qop)
	}
	if !digest.CanDigest(c) {
		return nil
	}
	return c
}
