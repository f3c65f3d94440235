// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import "testing"

func TestWhatAnOutcomeMeans(t *testing.T) {
	for _, row := range []struct {
		name     string
		outcome  Outcome
		status   Status
		exists   bool
		inFlight bool
	}{
		{"completed by this run", Outcome{End: Completed, Request: Accepted}, StatusSuccess, true, false},
		{"completed by another run", Outcome{End: Completed}, StatusSuccess, true, false},
		{"complete before", Outcome{End: AlreadyComplete}, StatusSuccess, true, false},
		{"failed before a request", Outcome{End: Failed}, StatusFailed, false, false},
		{"failed after a request", Outcome{End: Failed, Request: Accepted}, StatusFailed, true, false},
		{"failed after an earlier request", Outcome{End: Failed, Resumed: true}, StatusFailed, true, false},
		{"gone after a request", Outcome{End: NotFound, Request: Accepted}, StatusFailed, true, false},
		{"refused", Outcome{End: Rejected}, StatusPending, false, false},
		{"timed out before a request", Outcome{End: TimedOut}, StatusPending, false, false},
		{"timed out after a request", Outcome{End: TimedOut, Request: Accepted}, StatusPending, true, true},
		{"not observed", Outcome{End: NotObserved, Request: Unknown}, StatusPending, true, true},
		{"interrupted while it resumed", Outcome{End: Interrupted, Resumed: true}, StatusPending, true, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			o := row.outcome
			if o.Status() != row.status || o.Exists() != row.exists || o.InFlight() != row.inFlight {
				t.Errorf("status %s, exists %t, in flight %t", o.Status(), o.Exists(), o.InFlight())
			}
		})
	}
}
