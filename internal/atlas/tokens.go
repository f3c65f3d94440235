// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

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
	renew, end time.Time
	// isReplacement is true if the one before was refused.
	isReplacement bool
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

// tokens holds the one token that there is. The request that needs another one
// fetches it, under its own context. A token source of the oauth2 package would
// hold a lock meanwhile: nobody could be interrupted, nor use a token that is
// still valid.
type tokens struct {
	fetch func(context.Context) (*oauth2.Token, error)
	// turn is full while a request fetches.
	turn queue

	mu      sync.Mutex
	current *token
	// refused is true from the refusal of a token to the arrival of another.
	refused bool
	// failure is how the last of so many fetches in a row failed. It is the
	// answer for everybody until the endpoint may be asked again.
	failure  error
	failures int
	until    time.Time
}

func newTokens(fetch func(context.Context) (*oauth2.Token, error)) *tokens {
	return &tokens{fetch: fetch, turn: make(queue, 1)}
}

// get returns a token that is valid, and reports whether it was fetched just now.
// One request fetches it, and the others wait for as long as their contexts let
// them. While a token that is still valid is renewed, the others use it.
func (s *tokens) get(ctx context.Context) (t *token, fresh bool, err error) {
	t, settled, err := s.cached()
	if settled {
		return t, false, err
	}
	switch {
	case t != nil && !s.turn.tryEnter():
		return t, false, nil
	case t == nil && s.turn.enter(ctx) != nil:
		return nil, false, gaveUp(ctx)
	}
	defer s.turn.leave()
	// Another request may have fetched, or failed to, before this one's turn.
	if t, settled, err = s.cached(); settled {
		return t, false, err
	}
	return s.renew(ctx)
}

// cached is what can be had without a request; settled reports whether none may
// or need be made. A token can be valid and due for renewal.
func (s *tokens) cached() (t *token, settled bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	backingOff := now.Before(s.until)
	if s.current != nil && now.Before(s.current.end) {
		return s.current, backingOff || now.Before(s.current.renew), nil
	}
	if backingOff {
		return nil, true, s.failure
	}
	return nil, false, nil
}

func (s *tokens) renew(ctx context.Context) (*token, bool, error) {
	begin := time.Now()
	fetched, err := s.fetch(ctx)
	if err == nil {
		return s.store(fetched, begin), true, nil
	}
	if ctx.Err() != nil {
		// A request that gave up says nothing about the endpoint.
		return nil, false, gaveUp(ctx)
	}
	s.backOff(err)
	t, _, err := s.cached()
	return t, false, err
}

func (s *tokens) store(fetched *oauth2.Token, begin time.Time) *token {
	s.mu.Lock()
	defer s.mu.Unlock()
	life := time.Until(fetched.Expiry)
	if life <= 0 {
		life = documentedLife
	}
	// Counted from before the request, for some of it is over already.
	end := begin.Add(life)
	s.current = &token{
		value: fetched.AccessToken, since: begin, isReplacement: s.refused,
		renew: end.Add(-min(renewalMargin, life/5)), end: end,
	}
	s.refused, s.failures = false, 0
	return s.current
}

// backOff leaves the endpoint alone for as long as it asked for, or else for 5,
// 10, 20, 40, 60, 60, … seconds.
func (s *tokens) backOff(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pause := min(5*time.Second<<min(s.failures, 4), time.Minute)
	s.failures++
	if refusal, ok := asAPIError(err); ok && refusal.RetryAfter > 0 {
		pause = min(max(refusal.RetryAfter, minTokenPause), maxTokenPause)
	}
	s.failure, s.until = &tokenError{err}, time.Now().Add(pause)
}

// invalidate drops a token that was refused, unless there is another one
// already. It reports whether the request may succeed with another one: not if
// the last one was replaced for the same reason and to no avail, which is what a
// missing role looks like.
func (s *tokens) invalidate(t *token) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t != s.current {
		return true
	}
	if t.isReplacement && time.Since(t.since) < replacedForNothing {
		return false
	}
	s.current, s.refused = nil, true
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
