// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"strconv"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/notice"
)

// tellEvery is how often a person is told that nothing has changed.
const tellEvery = time.Minute

// tellTo tells a person how a run goes: every change at once, and every minute
// that it goes on.
func tellTo(say func(string)) func(migration.Progress) {
	var last string
	var told time.Time
	return func(p migration.Progress) {
		kind, text := tidings(p)
		if kind == last && time.Since(told) < tellEvery {
			return
		}
		last, told = kind, time.Now()
		say(text)
	}
}

// tidings are a step in words, and what kind of news it is.
func tidings(p migration.Progress) (kind, text string) {
	switch p.Step {
	case migration.Requesting:
		return "requesting", "requesting the cutover" + lagWords(p.Observed.Migration)
	case migration.RequestAnswered:
		return "answered", "cutover requested: " + answerWords(p.Request)
	case migration.RequestPostponed:
		return "postponed", "the request did not get through and had no effect; trying again"
	case migration.ReadFailed:
		return "broken", "Atlas could not be read; trying again"
	case migration.JobUnreadable:
		return "job", "the cutover's job cannot be read; watching the live migration alone"
	case migration.Polled:
	}
	switch p.Reason {
	case migration.InProgress, migration.UnknownStatus:
		return "finishing", "Atlas is finishing, " + notice.Rounded(p.Elapsed)
	case migration.PossiblyInProgress:
		return "perhaps", "not ready: still copying, or a cutover is under way, " + notice.Rounded(p.Elapsed)
	case migration.Stabilizing:
		return "settling", "ready" + lagWords(p.Observed.Migration) + ", making sure that no earlier request is on its way"
	case migration.Lagging:
		return "lagging", "ready" + lagWords(p.Observed.Migration) + ", waiting for the lag to fall"
	default:
		return "waiting", "waiting to be ready" + lagWords(p.Observed.Migration)
	}
}

// confirmed is the last of the tidings.
func confirmed(o migration.Outcome) string {
	return "complete: Atlas confirmed the cutover after " + notice.Rounded(o.Elapsed)
}

func lagWords(lm migration.LiveMigration) string {
	if lm.LagSeconds == nil {
		return ""
	}
	return ", lag " + strconv.FormatInt(*lm.LagSeconds, 10) + " s"
}
