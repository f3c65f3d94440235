// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import "time"

// immediateTimeout is how long after its start a run may send whatever its
// ready_timeout is, if that is zero, or if Atlas reports no lag: it does not wait
// for readiness then, but makes sure that no earlier request is on its way.
const immediateTimeout = stableWindow + 5*time.Second

// limits bound a run.
type limits struct {
	// Timeout is for the whole run.
	Timeout time.Duration
	// Ready is for waiting until the request can be sent, and for sending it.
	Ready time.Duration
	// NotAfter is the latest time, by the wall clock, at which the request may
	// leave; zero for any.
	NotAfter time.Time
	// window is what was left until NotAfter when the run started. It holds if
	// somebody sets the clock back.
	window time.Duration
}

// remaining returns the time left before the request for a reason to wait, and
// how the run ends when that has passed.
func (l limits) remaining(reason Reason, lagging bool, elapsed time.Duration, now time.Time) (time.Duration, End) {
	left, end := l.Timeout-elapsed, TimedOut
	if reason == PossiblyInProgress {
		return left, end
	}
	ready := l.Ready
	if sendable := reason == Ready || reason == Stabilizing; sendable && (ready == 0 || !lagging) {
		ready = max(ready, immediateTimeout)
	}
	left = min(left, ready-elapsed)
	if l.NotAfter.IsZero() {
		return left, end
	}
	window := min(l.NotAfter.Sub(now.Round(0)), l.window-elapsed)
	if window < left {
		return window, WindowClosed
	}
	return left, end
}

// elapsed is the time since a moment by the monotonic clock, or by the wall clock
// if that is longer: a machine that was suspended may not have counted.
func elapsed(since time.Time) time.Duration {
	now := time.Now()
	return max(now.Sub(since), now.Round(0).Sub(since.Round(0)))
}
