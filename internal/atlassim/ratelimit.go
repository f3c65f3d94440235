// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// Bucket is a token bucket: every authenticated request of a project takes a
// token, or gets 429. It is refilled evenly in real (a bubble's) time, not on
// the simulated clock, because clients pace themselves in real time.
type Bucket struct {
	Capacity  int
	PerMinute int
	// RetryAfter adds a Retry-After header to a 429, which Atlas does not promise.
	RetryAfter bool
}

// bucket is the bucket of one project.
type bucket struct {
	tokens float64
	at     time.Time // real
}

// SetRateLimit changes the rate limit; every project begins anew with a full bucket.
func (s *Sim) SetRateLimit(b Bucket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rate = b
	s.buckets = map[string]*bucket{}
}

// limit takes a token for a request and notes what is left in the header. It
// returns the refusal, or nil. The caller holds s.mu.
func (s *Sim) limit(in *request, header http.Header) *action {
	if s.rate.Capacity == 0 {
		return nil
	}
	b := s.buckets[in.projectID]
	if b == nil {
		b = &bucket{tokens: float64(s.rate.Capacity), at: time.Now()}
		s.buckets[in.projectID] = b
	}
	b.refill(s.rate, time.Now())
	empty := b.tokens < 1
	if !empty {
		b.tokens--
	}
	header.Set("RateLimit-Limit", strconv.Itoa(s.rate.Capacity))
	header.Set("RateLimit-Remaining", strconv.Itoa(int(b.tokens)))
	if !empty {
		return nil
	}
	a := refuse(http.StatusTooManyRequests, "RATE_LIMITED_TOKEN_BUCKET",
		"The rate limit of this project was exceeded.", "rate limited")
	if s.rate.RetryAfter && s.rate.PerMinute > 0 {
		wait := math.Ceil((1 - b.tokens) * 60 / float64(s.rate.PerMinute))
		a.answer.header.Set("Retry-After", strconv.Itoa(int(wait)))
	}
	return &a
}

func (b *bucket) refill(limit Bucket, now time.Time) {
	b.tokens += now.Sub(b.at).Minutes() * float64(limit.PerMinute)
	b.tokens = min(b.tokens, float64(limit.Capacity))
	b.at = now
}
