// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import "time"

// liveMigration is one live migration of a world: its script and what was asked of it.
type liveMigration struct {
	script             Migration
	added              time.Time // simulated
	destinationProject string    // that script.Destination is a cluster of
	// begun holds every cutover that was set going, in order. A migration gets a
	// second one only after the job of the first failed and left it ready.
	begun       []cutover
	acceptances []Acceptance

	completeServed int // answers with COMPLETE that reached a client whole
}

// cutover is one cutover that was set going.
type cutover struct {
	at time.Time // simulated; in the future where a PUT was accepted early
	// jobFails is when its job fails by itself, 0 for never. It is settled at the
	// beginning, so that a later change of the script undoes no failure.
	jobFails time.Duration
}

// phase is where a live migration is, as far as a PUT is concerned.
type phase int

const (
	before  phase = iota // no cutover was asked for
	cutting              // one was asked for and has not ended
	over                 // nothing will ever happen again
)

// view is a live migration as it is at one moment.
type view struct {
	phase  phase
	status string
	ready  bool
	lag    *int64
}

// at works out the migration's state from its script, the time, and the
// cutovers that were set going. It is the only place where time passes.
func (l *liveMigration) at(now time.Time) view {
	if len(l.begun) == 0 {
		return l.withoutCutover(now)
	}
	last := l.begun[len(l.begun)-1]
	elapsed := now.Sub(last.at)
	switch {
	case elapsed < 0:
		v := l.replicating(now)
		v.phase, v.ready = cutting, false
		return v
	case last.failed(elapsed) && l.script.Job.FailureLeavesMigrationReady:
		return l.replicating(now)
	case elapsed < l.script.CutoverTakes || l.script.CutoverEnds == Stays:
		return l.cuttingOver(now, elapsed)
	}
	return view{phase: over, status: l.script.CutoverEnds.status()}
}

// withoutCutover is the state as long as nobody asked for a cutover.
func (l *liveMigration) withoutCutover(now time.Time) view {
	t := now.Sub(l.added)
	if l.script.FailsAfter > 0 && t >= l.script.FailsAfter {
		return view{phase: over, status: statusFailed}
	}
	expiry := l.script.ExpiresAfter
	if expiry == 0 {
		expiry = defaultExpiry
	}
	if ready, ever := l.script.nextReady(0); ever && expiry > 0 && t >= plus(ready, expiry) {
		return view{phase: over, status: statusExpired}
	}
	return l.replicating(now)
}

// replicating is the state of a migration that is copied and kept in sync.
func (l *liveMigration) replicating(now time.Time) view {
	t := now.Sub(l.added)
	if t < l.script.Scheduled {
		return view{status: statusNew}
	}
	v := view{status: statusWorking, ready: l.script.readyAt(t)}
	if lag, copied := l.script.lagAt(t); copied {
		v.lag = &lag
	}
	return v
}

// cuttingOver is the state of a migration whose cutover has begun. The status
// does not tell it from one that still replicates.
func (l *liveMigration) cuttingOver(now time.Time, elapsed time.Duration) view {
	v := view{phase: cutting, status: statusWorking}
	v.ready = elapsed < l.script.ReadyAfterPut
	if elapsed < l.script.LagAfterPut {
		v.lag = l.replicating(now).lag
	}
	return v
}

// failed reports whether the cutover's job has failed by itself.
func (c cutover) failed(elapsed time.Duration) bool {
	return c.jobFails > 0 && elapsed >= c.jobFails
}

// cutoverFailed reports whether the i-th cutover has really ended in failure, told
// or not. A job that failed while its migration continues is no such end. An index
// below 0 is of no cutover of its own; it ended as the migration did.
func (l *liveMigration) cutoverFailed(i int, now time.Time) bool {
	if status := l.at(now).status; status == statusFailed || status == statusExpired {
		return true
	}
	return i >= 0 && l.script.Job.FailureLeavesMigrationReady && l.begun[i].failed(now.Sub(l.begun[i].at))
}

// begin sets a cutover going at the first moment, not before now, at which the migration is ready.
func (l *liveMigration) begin(now time.Time) {
	wait, ever := l.script.nextReady(now.Sub(l.added))
	if !ever {
		wait = Forever
	}
	next := cutover{at: l.added.Add(wait)}
	if script := l.script.Job; script.FailTimes == 0 || len(l.begun) < script.FailTimes {
		next.jobFails = script.FailsAfter
	}
	l.begun = append(l.begun, next)
}

func (e Ending) status() string {
	switch e {
	case Fails:
		return statusFailed
	case Expires:
		return statusExpired
	case Completes:
		return statusComplete
	case Stays:
		return statusWorking
	}
	return statusComplete
}
