// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// validations is Atlas as functions that start and read a validation.
type validations struct {
	ask  func(try int) (Job, error)
	look func(elapsed time.Duration) (Job, error)

	began       time.Time
	asks, reads int
}

func (v *validations) Request(_ context.Context, gate Gate) (Job, error) {
	if err := gate(); err != nil {
		return Job{}, &CallError{Kind: KindUnsent, Err: err}
	}
	v.asks++
	job, err := v.ask(v.asks)
	if err == nil {
		v.began = time.Now()
	}
	return job, err
}

func (v *validations) Read(_ context.Context, id string) (Job, error) {
	v.reads++
	if id != "job" {
		return Job{}, failing(KindNotFound, 0)
	}
	return v.look(time.Since(v.began))
}

// succeedsAfter is a validation that is answered at once, and ends so long
// after.
func succeedsAfter(took time.Duration) *validations {
	return &validations{
		began: time.Now(),
		ask:   func(int) (Job, error) { return Job{ID: "job", Status: "PENDING"}, nil },
		look: func(elapsed time.Duration) (Job, error) {
			if elapsed < took {
				return Job{Status: "PENDING"}, nil
			}
			return Job{Status: "SUCCESS", SourceProjectID: "source"}, nil
		},
	}
}

func validationOf(v *validations) Creation[Job] {
	run := NewValidation(v)
	run.Timeout = time.Hour
	return run
}

func TestAValidationsEndIsNoticedWithinATenth(t *testing.T) {
	for _, took := range []time.Duration{0, 5 * time.Second, 5 * time.Minute, 50 * time.Minute} {
		fakeTime(t, took.String(), func(t *testing.T) {
			v := succeedsAfter(took)
			out := validationOf(v).Start(t.Context())
			late := out.Elapsed - took
			if out.End != Completed || out.Status() != StatusSuccess || late < 0 || late > max(time.Second, min(took/10, 30*time.Second)) {
				t.Errorf("ended as %s, noticed %s late", out.End, late)
			}
			if out.Observed.Job.ID != "job" || out.Observed.Job.SourceProjectID != "source" || v.asks != 1 {
				t.Errorf("knows %+v after %d requests", out.Observed.Job, v.asks)
			}
		})
	}
}

func TestTheRequestForAValidation(t *testing.T) {
	for _, row := range []struct {
		name  string
		err   error // what every try is answered with, but for the last
		times int   // how often; negative for ever
		end   End
		asks  int // 0 for any number
		took  time.Duration
	}{
		{"is sent again when it never left", failing(KindUnsent, 0), 3, Completed, 4, 0},
		{"is sent again after a 429", failing(KindRateLimited, 7*time.Minute), 1, Completed, 2, 5 * time.Minute},
		{"is sent again when its answer was lost", failing(KindTransient, 0), 9, Completed, 10, 0},
		{"is sent again after an error of no kind", errBroken, 2, Completed, 3, 0},
		{"is given up soon when it never leaves", failing(KindUnsent, 0), -1, NotSent, 0, 5 * time.Minute},
		{"is given up in time when it is never answered", failing(KindTransient, 0), -1, Unconfirmed, 0, time.Hour},
		{"is given up in time when Atlas has none", failing(KindRateLimited, 0), -1, NotSent, 0, time.Hour},
		{"is not sent again after a refusal", failing(KindBadRequest, 0), -1, Rejected, 1, 0},
		{"is not sent again without access", failing(KindUnauthorized, 0), -1, Rejected, 1, 0},
		{"is not sent again to nowhere", failing(KindNotFound, 0), -1, Rejected, 1, 0},
		{"is not sent again after a conflict", failing(KindConflict, 0), -1, Rejected, 1, 0},
		{"is not sent again after a redirect", failing(KindPermanent, 0), -1, Rejected, 1, 0},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			v := succeedsAfter(0)
			v.ask = func(try int) (Job, error) {
				if row.times < 0 || try <= row.times {
					return Job{}, row.err
				}
				return Job{ID: "job"}, nil
			}
			out := validationOf(v).Start(t.Context())
			if out.End != row.end || row.asks != 0 && v.asks != row.asks || out.Elapsed < row.took {
				t.Errorf("ended as %s after %d requests and %s", out.End, v.asks, out.Elapsed)
			}
			if (out.Observed.Job.ID != "") != (row.end == Completed) || row.took > 0 && out.Elapsed > row.took+time.Minute {
				t.Errorf("exists: %t, took %s", (out.Observed.Job.ID != ""), out.Elapsed)
			}
		})
	}
}

