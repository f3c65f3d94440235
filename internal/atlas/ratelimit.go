// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	// refill is the part of a bucket that comes back in a minute. No header says
	// so; documented are 500 of a project's 1200, and 250 of an organization's
	// 500.
	refill = 5.0 / 12
	// kept is the part of a bucket that reads leave to requests which change
	// something: below it they become slower than the refill. It is a half,
	// because whoever changes something has read it before.
	kept = 0.5
	// patience is how long the first in a line waits for what only an estimate
	// says is not there yet. Others may empty the same bucket for hours, and what
	// a change was decided on grows old.
	patience = 5 * time.Second
	// abreast is how many reads of a bucket are on their way at once. It keeps a
	// thousand cutovers from opening a thousand connections, and from having sent
	// all that there is before the first answer tells what remains. Terraform by
	// itself has 10 on their way.
	abreast = 16
)

// paced sends no more than Atlas says remains: its answers tell, in
// RateLimit-Limit and RateLimit-Remaining. Where they do not, nothing waits.
func paced(next http.RoundTripper) http.RoundTripper {
	all := buckets{known: map[string]*bucket{}}
	return roundTrip(func(req *http.Request) (resp *http.Response, err error) {
		b := all.find(req.URL.EscapedPath())
		if req.Method == http.MethodGet {
			if err := b.room.enter(req.Context()); err != nil {
				return nil, waiting(err)
			}
			defer b.room.leave()
		}
		d, err := b.enter(req.Context(), req.Method != http.MethodGet)
		if err != nil {
			return nil, waiting(err)
		}
		defer func() { b.leave(d, resp) }()
		return next.RoundTrip(req)
	})
}

func waiting(err error) error {
	return &UnsentError{Err: fmt.Errorf("%w, while waiting for the rate limit", err)}
}

// buckets are the limits that there are: Atlas has one for each project, and
// one for each organization.
type buckets struct {
	mu    sync.Mutex
	known map[string]*bucket
}

// find goes by the beginning of the path.
func (s *buckets) find(path string) *bucket {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.known[whose(path)]
	if b == nil {
		b = &bucket{room: make(line, abreast), reads: make(line, 1), changes: make(line, 1)}
		s.known[whose(path)] = b
	}
	return b
}

// whose is the part of a path such as /api/atlas/v2/groups/{groupId}.
func whose(path string) string {
	slashes := 0
	for i := range len(path) {
		if path[i] == '/' {
			slashes++
		}
		if slashes == 6 {
			return path[:i]
		}
	}
	return path
}

// line is where requests wait while it is full, in the order in which they came.
type line chan struct{}

// enter waits for a place. Its only error is that of the context.
func (l line) enter(ctx context.Context) error {
	select {
	case l <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l line) leave() { <-l }

// bucket is what is known of one limit.
type bucket struct {
	// room has the reads that are on their way, or next. reads and changes each
	// have the one that is next.
	room, reads, changes line

	mu           sync.Mutex
	sent, flying int
	// limit is 0 until an answer has it. tokens is what remains, as of at.
	limit, tokens float64
	at            time.Time
	lastRead      time.Time
}

// departure is what an answer has to be understood by: with many requests on
// their way, it tells what remained when some of them had not arrived.
type departure struct{ number, ahead int }

// enter waits until a request may be sent. Its only error is that of the
// context.
func (b *bucket) enter(ctx context.Context, change bool) (departure, error) {
	mine := b.reads
	if change {
		mine = b.changes
	}
	if err := mine.enter(ctx); err != nil {
		return departure{}, err
	}
	defer mine.leave()
	for first := time.Now(); ; {
		d, pause := b.claim(change, time.Since(first) >= patience)
		if pause == 0 {
			return d, nil
		}
		if err := sleep(ctx, min(pause, patience-time.Since(first))); err != nil {
			return departure{}, err
		}
	}
}

// claim takes a token, or gives the time after which to try again.
func (b *bucket) claim(change, anyway bool) (departure, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.pour(now)
	if pause := b.due(change).Sub(now); pause > 0 && !anyway {
		return departure{}, pause
	}
	b.tokens = max(b.tokens-1, 0)
	if !change {
		b.lastRead = now
	}
	d := departure{number: b.sent, ahead: b.flying}
	b.sent++
	b.flying++
	return d, 0
}

// perSecond is how many tokens come back.
func (b *bucket) perSecond() float64 { return b.limit * refill / 60 }

func (b *bucket) pour(now time.Time) {
	b.tokens = min(b.tokens+now.Sub(b.at).Seconds()*b.perSecond(), b.limit)
	b.at = now
}

// due is when the next request may be sent, as of b.at.
func (b *bucket) due(change bool) time.Time {
	reserve := b.limit * kept
	switch {
	case b.limit == 0:
		return b.at
	case b.tokens < 1:
		return b.at.Add(seconds((1 - b.tokens) / b.perSecond()))
	case change || b.tokens > reserve:
		return b.at
	default:
		// At the reserve reads are as fast as the refill, below it they leave
		// it the room to fill up.
		return b.lastRead.Add(seconds(reserve / b.tokens / b.perSecond()))
	}
}

// seconds rounds up, so that after the wait there is what was waited for.
func seconds(s float64) time.Duration {
	return time.Duration(math.Ceil(s*1e6)) * time.Microsecond
}

// leave learns from an answer; nil is none.
func (b *bucket) leave(d departure, resp *http.Response) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.flying--
	if resp == nil {
		return
	}
	limit, remaining, ok := remainder(resp)
	if !ok {
		return
	}
	b.limit = limit
	b.pour(time.Now())
	// Of those that were sent before and were on their way, and of those that
	// were sent since, nobody knows whether they are counted in what remains.
	uncounted := float64(d.ahead + b.sent - d.number - 1)
	b.tokens = min(max(b.tokens, remaining-uncounted, 0), remaining)
}

// remainder is what an answer says of its bucket.
func remainder(resp *http.Response) (limit, remaining float64, ok bool) {
	whole, err := strconv.ParseUint(resp.Header.Get("RateLimit-Limit"), 10, 31)
	if err != nil || whole == 0 {
		return 0, 0, false
	}
	rest, err := strconv.ParseUint(resp.Header.Get("RateLimit-Remaining"), 10, 31)
	if err != nil {
		return 0, 0, false
	}
	return float64(whole), float64(min(rest, whole)), true
}
