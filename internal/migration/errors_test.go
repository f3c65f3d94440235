// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"fmt"
	"testing"
	"time"
)

func TestErrorsSayWhatHappened(t *testing.T) {
	for _, row := range []struct {
		err  error
		want string
	}{
		{&LateError{End: Interrupted}, "interrupted before the request was sent"},
		{&LateError{End: TimedOut}, "the time to send the request had passed"},
		{&LateError{End: WindowClosed}, "the time to send the request had passed"},
		{failing(KindTransient, 0), "broken"},
		{&PanicError{Value: "oh"}, "panic: oh"},
	} {
		if got := row.err.Error(); got != row.want {
			t.Errorf("%#v says %q, want %q", row.err, got, row.want)
		}
	}
}

func TestAnErrorIsClassifiedThroughWrappers(t *testing.T) {
	for _, row := range []struct {
		err   error
		kind  ErrorKind
		after time.Duration
	}{
		{nil, KindNone, 0},
		{errBroken, KindTransient, 0},
		{failing(KindConflict, 0), KindConflict, 0},
		{fmt.Errorf("wrapped: %w", failing(KindRateLimited, time.Minute)), KindRateLimited, time.Minute},
		{failing(KindRateLimited, time.Hour), KindRateLimited, 5 * time.Minute},
	} {
		if kind, after := KindOf(row.err), retryAfter(row.err); kind != row.kind || after != row.after {
			t.Errorf("%v is %s and %s, want %s and %s", row.err, kind, after, row.kind, row.after)
		}
	}
}