func TestHowAValidationEnds(t *testing.T) {
	is := func(status string) func(time.Duration) (Job, error) {
		return func(time.Duration) (Job, error) { return Job{Status: status, ErrorMessage: "why"}, nil }
	}
	broken := func(kind ErrorKind) func(time.Duration) (Job, error) {
		return func(time.Duration) (Job, error) { return Job{}, failing(kind, 0) }
	}
	for _, row := range []struct {
		name   string
		look   func(time.Duration) (Job, error)
		end    End
		status Status
		took   time.Duration
	}{
		{"it succeeds", is("SUCCESS"), Completed, StatusSuccess, 0},
		{"it fails", is("FAILED"), Failed, StatusFailed, 0},
		{"it never ends", is("PENDING"), TimedOut, StatusPending, time.Hour},
		{"a status that nobody knows is waited on", is("PAUSED"), TimedOut, StatusPending, time.Hour},
		{"no status is waited on", is(""), TimedOut, StatusPending, time.Hour},
		{"it is never to be seen", broken(KindNotFound), NotFound, StatusFailed, 2 * time.Minute},
		{"access is lost", broken(KindUnauthorized), Unauthorized, StatusPending, 0},
		{"Atlas is broken", broken(KindTransient), TimedOut, StatusPending, time.Hour},
		{"Atlas has no time", broken(KindRateLimited), TimedOut, StatusPending, time.Hour},
		{"somebody redirects", broken(KindPermanent), TimedOut, StatusPending, time.Hour},
		{"it shows late", func(elapsed time.Duration) (Job, error) {
			if elapsed < 100*time.Second {
				return Job{}, failing(KindNotFound, 0)
			}
			return Job{Status: "SUCCESS"}, nil
		}, Completed, StatusSuccess, 100 * time.Second},
		{"it is gone now and then", func(elapsed time.Duration) (Job, error) {
			switch {
			case elapsed > 30*time.Minute:
				return Job{Status: "SUCCESS"}, nil
			case elapsed%(3*time.Minute) < 90*time.Second:
				return Job{}, failing(KindNotFound, 0)
			default:
				return Job{Status: "PENDING"}, nil
			}
		}, Completed, StatusSuccess, 30 * time.Minute},
		{"it is gone and Atlas is broken by turns", func(elapsed time.Duration) (Job, error) {
			switch {
			case elapsed > 30*time.Minute:
				return Job{Status: "SUCCESS"}, nil
			case elapsed%(3*time.Minute) < 90*time.Second:
				return Job{}, failing(KindNotFound, 0)
			default:
				return Job{}, failing(KindTransient, 0)
			}
		}, Completed, StatusSuccess, 30 * time.Minute},
	} {
		for name, run := range map[string]func(context.Context, Creation[Job]) Outcome{
			"in a first run": func(ctx context.Context, v Creation[Job]) Outcome { return v.Start(ctx) },
			"in a later one": func(ctx context.Context, v Creation[Job]) Outcome { return v.Resume(ctx, "job") },
		} {
			fakeTime(t, row.name+" "+name, func(t *testing.T) {
				v := succeedsAfter(0)
				v.look = row.look
				out := run(t.Context(), validationOf(v))
				if out.End != row.end || out.Status() != row.status || out.Observed.Job.ID == "" {
					t.Errorf("ended as %s, %s", out.End, out.Status())
				}
				if out.Elapsed < row.took || out.Elapsed > row.took+time.Minute {
					t.Errorf("took %s, want %s", out.Elapsed, row.took)
				}
				if (out.ReadErr != nil) != (row.end == NotFound || row.end == Unauthorized || row.look != nil && isBroken(row.look)) {
					t.Errorf("the cause is %v", out.ReadErr)
				}
			})
		}
	}
}

