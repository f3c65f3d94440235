// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	maxAttempts = 4
	// maxPause is the longest Retry-After that is waited for here. A caller
	// with a longer one to wait has better things to do meanwhile, and is told.
	maxPause = time.Minute
	// maxRetryAfter is as long as any Retry-After is understood to be, so that
	// no arithmetic with it can overflow.
	maxRetryAfter = 24 * time.Hour
)

// verdict is what is to be done after an attempt.
type verdict struct {
	retry bool
	// after is how long the server asked to be left alone.
	after time.Duration
}

// decide judges attempt n, counted from 1, by its request's method and its
// outcome, of which there is exactly one: a response or an error.
func decide(method string, n int, resp *http.Response, err error) verdict {
	if n >= maxAttempts || err != nil && (Untrusted(err) || isTokenless(err)) {
		return verdict{}
	}
	// Only reads are repeated here. A request that changes something is repeated by
	// the run that sends it: while a pause passes the world changes, and its limits
	// may pass too.
	again := method == http.MethodGet && (err != nil || isPassing(resp.StatusCode))
	if !again {
		return verdict{}
	}
	if err != nil {
		return verdict{retry: true}
	}
	after := retryAfter(resp.Header)
	if after > maxPause {
		return verdict{}
	}
	return verdict{retry: true, after: after}
}

// isPassing reports whether a status is likely to be gone soon. A 500 is not
// among them: it is Atlas's own word, and repeated by nobody but those who know
// what they wait for.
func isPassing(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

func isUnsent(err error) bool {
	var unsent *UnsentError
	return errors.As(err, &unsent)
}

// withRetry repeats what [decide] lets it. A pause is never begun that the
// context's deadline would end: the caller gets the outcome at once.
func withRetry(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		ctx := req.Context()
		for n := 1; ; n++ {
			resp, err := next.RoundTrip(req)
			v := decide(req.Method, n, resp, err)
			pause := v.after + jitter(n)
			if !v.retry || ctx.Err() != nil || endsWithin(ctx, pause) {
				return resp, err
			}
			if resp != nil {
				_ = resp.Body.Close()
			}
			if cancelled := sleep(ctx, pause); cancelled != nil {
				return nil, interrupted(cancelled, resp, err)
			}
			req = req.WithContext(withAttempt(ctx, n+1))
		}
	})
}

// jitter is the pause after attempt n, uniform between zero and 1 s, 2 s, 4 s, …:
// many cutovers of one apply that fail together do not come back together.
func jitter(n int) time.Duration {
	return rand.N(time.Second << (n - 1)) //nolint:gosec // Jitter needs no secrecy.
}

func endsWithin(ctx context.Context, pause time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) <= pause
}

// sleep makes no timer if there is nothing to wait for: timers that have expired when
// they are made crash the race detector in fake time, as of Go 1.26.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// interrupted says both that a pause was cut short and what it was for.
func interrupted(cancelled error, resp *http.Response, err error) error {
	if err == nil {
		return fmt.Errorf("%w, while waiting to ask again after the answer %d", cancelled, resp.StatusCode)
	}
	return fmt.Errorf("%w, while waiting to ask again after: %w", cancelled, err)
}

// retryAfter reads a Retry-After, a number of seconds or a date; 0 if there is
// none that makes sense.
func retryAfter(h http.Header) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	seconds, err := strconv.ParseInt(value, 10, 64)
	// A number that is out of range comes with the nearest one that is not.
	if err == nil || errors.Is(err, strconv.ErrRange) {
		seconds = min(max(seconds, 0), int64(maxRetryAfter/time.Second))
		return time.Duration(seconds) * time.Second
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(date.Sub(serversNow(h)), 0), maxRetryAfter)
}

// serversNow is the time on the clock that the server's dates are of: that of
// this machine may be wrong by hours.
func serversNow(h http.Header) time.Time {
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return time.Now()
	}
	return now
}
