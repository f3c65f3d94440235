// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

const (
	// requestTime is what the one request is given, whatever happens to the
	// run: a request that is cancelled half-way is one nobody knows about.
	requestTime = time.Minute
	// unsentLimit is how often a request that never left may be tried.
	unsentLimit = 5
	// longestPause is as long as a Retry-After is believed. Atlas refills its
	// buckets every minute.
	longestPause = 5 * time.Minute
	// longestBackOff bounds the pauses between tries that Atlas gave no time
	// for.
	longestBackOff = 30 * time.Second
)

// request sends the one request, shielded from cancellation, and gives the time
// to the look that follows it.
func (r *run) request(ctx context.Context, d Decision) (time.Duration, *Outcome) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTime)
	defer cancel()
	// Until an answer says otherwise, and even if the decoder panics, the
	// request is one that Atlas may have acted on.
	r.memory.Answer = Unclear
	job, err := r.Atlas.Request(ctx)
	r.requestErr = err
	switch kindOf(err) {
	case Unsent, Throttled:
		return r.postpone(d, err)
	case Denied, Absent, Rejected:
		r.memory.Answer = NotRequested
		return 0, r.over(Refused, d.Reason)
	case Contested:
		r.memory.Answer = Contradicted
	case Transient, Final:
		if err == nil {
			r.memory.Answer = Accepted
			r.seen.Job = job
		}
	}
	r.requested = time.Now()
	r.unsettle()
	pause := time.Duration(0)
	if r.memory.Answer == Accepted {
		pause = min(whileCuttingOver.next(0), max(r.left(), 0))
	}
	r.Report(r.progress(RequestAnswered, d, pause))
	return pause, nil
}

// postpone makes way for another try of a request that had no effect. The look
// that comes first may find that somebody else was quicker.
func (r *run) postpone(d Decision, err error) (time.Duration, *Outcome) {
	r.memory.Answer = NotRequested
	r.postponed++
	if kindOf(err) == Throttled {
		// Atlas says that it did not act. Whatever stands before Atlas may say so
		// of a request that went through, which may not show yet.
		r.unsettle()
	}
	if kindOf(err) == Unsent {
		r.unsent++
	}
	left := r.left()
	if r.unsent >= unsentLimit || left <= 0 {
		return 0, r.over(NotSent, d.Reason)
	}
	pause := min(max(backOff(r.postponed), retryAfter(err)), left)
	r.Report(r.progress(RequestPostponed, d, pause))
	return pause, nil
}

func kindOf(err error) Kind {
	var call *CallError
	if errors.As(err, &call) {
		return call.Kind
	}
	return Transient
}

// retryAfter is how long Atlas asked to be left alone, as far as it is believed.
func retryAfter(err error) time.Duration {
	var call *CallError
	if errors.As(err, &call) {
		return min(max(call.RetryAfter, 0), longestPause)
	}
	return 0
}

// backOff is the pause before try n, counted from 1: it doubles, and its jitter
// keeps many cutovers of one apply apart.
func backOff(n int) time.Duration {
	pause := min(time.Second<<min(n, 10)/2, longestBackOff)
	return pause + rand.N(time.Second) //nolint:gosec // Jitter needs no secrecy.
}
