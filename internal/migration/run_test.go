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

// fake is Atlas as a list of things it does. A test changes what it says by
// the time of the bubble.
type fake struct {
	look     func() (LiveMigration, error)
	request  func() (Job, error)
	job      func() (Job, error)
	looks    int
	requests int
	jobs     int
}

func (f *fake) Look(context.Context) (LiveMigration, error) {
	f.looks++
	return f.look()
}

func (f *fake) Request(context.Context) (Job, error) {
	f.requests++
	return f.request()
}

func (f *fake) LookAtJob(context.Context, string) (Job, error) {
	f.jobs++
	return f.job()
}

var errBroken = errors.New("broken")

func failing(kind Kind, after time.Duration) error {
	return &CallError{Kind: kind, RetryAfter: after, Err: errBroken}
}

var (
	readyNow    = LiveMigration{Status: "WORKING", Ready: isReady, LagSeconds: lag(1)}
	cuttingOver = LiveMigration{Status: "WORKING", Ready: notReady}
	complete    = LiveMigration{Status: "COMPLETE"}
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
			return cuttingOver, nil
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
	return Cutover{Atlas: f, ReadyTimeout: 6 * time.Hour, Timeout: 6 * time.Hour}
}

func bubble(t *testing.T, name string, test func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}

func TestTheEndIsNoticedWithinATenth(t *testing.T) {
	for _, took := range []time.Duration{
		700 * time.Millisecond, 4 * time.Second, 9900 * time.Millisecond, 47 * time.Second, 5 * time.Minute, 3*time.Hour + time.Second,
	} {
		bubble(t, took.String(), func(t *testing.T) {
			f := completesAfter(took)
			out := cutoverOf(f).Start(t.Context())
			late := out.Took - took
			if out.End != Completed || late < 0 || late > max(min(took/10, 30*time.Second), time.Second) {
				t.Errorf("ended as %d, noticed %s late", out.End, late)
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
		answer   Answer
		requests int
	}{
		{"is sent again when it never left", []error{failing(Unsent, 0), failing(Unsent, 0)}, Completed, Accepted, 3},
		{"is given up when it never leaves", []error{
			failing(Unsent, 0), failing(Unsent, 0), failing(Unsent, 0), failing(Unsent, 0), failing(Unsent, 0),
		}, NotSent, NotRequested, 5},
		{"is sent again after a 429", []error{failing(Throttled, 2*time.Second)}, Completed, Accepted, 2},
		{"is not sent again after a refusal", []error{failing(Rejected, 0)}, Refused, NotRequested, 1},
		{"is not sent again without access", []error{failing(Denied, 0)}, Refused, NotRequested, 1},
		{"is not sent again to nowhere", []error{failing(Absent, 0)}, Refused, NotRequested, 1},
		{"is not sent again after a broken answer", []error{failing(Transient, 0)}, NotStarted, Unclear, 1},
		{"is not sent again after an error of no kind", []error{errBroken}, NotStarted, Unclear, 1},
		{"is not sent again after a redirect", []error{failing(Final, 0)}, NotStarted, Unclear, 1},
		{"is not sent again after a conflict", []error{failing(Contested, 0)}, NotStarted, Contradicted, 1},
	} {
		bubble(t, row.name, func(t *testing.T) {
			f := completesAfter(time.Minute)
			accept := f.request
			f.request = func() (Job, error) {
				if f.requests <= len(row.errs) {
					return Job{}, row.errs[f.requests-1]
				}
				return accept()
			}
			out := cutoverOf(f).Start(t.Context())
			if out.End != row.end || out.Answer != row.answer || f.requests != row.requests {
				t.Errorf("end %d, answer %d after %d requests; want %d, %d after %d",
					out.End, out.Answer, f.requests, row.end, row.answer, row.requests)
			}
		})
	}
}

func TestALookComesBeforeEveryTryOfTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := completesAfter(time.Minute)
		looked := 0
		f.request = func() (Job, error) {
			if f.looks == looked {
				t.Errorf("request %d was sent on an old look", f.requests)
			}
			looked = f.looks
			return Job{}, failing(Throttled, time.Second)
		}
		c := cutoverOf(f)
		c.Timeout = time.Minute
		if out := c.Start(t.Context()); out.End != NotSent || out.Exists() {
			t.Errorf("ended as %d", out.End)
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
		f.request = func() (Job, error) { return Job{}, failing(Throttled, 0) }
		out := cutoverOf(f).Start(t.Context())
		if out.End != Completed || f.requests != 1 || out.Answer != NotRequested {
			t.Errorf("end %d, answer %d after %d requests", out.End, out.Answer, f.requests)
		}
	})
}

func TestA429BeginsTheSettleWindowAgain(t *testing.T) {
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
				return Job{}, failing(Throttled, 0)
			}
			return accept()
		}
		out := cutoverOf(f).Start(t.Context())
		if waited := tries[1].Sub(tries[0]); out.End != Completed || waited < settleWindow {
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
		{"an absurd one is cut", 1e9 * time.Second, longestPause, longestPause},
	} {
		bubble(t, row.name, func(t *testing.T) {
			f := completesAfter(0)
			accept := f.request
			var tries []time.Time
			f.request = func() (Job, error) {
				tries = append(tries, time.Now())
				if len(tries) == 1 {
					return Job{}, failing(Throttled, row.asked)
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
		f := &fake{look: func() (LiveMigration, error) { return LiveMigration{}, failing(Throttled, time.Hour) }}
		c := cutoverOf(f)
		c.Timeout = 3 * time.Minute
		out := c.Resume(t.Context(), Accepted, "")
		if out.End != TimedOut || out.Took != c.Timeout {
			t.Errorf("ended as %d after %s", out.End, out.Took)
		}
	})
}

func TestTheSettleWindow(t *testing.T) {
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
			if waited := time.Since(began); waited != settleWindow {
				t.Errorf("requested after %s, want exactly the window", waited)
			}
			return accept()
		}
		if out := cutoverOf(f).Start(t.Context()); out.End != Completed {
			t.Errorf("ended as %d", out.End)
		}
	})
}

