// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"
)

func TestWhatRemains(t *testing.T) {
	start := time.Date(2026, 11, 27, 22, 0, 0, 0, time.UTC)
	bounded := limits{Timeout: time.Hour, Ready: 10 * time.Minute}
	window := limits{Timeout: time.Hour, Ready: time.Hour, NotAfter: start.Add(20 * time.Minute), window: 20 * time.Minute}
	immediate := limits{Timeout: time.Hour}
	for _, row := range []struct {
		name    string
		limits  limits
		reason  Reason
		lagging bool
		elapsed time.Duration
		now     time.Time
		left    time.Duration
		end     End
	}{
		{"readiness", bounded, NotReady, true, time.Minute, start, 9 * time.Minute, TimedOut},
		{"a request", bounded, Ready, true, time.Minute, start, 9 * time.Minute, TimedOut},
		{"a request after the limit", bounded, Ready, true, 11 * time.Minute, start, -time.Minute, TimedOut},
		{"what may be in progress has the whole time", bounded, PossiblyInProgress, false, 11 * time.Minute, start, 49 * time.Minute, TimedOut},
		{"no readiness to wait for", immediate, NotReady, true, 0, start, 0, TimedOut},
		{"no lag to wait for", immediate, Lagging, true, 0, start, 0, TimedOut},
		{"the stable window without a wait for readiness", immediate, Stabilizing, false, 0, start, 20 * time.Second, TimedOut},
		{"a request without a wait for readiness", immediate, Ready, true, time.Second, start, 19 * time.Second, TimedOut},
		{"a request without a lag, with a short limit", limits{Timeout: time.Hour, Ready: 15 * time.Second}, Ready, false, 15 * time.Second, start, 5 * time.Second, TimedOut},
		{"a request with a lag, with a short limit", limits{Timeout: time.Hour, Ready: 15 * time.Second}, Ready, true, 15 * time.Second, start, 0, TimedOut},
		{"inside the maintenance window", window, NotReady, true, 5 * time.Minute, start.Add(5 * time.Minute), 15 * time.Minute, WindowClosed},
		{"a window as long as the time", limits{Timeout: time.Hour, Ready: time.Hour, NotAfter: start.Add(time.Hour), window: time.Hour}, Ready, true, 0, start, time.Hour, TimedOut},
		{"after the maintenance window", window, Ready, true, 5 * time.Minute, start.Add(21 * time.Minute), -time.Minute, WindowClosed},
		{"with a clock that was set back", window, Ready, true, 21 * time.Minute, start.Add(-time.Hour), -time.Minute, WindowClosed},
		{"with a clock that jumped", window, Ready, true, 0, start.Add(time.Hour), -40 * time.Minute, WindowClosed},
		{"what may be in progress knows no window", window, PossiblyInProgress, false, 30 * time.Minute, start.Add(30 * time.Minute), 30 * time.Minute, TimedOut},
	} {
		t.Run(row.name, func(t *testing.T) {
			if left, end := row.limits.remaining(row.reason, row.lagging, row.elapsed, row.now); left != row.left || end != row.end {
				t.Errorf("%s and %s remain, want %s and %s", left, end, row.left, row.end)
			}
		})
	}
}

// The clock that says more counts: a suspended machine may have stopped the one,
// and somebody may have set the other back.
func TestElapsedIsTheLongerOfTwoClocks(t *testing.T) {
	for _, row := range []struct {
		name    string
		counted time.Duration // by the monotonic clock, in an hour by the wall clock
		want    time.Duration
	}{
		{"both count", time.Hour, time.Hour},
		{"the machine was suspended", time.Minute, time.Hour},
		{"the clock was set back", 3 * time.Hour, 3 * time.Hour},
	} {
		t.Run(row.name, func(t *testing.T) { // In real time: the fake one has no monotonic clock.
			since := withMonotonic(t, time.Now().Add(-time.Hour), time.Hour-row.counted)
			if got := elapsed(since); got < row.want || got > row.want+30*time.Minute {
				t.Errorf("got %s, want %s", got, row.want)
			}
		})
	}
}

// withMonotonic moves a time's monotonic reading and leaves the time itself. No
// call of the library can.
func withMonotonic(t *testing.T, at time.Time, by time.Duration) time.Time {
	t.Helper()
	moved := at
	(*struct {
		_   uint64
		ext time.Duration
	})(unsafe.Pointer(&moved)).ext += by //nolint:gosec // The layout is checked below.
	if moved.Sub(at) != by || !moved.Round(0).Equal(at.Round(0)) {
		t.Fatal("time.Time no longer has its monotonic reading second")
	}
	return moved
}

