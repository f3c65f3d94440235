// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"math/rand/v2"
	"time"
)

// schedule says when to look again: after a tenth of the time that has passed
// since the wait began, within bounds, so that the end of a cutover is noticed
// within a tenth of its length.
type schedule struct {
	least, most time.Duration
}

// whileNotReady has time: nobody's application is down yet.
// whileCuttingOver is looked at more often, since every second counts.
var (
	whileNotReady    = schedule{least: 2 * time.Second, most: time.Minute}
	whileCuttingOver = schedule{least: time.Second, most: 30 * time.Second}
)

// next is the time to the next look. The jitter of a tenth keeps many cutovers
// of one apply apart; it only ever shortens the wait, so that it cannot make the
// end be noticed later than the schedule promises.
func (s schedule) next(elapsed time.Duration) time.Duration {
	due := min(max(elapsed/10, s.least), s.most)
	return max(due-rand.N(due/10+1), s.least) //nolint:gosec // Jitter needs no secrecy.
}

func scheduleFor(r Reason) schedule {
	switch r {
	case NotReady, Lagging:
		return whileNotReady
	default:
		return whileCuttingOver
	}
}
