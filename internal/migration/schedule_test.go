// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"testing"
	"time"
)

func TestSchedule(t *testing.T) {
	for _, row := range []struct {
		name        string
		schedule    schedule
		elapsed     time.Duration
		least, most time.Duration
	}{
		{"the first look at a cutover is after a second", whileCuttingOver, 0, 980 * time.Millisecond, 980 * time.Millisecond},
		{"the floor has no jitter", whileCuttingOver, 10 * time.Second, 980 * time.Millisecond, 980 * time.Millisecond},
		{"a minute in, every six seconds", whileCuttingOver, time.Minute, 5702 * time.Millisecond, 5760 * time.Millisecond},
		{"hours in, every half minute", whileCuttingOver, 3 * time.Hour, 29106 * time.Millisecond, 29400 * time.Millisecond},
		{"the first look for readiness is after two seconds", whileNotReady, 0, 2 * time.Second, 2 * time.Second},
		{"readiness is looked at every minute in the end", whileNotReady, 3 * time.Hour, 59400 * time.Millisecond, time.Minute},
	} {
		t.Run(row.name, func(t *testing.T) {
			shortest, longest := time.Hour, time.Duration(0)
			for range 1000 {
				got := row.schedule.next(row.elapsed)
				shortest, longest = min(shortest, got), max(longest, got)
			}
			if shortest < row.least || longest > row.most {
				t.Errorf("got %s to %s, want within %s to %s", shortest, longest, row.least, row.most)
			}
			if row.least < row.most && shortest == longest {
				t.Errorf("got %s every time, want jitter", longest)
			}
		})
	}
}

func TestBackOffGrowsToABound(t *testing.T) {
	for try, want := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 4: 8 * time.Second, 60: longestBackOff} {
		if got := backOff(try); got < want || got >= want+time.Second {
			t.Errorf("backOff(%d) = %s, want %s and up to a second more", try, got, want)
		}
	}
}
