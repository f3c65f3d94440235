// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import "time"

// clock is the simulated time: it starts with the real one and runs faster.
// It has no goroutine and no timer; it is read when somebody asks.
type clock struct {
	start time.Time
	speed float64
}

func startClock(speed float64) clock { return clock{start: time.Now(), speed: speed} }

func (c clock) now() time.Time {
	real := time.Since(c.start)
	if c.speed == 1 {
		return c.start.Add(real)
	}
	return c.start.Add(time.Duration(float64(real) * c.speed))
}
