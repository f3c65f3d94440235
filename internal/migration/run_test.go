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

// fake is Atlas as functions. A test changes what they answer by the fake time.
type fake struct {
	look    func() (LiveMigration, error)
	request func() (Job, error)
	job     func() (Job, error)
	// beforeSending is what takes its time in the client before a request is
	// written; nil for nothing.
	beforeSending         func()
	reads, requests, jobs int
	// sent are the moments at which requests left.
	sent []time.Time
}

func (f *fake) Read(context.Context) (LiveMigration, error) {
	f.reads++
	return f.look()
}

func (f *fake) Request(_ context.Context, gate Gate) (Job, error) {
	if f.beforeSending != nil {
		f.beforeSending()
	}
	if err := gate(); err != nil {
		return Job{}, &CallError{Kind: KindUnsent, Err: err}
	}
	f.requests++
	f.sent = append(f.sent, time.Now())
	return f.request()
}

func (f *fake) ReadJob(context.Context, string) (Job, error) {
	f.jobs++
	return f.job()
}

var errBroken = errors.New("broken")

func failing(kind ErrorKind, after time.Duration) error {
	return &CallError{Kind: kind, RetryAfter: after, Err: errBroken}
}

var (
	readyNow       = LiveMigration{Status: "WORKING", Ready: isReady, LagSeconds: lag(1)}
	cutoverRunning = LiveMigration{Status: "WORKING", Ready: notReady}
	complete       = LiveMigration{Status: "COMPLETE"}
)

// completesAfter is a migration that is ready until it is requested, and
// complete so long after that.
func completesAfter(took time.Duration) *fake {
	f := &fake{}
	var requested time.Time
	f.look = func() (LiveMigration, error) {
		switch {
		case requested.IsZero():
			return readyNow, nil
		case time.Since(requested) < took:
			return cutoverRunning, nil
		default:
			return complete, nil
		}
	}
	f.request = func() (Job, error) {
		requested = time.Now()
		return Job{}, nil
	}
	return f
}

func cutoverOf(f *fake) Cutover {
	return Cutover{API: f, ReadyTimeout: 6 * time.Hour, Timeout: 6 * time.Hour}
}

func fakeTime(t *testing.T, name string, test func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}

// interruptedAfter is a context whose owner gives up after that time.
func interruptedAfter(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	if d <= 0 {
		cancel()
	}
	timer := time.AfterFunc(d, cancel)
	t.Cleanup(func() { timer.Stop(); cancel() })
	return ctx
}

func TestTheEndIsNoticedWithinFiveSeconds(t *testing.T) {
	for _, took := range []time.Duration{
		700 * time.Millisecond, 4 * time.Second, 9900 * time.Millisecond, 47 * time.Second, 5 * time.Minute, 3*time.Hour + time.Second,
	} {
		fakeTime(t, took.String(), func(t *testing.T) {
			f := completesAfter(took)
			out := cutoverOf(f).Start(t.Context())
			late := out.Elapsed - took
			if out.End != Completed || late < 0 || late > max(min(took/10, 5*time.Second), time.Second) {
				t.Errorf("ended as %s, noticed %s late", out.End, late)
			}
			if f.requests != 1 {
				t.Errorf("sent %d requests", f.requests)
			}
		})
	}
}

