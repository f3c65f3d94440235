// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"runtime/debug"
	"time"
)

const (
	// lastLookTime is what the look at the very end may take beyond the
	// deadline.
	lastLookTime = 10 * time.Second
	// firstLookPatience is how long Atlas may be out of reach while no look has
	// ever succeeded. Nothing is lost by giving up then, and a wrong address
	// should not take hours to show.
	firstLookPatience = 5 * time.Minute
)

// run is one run's memory.
type run struct {
	Cutover
	memory Memory
	seen   Observation
	looked bool
	// jobMute is set once the job proved to be no witness.
	jobMute           bool
	imminence         imminence
	unsent, postponed int
	// cause is why the newest look failed, requestErr why the newest request did.
	cause, requestErr error

	began       time.Time
	requested   time.Time
	steadySince time.Time
}

func newRun(c Cutover, m Memory) *run {
	if c.Report == nil {
		c.Report = func(Progress) {}
	}
	return &run{Cutover: c, memory: m, began: time.Now()}
}

// guarded turns a panic into an outcome, so that what is known of a request
// outlives a bug.
func (r *run) guarded(ctx context.Context) (out Outcome) {
	defer func() {
		if p := recover(); p != nil {
			r.cause = &PanicError{Value: p, Stack: debug.Stack()}
			out = r.end(Panicked, r.lastReason())
		}
	}()
	return r.loop(ctx)
}

// loop is the whole of a run: look, decide, do, wait. It owns the only timer.
func (r *run) loop(ctx context.Context) Outcome {
	for {
		pause, end := r.turn(ctx)
		if end != nil {
			return *end
		}
		if !wait(ctx, pause) {
			return r.end(Interrupted, r.lastReason())
		}
	}
}

// turn takes one look and acts on it. It gives either the time to the next look
// or the end of the run.
func (r *run) turn(ctx context.Context) (time.Duration, *Outcome) {
	first := !r.looked
	if err := r.look(ctx); err != nil {
		return r.lookFailed(ctx, err)
	}
	d := Decide(r.seen, r.memory)
	switch d.Verdict {
	case Done:
		if first && r.memory.Answer == NotRequested && !r.memory.Resumed {
			return 0, r.over(AlreadyComplete, d.Reason)
		}
		return 0, r.over(Completed, d.Reason)
	case Fail:
		return 0, r.over(endOf(d.Reason), d.Reason)
	case Request:
		if ctx.Err() != nil {
			return 0, r.over(Interrupted, d.Reason)
		}
		if r.left() <= 0 {
			return 0, r.over(r.lateEnd(), d.Reason)
		}
		r.Report(r.progress(Requesting, d, 0))
		return r.request(ctx, d)
	default:
		return r.waitFor(d)
	}
}

func endOf(reason Reason) End {
	switch reason {
	case UnknownWord:
		return UnknownStatus
	case NeverStarted:
		return NotStarted
	default:
		return FailedAtAtlas
	}
}

// waitFor gives the time to the next look, or ends a run that is out of time.
func (r *run) waitFor(d Decision) (time.Duration, *Outcome) {
	left := r.left()
	if r.memory.mayRequest() && d.Reason != Settling {
		left = min(left, r.ReadyTimeout-time.Since(r.began))
	}
	if left <= 0 {
		return 0, r.over(r.lateEnd(), d.Reason)
	}
	pause := scheduleFor(d.Reason).next(r.elapsed())
	switch d.Reason {
	case Settling:
		pause = min(pause, settleWindow-r.memory.Steady)
	case CuttingOver, PerhapsUnderWay:
		pause = r.imminence.hasten(pause)
	default:
	}
	pause = min(pause, left)
	r.Report(r.progress(Looked, d, pause))
	return pause, nil
}

// lateEnd is the end of a run that is out of time.
func (r *run) lateEnd() End {
	switch {
	case !r.memory.mayRequest():
		return TimedOut
	case r.postponed > 0:
		return NotSent
	default:
		return NotReadyInTime
	}
}

