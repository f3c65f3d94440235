// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/oauth2"
)

const (
	// documentedLife is how long a token lives that does not say.
	documentedLife = time.Hour
	// renewalMargin is how long before its end a token is renewed, or a fifth of
	// its life if that is less. Renewal can fail for so long unnoticed.
	renewalMargin = 5 * time.Minute
	// replacedForNothing is how long a new token that was refused like the one
	// before is not taken to be the reason.
	replacedForNothing = time.Minute

	minTokenPause = time.Second
	maxTokenPause = 5 * time.Minute
)

// token is an access token. It does not change.
type token struct {
	value string
	since time.Time
	// renew is when it is time for another one, end when it must be there.
	renew time.Time
	end   time.Time
	// heir is true if the one before was refused.
	heir bool
}

func newToken(t *oauth2.Token, begin time.Time, heir bool) *token {
	life := time.Until(t.Expiry)
	if life <= 0 {
		life = documentedLife
	}
	// Counted from before the request, for some of it is over already.
	end := begin.Add(life)
	return &token{
		value: t.AccessToken, since: begin, heir: heir,
		renew: end.Add(-min(renewalMargin, life/5)), end: end,
	}
}

// tokenError is a token that could not be had. It keeps a request from being
// repeated by those who do not know that the token endpoint has a limit of its
// own, of few requests a minute.
type tokenError struct{ err error }

func (e *tokenError) Error() string { return "no access token: " + e.err.Error() }

func (e *tokenError) Unwrap() error { return e.err }

func gaveUp(ctx context.Context) error {
	return &tokenError{fmt.Errorf("%w, while waiting for it", ctx.Err())}
}

func isTokenless(err error) bool {
	var tokenless *tokenError
	return errors.As(err, &tokenless)
}

// tokens holds the one token that there is. It has no goroutine and no timer:
// what is to be fetched is fetched by the request that needs it, under that
// request's context.
type tokens struct {
	fetch func(context.Context) (*oauth2.Token, error)
	// turn is full while a request fetches.
	turn chan struct{}

	mu      sync.Mutex
	current *token
	// dropped is true from the refusal of a token to the arrival of another.
	dropped bool
	// failure is how the last fetch failed, for all to whom it matters until
	// the endpoint may be asked again.
	failure error
	until   time.Time
	pauses  *backoff.ExponentialBackOff
}

func newTokens(fetch func(context.Context) (*oauth2.Token, error)) *tokens {
	pauses := &backoff.ExponentialBackOff{InitialInterval: 5 * time.Second, Multiplier: 2, MaxInterval: time.Minute}
	pauses.Reset()
	return &tokens{fetch: fetch, turn: make(chan struct{}, 1), pauses: pauses}
}

// take gives a token that is valid, and tells whether it was fetched just now.
// One that has to be fetched first is fetched by one request, and awaited by
// the others for as long as their contexts let them. While one that is still
// valid is renewed, the others go on with it.
func (s *tokens) take(ctx context.Context) (t *token, fresh bool, err error) {
	t, settled, err := s.inHand()
	if settled {
		return t, false, err
	}
	if !s.enter(ctx, t == nil) {
		if t != nil {
			return t, false, nil
		}
		return nil, false, gaveUp(ctx)
	}
	defer func() { <-s.turn }()
	// Another request may have fetched, or failed to, before this one's turn.
	if t, settled, err = s.inHand(); settled {
		return t, false, err
	}
	return s.renew(ctx)
}

// inHand is what can be had without a request; settled tells whether none may
// or need be made. A token can be valid and due for renewal.
func (s *tokens) inHand() (t *token, settled bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	resting := now.Before(s.until)
	if s.current != nil && now.Before(s.current.end) {
		return s.current, resting || now.Before(s.current.renew), nil
	}
	if resting {
		return nil, true, s.failure
	}
	return nil, false, nil
}

func (s *tokens) enter(ctx context.Context, wait bool) bool {
	if !wait {
		select {
		case s.turn <- struct{}{}:
			return true
		default:
			return false
		}
	}
	select {
	case s.turn <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s *tokens) renew(ctx context.Context) (*token, bool, error) {
	begin := time.Now()
	fetched, err := s.fetch(ctx)
	if err == nil {
		return s.store(fetched, begin), true, nil
	}
	if ctx.Err() != nil {
		// Whoever gave up says nothing about the endpoint.
		return nil, false, gaveUp(ctx)
	}
	s.rest(err)
	t, _, err := s.inHand()
	return t, false, err
}

func (s *tokens) store(fetched *oauth2.Token, begin time.Time) *token {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = newToken(fetched, begin, s.dropped)
	s.dropped = false
	s.pauses.Reset()
	return s.current
}

// rest leaves the endpoint alone for as long as it asked for, or else for
// longer each time.
func (s *tokens) rest(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pause := s.pauses.NextBackOff()
	if refusal, ok := asAPIError(err); ok && refusal.RetryAfter > 0 {
		pause = min(max(refusal.RetryAfter, minTokenPause), maxTokenPause)
	}
	s.failure, s.until = &tokenError{err}, time.Now().Add(pause)
}

// drop lets go of a token that was refused, unless another one is there
// already. It tells whether it is worth while to send the request with another
// one: not if the last one was replaced for the same reason and to no avail,
// which is what a missing role looks like.
func (s *tokens) drop(t *token) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t != s.current {
		return true
	}
	if t.heir && time.Since(t.since) < replacedForNothing {
		return false
	}
	s.current, s.dropped = nil, true
	return true
}

// giveUp takes the token away to be revoked; nil if none is valid.
func (s *tokens) giveUp() *token {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.current
	s.current = nil
	if t == nil || !time.Now().Before(t.end) {
		return nil
	}
	return t
}
