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

// bound is Atlas for a cutover that is followed: it notes what it was asked with.
type bound struct {
	*fake
	ctx   context.Context //nolint:containedctx // What the last read was given, to see it end.
	jobID string
}

func (b *bound) Read(ctx context.Context) (LiveMigration, error) {
	b.ctx = ctx
	return b.fake.Read(ctx)
}

func (b *bound) ReadJob(ctx context.Context, id string) (Job, error) {
	b.jobID = id
	return b.fake.ReadJob(ctx, id)
}

func TestAResumedCutoverNeverRequests(t *testing.T) {
	readyWithoutLag := LiveMigration{Status: "WORKING", Ready: isReady}
	for _, row := range []struct {
		name  string
		state RequestState
		seen  LiveMigration
		end   End
		took  time.Duration
	}{
		{"that was accepted is believed", Accepted, readyWithoutLag, Completed, 10 * time.Minute},
		{"that was refused with a conflict is believed", Conflicted, readyWithoutLag, Completed, 10 * time.Minute},
		{"that is unclear is given the stable window", Unknown, readyWithoutLag, NotObserved, 15 * time.Second},
		{"of which nothing is known is given the stable window", NotRequested, readyWithoutLag, NotObserved, 15 * time.Second},
		{"that is unclear and not ready is waited for", Unknown, cutoverRunning, Completed, 10 * time.Minute},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			began := time.Now()
			f := &fake{look: func() (LiveMigration, error) {
				if time.Since(began) < 10*time.Minute {
					return row.seen, nil
				}
				return complete, nil
			}}
			out := cutoverOf(f).Resume(t.Context(), row.state, "")
			if out.End != row.end || out.Elapsed < row.took || out.Elapsed > row.took+5*time.Second || f.requests != 0 {
				t.Errorf("ended as %s after %s and %d requests", out.End, out.Elapsed, f.requests)
			}
			if !out.Resumed || !out.Exists() || out.Request != row.state || !out.RequestedAt.IsZero() || f.jobs != 0 {
				t.Errorf("knows %+v", out)
			}
		})
	}
}

// The job is the only place in which Atlas says why.
func TestAResumedCutoverLearnsWhyItFailed(t *testing.T) {
	for name, seen := range map[string]LiveMigration{
		"from the job alone":                cutoverRunning,
		"although the live migration fails": {Status: "FAILED"},
	} {
		fakeTime(t, name, func(t *testing.T) {
			b := &bound{fake: &fake{
				look: func() (LiveMigration, error) { return seen, nil },
				job:  func() (Job, error) { return Job{Status: "FAILED", ErrorMessage: "why"}, nil },
			}}
			c := cutoverOf(b.fake)
			c.API = b
			out := c.Resume(t.Context(), Accepted, "job")
			if out.End != Failed || out.Elapsed != 0 || b.jobID != "job" {
				t.Errorf("ended as %s after %s, read job %q", out.End, out.Elapsed, b.jobID)
			}
			if b.ctx.Err() == nil {
				t.Error("a read keeps its timer")
			}
			if want := (Job{ID: "job", Status: "FAILED", ErrorMessage: "why"}); out.Observed.Job != want {
				t.Errorf("knows %+v, want %+v", out.Observed.Job, want)
			}
		})
	}
}

func TestTheJobOfACompleteCutoverIsNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{look: func() (LiveMigration, error) { return complete, nil }}
		if out := cutoverOf(f).Resume(t.Context(), Accepted, "job"); out.End != Completed || f.jobs != 0 {
			t.Errorf("ended as %s after %d reads of the job", out.End, f.jobs)
		}
	})
}

func TestASingleRead(t *testing.T) {
	fakeTime(t, "reads the job too", func(t *testing.T) {
		b := &bound{fake: &fake{
			look: func() (LiveMigration, error) { return cutoverRunning, nil },
			job:  func() (Job, error) { return Job{Status: "PENDING"}, nil },
		}}
		start := time.Now()
		seen, err := Cutover{API: b}.Read(t.Context(), "job")
		if err != nil || seen.Migration.Status != "WORKING" || seen.Job != (Job{ID: "job", Status: "PENDING"}) || b.jobID != "job" {
			t.Errorf("read %+v of job %q, error %v", seen, b.jobID, err)
		}
		if until, ok := b.ctx.Deadline(); !ok || until.Sub(start) != time.Minute {
			t.Errorf("is given until %s", until)
		}
		if b.ctx.Err() == nil {
			t.Error("keeps its timer")
		}
	})
	fakeTime(t, "has no job to read", func(t *testing.T) {
		f := &fake{look: func() (LiveMigration, error) { return cutoverRunning, nil }}
		if seen, err := cutoverOf(f).Read(t.Context(), ""); err != nil || seen.Job.ID != "" || f.jobs != 0 {
			t.Errorf("read %+v, error %v", seen, err)
		}
	})
	fakeTime(t, "does without a job that cannot be read", func(t *testing.T) {
		f := &fake{
			look: func() (LiveMigration, error) { return cutoverRunning, nil },
			job:  func() (Job, error) { return Job{}, failing(KindNotFound, 0) },
		}
		if seen, err := cutoverOf(f).Read(t.Context(), "job"); err != nil || seen.Job.ID != "job" {
			t.Errorf("read %+v, error %v", seen, err)
		}
	})
	fakeTime(t, "says why it failed", func(t *testing.T) {
		f := &fake{look: func() (LiveMigration, error) { return LiveMigration{}, errBroken }}
		if _, err := cutoverOf(f).Read(t.Context(), "job"); !errors.Is(err, errBroken) || f.jobs != 0 {
			t.Errorf("error %v", err)
		}
	})
}