func TestTheRequest(t *testing.T) {
	for _, row := range []struct {
		name     string
		errs     []error // what the tries of the request are answered with; then a success
		end      End
		request  RequestState
		requests int
	}{
		{"is sent again when it never left", []error{failing(KindUnsent, 0), failing(KindUnsent, 0)}, Completed, Accepted, 3},
		{"is sent again after a 429", []error{failing(KindRateLimited, 2*time.Second)}, Completed, Accepted, 2},
		{"is not sent again after a refusal", []error{failing(KindBadRequest, 0)}, Rejected, NotRequested, 1},
		{"is not sent again without access", []error{failing(KindUnauthorized, 0)}, Rejected, NotRequested, 1},
		{"is not sent again to nowhere", []error{failing(KindNotFound, 0)}, Rejected, NotRequested, 1},
		{"is not sent again after a broken answer", []error{failing(KindTransient, 0)}, NotObserved, Unknown, 1},
		{"is not sent again after an error of no kind", []error{errBroken}, NotObserved, Unknown, 1},
		{"is not sent again after a redirect", []error{failing(KindPermanent, 0)}, NotObserved, Unknown, 1},
		{"is not sent again after a conflict", []error{failing(KindConflict, 0)}, NotObserved, Conflicted, 1},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			f := completesAfter(time.Minute)
			accept := f.request
			f.request = func() (Job, error) {
				if f.requests <= len(row.errs) {
					return Job{}, row.errs[f.requests-1]
				}
				return accept()
			}
			out := cutoverOf(f).Start(t.Context())
			if out.End != row.end || out.Request != row.request || f.requests != row.requests {
				t.Errorf("end %s, request %s after %d requests; want %s, %s after %d",
					out.End, out.Request, f.requests, row.end, row.request, row.requests)
			}
		})
	}
}

func TestALookComesBeforeEveryTryOfTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := completesAfter(time.Minute)
		looked := 0
		f.request = func() (Job, error) {
			if f.reads == looked {
				t.Errorf("request %d was sent on an old look", f.requests)
			}
			looked = f.reads
			return Job{}, failing(KindRateLimited, time.Second)
		}
		c := cutoverOf(f)
		c.Timeout = time.Minute
		if out := c.Start(t.Context()); out.End != NotSent || out.Exists() {
			t.Errorf("ended as %s", out.End)
		}
		if f.requests < 2 {
			t.Errorf("sent %d requests", f.requests)
		}
	})
}

func TestAnotherRunsCutoverIsFoundByTheLookAfterA429(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := completesAfter(time.Minute)
		before := f.look
		f.look = func() (LiveMigration, error) {
			if f.requests > 0 {
				return complete, nil
			}
			return before()
		}
		f.request = func() (Job, error) { return Job{}, failing(KindRateLimited, 0) }
		out := cutoverOf(f).Start(t.Context())
		if out.End != Completed || f.requests != 1 || out.Request != NotRequested {
			t.Errorf("end %s, answer %s after %d requests", out.End, out.Request, f.requests)
		}
	})
}

func TestA429RestartsTheStableWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := completesAfter(time.Minute)
		look := f.look
		f.look = func() (LiveMigration, error) {
			lm, err := look()
			lm.LagSeconds = nil
			return lm, err
		}
		accept := f.request
		var tries []time.Time
		f.request = func() (Job, error) {
			tries = append(tries, time.Now())
			if len(tries) == 1 {
				return Job{}, failing(KindRateLimited, 0)
			}
			return accept()
		}
		out := cutoverOf(f).Start(t.Context())
		if waited := tries[1].Sub(tries[0]); out.End != Completed || waited < 15*time.Second {
			t.Errorf("asked again after %s", waited)
		}
	})
}

func TestARetryAfterIsBelievedWithinBounds(t *testing.T) {
	for _, row := range []struct {
		name        string
		asked       time.Duration
		least, most time.Duration
	}{
		{"as asked", 2 * time.Second, 2 * time.Second, 2 * time.Second},
		{"a negative one is none", -time.Hour, time.Second, 2 * time.Second},
		{"an absurd one is cut", 1e9 * time.Second, 5 * time.Minute, 5 * time.Minute},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			f := completesAfter(0)
			accept := f.request
			var tries []time.Time
			f.request = func() (Job, error) {
				tries = append(tries, time.Now())
				if len(tries) == 1 {
					return Job{}, failing(KindRateLimited, row.asked)
				}
				return accept()
			}
			cutoverOf(f).Start(t.Context())
			if got := tries[1].Sub(tries[0]); got < row.least || got > row.most {
				t.Errorf("waited %s, want %s to %s", got, row.least, row.most)
			}
		})
	}
}