// Whatever took its time before the request, nothing leaves after a limit.
func TestNothingIsSentAfterALimit(t *testing.T) {
	const limit = 12 * time.Second
	delays := map[string]func(*fake){
		"a read that hangs": func(f *fake) {
			read := f.look
			f.look = func() (LiveMigration, error) {
				time.Sleep(30 * time.Second) //nolint:forbidigo // Fake time: nobody waits.
				return read()
			}
		},
		"a read that is put off": func(f *fake) {
			read := f.look
			f.look = func() (LiveMigration, error) {
				if f.reads == 1 {
					return LiveMigration{}, failing(KindRateLimited, 30*time.Second)
				}
				return read()
			}
		},
		"Atlas is down": func(f *fake) {
			read, start := f.look, time.Now()
			f.look = func() (LiveMigration, error) {
				if time.Since(start) < 20*time.Second {
					return LiveMigration{}, failing(KindTransient, 0)
				}
				return read()
			}
		},
		"it is ready late": func(f *fake) {
			read, start := f.look, time.Now()
			f.look = func() (LiveMigration, error) {
				if time.Since(start) < 20*time.Second {
					return LiveMigration{Status: "WORKING", Ready: notReady, LagSeconds: lag(9)}, nil
				}
				return read()
			}
		},
		"it may be in progress, and is not": func(f *fake) {
			read, start := f.look, time.Now()
			f.look = func() (LiveMigration, error) {
				if time.Since(start) < 20*time.Second {
					return cutoverRunning, nil
				}
				return read()
			}
		},
		"the request is put off": func(f *fake) {
			f.request = func() (Job, error) { return Job{}, failing(KindRateLimited, 30*time.Second) }
		},
		"the request never leaves": func(f *fake) {
			f.request = func() (Job, error) { return Job{}, failing(KindUnsent, 0) }
		},
		"the client waits before it sends": func(f *fake) {
			f.beforeSending = func() { time.Sleep(20 * time.Second) } //nolint:forbidigo // Fake time: nobody waits.
		},
	}
	ends := map[string]func(*testing.T, *Cutover) context.Context{
		"ready_timeout": func(t *testing.T, c *Cutover) context.Context { t.Helper(); c.ReadyTimeout = limit; return t.Context() },
		"timeouts":      func(t *testing.T, c *Cutover) context.Context { t.Helper(); c.Timeout = limit; return t.Context() },
		"not_after": func(t *testing.T, c *Cutover) context.Context {
			t.Helper()
			c.NotAfter = time.Now().Add(limit)
			return t.Context()
		},
		"an interrupt": func(t *testing.T, _ *Cutover) context.Context { t.Helper(); return interruptedAfter(t, limit) },
		"the caller's deadline": func(t *testing.T, _ *Cutover) context.Context {
			t.Helper()
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			t.Cleanup(cancel)
			return ctx
		},
	}
	for delay, arm := range delays {
		for end, set := range ends {
			fakeTime(t, delay+", with "+end, func(t *testing.T) {
				f := completesAfter(time.Minute)
				arm(f)
				c := cutoverOf(f)
				ctx, start := set(t, &c), time.Now()
				out := c.Start(ctx)
				for _, at := range f.sent {
					if at.Sub(start) > limit {
						t.Errorf("sent after %s", at.Sub(start))
					}
				}
				if out.Status() == StatusSuccess || out.Request != NotRequested || out.Exists() {
					t.Errorf("ended as %s, request %s", out.End, out.Request)
				}
			})
		}
	}
}

// A stopped process continues between the decision and the request: the report of
// the step is the last thing that runs before the check.
func TestAProcessThatWasStoppedSendsNothingAfterALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := completesAfter(time.Minute)
		c := cutoverOf(f)
		c.ReadyTimeout = 12 * time.Second
		c.Report = func(p Progress) {
			if p.Step == Requesting {
				time.Sleep(20 * time.Second) //nolint:forbidigo // Fake time: nobody waits.
			}
		}
		if out := c.Start(t.Context()); out.End != TimedOut || out.Exists() || f.requests != 0 {
			t.Errorf("ended as %s after %d requests", out.End, f.requests)
		}
	})
}

// heedless is an API that asks no gate before it sends.
type heedless struct{ *fake }

func (h heedless) Request(context.Context, Gate) (Job, error) {
	h.requests++
	return h.request()
}

// The run checks its limits by itself too, whatever its API does.
func TestARunAsksForNothingAfterALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := completesAfter(time.Minute)
		c := cutoverOf(f)
		c.API, c.ReadyTimeout = heedless{f}, 12*time.Second
		c.Report = func(p Progress) {
			if p.Step == Requesting {
				time.Sleep(20 * time.Second) //nolint:forbidigo // Fake time: nobody waits.
			}
		}
		if out := c.Start(t.Context()); out.End != TimedOut || f.requests != 0 {
			t.Errorf("ended as %s after %d requests", out.End, f.requests)
		}
	})
}

