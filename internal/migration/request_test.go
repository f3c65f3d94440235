// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// readyFor is a migration that is ready without a lag, whatever is requested.
func readyFor(request func(try int) error) *fake {
	f := &fake{look: func() (LiveMigration, error) { return LiveMigration{Status: "WORKING", Ready: isReady}, nil }}
	f.request = func() (Job, error) { return Job{}, request(f.requests) }
	return f
}

// The window before a request says nothing about the time after it.
func TestARequestRestartsTheStableWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := readyFor(func(int) error { return failing(KindTransient, 0) })
		look, start, failed := f.look, time.Now(), false
		f.look = func() (LiveMigration, error) {
			if f.requests == 1 && !failed {
				failed = true
				return LiveMigration{}, failing(KindTransient, 0)
			}
			return look()
		}
		c := cutoverOf(f)
		c.Report = func(p Progress) {
			if p.Step == ReadFailed && p.Reason != Stabilizing {
				t.Errorf("waits because of %s", p.Reason)
			}
		}
		out := c.Start(t.Context())
		if out.End != NotObserved || out.Request != Unknown || f.requests != 1 {
			t.Errorf("ended as %s, request %s, after %d requests", out.End, out.Request, f.requests)
		}
		if out.RequestedAt.Sub(start) != 15*time.Second || out.Elapsed < 30*time.Second {
			t.Errorf("requested after %s, ended after %s", out.RequestedAt.Sub(start), out.Elapsed)
		}
	})
}

func TestHowLongARequestIsTried(t *testing.T) {
	unsent, limited := failing(KindUnsent, 0), failing(KindRateLimited, 0)
	for _, row := range []struct {
		name  string
		err   func(since time.Duration) error
		ready time.Duration
		end   End
		took  time.Duration
	}{
		{"that never leaves, for five minutes", func(time.Duration) error { return unsent }, time.Hour, NotSent, 5 * time.Minute},
		{"that never leaves, until ready_timeout", func(time.Duration) error { return unsent }, time.Minute, NotSent, time.Minute},
		{"that Atlas has no time for, until ready_timeout", func(time.Duration) error { return limited }, 20 * time.Minute, NotSent, 20 * time.Minute},
		{"with no time to wait for readiness, for twenty seconds", func(time.Duration) error { return limited }, 0, NotSent, 20 * time.Second},
		{"that reaches Atlas now and then, for longer", func(since time.Duration) error {
			if since > 4*time.Minute && since < 5*time.Minute {
				return limited
			}
			return unsent
		}, 8 * time.Minute, NotSent, 8 * time.Minute},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			f, start := completesAfter(time.Minute), time.Now()
			f.request = func() (Job, error) { return Job{}, row.err(time.Since(start)) }
			c := cutoverOf(f)
			c.ReadyTimeout = row.ready
			out := c.Start(t.Context())
			if out.End != row.end || out.Elapsed != row.took || out.Exists() || !out.RequestedAt.IsZero() || f.requests < 2 {
				t.Errorf("ended as %s after %s and %d requests", out.End, out.Elapsed, f.requests)
			}
		})
	}
}

// A request has a minute, whatever happens to the run. The run ends in time if
// its answer comes late.
func TestARequestIsGivenItsOwnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := completesAfter(time.Hour)
		accept := f.request
		f.request = func() (Job, error) {
			time.Sleep(40 * time.Second) //nolint:forbidigo // Fake time: nobody waits.
			return accept()
		}
		api := &deadlines{fake: f}
		c := cutoverOf(f)
		c.API, c.Timeout = api, 40*time.Second+100*time.Millisecond
		out := c.Start(t.Context())
		if out.End != TimedOut || !out.InFlight() || out.Elapsed != c.Timeout {
			t.Errorf("ended as %s after %s", out.End, out.Elapsed)
		}
		if api.given != time.Minute || api.ctx.Err() == nil {
			t.Errorf("was given %s, then %v", api.given, api.ctx.Err())
		}
	})
}

// deadlines is Atlas that notes what time its request is given.
type deadlines struct {
	*fake
	given time.Duration
	ctx   context.Context //nolint:containedctx // To see it end.
}

func (d *deadlines) Request(ctx context.Context, gate Gate) (Job, error) {
	if until, ok := ctx.Deadline(); ok {
		d.given = time.Until(until)
	}
	d.ctx = ctx
	return d.fake.Request(ctx, gate)
}

// step is what is told of one step, but for the times.
type step struct {
	step    Step
	reason  Reason
	request RequestState
	err     error
	next    bool
}

func TestEveryStepOfACutoverIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limited, broken := failing(KindRateLimited, 0), failing(KindTransient, 0)
		answers := []error{limited, broken}
		began := time.Now()
		f := &fake{}
		f.look = func() (LiveMigration, error) {
			switch f.reads {
			case 1:
				return LiveMigration{Status: "WORKING", Ready: notReady, LagSeconds: lag(5)}, nil
			case 2, 5:
				return LiveMigration{}, broken
			case 3, 4:
				return readyNow, nil
			case 6:
				return cutoverRunning, nil
			}
			return complete, nil
		}
		f.request = func() (Job, error) { return Job{}, answers[f.requests-1] }
		c := cutoverOf(f)
		var steps []step
		var requested time.Time
		c.Report = func(p Progress) {
			steps = append(steps, step{p.Step, p.Reason, p.Request, p.Err, p.Next > 0})
			if p.Step == Requesting {
				requested = time.Now()
			}
			since := began
			if p.Request == Unknown {
				since = requested
			}
			if p.Elapsed != time.Since(since) || len(steps) > 1 && p.Observed.Migration.Status != "WORKING" {
				t.Errorf("tells %+v after %s", p, time.Since(since))
			}
		}
		if out := c.Start(t.Context()); out.End != Completed || out.Request != Unknown || !errors.Is(out.RequestErr, broken) || out.ReadErr != nil {
			t.Errorf("ended as %+v", out)
		}
		want := []step{
			{Polled, NotReady, NotRequested, nil, true},
			{ReadFailed, NotReady, NotRequested, broken, true},
			{Requesting, Ready, NotRequested, nil, false},
			{RequestPostponed, Ready, NotRequested, limited, true},
			{Requesting, Ready, NotRequested, nil, false},
			{RequestAnswered, Ready, Unknown, broken, false},
			{ReadFailed, Stabilizing, Unknown, broken, true},
			{Polled, InProgress, Unknown, nil, true},
		}
		if len(steps) != len(want) {
			t.Fatalf("told %+v", steps)
		}
		for i := range want {
			if steps[i] != want[i] {
				t.Errorf("step %d: told %+v, want %+v", i, steps[i], want[i])
			}
		}
	})
}

// One try of the request had no effect. What the run waits for then decides how
// it ends.
func TestATimeoutAfterATryThatHadNoEffect(t *testing.T) {
	lagging := LiveMigration{Status: "WORKING", Ready: notReady, LagSeconds: lag(9)}
	for _, row := range []struct {
		name string
		seen LiveMigration
		set  func(*Cutover)
		end  End
		took time.Duration
	}{
		{"that is not ready again", lagging, func(*Cutover) {}, TimedOut, time.Hour},
		{"that may be in progress", cutoverRunning, func(*Cutover) {}, TimedOut, 6 * time.Hour},
		{"whose window closes", lagging, func(c *Cutover) { c.NotAfter = time.Now().Add(time.Minute) }, WindowClosed, time.Minute},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			f := &fake{request: func() (Job, error) { return Job{}, failing(KindRateLimited, 0) }}
			f.look = func() (LiveMigration, error) {
				if f.requests == 0 {
					return readyNow, nil
				}
				return row.seen, nil
			}
			c := cutoverOf(f)
			c.ReadyTimeout = time.Hour
			row.set(&c)
			out := c.Start(t.Context())
			if out.End != row.end || out.Elapsed != row.took || out.Exists() || f.requests != 1 || out.RequestErr != nil {
				t.Errorf("ended as %s after %s and %d requests, error %v", out.End, out.Elapsed, f.requests, out.RequestErr)
			}
		})
	}
	fakeTime(t, "that never leaves is given five minutes again once a lag is over", func(t *testing.T) {
		began := time.Now()
		f := &fake{request: func() (Job, error) { return Job{}, failing(KindUnsent, 0) }}
		f.look = func() (LiveMigration, error) {
			if f.requests > 0 && time.Since(began) < 10*time.Minute {
				return lagging, nil
			}
			return readyNow, nil
		}
		out := cutoverOf(f).Start(t.Context())
		if out.End != NotSent || out.Elapsed < 15*time.Minute || out.Elapsed > 15*time.Minute+5*time.Second || out.Exists() {
			t.Errorf("ended as %s after %s and %d requests", out.End, out.Elapsed, f.requests)
		}
	})
	fakeTime(t, "that was sent again and accepted", func(t *testing.T) {
		f := completesAfter(time.Hour)
		accept := f.request
		f.request = func() (Job, error) {
			if f.requests == 1 {
				return Job{}, failing(KindRateLimited, 0)
			}
			return accept()
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if out := cutoverOf(f).Start(ctx); out.End != TimedOut || !out.InFlight() || out.Elapsed != time.Minute {
			t.Errorf("ended as %s after %s", out.End, out.Elapsed)
		}
	})
}

// hanging is Atlas that answers no read.
type hanging struct{ *fake }

func (h hanging) Read(ctx context.Context) (LiveMigration, error) {
	h.reads++
	<-ctx.Done()
	return LiveMigration{}, &CallError{Kind: KindTransient, Err: ctx.Err()}
}

func TestAReadThatHangs(t *testing.T) {
	for _, row := range []struct {
		name      string
		interrupt time.Duration
		end       End
		took      time.Duration
	}{
		{"ends ten seconds after the run's time", time.Hour, TimedOut, time.Minute + 10*time.Second},
		{"ends at once by an interrupt", 30 * time.Second, Interrupted, 30 * time.Second},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			f := &fake{}
			c := Cutover{API: hanging{f}, Timeout: time.Minute, Report: func(p Progress) { t.Errorf("told %+v", p) }}
			out := c.Resume(interruptedAfter(t, row.interrupt), Accepted, "")
			if out.End != row.end || out.Elapsed != row.took || f.reads != 1 {
				t.Errorf("ended as %s after %s and %d reads", out.End, out.Elapsed, f.reads)
			}
		})
	}
}
