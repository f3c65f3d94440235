// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"errors"
	"time"
)

// send sends the request, shielded from cancellation once it has left. It
// returns the time to the read that follows, or the end of the run.
func (r *run) send(ctx context.Context) (time.Duration, End) {
	r.tell(Progress{Step: Requesting})
	if late := r.heldBack(ctx); late != nil {
		return r.tooLate(late)
	}
	shielded, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTimeout)
	defer cancel()
	// Until an answer says otherwise, and even if decoding it panics, Atlas may
	// have acted on the request.
	r.state.Request, r.requestedAt, r.lagAtRequest = Unknown, time.Now(), r.observed.Migration.LagSeconds
	err := r.request(shielded, r.gate(ctx), &r.observed)
	var late *LateError
	if errors.As(err, &late) {
		return r.tooLate(late)
	}
	r.requestErr = err
	if err == nil {
		r.state.Request = Accepted
		return r.answered(inProgress.next(0))
	}
	return r.requestFailed(KindOf(err))
}

// heldBack returns why the request must not leave, nil if it may.
func (r *run) heldBack(ctx context.Context) *LateError {
	if ctx.Err() != nil {
		return &LateError{End: r.cancelled(ctx)}
	}
	if left, end := r.limits.remaining(Ready, r.lagging(), elapsed(r.started), time.Now()); left <= 0 {
		return &LateError{End: end}
	}
	return nil
}

// gate returns the check that is made immediately before the request is written.
// Whatever took its time before, nothing leaves after a limit or an interrupt.
func (r *run) gate(ctx context.Context) Gate {
	return func() error {
		if late := r.heldBack(ctx); late != nil {
			return late
		}
		return nil
	}
}

// tooLate ends a run whose request was held back at the last moment.
func (r *run) tooLate(late *LateError) (time.Duration, End) {
	r.hadNoEffect()
	return 0, r.late(late.End)
}

// hadNoEffect takes back that something was requested.
func (r *run) hadNoEffect() { r.state.Request, r.requestedAt = NotRequested, time.Time{} }

// requestFailed acts on a request that was not accepted.
func (r *run) requestFailed(kind ErrorKind) (time.Duration, End) {
	switch r.afterFailure(kind) {
	case repeat:
		return r.postpone(kind)
	case follow:
		if kind == KindConflict {
			r.state.Request = Conflicted
		}
		return r.answered(0)
	case giveUp:
		return 0, Unconfirmed
	default:
		r.hadNoEffect()
		return 0, Rejected
	}
}

// answered returns the time to the read that follows a request that is not sent
// again, or the end of a run that has nothing to wait for.
func (r *run) answered(pause time.Duration) (time.Duration, End) {
	r.restartStability()
	r.tell(Progress{Step: RequestAnswered, Err: r.requestErr})
	d := r.decide(r.observed, r.state)
	if r.reason = d.Reason; d.Action == Done && !r.readFirst {
		return 0, Completed
	}
	return min(pause, r.limits.Timeout-time.Since(r.started)), 0
}

// postpone makes way for another try of a request that had no effect, after what
// Retry-After asks for. If a read comes first, it may find that somebody else was
// quicker.
func (r *run) postpone(kind ErrorKind) (time.Duration, End) {
	r.hadNoEffect()
	r.tries++
	if kind == KindRateLimited {
		// Atlas says that it did not act. A proxy in front of Atlas may say so of a
		// request that went through, which may not be visible yet.
		r.restartStability()
	}
	left, _ := r.limits.remaining(Ready, r.lagging(), elapsed(r.started), time.Now())
	if kind == KindUnsent {
		if r.unsentSince.IsZero() {
			r.unsentSince = time.Now()
		}
		left = min(left, initialReadTimeout-time.Since(r.unsentSince))
	} else {
		r.unsentSince = time.Time{}
	}
	if left <= 0 {
		return 0, r.unsent()
	}
	pause := min(max(backOff(r.tries), retryAfter(r.requestErr)), left)
	r.tell(Progress{Step: RequestPostponed, Next: pause, Err: r.requestErr})
	return pause, 0
}

// unsent is the end of a run whose tries of the request all failed.
func (r *run) unsent() End {
	if KindOf(r.requestErr) == KindTransient {
		return Unconfirmed
	}
	return NotSent
}