func TestARetryAfterBeyondTheDeadlineEndsAtTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{look: func() (LiveMigration, error) { return LiveMigration{}, failing(KindRateLimited, time.Hour) }}
		c := cutoverOf(f)
		c.Timeout = 3 * time.Minute
		out := c.Resume(t.Context(), Accepted, "")
		if out.End != TimedOut || out.Elapsed != c.Timeout {
			t.Errorf("ended as %s after %s", out.End, out.Elapsed)
		}
	})
}

func TestReadyWithoutALagIsRequestedAfterTheStableWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := completesAfter(time.Minute)
		look := f.look
		f.look = func() (LiveMigration, error) {
			lm, err := look()
			lm.LagSeconds = nil
			return lm, err
		}
		accept := f.request
		began := time.Now()
		f.request = func() (Job, error) {
			if waited := time.Since(began); waited != 15*time.Second {
				t.Errorf("requested after %s, want exactly the window", waited)
			}
			return accept()
		}
		if out := cutoverOf(f).Start(t.Context()); out.End != Completed {
			t.Errorf("ended as %s", out.End)
		}
	})
}

func TestAnAnswerThatChangesRestartsTheStableWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := completesAfter(time.Minute)
		began := time.Now()
		look := f.look
		f.look = func() (LiveMigration, error) {
			lm, err := look()
			lm.LagSeconds = nil
			if since := time.Since(began); since > 8*time.Second && since < 12*time.Second {
				lm.Ready = notReady
			}
			return lm, err
		}
		accept := f.request
		f.request = func() (Job, error) {
			if waited := time.Since(began); waited < 27*time.Second {
				t.Errorf("requested after %s", waited)
			}
			return accept()
		}
		if out := cutoverOf(f).Start(t.Context()); out.End != Completed || f.requests != 1 {
			t.Errorf("ended as %s", out.End)
		}
	})
}

func TestTimeLimits(t *testing.T) {
	never := func() (LiveMigration, error) {
		return LiveMigration{Status: "WORKING", Ready: notReady, LagSeconds: lag(9)}, nil
	}
	broken := func() (LiveMigration, error) { return LiveMigration{}, failing(KindTransient, 0) }
	for _, row := range []struct {
		name  string
		look  func() (LiveMigration, error)
		ready time.Duration
		end   End
		took  time.Duration
	}{
		{"never ready ends at ready_timeout", never, 10 * time.Minute, TimedOut, 10 * time.Minute},
		{"a ready_timeout of zero ends at the first look", never, 0, TimedOut, 0},
		{"never ready ends at the timeout", never, 9 * time.Hour, TimedOut, 6 * time.Hour},
		{"never read for too many calls ends at ready_timeout", func() (LiveMigration, error) { return LiveMigration{}, failing(KindRateLimited, 0) }, time.Hour, Unreadable, time.Hour},
		{"never reached ends early", broken, 6 * time.Hour, Unreadable, 5 * time.Minute},
		{"never reached ends at a shorter ready_timeout", broken, time.Minute, Unreadable, time.Minute},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			f := &fake{look: row.look}
			c := cutoverOf(f)
			c.ReadyTimeout = row.ready
			if out := c.Start(t.Context()); out.End != row.end || out.Elapsed != row.took || out.Exists() {
				t.Errorf("ended as %s after %s, want %s after %s", out.End, out.Elapsed, row.end, row.took)
			}
		})
	}
}

func TestACutoverIsNotStartedWithoutTimeToWatchIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		f := &fake{look: func() (LiveMigration, error) {
			if time.Since(began) < time.Hour {
				return LiveMigration{Status: "WORKING", Ready: notReady, LagSeconds: lag(9)}, nil
			}
			return readyNow, nil
		}}
		c := cutoverOf(f)
		c.Timeout = time.Hour
		if out := c.Start(t.Context()); out.End != TimedOut || out.Reason != Ready || f.requests != 0 {
			t.Errorf("ended as %s with %d requests", out.End, f.requests)
		}
	})
}

