// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"errors"
	"runtime/debug"
	"time"
)

const (
	// requestTimeout is what the one request is given, whatever happens to the
	// run: what became of a request that is cancelled half-way, nobody knows.
	requestTimeout = time.Minute
	// lastReadTimeout is what the read at the very end may take beyond the
	// deadline.
	lastReadTimeout = 10 * time.Second
	// initialReadTimeout is how long Atlas may be out of reach while no call has
	// ever got through. Nothing is lost by giving up then, and a wrong address
	// should not take hours to show.
	initialReadTimeout = 5 * time.Minute
	// maxRetryAfter is as long as a Retry-After is believed. Atlas refills its
	// buckets every minute.
	maxRetryAfter = 5 * time.Minute
	// maxBackOff bounds the pauses between tries that Atlas gave no time for.
	maxBackOff = 30 * time.Second
)

// operation is what differs between a cutover, the start of a live migration, a
// validation and a single request.
type operation struct {
	limits limits
	// readFirst is set if every request needs a read immediately before it.
	readFirst bool
	// read updates the run's observation.
	read func(ctx context.Context, r *run) error
	// request sends the one request and adds to the observation what it answers.
	request func(ctx context.Context, gate Gate, o *Observation) error
	// afterFailure says what a request that failed this way leads to.
	afterFailure func(ErrorKind) failure
	decide       func(Observation, RunState) Decision
	// stable reports whether an observation extends [RunState.Stable].
	stable func(Observation, RunState) bool
	// notFoundGrace is how long Atlas may deny to know what it began; zero for
	// the whole of the run.
	notFoundGrace time.Duration
	report        func(Progress)
}

// failure is what a request that failed leads to.
type failure int

const (
	// reject ends the run: Atlas did not act.
	reject failure = iota
	// repeat sends the request again after a pause, and a read if there is one.
	repeat
	// follow reads on: Atlas may have acted, and will show it.
	follow
	// giveUp ends the run: Atlas may have acted, and nothing would show it.
	giveUp
)

// run is one run's state. It owns the only timer.
type run struct {
	operation
	state    RunState
	observed Observation
	reason   Reason
	// reads counts reads that succeeded, tries requests that had no effect.
	reads, tries        int
	readErr, requestErr error
	lagAtRequest        *int64
	fall                fall

	started       time.Time
	requestedAt   time.Time
	readyAt       time.Time
	stableSince   time.Time
	unsentSince   time.Time
	notFoundSince time.Time
}

// execute runs an operation to its end. A panic becomes an outcome, so that what
// is known of a request outlives a bug.
func (op operation) execute(ctx context.Context, state RunState, known Observation) (out Outcome) {
	if op.report == nil {
		op.report = func(Progress) {}
	}
	r := &run{operation: op, state: state, observed: known, started: time.Now()}
	defer func() {
		if p := recover(); p != nil {
			r.readErr = &PanicError{Value: p, Stack: debug.Stack()}
			out = r.outcome(Panicked)
		}
	}()
	return r.outcome(r.loop(ctx))
}

// loop is the whole of a run: read, decide, act, wait.
func (r *run) loop(ctx context.Context) End {
	for {
		pause, end := r.turn(ctx)
		if end != 0 {
			return end
		}
		if !wait(ctx, pause) {
			return r.cancelled(ctx)
		}
	}
}

// turn reads once and acts on it. It returns either the time to the next read or
// the end of the run.
func (r *run) turn(ctx context.Context) (time.Duration, End) {
	if r.readFirst || !r.state.mayRequest() {
		if err := r.readOnce(ctx); err != nil {
			return r.readFailed(ctx, err)
		}
	}
	d := r.decide(r.observed, r.state)
	r.reason = d.Reason
	switch d.Action {
	case Done:
		return 0, r.completed()
	case Fail:
		return 0, endFor(d.Reason)
	case Request:
		return r.send(ctx)
	default:
		if d.Reason != Stabilizing {
			r.forgetTries()
		}
		return r.pauseFor()
	}
}

// forgetTries forgets tries of the request that had no effect once something else is
// waited for: they are not why the run ends then.
func (r *run) forgetTries() {
	if r.state.mayRequest() {
		r.tries, r.requestErr, r.unsentSince = 0, nil, time.Time{}
	}
}

// completed tells what was complete before the run began from what it brought
// about.
func (r *run) completed() End {
	if r.reads == 1 && r.state.mayRequest() {
		return AlreadyComplete
	}
	return Completed
}

func endFor(reason Reason) End {
	switch reason {
	case UnknownStatus:
		return UnsupportedStatus
	case NotStarted:
		return NotObserved
	default:
		return Failed
	}
}

// pauseFor returns the time to the next read, or ends a run that is out of time.
func (r *run) pauseFor() (time.Duration, End) {
	left, end := r.remaining()
	if left <= 0 {
		return 0, end
	}
	pause := min(intervalFor(r.reason, r.observed.Migration).next(r.sinceRequest()), left)
	if r.reason == NotReady {
		// A lag can fall by minutes within one long pause.
		pause = min(pause, max(r.fall.untilAlmost(), almost.next(r.sinceRequest())))
	}
	if r.reason == Stabilizing {
		pause = min(pause, stableWindow-r.state.Stable)
	}
	r.tell(Progress{Step: Polled, Next: pause})
	return pause, 0
}

