// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package notice

import (
	"math"
	"strings"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

// ReportBug asks for a bug report.
const ReportBug = "Please report the bug, with the log of TF_LOG_PROVIDER=DEBUG."

// Timer is why a live migration expired.
const Timer = "the 120-hour timer, which starts when a live migration is nearly in sync, ran out"

// Describe says what a look saw, as a sentence.
func Describe(lm migration.LiveMigration) string {
	parts := []string{"Atlas reports the live migration as " + lm.Status}
	if lm.Status == "" {
		parts[0] = "Atlas reports the live migration without a status"
	}
	switch {
	case lm.Ended() || lm.Ready == nil:
	case *lm.Ready:
		parts = append(parts, "ready for cutover")
	default:
		parts = append(parts, "not ready for cutover")
	}
	if lm.LagSeconds != nil {
		// More than a duration can hold is no lag that means anything.
		lag := min(*lm.LagSeconds, int64(math.MaxInt64/time.Second))
		parts = append(parts, Rounded(time.Duration(lag)*time.Second)+" behind its source")
	}
	if len(lm.Hosts) > 0 && !lm.Ended() {
		parts = append(parts, "migration host "+strings.Join(lm.Hosts, ", "))
	}
	if lm.Expired() {
		parts = append(parts, "because "+Timer)
	}
	return strings.Join(parts, ", ") + "."
}

// Rounded is a duration as a person writes it.
func Rounded(d time.Duration) string {
	if d < time.Minute {
		return d.Round(time.Second / 10).String()
	}
	text := d.Round(time.Second).String()
	if rest, whole := strings.CutSuffix(text, "m0s"); whole {
		text = rest + "m"
	}
	if rest, whole := strings.CutSuffix(text, "h0m"); whole {
		text = rest + "h"
	}
	return text
}

// LastRead says what a run last read of the live migration, and how its last read
// failed if it did.
func LastRead(o migration.Outcome) string {
	switch {
	case o.Read && o.ReadErr != nil:
		return DescribeError(o.ReadErr) + " Before that: " + Describe(o.Observed.Migration)
	case o.Read:
		return Describe(o.Observed.Migration)
	default:
		return DescribeError(o.ReadErr)
	}
}
