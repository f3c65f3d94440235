// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"runtime/debug"
	"time"
)

// Finish is how a [Validation] or a [Beginning] ended.
type Finish int

const (
	// Reached: what was waited for came about.
	Reached Finish = iota + 1
	// FellThrough: Atlas says that it failed or expired.
	FellThrough
	// NeverSent: the request did not reach Atlas, or Atlas had no time for it.
	NeverSent
	// TurnedDown: Atlas answered the request with a no; nothing began.
	TurnedDown
	// AnswerLost: the request was sent, and nobody knows whether Atlas acted.
	AnswerLost
	// OutOfTime: the time for the whole run passed after something began.
	OutOfTime
	// ShutOut: the credentials stopped working after something began.
	ShutOut
	// Disappeared: Atlas no longer knows what it began.
	Disappeared
	// Stopped: the caller gave up.
	Stopped
	// Crashed: a bug of this program.
	Crashed
)

// absentPatience is how long Atlas may deny to know what it began. A job may
// take a moment to show.
const absentPatience = 2 * time.Minute

// watch is a request that begins something at Atlas, and the looks that follow
// it, until a look decides. It owns the only timer.
type watch struct {
	schedule schedule
	timeout  time.Duration
	report   func(Progress)

	began       time.Time
	tries       int
	absentSince time.Time
	// cause is why the newest look failed, requestErr why the newest request did.
	cause, requestErr error
}

// newWatch begins the run. Every step that is told has in it what was seen last;
// tell is nil for nobody.
func newWatch(s schedule, timeout time.Duration, seen func() Observation, tell func(Progress)) *watch {
	report := func(p Progress) {
		if tell != nil {
			p.Seen = seen()
			tell(p)
		}
	}
	return &watch{schedule: s, timeout: timeout, report: report, began: time.Now()}
}

// guarded turns a panic into a finish, so that what is known of a request
// outlives a bug.
func (w *watch) guarded(run func() Finish) (f Finish) {
	defer func() {
		if p := recover(); p != nil {
			w.cause = &PanicError{Value: p, Stack: debug.Stack()}
			f = Crashed
		}
	}()
	return run()
}

// ask sends a request until it is answered; again says after which failures
// it does no harm to send it again. It gives 0 for a success.
func (w *watch) ask(ctx context.Context, send func(context.Context) error, again func(Kind) bool) Finish {
	for {
		if ctx.Err() != nil {
			return Stopped
		}
		w.report(Progress{Step: Requesting, Elapsed: w.elapsed(), Err: w.requestErr})
		w.requestErr = w.send(ctx, send)
		if w.requestErr == nil {
			return 0
		}
		w.tries++
		kind := kindOf(w.requestErr)
		left := w.left()
		if kind == Unsent {
			// Nothing is lost by giving up, and a wrong address should not take
			// hours to show.
			left = min(left, firstLookPatience-w.elapsed())
		}
		if !again(kind) || left <= 0 {
			return unanswered(kind)
		}
		pause := min(max(backOff(w.tries), retryAfter(w.requestErr)), left)
		w.report(Progress{Step: RequestPostponed, Elapsed: w.elapsed(), Next: pause, Err: w.requestErr})
		if !wait(ctx, pause) {
			return Stopped
		}
	}
}

func (w *watch) send(ctx context.Context, send func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	return send(ctx)
}

// unanswered is what a failure says about whether Atlas has acted.
func unanswered(k Kind) Finish {
	switch k {
	case Unsent, Throttled:
		return NeverSent
	case Transient:
		return AnswerLost
	default:
		return TurnedDown
	}
}

// until looks until a look gives a finish. Everything that may go away by itself
// is put up with until the time is up.
func (w *watch) until(ctx context.Context, look func(context.Context) (Finish, error)) Finish {
	for {
		f, err := w.look(ctx, look)
		if f != 0 {
			return f
		}
		if ctx.Err() != nil {
			return Stopped
		}
		w.cause = err
		if f := w.hopeless(err); f != 0 {
			return f
		}
		left := w.left()
		if left <= 0 {
			return OutOfTime
		}
		pause := min(max(w.schedule.next(w.elapsed()), retryAfter(err)), left)
		step := Looked
		if err != nil {
			step = LookBroke
		}
		w.report(Progress{Step: step, Elapsed: w.elapsed(), Next: pause, Err: err})
		if !wait(ctx, pause) {
			return Stopped
		}
	}
}

func (w *watch) look(ctx context.Context, look func(context.Context) (Finish, error)) (Finish, error) {
	ctx, cancel := context.WithDeadline(ctx, w.began.Add(w.timeout+lastLookTime))
	defer cancel()
	return look(ctx)
}

// hopeless tells whether a look failed in a way that waiting will not mend.
func (w *watch) hopeless(err error) Finish {
	kind := kindOf(err)
	if err == nil || kind != Absent {
		w.absentSince = time.Time{}
	}
	switch {
	case err == nil:
	case kind == Denied:
		return ShutOut
	case kind == Absent && w.absentSince.IsZero():
		w.absentSince = time.Now()
	case kind == Absent && time.Since(w.absentSince) >= absentPatience:
		return Disappeared
	}
	return 0
}

func (w *watch) elapsed() time.Duration { return time.Since(w.began) }

func (w *watch) left() time.Duration { return w.timeout - w.elapsed() }
