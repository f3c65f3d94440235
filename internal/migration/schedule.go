// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"math/rand/v2"
	"time"
)

// interval says how long to pause between two reads: a tenth of the time since
// the wait began, within bounds.
type interval struct {
	min, max time.Duration
}

// While a cutover may be running, and from the moment the writes to the source
// are stopped, the application is down: seconds count. Before that, reads only
// cost the project's allowance of calls.
//
// The bounds of inProgress are a little below 1 and 5 s, since a read takes time
// too.
var (
	inProgress = interval{min: 980 * time.Millisecond, max: 4800 * time.Millisecond}
	almost     = interval{min: 2 * time.Second, max: 4800 * time.Millisecond}
	early      = interval{min: 2 * time.Second, max: 30 * time.Second}
)

// almostLag is the lag, in seconds, from which on a live migration is almost
// ready for its cutover.
const almostLag = 120

// next returns the pause before the next read. Jitter keeps many cutovers of one
// apply apart. It only shortens the pause, and never below the minimum.
func (i interval) next(elapsed time.Duration) time.Duration {
	pause := min(max(elapsed/10, i.min), i.max)
	return max(pause-rand.N(pause/20), i.min) //nolint:gosec // Jitter needs no secrecy.
}

// intervalFor returns how often to read for a reason to wait.
func intervalFor(r Reason, lm LiveMigration) interval {
	switch {
	case r == Lagging, r == NotReady && lm.LagSeconds != nil && *lm.LagSeconds <= almostLag:
		return almost
	case r == NotReady:
		return early
	default:
		return inProgress
	}
}

// fall is how fast the lag falls, by the last two reads.
type fall struct {
	lag *int64
	at  time.Time
	// rate is in seconds of lag a second; nil if less than two reads reported one.
	rate *float64
}

func (f *fall) add(lag *int64) {
	now := time.Now()
	passed := now.Sub(f.at).Seconds()
	var rate *float64
	if lag != nil && f.lag != nil && passed > 0 {
		fallen := float64(*f.lag-*lag) / passed
		rate = &fallen
	}
	f.lag, f.at, f.rate = lag, now, rate
}

// untilAlmost is the time until the lag is expected to be [almostLag], at most the
// longest pause, and zero if there was one read only.
func (f *fall) untilAlmost() time.Duration {
	switch {
	case f.lag == nil:
		return early.max
	case f.rate == nil:
		return 0
	case *f.rate <= 0:
		return early.max
	}
	seconds := min(float64(*f.lag-almostLag) / *f.rate, early.max.Seconds())
	return time.Duration(seconds * float64(time.Second))
}

// backOff is the pause before try n, counted from 1: it doubles up to 30 s, and
// its jitter keeps many cutovers of one apply apart.
func backOff(n int) time.Duration {
	pause := min(time.Second<<min(n, 10)/2, maxBackOff)
	return pause + rand.N(time.Second) //nolint:gosec // Jitter needs no secrecy.
}
