// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"math/rand/v2"
	"time"
)

// schedule says when to look again: after a tenth of the time that has passed
// since the wait began, within bounds, so that the end of a cutover is noticed
// within a tenth of its length, within a second or within half a minute. All three
// are a little less than that, since a look takes time too.
type schedule struct {
	least, most time.Duration
}

// whileNotReady has time: nobody's application is down yet.
// whileCuttingOver is looked at more often, since every second counts.
var (
	whileNotReady    = schedule{least: 2 * time.Second, most: time.Minute}
	whileCuttingOver = schedule{least: 980 * time.Millisecond, most: 29400 * time.Millisecond}
)

// next is the time to the next look. The jitter keeps many cutovers of one apply
// apart. It only ever shortens the pause, so that it cannot make the end be
// noticed later, and it is small, since what it takes is paid in looks.
func (s schedule) next(elapsed time.Duration) time.Duration {
	due := min(max(elapsed*96/1000, s.least), s.most)
	return max(due-rand.N(due/100), s.least) //nolint:gosec // Jitter needs no secrecy.
}

func scheduleFor(r Reason) schedule {
	switch r {
	case NotReady, Lagging:
		return whileNotReady
	default:
		return whileCuttingOver
	}
}