// isBroken reports whether the newest look failed.
func isBroken(look func(time.Duration) (Job, error)) bool {
	_, err := look(time.Hour)
	return err != nil
}

func TestAnInterruptedValidationReturnsAtOnce(t *testing.T) {
	for _, row := range []struct {
		name   string
		ask    error
		exists bool
	}{
		{"while it is waited for", nil, true},
		{"between two tries of the request", failing(KindRateLimited, time.Minute), false},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			v := succeedsAfter(30 * time.Minute)
			v.ask = func(int) (Job, error) { return Job{ID: "job"}, row.ask }
			if row.ask != nil {
				v.ask = func(int) (Job, error) { return Job{}, row.ask }
			}
			ctx := interruptedAfter(t, 10*time.Second)
			out := validationOf(v).Start(ctx)
			if out.End != Interrupted || out.Elapsed != 10*time.Second || (out.Observed.Job.ID != "") != row.exists {
				t.Errorf("ended as %s after %s, exists: %t", out.End, out.Elapsed, (out.Observed.Job.ID != ""))
			}
		})
	}
	fakeTime(t, "before anything", func(t *testing.T) {
		v := succeedsAfter(0)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if out := validationOf(v).Start(ctx); out.End != Interrupted || v.asks != 0 {
			t.Errorf("ended as %s after %d requests", out.End, v.asks)
		}
	})
}

func TestAPanicIsAnOutcomeOfAValidation(t *testing.T) {
	fakeTime(t, "in the request", func(t *testing.T) {
		v := succeedsAfter(0)
		v.ask = func(int) (Job, error) { panic("oh") }
		if out := validationOf(v).Start(t.Context()); out.End != Panicked || (out.Observed.Job.ID != "") || out.ReadErr == nil {
			t.Errorf("ended as %+v", out)
		}
	})
	fakeTime(t, "in a look", func(t *testing.T) {
		v := succeedsAfter(0)
		v.look = func(time.Duration) (Job, error) { panic("oh") }
		if out := validationOf(v).Start(t.Context()); out.End != Panicked || out.Status() != StatusPending || out.Observed.Job.ID == "" {
			t.Errorf("ended as %+v", out)
		}
	})
}

func TestEveryStepOfAValidationIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := succeedsAfter(0)
		answers := []error{failing(KindRateLimited, 0), nil}
		v.ask = func(try int) (Job, error) { return Job{ID: "job"}, answers[try-1] }
		reads := []error{failing(KindTransient, 0), nil, nil}
		words := []string{"", "PENDING", "SUCCESS"}
		v.look = func(time.Duration) (Job, error) { return Job{Status: words[v.reads-1]}, reads[v.reads-1] }
		run := validationOf(v)
		var steps []Step
		run.Report = func(p Progress) {
			steps = append(steps, p.Step)
			if p.Step == RequestAnswered && p.Observed.Job.ID != "job" {
				t.Errorf("the answer is not told: %+v", p)
			}
		}
		run.Start(t.Context())
		want := []Step{Requesting, RequestPostponed, Requesting, RequestAnswered, ReadFailed, Polled}
		if len(steps) != len(want) {
			t.Fatalf("told %v, want %v", steps, want)
		}
		for i, step := range want {
			if steps[i] != step {
				t.Errorf("told %v, want %v", steps, want)
			}
		}
	})
}

func TestDecideValidation(t *testing.T) {
	sent := RunState{Request: Accepted}
	for _, row := range []struct {
		name   string
		status string
		state  RunState
		want   Decision
	}{
		{"nothing was sent", "", RunState{}, Decision{Request, Ready}},
		{"nothing is sent by a resumed run", "", RunState{Resumed: true}, Decision{Wait, InProgress}},
		{"it is in progress", "PENDING", sent, Decision{Wait, InProgress}},
		{"it says what nobody knows", "PAUSED", sent, Decision{Wait, InProgress}},
		{"it succeeded", "SUCCESS", sent, Decision{Done, Complete}},
		{"it failed", "FAILED", sent, Decision{Fail, JobFailed}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := decideValidation(Observation{Job: Job{Status: row.status}}, row.state); got != row.want {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
		})
	}
}