func TestAnAnswerThatChangesBeginsTheSettleWindowAgain(t *testing.T) {
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
			if waited := time.Since(began); waited < 12*time.Second+settleWindow {
				t.Errorf("requested after %s", waited)
			}
			return accept()
		}
		if out := cutoverOf(f).Start(t.Context()); out.End != Completed || f.requests != 1 {
			t.Errorf("ended as %d", out.End)
		}
	})
}

func TestTimeLimits(t *testing.T) {
	never := func() (LiveMigration, error) {
		return LiveMigration{Status: "WORKING", Ready: notReady, LagSeconds: lag(9)}, nil
	}
	broken := func() (LiveMigration, error) { return LiveMigration{}, failing(Transient, 0) }
	for _, row := range []struct {
		name  string
		look  func() (LiveMigration, error)
		ready time.Duration
		end   End
		took  time.Duration
	}{
		{"never ready ends at ready_timeout", never, 10 * time.Minute, NotReadyInTime, 10 * time.Minute},
		{"a ready_timeout of zero ends at the first look", never, 0, NotReadyInTime, 0},
		{"never ready ends at the time-out", never, 9 * time.Hour, NotReadyInTime, 6 * time.Hour},
		{"never reached ends early", broken, 6 * time.Hour, LookFailed, firstLookPatience},
		{"never reached ends at a shorter ready_timeout", broken, time.Minute, LookFailed, time.Minute},
	} {
		bubble(t, row.name, func(t *testing.T) {
			f := &fake{look: row.look}
			c := cutoverOf(f)
			c.ReadyTimeout = row.ready
			if out := c.Start(t.Context()); out.End != row.end || out.Took != row.took || out.Exists() {
				t.Errorf("ended as %d after %s, want %d after %s", out.End, out.Took, row.end, row.took)
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
		if out := c.Start(t.Context()); out.End != NotReadyInTime || out.Reason != Ready || f.requests != 0 {
			t.Errorf("ended as %d with %d requests", out.End, f.requests)
		}
	})
}

func TestAPanicIsAnOutcome(t *testing.T) {
	for _, row := range []struct {
		name   string
		arm    func(*fake)
		exists bool
		answer Answer
	}{
		{"before the request", func(f *fake) { f.look = func() (LiveMigration, error) { panic("look") } }, false, NotRequested},
		{"in the request", func(f *fake) { f.request = func() (Job, error) { panic("request") } }, true, Unclear},
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
		bubble(t, row.name, func(t *testing.T) {
			f := completesAfter(time.Minute)
			row.arm(f)
			out := cutoverOf(f).Start(t.Context())
			var bug *PanicError
			if out.End != Panicked || out.Exists() != row.exists || out.Answer != row.answer || !errors.As(out.Cause, &bug) {
				t.Errorf("got %+v", out)
			}
		})
	}
}

func TestAnInterrupt(t *testing.T) {
	for _, row := range []struct {
		name string
		at   time.Duration // of a migration that is ready after a minute and takes one
		want Answer
	}{
		{"before the request leaves nothing", 30 * time.Second, NotRequested},
		{"after the request leaves a cutover", 90 * time.Second, Accepted},
	} {
		bubble(t, row.name, func(t *testing.T) {
			f := completesAfter(time.Minute)
			began, look := time.Now(), f.look
			f.look = func() (LiveMigration, error) {
				if time.Since(began) < time.Minute {
					return LiveMigration{Status: "WORKING", Ready: notReady, LagSeconds: lag(5)}, nil
				}
				return look()
			}
			ctx, cancel := context.WithTimeout(t.Context(), row.at)
			defer cancel()
			out := cutoverOf(f).Start(ctx)
			if out.End != Interrupted || out.Answer != row.want || out.Took != row.at {
				t.Errorf("ended as %d with answer %d after %s", out.End, out.Answer, out.Took)
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
		if out.End != Interrupted || out.Answer != Accepted || out.Took != 40*time.Second {
			t.Errorf("ended as %d with answer %d after %s", out.End, out.Answer, out.Took)
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
			t.Errorf("ended as %d with %d requests", out.End, f.requests)
		}
	})
}

func TestTheSecondWitness(t *testing.T) {
	for _, row := range []struct {
		name string
		err  error
		once bool
	}{
		{"is dropped without access", failing(Denied, 0), true},
		{"is dropped when it is unknown", failing(Absent, 0), true},
		{"is dropped when it cannot be asked", failing(Final, 0), true},
		{"is asked again after a broken answer", failing(Transient, 0), false},
		{"is asked again after a 429", failing(Throttled, 0), false},
	} {
		bubble(t, row.name, func(t *testing.T) {
			f := completesAfter(time.Minute)
			accept := f.request
			f.request = func() (Job, error) {
				_, err := accept()
				return Job{ID: "job", SourceProjectID: "source", Status: "PENDING"}, err
			}
			f.job = func() (Job, error) { return Job{}, row.err }
			out := cutoverOf(f).Start(t.Context())
			if out.End != Completed || (f.jobs == 1) != row.once {
				t.Errorf("ended as %d after %d looks at the job", out.End, f.jobs)
			}
			if out.Seen.Job.ID != "job" || out.Seen.Job.SourceProjectID != "source" {
				t.Errorf("lost what the request was answered with: %+v", out.Seen.Job)
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
				return LiveMigration{}, failing(Denied, 0)
			}
			return look()
		}
		if out := cutoverOf(f).Start(t.Context()); out.End != AccessLost || !out.InFlight() || out.Took > time.Second {
			t.Errorf("ended as %d after %s", out.End, out.Took)
		}
	})
}

func TestAMissingMigrationIsToleratedAfterTheRequestOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := completesAfter(time.Minute)
		look := f.look
		f.look = func() (LiveMigration, error) {
			if f.requests == 0 || f.looks > 5 {
				return look()
			}
			return LiveMigration{}, failing(Absent, 0)
		}
		if out := cutoverOf(f).Start(t.Context()); out.End != Completed {
			t.Errorf("ended as %d", out.End)
		}
		f = &fake{look: func() (LiveMigration, error) { return LiveMigration{}, failing(Absent, 0) }}
		if out := cutoverOf(f).Start(t.Context()); out.End != LookFailed || f.looks != 1 {
			t.Errorf("ended as %d after %d looks", out.End, f.looks)
		}
	})
}
