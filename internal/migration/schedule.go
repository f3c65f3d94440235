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

// next is the time to the next look. It is a little shorter than what the
// schedule promises, since the look takes time too. The jitter keeps many
// cutovers of one apply apart; it only ever shortens the pause further, and there
// is none at the floor, where looks are dear.
func (s schedule) next(elapsed time.Duration) time.Duration {
	due := early(min(max(elapsed/10, s.least), s.most))
	return max(due-rand.N(due/50+1), early(s.least)) //nolint:gosec // Jitter needs no secrecy.
}

// early leaves two parts in a hundred of a pause for the look at its end.
func early(pause time.Duration) time.Duration { return pause * 98 / 100 }

func scheduleFor(r Reason) schedule {
	switch r {
	case NotReady, Lagging:
		return whileNotReady
	default:
		return whileCuttingOver
	}
}
