// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package progress

import (
	"slices"
	"strconv"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

const (
	// estimateSpan is how long the lag must have fallen before an estimate is
	// made, and how far back it looks at most.
	estimateSpan    = 30 * time.Second
	estimateHistory = 5 * time.Minute
)

// sample is a lag that was reported.
type sample struct {
	at  time.Time
	lag int64
}

// lagTrend is the recent lags, while they only fall.
type lagTrend struct {
	samples []sample
	// target is the lag, in seconds, that is waited for.
	target int64
}

// add keeps a lag. One that rises, or that is missing, starts the trend again.
func (t *lagTrend) add(lm migration.LiveMigration) {
	if lm.LagSeconds == nil {
		t.samples = nil
		return
	}
	now := time.Now()
	if n := len(t.samples); n > 0 && *lm.LagSeconds > t.samples[n-1].lag {
		t.samples = nil
	}
	t.samples = append(t.samples, sample{now, *lm.LagSeconds})
	for now.Sub(t.samples[0].at) > estimateHistory {
		t.samples = t.samples[1:]
	}
}

// estimate says how fast the lag falls and when it will be low enough, empty if
// it does not fall steadily.
func (t *lagTrend) estimate() string {
	if len(t.samples) < 3 {
		return ""
	}
	first, last := t.samples[0], t.samples[len(t.samples)-1]
	span := last.at.Sub(first.at)
	fallen := first.lag - last.lag
	if span < estimateSpan || fallen <= 0 || t.stalled() {
		return ""
	}
	rate := float64(fallen) / span.Seconds()
	text := ", falling " + strconv.FormatFloat(rate, 'g', 2, 64) + " s a second"
	if left := last.lag - t.target; left > 0 {
		text += ", ready in about " + coarse(time.Duration(float64(left)/rate*float64(time.Second)))
	}
	return text
}

// stalled reports whether the lag is what it was a while ago, although it fell before.
func (t *lagTrend) stalled() bool {
	last := t.samples[len(t.samples)-1]
	for _, earlier := range slices.Backward(t.samples) {
		if last.at.Sub(earlier.at) >= estimateSpan {
			return earlier.lag == last.lag
		}
	}
	return false
}

// coarse rounds a guess to what it is worth.
func coarse(d time.Duration) string {
	switch {
	case d < 55*time.Second: // It is rounded up to a minute otherwise.
		return max(d.Round(10*time.Second), 10*time.Second).String()
	case d < time.Hour:
		return strconv.Itoa(int(d.Round(time.Minute)/time.Minute)) + "m"
	default:
		return rounded(d.Round(10 * time.Minute))
	}
}
