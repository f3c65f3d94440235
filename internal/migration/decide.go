// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import "time"

const (
	// stableWindow is how long responses must stay unchanged before they are
	// trusted. It applies only when a recent request may not be visible yet,
	// because the application is down while the run waits.
	stableWindow = 15 * time.Second
	// noEffectWarning is how long Atlas may report a lag after it accepted a
	// request before that is called out.
	noEffectWarning = 30 * time.Second
	// noEffectTimeout is how long Atlas may report a lag after it accepted a
	// request before the run ends: a lag is only served before the cutover phase.
	noEffectTimeout = 5 * time.Minute
)

// RequestState is what is known of the request that a run sent, or an earlier
// run for it.
type RequestState int

const (
	// NotRequested is a run that has sent nothing, or nothing that had an effect.
	// It is the only state in which a run may send.
	NotRequested RequestState = iota
	// Accepted was answered with a 2xx.
	Accepted
	// Conflicted was answered with a 409: something is running already, most
	// likely this very cutover.
	Conflicted
	// Unknown was sent, and whether Atlas acted on it is not known.
	Unknown
)

// RunState is what a run knows besides its newest observation.
type RunState struct {
	Request RequestState
	// Resumed is set for a run that follows what an earlier one requested. It
	// never sends.
	Resumed bool
	// MaxLag is the largest lag at which a cutover may start, in seconds; nil for
	// any.
	MaxLag *int64
	// Stable is for how long the observations have all looked as if no cutover
	// had begun.
	Stable time.Duration
}

// mayRequest reports whether the run may still send its request.
func (s RunState) mayRequest() bool { return s.Request == NotRequested && !s.Resumed }

// Action is what to do next.
type Action int

const (
	// Wait and read again.
	Wait Action = iota
	// Request now.
	Request
	// Done: what the run is for came about.
	Done
	// Fail: nothing more can come of it.
	Fail
)

// Reason says why, for logs, progress and diagnostics.
type Reason int

const (
	// NotReady is too early: Atlas says so, or the migration has not begun.
	NotReady Reason = iota
	// PossiblyInProgress is not ready and without a lag: too early, or a cutover
	// that has been requested already. No read can tell.
	PossiblyInProgress
	// Lagging is ready, but further behind than the user allows.
	Lagging
	// Stabilizing is ready, but an earlier request may not be visible yet.
	Stabilizing
	// InProgress is a request that was made and whose work has not ended.
	InProgress
	// NoEffect is a request that Atlas accepted while it still reports a lag, as
	// if no cutover had begun.
	NoEffect
	// UnknownStatus is a status that nobody has published.
	UnknownStatus
	// Ready is what a request is sent on.
	Ready
	// Complete is the live migration served as complete.
	Complete
	// MigrationFailed is the live migration's own status.
	MigrationFailed
	// MigrationExpired is the live migration's 120-hour timer.
	MigrationExpired
	// JobFailed is the status of the job that the request began.
	JobFailed
	// NotStarted is a requested cutover that Atlas shows no sign of.
	NotStarted
)

// Decision is what [Decide] decides.
type Decision struct {
	Action Action
	Reason Reason
}

// Observation is what was read last: the live migration, which is the authority,
// and the newest status of the job, zero if there is none.
type Observation struct {
	Migration LiveMigration
	Job       Job
}

// Decide says what to do about an observation of a cutover. It is pure: the same
// arguments always give the same decision.
func Decide(o Observation, s RunState) Decision {
	switch ParseStatus(o.Migration.Status) {
	case StatusSuccess:
		return Decision{Done, Complete}
	case StatusFailed:
		return Decision{Fail, failureReason(o.Migration)}
	case StatusUnknown:
		if s.mayRequest() {
			return Decision{Fail, UnknownStatus}
		}
	case StatusPending:
	}
	if ParseStatus(o.Job.Status) == StatusFailed {
		return Decision{Fail, JobFailed}
	}
	if s.mayRequest() {
		return decideBefore(o.Migration, s)
	}
	return decideAfter(o.Migration, s)
}

func failureReason(lm LiveMigration) Reason {
	if lm.Expired() {
		return MigrationExpired
	}
	return MigrationFailed
}

// decideBefore decides for a migration in progress while nothing was sent.
func decideBefore(lm LiveMigration, s RunState) Decision {
	switch {
	case !requestable(lm) && lm.LagSeconds == nil && lm.Status != statusNew:
		return Decision{Wait, PossiblyInProgress}
	case !requestable(lm):
		return Decision{Wait, NotReady}
	case lm.LagSeconds == nil && s.Stable < stableWindow:
		return Decision{Wait, Stabilizing}
	case lm.LagSeconds != nil && s.MaxLag != nil && *lm.LagSeconds > *s.MaxLag:
		return Decision{Wait, Lagging}
	default:
		return Decision{Request, Ready}
	}
}

// decideAfter decides for a migration in progress once a request was sent. It
// never requests.
func decideAfter(lm LiveMigration, s RunState) Decision {
	switch {
	case ParseStatus(lm.Status) == StatusUnknown:
		return Decision{Wait, UnknownStatus}
	case !notBegun(lm, s):
		return Decision{Wait, InProgress}
	case s.Request == Accepted:
		return decideWithoutEffect(s.Stable)
	case s.Stable < stableWindow:
		return Decision{Wait, Stabilizing}
	default:
		return Decision{Fail, NotStarted}
	}
}

// decideWithoutEffect decides on an acceptance that is followed by a lag.
func decideWithoutEffect(stable time.Duration) Decision {
	switch {
	case stable >= noEffectTimeout:
		return Decision{Fail, NotStarted}
	case stable >= noEffectWarning:
		return Decision{Wait, NoEffect}
	default:
		return Decision{Wait, InProgress}
	}
}

// requestable reports whether Atlas can be asked for the cutover. Old
// deployments do not say whether they are ready: there Atlas judges the request.
func requestable(lm LiveMigration) bool {
	if lm.Status == "" || lm.Status == statusNew {
		return false
	}
	return lm.Ready == nil || *lm.Ready
}

// notBegun reports whether an observation looks as if a requested cutover had
// not begun. What readyForCutover says after an accepted request is not
// published, so against an acceptance or a conflict only the lag counts.
func notBegun(lm LiveMigration, s RunState) bool {
	ready := lm.Ready != nil && *lm.Ready
	lagging := lm.LagSeconds != nil && (lm.Ready == nil || ready)
	if s.Request == Accepted || s.Request == Conflicted {
		return lagging
	}
	return ready || lagging
}

// stable reports whether an observation extends [RunState.Stable]; any other
// ends it.
func stable(o Observation, s RunState) bool {
	if ParseStatus(o.Migration.Status) != StatusPending {
		return false
	}
	if s.mayRequest() {
		return requestable(o.Migration) && o.Migration.LagSeconds == nil
	}
	return notBegun(o.Migration, s)
}
