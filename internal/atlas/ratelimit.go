// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// refill is the part of a bucket that comes back in a minute. No header says
	// so. It is the lower of what is documented: 500 of a project's 1200, and 250
	// of an organization's 500.
	refill = 5.0 / 12
	// kept is the part of a bucket that reads leave to requests which change
	// something: below it they become slower than the refill. It is a half,
	// because each of those requests follows a read.
	kept = 0.5
	// patience is how long the next read waits at most. What remains is an
	// estimate, and others may empty the same bucket for hours.
	patience = 5 * time.Second
	// maxReads is how many reads of a bucket are in flight at once. It keeps a
	// thousand cutovers from opening a thousand connections, and from emptying a
	// bucket before the first answer says what remains. Terraform by itself has
	// 10 in flight.
	maxReads = 16
)

// RateLimitWaitError is a read that was not sent, because its context ended while
// it waited for the rate limit. It says nothing about the network.
type RateLimitWaitError struct{ Err error }

// Error is one line.
func (e *RateLimitWaitError) Error() string {
	return e.Err.Error() + ", while waiting for the rate limit"
}

// Unwrap gives the context's error.
func (e *RateLimitWaitError) Unwrap() error { return e.Err }

// withRateLimit sends no more reads than Atlas says remain: its answers tell, in
// RateLimit-Limit and RateLimit-Remaining. Without these nothing waits. A request
// that changes something never waits: while it did, what it was decided on would
// grow old, and reads would take what it waits for.
func withRateLimit(next http.RoundTripper) http.RoundTripper {
	limits := limits{known: map[string]*limit{}}
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		l := limits.of(req.URL.EscapedPath())
		if req.Method == http.MethodGet {
			if err := l.startRead(req.Context()); err != nil {
				return nil, &UnsentError{Err: &RateLimitWaitError{err}}
			}
			defer l.reads.leave()
		}
		resp, err := next.RoundTrip(req)
		if err == nil {
			l.learn(resp.Header)
		}
		return resp, err
	})
}

// limits are those that there are: Atlas has one for each project, and one for
// each organization.
type limits struct {
	mu    sync.Mutex
	known map[string]*limit
}

func (s *limits) of(path string) *limit {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.known[ownerOf(path)]
	if l == nil {
		l = &limit{reads: make(queue, maxReads), next: make(queue, 1), tokens: rate.NewLimiter(rate.Inf, 0)}
		s.known[ownerOf(path)] = l
	}
	return l
}

// ownerOf is the part of a path such as /api/atlas/v2/groups/{groupId}.
func ownerOf(path string) string {
	parts := strings.SplitN(path, "/", 7)
	return strings.Join(parts[:min(len(parts), 6)], "/")
}

// queue is where requests wait while it is full, in the order in which they came.
type queue chan struct{}

// enter waits for a place. Its only error is the context's.
func (q queue) enter(ctx context.Context) error {
	select {
	case q <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (q queue) tryEnter() bool {
	select {
	case q <- struct{}{}:
		return true
	default:
		return false
	}
}

func (q queue) leave() { <-q }

// limit is what is known of one rate limit.
type limit struct {
	// reads are in flight or next; next is the one that waits for its token.
	reads, next queue

	mu sync.Mutex
	// tokens is what reads may take: what remains, less what is kept. Until an
	// answer has told there is no limit.
	tokens *rate.Limiter
}

// startRead waits until a read may be sent. Its only error is the context's.
func (l *limit) startRead(ctx context.Context) error {
	if err := l.reads.enter(ctx); err != nil {
		return err
	}
	if err := l.waitForToken(ctx); err != nil {
		l.reads.leave()
		return err
	}
	return nil
}

func (l *limit) waitForToken(ctx context.Context) error {
	if err := l.next.enter(ctx); err != nil {
		return err
	}
	defer l.next.leave()
	// Not [rate.Limiter.Wait], which fails at once if the deadline is nearer than
	// the token.
	return sleep(ctx, l.reserve())
}

// reserve takes a token, and returns the time after which it is there.
func (l *limit) reserve() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tokens.Reserve().Delay()
}

// learn lowers the estimate to what an answer says, less the reads that are in
// flight, since it may not count them. Only time raises the estimate: an answer
// may have been overtaken by others.
func (l *limit) learn(h http.Header) {
	whole, remaining, ok := remainder(h)
	if !ok {
		return
	}
	reserve := whole * kept
	burst := max(int(whole-reserve), 1)
	// Reads are as fast as the refill, and slower where the reserve has to fill up.
	pace := whole * refill / time.Minute.Seconds() * min(remaining/reserve, 1)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tokens.Burst() != burst {
		l.tokens = rate.NewLimiter(0, burst)
	}
	l.tokens.SetLimit(max(rate.Limit(pace), rate.Every(patience)))
	available := max(remaining-reserve-float64(len(l.reads)), 0)
	if excess := int(l.tokens.Tokens() - available); excess > 0 {
		l.tokens.ReserveN(time.Now(), excess)
	}
}

// remainder is what an answer says of its bucket.
func remainder(h http.Header) (whole, remaining float64, ok bool) {
	limit, err := strconv.ParseUint(h.Get("RateLimit-Limit"), 10, 31)
	if err != nil || limit == 0 {
		return 0, 0, false
	}
	rest, err := strconv.ParseUint(h.Get("RateLimit-Remaining"), 10, 31)
	if err != nil {
		return 0, 0, false
	}
	return float64(limit), float64(min(rest, limit)), true
}