// A reading that says something new is worth a read of the job, one that only
// has another lag is not.
func TestWhatIsAChangeWorthAReadOfTheJob(t *testing.T) {
	different := []LiveMigration{
		{}, {Status: "WORKING"}, {Status: "FAILED"},
		{Status: "WORKING", Ready: isReady}, {Status: "FAILED", Ready: isReady}, {Status: "WORKING", LagSeconds: lag(1)}, readyNow,
	}
	for i, a := range different {
		for j, b := range different {
			if (phase(a) == phase(b)) != (i == j) {
				t.Errorf("%+v and %+v: %q and %q", a, b, phase(a), phase(b))
			}
		}
	}
	if lagging := (LiveMigration{Status: "WORKING", Ready: isReady, LagSeconds: lag(9000)}); phase(lagging) != phase(readyNow) {
		t.Error("another lag is a change")
	}
	if phase(cutoverRunning) != phase(LiveMigration{Status: "WORKING"}) {
		t.Error("a readiness that is denied is a change from one that is not told")
	}
}

// With no time to wait for readiness, what is ready is requested all the same.
func TestAReadyTimeoutOfZeroRequestsWhatIsReady(t *testing.T) {
	for _, row := range []struct {
		name string
		lag  *int64
		took time.Duration
	}{
		{"at once with a lag", lag(1), 0},
		{"after the stable window without", nil, 15 * time.Second},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			f, start := completesAfter(time.Minute), time.Now()
			read := f.look
			f.look = func() (LiveMigration, error) {
				lm, err := read()
				if f.requests == 0 {
					lm.LagSeconds = row.lag
				}
				return lm, err
			}
			c := cutoverOf(f)
			c.ReadyTimeout = 0
			out := c.Start(t.Context())
			if out.End != Completed || f.requests != 1 || out.RequestedAt.Sub(start) != row.took {
				t.Errorf("ended as %s after %d requests, requested after %s", out.End, f.requests, out.RequestedAt.Sub(start))
			}
			if row.lag == nil && out.LagAtRequest != nil || row.lag != nil && (out.LagAtRequest == nil || *out.LagAtRequest != *row.lag) {
				t.Errorf("the lag at the request is %v", out.LagAtRequest)
			}
		})
	}
}

func TestARequestInsideTheMaintenanceWindowIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := completesAfter(3 * time.Hour)
		c := cutoverOf(f)
		c.NotAfter = time.Now().Add(time.Hour)
		if out := c.Start(t.Context()); out.End != Completed || f.requests != 1 {
			t.Errorf("ended as %s after %d requests", out.End, f.requests)
		}
	})
}

// The client may find out that it is too late: the end is that of the limit.
func TestARequestThatIsHeldBackEndsAsItsLimitSays(t *testing.T) {
	const limit = 12 * time.Second
	for _, row := range []struct {
		name string
		set  func(context.Context, *Cutover) (context.Context, context.CancelFunc)
		end  End
	}{
		{"ready_timeout", func(ctx context.Context, c *Cutover) (context.Context, context.CancelFunc) {
			c.ReadyTimeout = limit
			return context.WithCancel(ctx)
		}, TimedOut},
		{"not_after", func(ctx context.Context, c *Cutover) (context.Context, context.CancelFunc) {
			c.NotAfter = time.Now().Add(limit)
			return context.WithCancel(ctx)
		}, WindowClosed},
		{"the caller's deadline", func(ctx context.Context, _ *Cutover) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, limit)
		}, TimedOut},
		{"an interrupt", func(ctx context.Context, _ *Cutover) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(limit, cancel)
			return ctx, cancel
		}, Interrupted},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			f := completesAfter(time.Minute)
			f.beforeSending = func() { time.Sleep(20 * time.Second) } //nolint:forbidigo // Fake time: nobody waits.
			c := cutoverOf(f)
			ctx, cancel := row.set(t.Context(), &c)
			defer cancel()
			out := c.Start(ctx)
			if out.End != row.end || out.Exists() || f.requests != 0 {
				t.Errorf("ended as %s after %d requests", out.End, f.requests)
			}
			var late *LateError
			if !errors.As(f.held, &late) || late.End != row.end {
				t.Errorf("held back because of %v", f.held)
			}
			if out.RequestErr != nil || !out.RequestedAt.IsZero() || out.LagAtRequest != nil {
				t.Errorf("knows %+v", out)
			}
		})
	}
}
