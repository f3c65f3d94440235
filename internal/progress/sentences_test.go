// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package progress

import (
	"errors"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

var errReset = errors.New("connection reset by peer")

func observed(lag int64) migration.Observation {
	return migration.Observation{Migration: migration.LiveMigration{ID: "m", Status: "WORKING", LagSeconds: &lag}}
}

func TestSentences(t *testing.T) {
	job := migration.Observation{Job: migration.Job{ID: "j"}}
	for _, row := range []struct {
		kind     Kind
		progress migration.Progress
		want     string
	}{
		{Cutover, migration.Progress{Reason: migration.NotReady, Observed: observed(412)}, "waiting to be ready for cutover, lag 412 s, falling fast"},
		{Cutover, migration.Progress{Reason: migration.Lagging, Observed: observed(412)}, "ready, waiting for the lag to fall to max_lag_seconds, lag 412 s, falling fast"},
		{Cutover, migration.Progress{Reason: migration.PossiblyInProgress, Elapsed: 2 * time.Hour}, "not ready and no lag reported: still copying, or a cutover is in progress; following it, 2h0m"},
		{Cutover, migration.Progress{Reason: migration.Stabilizing}, "ready, making sure that no earlier request is on its way"},
		{Cutover, migration.Progress{Step: migration.Requesting, Reason: migration.Ready, Observed: observed(0)}, "requesting the cutover, lag 0 s"},
		{Cutover, migration.Progress{Step: migration.RequestAnswered, Request: migration.Accepted, Observed: job}, "request accepted, job j"},
		{Cutover, migration.Progress{Step: migration.RequestAnswered, Request: migration.Accepted}, "request accepted"},
		{Cutover, migration.Progress{Step: migration.RequestAnswered, Request: migration.Conflicted}, "request answered with a conflict: something is running already, following it"},
		{Cutover, migration.Progress{Step: migration.RequestAnswered, Request: migration.Unknown, Err: errReset}, "request sent, answer lost or unclear: checking whether Atlas acted: connection reset by peer"},
		{Cutover, migration.Progress{Step: migration.RequestPostponed, Next: 30 * time.Second}, "the request had no effect, trying again in 30s"},
		{Cutover, migration.Progress{Step: migration.ReadFailed, Next: time.Second, Err: errReset}, "Atlas could not be read, trying again in 1s: connection reset by peer"},
		{Cutover, migration.Progress{Step: migration.JobUnreadable}, "the job cannot be read, following the live migration alone"},
		{Cutover, migration.Progress{Reason: migration.InProgress, Elapsed: 754 * time.Second}, "Atlas is finishing the cutover, 12m34s"},
		{Cutover, migration.Progress{Reason: migration.NoEffect, Observed: observed(3)}, "request accepted, but Atlas still reports a lag, as if no cutover had begun, lag 3 s"},
		{Cutover, migration.Progress{Reason: migration.UnknownStatus, Observed: observed(3)}, `status "WORKING" is not known to this version of the provider, waiting`},
		{Start, migration.Progress{Step: migration.Requesting}, "requesting the start of the live migration"},
		{Start, migration.Progress{Step: migration.RequestAnswered, Request: migration.Accepted, Observed: observed(0)}, "request accepted, live migration m started"},
		{Validation, migration.Progress{Step: migration.Requesting}, "requesting a validation"},
		{Validation, migration.Progress{Step: migration.RequestAnswered, Request: migration.Accepted, Observed: job}, "request accepted, validation j started"},
		{Validation, migration.Progress{Reason: migration.InProgress, Elapsed: time.Minute}, "validating, 1m0s"},
	} {
		if _, got := say(row.kind, row.progress, ", falling fast"); got.text != row.want {
			t.Errorf("got  %q\nwant %q", got.text, row.want)
		}
	}
}

func TestLastSentences(t *testing.T) {
	ready := true
	for _, row := range []struct {
		kind    Kind
		outcome migration.Outcome
		want    string
	}{
		{Cutover, migration.Outcome{End: migration.Completed}, "complete: Atlas confirmed the cutover after 42m0s"},
		{Cutover, migration.Outcome{End: migration.AlreadyComplete}, "complete before this run, nothing was requested"},
		{Cutover, migration.Outcome{End: migration.Failed}, "failed after 42m0s: Atlas reports no reason"},
		{Cutover, migration.Outcome{End: migration.Interrupted}, "interrupted after 42m0s, nothing was requested"},
		{Cutover, migration.Outcome{End: migration.Interrupted, Request: migration.Accepted}, "interrupted after 42m0s, the cutover continues at Atlas"},
		{Cutover, migration.Outcome{End: migration.TimedOut, Reason: migration.PossiblyInProgress}, "out of time after 42m0s, this run requested nothing, but a cutover may be in progress"},
		{Cutover, migration.Outcome{End: migration.WindowClosed}, "out of time after 42m0s, nothing was requested"},
		{Cutover, migration.Outcome{End: migration.Unauthorized, Resumed: true}, "ended after 42m0s without a confirmation (Unauthorized), the cutover continues at Atlas"},
		{Start, migration.Outcome{End: migration.Completed}, "started after 42m0s"},
		{Start, migration.Outcome{End: migration.Completed, Observed: migration.Observation{Migration: migration.LiveMigration{Status: "WORKING", Ready: &ready}}}, "ready for cutover after 42m0s"},
		{Start, migration.Outcome{End: migration.Completed, Observed: migration.Observation{Migration: migration.LiveMigration{Status: "COMPLETE"}}}, "complete: already cut over after 42m0s"},
		{Start, migration.Outcome{End: migration.TimedOut, Request: migration.Accepted}, "out of time after 42m0s, it continues at Atlas"},
		{Validation, migration.Outcome{End: migration.Completed}, "validation succeeded after 42m0s"},
	} {
		row.outcome.Elapsed = 42 * time.Minute
		if got := ended(row.kind, row.outcome); got.text != row.want {
			t.Errorf("got  %q\nwant %q", got.text, row.want)
		}
	}
	if good, bad := refreshed(""), refreshed("No reason."); good.text != "complete: Atlas confirmed the cutover between two runs" ||
		bad.text != "failed between two runs: No reason." || good.warning || !bad.warning {
		t.Errorf("a refresh says %+v and %+v", good, bad)
	}
}
