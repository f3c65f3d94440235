// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// Bucket is a token bucket: every authenticated request takes a token, or gets
// 429. It is refilled evenly in real (a bubble's) time, not on the simulated
// clock, because clients pace themselves in real time.
type Bucket struct {
	Capacity  int
	PerMinute int
	// RetryAfter adds a Retry-After header to a 429, which Atlas does not promise.
	RetryAfter bool
}

// limits are the rate limits of a world, and how far each bucket is emptied.
// The Sim's lock guards them.
type limits struct {
	project, org, token Bucket

	buckets map[string]*bucket // by the id of the project or organization
}

// tokenEndpoint stands for an id in limits.buckets.
const tokenEndpoint = "token endpoint"

// bucket is the bucket of one project, of the organization, or of the token endpoint.
type bucket struct {
	tokens float64
	at     time.Time // real
}

// SetRateLimit changes the rate limit of projects; every bucket begins anew and full.
func (s *Sim) SetRateLimit(b Bucket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits.project = b
	s.limits.buckets = map[string]*bucket{}
}

// limit takes a token for a request of the API: the organization's for its own
// calls, else the project's. It notes what is left in the header, and returns
// the refusal, or nil. The caller holds s.mu.
func (s *Sim) limit(in *request, header http.Header) *action {
	if in.orgID != "" {
		return s.limits.take(in.orgID, s.limits.org, header)
	}
	return s.limits.take(in.projectID, s.limits.project, header)
}

func (l *limits) take(whose string, limit Bucket, header http.Header) *action {
	if limit.Capacity == 0 {
		return nil
	}
	b := l.buckets[whose]
	if b == nil {
		b = &bucket{tokens: float64(limit.Capacity), at: time.Now()}
		l.buckets[whose] = b
	}
	b.refill(limit, time.Now())
	empty := b.tokens < 1
	if !empty {
		b.tokens--
	}
	header.Set("RateLimit-Limit", strconv.Itoa(limit.Capacity))
	header.Set("RateLimit-Remaining", strconv.Itoa(int(b.tokens)))
	if !empty {
		return nil
	}
	a := refuse(http.StatusTooManyRequests, "RATE_LIMITED_TOKEN_BUCKET", "The rate limit was exceeded.", "rate limited")
	if limit.RetryAfter && limit.PerMinute > 0 {
		wait := math.Ceil((1 - b.tokens) * 60 / float64(limit.PerMinute))
		a.answer.header.Set("Retry-After", strconv.Itoa(int(wait)))
	}
	return &a
}

func (b *bucket) refill(limit Bucket, now time.Time) {
	b.tokens += now.Sub(b.at).Minutes() * float64(limit.PerMinute)
	b.tokens = min(b.tokens, float64(limit.Capacity))
	b.at = now
}