// look reads the migration, and the job where it can add something.
func (r *run) look(ctx context.Context) error {
	ctx, cancel := context.WithDeadline(ctx, r.began.Add(r.Timeout+lastLookTime))
	defer cancel()
	lm, err := r.Atlas.Look(ctx)
	if err != nil {
		return err
	}
	before := r.seen
	r.seen.Migration, r.looked, r.cause = lm, true, nil
	if ParseStatus(lm.Status) != Success {
		r.lookAtJob(ctx)
	}
	r.imminence.compare(before, r.seen)
	r.settle()
	return nil
}

// lookAtJob asks the second witness. Whatever goes wrong with it, the first one
// is enough.
func (r *run) lookAtJob(ctx context.Context) {
	if r.seen.Job.ID == "" || r.jobMute {
		return
	}
	job, err := r.Atlas.LookAtJob(ctx, r.seen.Job.ID)
	switch kind := kindOf(err); {
	case err == nil:
		job.ID = r.seen.Job.ID
		r.seen.Job = job
	case kind == Denied, kind == Absent, kind == Rejected, kind == Final:
		r.jobMute = true
		r.Report(Progress{Step: JobUnreadable, Answer: r.memory.Answer, Seen: r.seen, Elapsed: r.elapsed(), Err: err})
	}
}

// settle measures how long the answers have been steady.
func (r *run) settle() {
	if !steady(r.seen, r.memory) {
		r.unsettle()
		return
	}
	if r.steadySince.IsZero() {
		r.steadySince = time.Now()
	}
	r.memory.Steady = time.Since(r.steadySince)
}

// unsettle begins the settle window again.
func (r *run) unsettle() { r.steadySince, r.memory.Steady = time.Time{}, 0 }

// lookFailed decides whether a look that failed is tried again.
func (r *run) lookFailed(ctx context.Context, err error) (time.Duration, *Outcome) {
	if ctx.Err() != nil {
		return 0, r.over(Interrupted, r.lastReason())
	}
	r.cause = err
	left := r.left()
	kind := kindOf(err)
	switch {
	case !r.memory.mayRequest() && kind == Denied:
		return 0, r.over(AccessLost, CuttingOver)
	case !r.memory.mayRequest() && left <= 0:
		return 0, r.over(TimedOut, CuttingOver)
	case !r.memory.mayRequest():
	case kind == Denied, kind == Absent, kind == Rejected, kind == Final:
		return 0, r.over(LookFailed, NotReady)
	default:
		left = min(left, r.ReadyTimeout-time.Since(r.began))
		if !r.looked && kind != Throttled {
			left = min(left, firstLookPatience-time.Since(r.began))
		}
		if left <= 0 {
			return 0, r.over(LookFailed, NotReady)
		}
	}
	pause := min(max(whileCuttingOver.next(r.elapsed()), retryAfter(err)), left)
	r.Report(Progress{Step: LookBroke, Answer: r.memory.Answer, Seen: r.seen, Elapsed: r.elapsed(), Next: pause, Err: err})
	return pause, nil
}

// wait is the only place where a run spends time. It is false when the caller
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

// left is what remains of the whole run's time.
func (r *run) left() time.Duration { return r.Timeout - time.Since(r.began) }

// elapsed is the time since the request, or since the run began where none was
// sent.
func (r *run) elapsed() time.Duration {
	if r.requested.IsZero() {
		return time.Since(r.began)
	}
	return time.Since(r.requested)
}

func (r *run) progress(s Step, d Decision, next time.Duration) Progress {
	return Progress{
		Step: s, Decision: d, Answer: r.memory.Answer, Seen: r.seen,
		Elapsed: r.elapsed(), Next: next, Err: r.requestErr,
	}
}

// lastReason is what the newest look said, for a run that ends without one.
func (r *run) lastReason() Reason {
	if !r.looked {
		return NotReady
	}
	return Decide(r.seen, r.memory).Reason
}

func (r *run) over(e End, reason Reason) *Outcome {
	out := r.end(e, reason)
	return &out
}

func (r *run) end(e End, reason Reason) Outcome {
	return Outcome{
		End: e, Reason: reason, Answer: r.memory.Answer, Resumed: r.memory.Resumed,
		Looked: r.looked, Seen: r.seen, Cause: r.cause, RequestErr: r.requestErr, Took: time.Since(r.began),
	}
}
