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
// 429. It is refilled evenly in real (or a test's fake) time, not on the
// simulated clock, because clients pace themselves in real time. One with a
// negative capacity limits nothing, and no answer tells of it.
type Bucket struct {
	Capacity  int
	PerMinute int
	// RetryAfter adds a Retry-After header to a 429, which Atlas does not promise.
	RetryAfter bool
}

// The buckets that are documented, of a project and of an organization.
var (
	projectBucket = Bucket{Capacity: 1200, PerMinute: 500}
	orgBucket     = Bucket{Capacity: 500, PerMinute: 250}
)

// Unlimited is no rate limit.
var Unlimited = Bucket{Capacity: -1}

// or returns the bucket, or another one if it is not set.
func (b Bucket) or(documented Bucket) Bucket {
	if b == (Bucket{}) {
		return documented
	}
	return b
}

// limits are the rate limits of a world, and how far each bucket is emptied.
// The Sim's lock guards them.
type limits struct {
	project, org, token Bucket

	buckets map[string]*bucket // by the ID of the project or organization
}

func newLimits(o Options) limits {
	return limits{
		project: o.RateLimit.or(projectBucket), org: o.OrgRateLimit.or(orgBucket),
		token: o.TokenBucket, buckets: map[string]*bucket{},
	}
}

// tokenEndpoint stands for an ID in limits.buckets.
const tokenEndpoint = "token endpoint"

// bucket is the bucket of one project, of the organization, or of the token endpoint.
type bucket struct {
	tokens float64
	at     time.Time // real
}

// SetRateLimit changes the rate limit of projects; every bucket begins again and full.
func (s *Sim) SetRateLimit(b Bucket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits.project = b.or(projectBucket)
	s.limits.buckets = map[string]*bucket{}
}

// limit takes a token for a request of the API: the organization's for its own
// calls, else the project's. It notes what is left in the header, and returns
// the refusal, or nil. The caller holds s.mu.
func (s *Sim) limit(in *request, header http.Header) *action {
	whose, limit := s.bucketOf(in)
	return s.limits.take(whose, limit, header)
}

// remaining notes what is left for a request that takes nothing, unless such
// requests take a token as well. The caller holds s.mu.
func (s *Sim) remaining(in *request, header http.Header) {
	whose, limit := s.bucketOf(in)
	if s.options.ChallengesCount {
		s.limits.take(whose, limit, header)
		return
	}
	s.limits.fill(whose, limit).note(limit, header)
}

// bucketOf returns the bucket that a request takes from, by its owner's ID.
func (s *Sim) bucketOf(in *request) (whose string, limit Bucket) {
	if in.orgID != "" {
		return in.orgID, s.limits.org
	}
	return in.projectID, s.limits.project
}

// fill returns a bucket as it is now.
func (l *limits) fill(whose string, limit Bucket) *bucket {
	b := l.buckets[whose]
	if b == nil {
		b = &bucket{tokens: float64(limit.Capacity), at: time.Now()}
		l.buckets[whose] = b
	}
	b.refill(limit, time.Now())
	return b
}

// note says in a header how full the bucket is.
func (b *bucket) note(limit Bucket, header http.Header) {
	if limit.Capacity > 0 {
		header.Set("RateLimit-Limit", strconv.Itoa(limit.Capacity))
		header.Set("RateLimit-Remaining", strconv.Itoa(int(b.tokens)))
	}
}

// take takes a token and notes what is left in the header. It returns the
// refusal, or nil.
func (l *limits) take(whose string, limit Bucket, header http.Header) *action {
	if limit.Capacity <= 0 {
		return nil
	}
	b := l.fill(whose, limit)
	empty := b.tokens < 1
	if !empty {
		b.tokens--
	}
	b.note(limit, header)
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
