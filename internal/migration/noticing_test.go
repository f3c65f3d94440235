// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// How soon an end is noticed, and how often Atlas is read for it.
func TestAnEndIsNoticedSoonAndReadRarely(t *testing.T) {
	var sum, worst time.Duration
	var runs int
	for _, took := range []time.Duration{
		10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 12 * time.Hour,
	} {
		for n := range 100 {
			late, busiest := notice(t, took+time.Duration(n)*took/400)
			worst = max(worst, late)
			if took > 50*time.Second {
				sum, runs = sum+late, runs+1
			}
			if busiest > 20 {
				t.Errorf("%s: %d calls in one minute", took, busiest)
			}
		}
	}
	if mean := sum / time.Duration(runs); worst > 5*time.Second || mean > 2600*time.Millisecond {
		t.Errorf("noticed %s late at worst, %s on average", worst, mean)
	}
}

// notice runs a cutover of that length and returns how late its end was noticed,
// and the most calls in any minute after the first.
func notice(t *testing.T, length time.Duration) (late time.Duration, busiest int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := completesAfter(length)
		calls := map[int]int{}
		start := time.Now()
		count := func() { calls[int(time.Since(start)/time.Minute)]++ }
		read, accept := f.look, f.request
		f.look = func() (LiveMigration, error) { count(); return read() }
		f.job = func() (Job, error) { count(); return Job{Status: "PENDING"}, nil }
		f.request = func() (Job, error) {
			_, err := accept()
			return Job{ID: "job", Status: "PENDING"}, err
		}
		c := cutoverOf(f)
		c.Timeout = 24 * time.Hour
		out := c.Start(t.Context())
		if out.End != Completed || f.requests != 1 {
			t.Errorf("ended as %s after %d requests", out.End, f.requests)
		}
		late = out.CompletedAt.Sub(out.RequestedAt) - length
		for minute, n := range calls {
			if minute > 0 {
				busiest = max(busiest, n)
			}
		}
	})
	return late, busiest
}

func TestTheRequestFollowsTheLagWithinFiveSeconds(t *testing.T) {
	for _, wait := range []time.Duration{time.Minute, time.Hour, 3*time.Hour + 17*time.Second} {
		for name, before := range map[string]LiveMigration{
			"above max_lag_seconds": {Status: "WORKING", Ready: isReady, LagSeconds: lag(500)},
			"almost ready":          {Status: "WORKING", Ready: notReady, LagSeconds: lag(90)},
		} {
			fakeTime(t, wait.String()+" "+name, func(t *testing.T) {
				f, start := completesAfter(time.Minute), time.Now()
				read := f.look
				f.look = func() (LiveMigration, error) {
					if time.Since(start) < wait {
						return before, nil
					}
					return read()
				}
				c := cutoverOf(f)
				c.MaxLag = lag(10)
				out := c.Start(t.Context())
				if late := out.RequestedAt.Sub(start.Add(wait)); out.End != Completed || late > 5*time.Second {
					t.Errorf("ended as %s, requested %s late", out.End, late)
				}
			})
		}
	}
}

// A lag can fall from far above two minutes to nothing within one long pause.
func TestTheRequestFollowsALagThatFallsFast(t *testing.T) {
	for _, perSecond := range []float64{0.5, 3.7, 9, 40} {
		for offset := range 30 {
			fakeTime(t, fmt.Sprint(perSecond, " s a second ", offset), func(t *testing.T) {
				const highest = 5000.0
				falls := time.Now().Add(3*time.Hour + time.Duration(offset)*time.Second)
				ready := falls.Add(time.Duration((highest - 10) / perSecond * float64(time.Second)))
				f := completesAfter(time.Minute)
				read := f.look
				f.look = func() (LiveMigration, error) {
					if !time.Now().Before(ready) {
						return read()
					}
					now := int64(highest - max(time.Since(falls).Seconds(), 0)*perSecond)
					return LiveMigration{Status: "WORKING", Ready: notReady, LagSeconds: &now}, nil
				}
				out := cutoverOf(f).Start(t.Context())
				if late := out.RequestedAt.Sub(ready); out.End != Completed || late > 5*time.Second {
					t.Errorf("ended as %s, requested %s late", out.End, late)
				}
				if f.reads > 1500 {
					t.Errorf("read %d times", f.reads)
				}
			})
		}
	}
}

// The job adds only why a cutover failed, so it is read less often.
func TestTheJobIsReadAtOnceOnChangesAndEveryHalfMinute(t *testing.T) {
	fakeTime(t, "of an hour", func(t *testing.T) {
		f := completesAfter(time.Hour)
		read, accept := f.look, f.request
		var at []time.Duration
		var requested time.Time
		f.request = func() (Job, error) {
			requested = time.Now()
			_, err := accept()
			return Job{ID: "job", Status: "PENDING"}, err
		}
		f.look = func() (LiveMigration, error) {
			lm, err := read()
			if since := time.Since(requested); !requested.IsZero() && since > 10*time.Minute && since < 20*time.Minute {
				lm.Ready = isReady
			}
			return lm, err
		}
		f.job = func() (Job, error) {
			at = append(at, time.Since(requested))
			return Job{Status: "PENDING"}, nil
		}
		cutoverOf(f).Start(t.Context())
		if len(at) < 100 || len(at) > 125 || at[0] > time.Second {
			t.Errorf("read %d times, first after %s", len(at), at[0])
		}
		for n, since := range at[1:] {
			if since-at[n] > jobInterval+5*time.Second {
				t.Errorf("not read for %s", since-at[n])
			}
		}
		for _, change := range []time.Duration{10 * time.Minute, 20 * time.Minute} {
			if !anyWithin(at, change, 5*time.Second) {
				t.Errorf("not read within five seconds of a change after %s", change)
			}
		}
	})
}

func anyWithin(at []time.Duration, from, span time.Duration) bool {
	for _, since := range at {
		if since >= from && since <= from+span {
			return true
		}
	}
	return false
}
