// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"fmt"
	"testing"
	"time"
)

func TestInterval(t *testing.T) {
	for _, row := range []struct {
		name     string
		interval interval
		elapsed  time.Duration
		min, max time.Duration
	}{
		{"a cutover is first read after a second", inProgress, 0, 980 * time.Millisecond, 980 * time.Millisecond},
		{"the minimum has no jitter", inProgress, 9 * time.Second, 980 * time.Millisecond, 980 * time.Millisecond},
		{"half a minute in, every three seconds", inProgress, 30 * time.Second, 2850 * time.Millisecond, 3 * time.Second},
		{"from then on, every five seconds", inProgress, 3 * time.Hour, 4560 * time.Millisecond, 4800 * time.Millisecond},
		{"readiness is first read after two seconds", early, 0, 2 * time.Second, 2 * time.Second},
		{"readiness is read every half minute in the end", early, 3 * time.Hour, 28500 * time.Millisecond, 30 * time.Second},
		{"what is almost ready is read every five seconds", almost, 3 * time.Hour, 4560 * time.Millisecond, 4800 * time.Millisecond},
	} {
		t.Run(row.name, func(t *testing.T) {
			shortest, longest := time.Hour, time.Duration(0)
			for range 1000 {
				got := row.interval.next(row.elapsed)
				shortest, longest = min(shortest, got), max(longest, got)
			}
			if shortest < row.min || longest > row.max {
				t.Errorf("got %s to %s, want within %s to %s", shortest, longest, row.min, row.max)
			}
			if row.min < row.max && shortest == longest {
				t.Errorf("got %s every time, want jitter", longest)
			}
		})
	}
}

func TestTheIntervalFollowsTheReason(t *testing.T) {
	for _, row := range []struct {
		reason Reason
		lag    *int64
		want   interval
	}{
		{NotReady, nil, early},
		{NotReady, lag(121), early},
		{NotReady, lag(120), almost},
		{Lagging, lag(9000), almost},
		{PossiblyInProgress, nil, inProgress},
		{Stabilizing, nil, inProgress},
		{InProgress, nil, inProgress},
		{NoEffect, lag(9), inProgress},
		{UnknownStatus, nil, inProgress},
	} {
		t.Run(fmt.Sprint(row.reason, row.want), func(t *testing.T) {
			if got := intervalFor(row.reason, LiveMigration{LagSeconds: row.lag}); got != row.want {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
}

func TestALagThatFallsIsWaitedForByHowFastItFalls(t *testing.T) {
	for _, row := range []struct {
		name string
		// lags are read one after the other, so long after each other.
		lags  []*int64
		after time.Duration
		want  time.Duration
	}{
		{"before a read", nil, 0, 30 * time.Second},
		{"one read says nothing", []*int64{lag(600)}, 0, 0},
		{"7 s a second", []*int64{lag(600), lag(180)}, time.Minute, time.Minute / 7},
		{"by the last two reads", []*int64{lag(9000), lag(600), lag(180)}, time.Minute, time.Minute / 7},
		{"never longer than the longest pause", []*int64{lag(9000), lag(8940)}, time.Minute, 30 * time.Second},
		{"rises", []*int64{lag(600), lag(660)}, time.Minute, 30 * time.Second},
		{"stands still at what is almost ready", []*int64{lag(120), lag(120)}, time.Minute, 30 * time.Second},
		{"two reads in a moment say nothing", []*int64{lag(600), lag(600)}, 0, 0},
		{"a read without a lag", []*int64{lag(600), nil}, time.Minute, 30 * time.Second},
		{"one read after one without a lag says nothing", []*int64{lag(600), nil, lag(500)}, time.Minute, 0},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			var f fall
			for _, lag := range row.lags {
				wait(t.Context(), row.after)
				f.add(lag)
			}
			if got := f.untilAlmost(); got.Round(time.Millisecond) != row.want.Round(time.Millisecond) {
				t.Errorf("got %s, want %s", got, row.want)
			}
		})
	}
}

func TestBackOffGrowsToABound(t *testing.T) {
	for try, want := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 4: 8 * time.Second, 5: 16 * time.Second, 6: 30 * time.Second, 60: 30 * time.Second} {
		if got := backOff(try); got < want || got >= want+time.Second {
			t.Errorf("backOff(%d) = %s, want %s and up to a second more", try, got, want)
		}
	}
}