func TestAPanicIsAnOutcome(t *testing.T) {
	for _, row := range []struct {
		name    string
		arm     func(*fake)
		exists  bool
		request RequestState
	}{
		{"before the request", func(f *fake) { f.look = func() (LiveMigration, error) { panic("look") } }, false, NotRequested},
		{"in the request", func(f *fake) { f.request = func() (Job, error) { panic("request") } }, true, Unknown},
		{"after the request", func(f *fake) {
			look := f.look
			f.look = func() (LiveMigration, error) {
				if f.requests > 0 {
					panic("look")
				}
				return look()
			}
		}, true, Accepted},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			f := completesAfter(time.Minute)
			row.arm(f)
			out := cutoverOf(f).Start(t.Context())
			var bug *PanicError
			if out.End != Panicked || out.Exists() != row.exists || out.Request != row.request || !errors.As(out.ReadErr, &bug) || bug.Value == nil || len(bug.Stack) == 0 {
				t.Errorf("got %+v", out)
			}
		})
	}
}

func TestAnInterrupt(t *testing.T) {
	for _, row := range []struct {
		name string
		at   time.Duration // of a migration that is ready after a minute and takes one
		want RequestState
	}{
		{"before the request leaves nothing", 30 * time.Second, NotRequested},
		{"after the request leaves a cutover", 90 * time.Second, Accepted},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			f := completesAfter(time.Minute)
			began, look := time.Now(), f.look
			f.look = func() (LiveMigration, error) {
				if time.Since(began) < time.Minute {
					return LiveMigration{Status: "WORKING", Ready: notReady, LagSeconds: lag(5)}, nil
				}
				return look()
			}
			ctx := interruptedAfter(t, row.at)
			out := cutoverOf(f).Start(ctx)
			if out.End != Interrupted || out.Request != row.want || out.Elapsed != row.at {
				t.Errorf("ended as %s with answer %s after %s", out.End, out.Request, out.Elapsed)
			}
		})
	}
}

func TestAnInterruptDuringTheRequestLetsItFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := completesAfter(time.Minute)
		accept := f.request
		f.request = func() (Job, error) {
			cancel()
			time.Sleep(40 * time.Second) //nolint:forbidigo // Fake time: nobody waits.
			return accept()
		}
		out := cutoverOf(f).Start(ctx)
		if out.End != Interrupted || out.Request != Accepted || out.Elapsed != 40*time.Second {
			t.Errorf("ended as %s with answer %s after %s", out.End, out.Request, out.Elapsed)
		}
	})
}

func TestACancelledRunSendsNothingAfterTheLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := completesAfter(time.Minute)
		look := f.look
		f.look = func() (LiveMigration, error) {
			cancel()
			return look()
		}
		if out := cutoverOf(f).Start(ctx); out.End != Interrupted || f.requests != 0 {
			t.Errorf("ended as %s with %d requests", out.End, f.requests)
		}
	})
}

func TestTheJob(t *testing.T) {
	for _, row := range []struct {
		name string
		err  error
		once bool
	}{
		{"is dropped without access", failing(KindUnauthorized, 0), true},
		{"is dropped when it is unknown", failing(KindNotFound, 0), true},
		{"is dropped when it cannot be asked", failing(KindPermanent, 0), true},
		{"is dropped when it is asked wrongly", failing(KindBadRequest, 0), true},
		{"is asked again after a broken answer", failing(KindTransient, 0), false},
		{"is asked again after a 429", failing(KindRateLimited, 0), false},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			f := completesAfter(time.Minute)
			accept := f.request
			f.request = func() (Job, error) {
				_, err := accept()
				return Job{ID: "job", SourceProjectID: "source", Status: "PENDING"}, err
			}
			f.job = func() (Job, error) { return Job{}, row.err }
			c := cutoverOf(f)
			var dropped []Progress
			c.Report = func(p Progress) {
				if p.Step == JobUnreadable {
					dropped = append(dropped, p)
				}
			}
			out := c.Start(t.Context())
			if row.once != (len(dropped) == 1) || row.once && !errors.Is(dropped[0].Err, row.err) {
				t.Errorf("told %+v", dropped)
			}
			if out.End != Completed || (f.jobs == 1) != row.once || !row.once && f.jobs < 10 {
				t.Errorf("ended as %s after %d looks at the job", out.End, f.jobs)
			}
			if out.Observed.Job.ID != "job" || out.Observed.Job.SourceProjectID != "source" {
				t.Errorf("lost what the request was answered with: %+v", out.Observed.Job)
			}
		})
	}
}

func TestAccessLostAfterTheRequestEndsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := completesAfter(time.Hour)
		look := f.look
		f.look = func() (LiveMigration, error) {
			if f.requests > 0 {
				return LiveMigration{}, failing(KindUnauthorized, 0)
			}
			return look()
		}
		if out := cutoverOf(f).Start(t.Context()); out.End != Unauthorized || !out.InFlight() || out.Elapsed > time.Second {
			t.Errorf("ended as %s after %s", out.End, out.Elapsed)
		}
	})
}

func TestAMissingMigrationIsToleratedAfterTheRequestOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := completesAfter(time.Minute)
		look := f.look
		f.look = func() (LiveMigration, error) {
			if f.requests == 0 || f.reads > 5 {
				return look()
			}
			return LiveMigration{}, failing(KindNotFound, 0)
		}
		if out := cutoverOf(f).Start(t.Context()); out.End != Completed {
			t.Errorf("ended as %s", out.End)
		}
		f = &fake{look: func() (LiveMigration, error) { return LiveMigration{}, failing(KindNotFound, 0) }}
		if out := cutoverOf(f).Start(t.Context()); out.End != Unreadable || f.reads != 1 {
			t.Errorf("ended as %s after %d looks", out.End, f.reads)
		}
	})
}

// How a run that sends nothing ends, by what it reads.
func TestHowARunEndsWithoutARequest(t *testing.T) {
	broken := func(kind ErrorKind) func(int, time.Duration) (LiveMigration, error) {
		return func(int, time.Duration) (LiveMigration, error) { return LiveMigration{}, failing(kind, 0) }
	}
	is := func(lm LiveMigration) func(int, time.Duration) (LiveMigration, error) {
		return func(int, time.Duration) (LiveMigration, error) { return lm, nil }
	}
	notYet := LiveMigration{Status: "WORKING", Ready: notReady, LagSeconds: lag(9)}
	for _, row := range []struct {
		name   string
		look   func(n int, since time.Duration) (LiveMigration, error)
		end    End
		reason Reason
		read   bool
		took   time.Duration
	}{
		{"complete from the start", is(complete), AlreadyComplete, Complete, true, 0},
		{"complete at the first read that succeeds", func(n int, _ time.Duration) (LiveMigration, error) {
			if n < 3 {
				return LiveMigration{}, failing(KindTransient, 0)
			}
			return complete, nil
		}, AlreadyComplete, Complete, true, 1960 * time.Millisecond},
		{"completed meanwhile", func(n int, _ time.Duration) (LiveMigration, error) {
			if n < 2 {
				return notYet, nil
			}
			return complete, nil
		}, Completed, Complete, true, 2 * time.Second},
		{"a failed migration", is(LiveMigration{Status: "FAILED"}), Failed, MigrationFailed, true, 0},
		{"a status that nobody knows", is(LiveMigration{Status: "PAUSED"}), UnsupportedStatus, UnknownStatus, true, 0},
		{"no access", broken(KindUnauthorized), Unreadable, NotReady, false, 0},
		{"no such migration", broken(KindNotFound), Unreadable, NotReady, false, 0},
		{"a read that is wrong", broken(KindBadRequest), Unreadable, NotReady, false, 0},
		{"a redirect", broken(KindPermanent), Unreadable, NotReady, false, 0},
		{"Atlas fails after it was read", func(n int, _ time.Duration) (LiveMigration, error) {
			if n > 1 {
				return LiveMigration{}, failing(KindTransient, 0)
			}
			return notYet, nil
		}, Unreadable, NotReady, true, time.Hour},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			f, start := &fake{}, time.Now()
			f.look = func() (LiveMigration, error) { return row.look(f.reads, time.Since(start)) }
			c := cutoverOf(f)
			c.ReadyTimeout = time.Hour
			out := c.Start(t.Context())
			if out.End != row.end || out.Reason != row.reason || out.Read != row.read || out.Elapsed != row.took || f.requests != 0 {
				t.Errorf("ended as %s because of %s after %s, read: %t", out.End, out.Reason, out.Elapsed, out.Read)
			}
			if out.Request != NotRequested || out.Resumed || !out.RequestedAt.IsZero() || !out.ReadyAt.IsZero() {
				t.Errorf("knows %+v", out)
			}
			if done := row.reason == Complete; out.CompletedAt.IsZero() == done || done && out.CompletedAt.Sub(start) != row.took {
				t.Errorf("completed at %s", out.CompletedAt)
			}
			if (out.ReadErr != nil) != (row.end == Unreadable) {
				t.Errorf("the cause is %v", out.ReadErr)
			}
		})
	}
}