// cancelled tells a caller that gave up from one that set a deadline.
func (r *run) cancelled(ctx context.Context) End {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return r.late(TimedOut)
	}
	return Interrupted
}

// late is the end of a run whose time for what it waits for has passed.
func (r *run) late(end End) End {
	if end == TimedOut && r.tries > 0 && r.state.mayRequest() {
		return r.unsent()
	}
	return end
}

// remaining returns the time left for what the run waits for, and its end when
// that has passed. A cutover that may be in progress is followed for as long as
// the run may take, whatever the limits of its request.
func (r *run) remaining() (time.Duration, End) {
	if !r.state.mayRequest() {
		return r.limits.Timeout - time.Since(r.started), TimedOut
	}
	left, end := r.limits.remaining(r.reason, r.lagging(), elapsed(r.started), time.Now())
	return left, r.late(end)
}

func (r *run) lagging() bool { return r.observed.Migration.LagSeconds != nil }

// readOnce reads and keeps what it observed.
func (r *run) readOnce(ctx context.Context) error {
	ctx, cancel := context.WithDeadline(ctx, r.started.Add(r.limits.Timeout+lastReadTimeout))
	defer cancel()
	if err := r.read(ctx, r); err != nil {
		return err
	}
	r.readErr, r.notFoundSince = nil, time.Time{}
	r.reads++
	r.fall.add(r.observed.Migration.LagSeconds)
	if r.readyAt.IsZero() && r.observed.Migration.IsReady() {
		r.readyAt = time.Now()
	}
	r.measureStability()
	return nil
}

// measureStability measures for how long observations have been stable.
func (r *run) measureStability() {
	if r.stable == nil || !r.stable(r.observed, r.state) {
		r.restartStability()
		return
	}
	if r.stableSince.IsZero() {
		r.stableSince = time.Now()
	}
	r.state.Stable = time.Since(r.stableSince)
}

func (r *run) restartStability() { r.stableSince, r.state.Stable = time.Time{}, 0 }

// readFailed decides whether to read again after a failure.
func (r *run) readFailed(ctx context.Context, err error) (time.Duration, End) {
	if ctx.Err() != nil {
		return 0, r.cancelled(ctx)
	}
	r.readErr = err
	kind := KindOf(err)
	if end := r.terminal(kind); end != 0 {
		return 0, end
	}
	left, end := r.remaining()
	if r.state.mayRequest() && r.reason != PossiblyInProgress {
		end = Unreadable
		if r.reads == 0 && kind != KindRateLimited {
			left = min(left, initialReadTimeout-time.Since(r.started))
		}
	}
	if left <= 0 {
		return 0, end
	}
	pause := min(max(inProgress.next(r.sinceRequest()), retryAfter(err)), left)
	r.tell(Progress{Step: ReadFailed, Next: pause, Err: err})
	return pause, 0
}

// terminal returns the end of a run whose read failed in a way that waiting will
// not fix, and 0 otherwise.
func (r *run) terminal(kind ErrorKind) End {
	if r.state.mayRequest() {
		switch kind {
		case KindUnauthorized, KindNotFound, KindBadRequest, KindPermanent:
			return Unreadable
		default:
			return 0
		}
	}
	if kind != KindNotFound {
		r.notFoundSince = time.Time{}
	} else if r.notFoundSince.IsZero() {
		r.notFoundSince = time.Now()
	}
	switch {
	case kind == KindUnauthorized:
		return Unauthorized
	case kind == KindNotFound && r.notFoundGrace > 0 && time.Since(r.notFoundSince) >= r.notFoundGrace:
		return NotFound
	}
	return 0
}

// sinceRequest is the time since the request, or since the run started if there
// was none.
func (r *run) sinceRequest() time.Duration {
	if r.requestedAt.IsZero() {
		return time.Since(r.started)
	}
	return time.Since(r.requestedAt)
}

// wait is the only place where a run spends time. It returns false if the caller
// gave up.
func wait(ctx context.Context, pause time.Duration) bool {
	if pause <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

func (r *run) outcome(end End) Outcome {
	o := Outcome{
		End: end, Reason: r.reason, Request: r.state.Request, Resumed: r.state.Resumed,
		Read: r.reads > 0 || r.state.Request == Accepted && !r.state.Resumed, Observed: r.observed, ReadErr: r.readErr, RequestErr: r.requestErr,
		Elapsed: time.Since(r.started), ReadyAt: r.readyAt,
	}
	if o.Request == Accepted || o.Request == Unknown {
		o.RequestedAt, o.LagAtRequest = r.requestedAt, r.lagAtRequest
	}
	if o.Status() == StatusSuccess {
		o.CompletedAt = time.Now()
	}
	return o
}