func TestAStartOrValidationIsNotSentLateEither(t *testing.T) {
	fakeTime(t, "start", func(t *testing.T) {
		s := readyAfter(0)
		late := untilReady(s)
		late.Timeout, late.Report = 10*time.Second, func(Progress) {
			time.Sleep(20 * time.Second) //nolint:forbidigo // Fake time: nobody waits.
		}
		if out := late.Start(t.Context()); out.End != TimedOut || s.starts != 0 {
			t.Errorf("ended as %s after %d requests", out.End, s.starts)
		}
	})
	fakeTime(t, "validation", func(t *testing.T) {
		v := succeedsAfter(0)
		late := validationOf(v)
		late.Timeout, late.Report = 10*time.Second, func(Progress) {
			time.Sleep(20 * time.Second) //nolint:forbidigo // Fake time: nobody waits.
		}
		if out := late.Start(t.Context()); out.End != TimedOut || v.asks != 0 {
			t.Errorf("ended as %s after %d requests", out.End, v.asks)
		}
	})
}

// Only an interrupt is one: a deadline of the caller is a timeout.
func TestADeadlineOfTheCallerIsATimeout(t *testing.T) {
	fakeTime(t, "after the request", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if out := cutoverOf(completesAfter(time.Hour)).Start(ctx); out.End != TimedOut || !out.InFlight() {
			t.Errorf("ended as %s", out.End)
		}
	})
	fakeTime(t, "before the request", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		f := &fake{look: func() (LiveMigration, error) {
			return LiveMigration{Status: "WORKING", Ready: notReady, LagSeconds: lag(9)}, nil
		}}
		if out := cutoverOf(f).Start(ctx); out.End != TimedOut || out.Exists() {
			t.Errorf("ended as %s", out.End)
		}
	})
}

// Not ready and without a lag may be a cutover: it is followed to its end
// whatever ready_timeout says.
func TestACutoverThatMayBeInProgressIsFollowedToItsEnd(t *testing.T) {
	for _, ready := range []time.Duration{0, 15 * time.Second} {
		fakeTime(t, "with a ready_timeout of "+ready.String(), func(t *testing.T) {
			start := time.Now()
			f := &fake{look: func() (LiveMigration, error) {
				if time.Since(start) < 3*time.Hour {
					return cutoverRunning, nil
				}
				return complete, nil
			}}
			c := cutoverOf(f)
			c.ReadyTimeout = ready
			out := c.Start(t.Context())
			if late := out.Elapsed - 3*time.Hour; out.End != Completed || late > 5*time.Second || f.requests != 0 {
				t.Errorf("ended as %s after %s and %d requests", out.End, out.Elapsed, f.requests)
			}
		})
	}
	fakeTime(t, "until the timeout", func(t *testing.T) {
		f := &fake{look: func() (LiveMigration, error) { return cutoverRunning, nil }}
		c := cutoverOf(f)
		c.ReadyTimeout = time.Minute
		out := c.Start(t.Context())
		if out.End != TimedOut || out.Reason != PossiblyInProgress || out.Exists() || out.Elapsed != c.Timeout {
			t.Errorf("ended as %s because of %s after %s", out.End, out.Reason, out.Elapsed)
		}
	})
	fakeTime(t, "until it cannot be read", func(t *testing.T) {
		f := &fake{}
		f.look = func() (LiveMigration, error) {
			if f.reads > 5 {
				return LiveMigration{}, failing(KindTransient, 0)
			}
			return cutoverRunning, nil
		}
		c := cutoverOf(f)
		c.ReadyTimeout = time.Minute
		out := c.Start(t.Context())
		if out.End != TimedOut || out.Reason != PossiblyInProgress || out.Elapsed != c.Timeout {
			t.Errorf("ended as %s because of %s after %s", out.End, out.Reason, out.Elapsed)
		}
	})
}

func TestAnAcceptanceWithoutEffectEndsWithinMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{
			look:    func() (LiveMigration, error) { return readyNow, nil },
			request: func() (Job, error) { return Job{}, nil },
		}
		var warned time.Duration
		c := cutoverOf(f)
		c.Report = func(p Progress) {
			if p.Reason == NoEffect && warned == 0 {
				warned = p.Elapsed
			}
		}
		out := c.Start(t.Context())
		if out.End != NotObserved || out.Request != Accepted || !out.InFlight() || f.requests != 1 {
			t.Errorf("ended as %s, request %s, after %d requests", out.End, out.Request, f.requests)
		}
		if warned == 0 || warned > time.Minute || out.Elapsed > noEffectTimeout+10*time.Second {
			t.Errorf("warned after %s, ended after %s", warned, out.Elapsed)
		}
	})
}