func TestAnOutcomeKnowsItsMoments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, start := completesAfter(time.Minute), time.Now()
		look := f.look
		f.look = func() (LiveMigration, error) {
			lm, err := look()
			if f.requests > 0 {
				return lm, err
			}
			lm.LagSeconds = lag(max(0, 60-int64(time.Since(start).Seconds())))
			if time.Since(start) < 10*time.Second {
				lm.Ready = notReady
			}
			return lm, err
		}
		c := cutoverOf(f)
		c.MaxLag = lag(30)
		out := c.Start(t.Context())
		if ready := out.ReadyAt.Sub(start); ready < 10*time.Second || ready > 13*time.Second {
			t.Errorf("ready after %s", ready)
		}
		if requested := out.RequestedAt.Sub(start); requested < 30*time.Second || requested > 35*time.Second {
			t.Errorf("requested after %s", requested)
		}
		if out.LagAtRequest == nil || *out.LagAtRequest != 60-int64(out.RequestedAt.Sub(start).Seconds()) {
			t.Errorf("requested with a lag of %v", out.LagAtRequest)
		}
		if out.End != Completed || out.CompletedAt.Sub(start) != out.Elapsed || !out.Read {
			t.Errorf("knows %+v", out)
		}
	})
}

// A request that was answered with a conflict is not this run's.
func TestAConflictHasNoMomentOfARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, start := completesAfter(0), time.Now()
		look := f.look
		f.look = func() (LiveMigration, error) {
			if f.requests > 0 && time.Since(start) > time.Minute {
				return complete, nil
			}
			lm, err := look()
			if f.requests > 0 {
				lm.LagSeconds = nil
			}
			return lm, err
		}
		f.request = func() (Job, error) { return Job{}, failing(KindConflict, 0) }
		out := cutoverOf(f).Start(t.Context())
		if out.End != Completed || out.Request != Conflicted || !out.RequestedAt.IsZero() || out.LagAtRequest != nil {
			t.Errorf("knows %+v", out)
		}
	})
}

// An acceptance is something that is known, even if no read follows it.
func TestAnAcceptanceCountsAsARead(t *testing.T) {
	fakeTime(t, "of a start whose reads fail", func(t *testing.T) {
		s := readyAfter(0)
		s.look = func(time.Duration) (LiveMigration, error) { return LiveMigration{}, failing(KindUnauthorized, 0) }
		if out := untilReady(s).Start(t.Context()); out.End != Unauthorized || !out.Read {
			t.Errorf("ended as %s, read: %t", out.End, out.Read)
		}
		if out := untilReady(s).Resume(t.Context(), "migration"); out.End != Unauthorized || out.Read || !out.Resumed {
			t.Errorf("resumed, ended as %s, read: %t", out.End, out.Read)
		}
	})
}
