// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// validations is Atlas as a list of things it does about a validation.
type validations struct {
	ask  func(try int) (Job, error)
	look func(elapsed time.Duration) (Job, error)

	began       time.Time
	asks, looks int
}

func (v *validations) Ask(context.Context) (Job, error) {
	v.asks++
	job, err := v.ask(v.asks)
	if err == nil {
		v.began = time.Now()
	}
	return job, err
}

func (v *validations) LookAtJob(_ context.Context, id string) (Job, error) {
	v.looks++
	if id != "job" {
		return Job{}, failing(Absent, 0)
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

func validationOf(v *validations) Validation { return Validation{Atlas: v, Timeout: time.Hour} }

func TestAValidationsEndIsNoticedWithinATenth(t *testing.T) {
	for _, took := range []time.Duration{0, 5 * time.Second, 5 * time.Minute, 50 * time.Minute} {
		bubble(t, took.String(), func(t *testing.T) {
			v := succeedsAfter(took)
			out := validationOf(v).Start(t.Context())
			late := out.Took - took
			if out.Finish != Reached || out.Status() != Success || late < 0 || late > max(time.Second, min(took/10, 30*time.Second)) {
				t.Errorf("ended as %d, noticed %s late", out.Finish, late)
			}
			if out.Job.ID != "job" || out.Job.SourceProjectID != "source" || v.asks != 1 {
				t.Errorf("knows %+v after %d requests", out.Job, v.asks)
			}
		})
	}
}

func TestTheRequestForAValidation(t *testing.T) {
	for _, row := range []struct {
		name   string
		err    error // what every try is answered with, but for the last
		times  int   // how often; negative for ever
		finish Finish
		asks   int // 0 for any number
		took   time.Duration
	}{
		{"is sent again when it never left", failing(Unsent, 0), 3, Reached, 4, 0},
		{"is sent again after a 429", failing(Throttled, 7*time.Minute), 1, Reached, 2, 5 * time.Minute},
		{"is sent again when its answer was lost", failing(Transient, 0), 9, Reached, 10, 0},
		{"is sent again after an error of no kind", errBroken, 2, Reached, 3, 0},
		{"is given up soon when it never leaves", failing(Unsent, 0), -1, NeverSent, 0, firstLookPatience},
		{"is given up in time when it is never answered", failing(Transient, 0), -1, AnswerLost, 0, time.Hour},
		{"is given up in time when Atlas has none", failing(Throttled, 0), -1, NeverSent, 0, time.Hour},
		{"is not sent again after a refusal", failing(Rejected, 0), -1, TurnedDown, 1, 0},
		{"is not sent again without access", failing(Denied, 0), -1, TurnedDown, 1, 0},
		{"is not sent again to nowhere", failing(Absent, 0), -1, TurnedDown, 1, 0},
		{"is not sent again after a conflict", failing(Contested, 0), -1, TurnedDown, 1, 0},
		{"is not sent again after a redirect", failing(Final, 0), -1, TurnedDown, 1, 0},
	} {
		bubble(t, row.name, func(t *testing.T) {
			v := succeedsAfter(0)
			v.ask = func(try int) (Job, error) {
				if row.times < 0 || try <= row.times {
					return Job{}, row.err
				}
				return Job{ID: "job"}, nil
			}
			out := validationOf(v).Start(t.Context())
			if out.Finish != row.finish || row.asks != 0 && v.asks != row.asks || out.Took < row.took {
				t.Errorf("ended as %d after %d requests and %s", out.Finish, v.asks, out.Took)
			}
			if out.Exists() != (row.finish == Reached) || row.took > 0 && out.Took > row.took+time.Minute {
				t.Errorf("exists: %t, took %s", out.Exists(), out.Took)
			}
		})
	}
}

func TestHowAValidationEnds(t *testing.T) {
	is := func(word string) func(time.Duration) (Job, error) {
		return func(time.Duration) (Job, error) { return Job{Status: word, ErrorMessage: "why"}, nil }
	}
	broken := func(kind Kind) func(time.Duration) (Job, error) {
		return func(time.Duration) (Job, error) { return Job{}, failing(kind, 0) }
	}
	for _, row := range []struct {
		name   string
		look   func(time.Duration) (Job, error)
		finish Finish
		status Status
		took   time.Duration
	}{
		{"it succeeds", is("SUCCESS"), Reached, Success, 0},
		{"it fails", is("FAILED"), FellThrough, Failed, 0},
		{"it never ends", is("PENDING"), OutOfTime, Pending, time.Hour},
		{"a word that nobody knows is waited on", is("PAUSED"), OutOfTime, Pending, time.Hour},
		{"no word is waited on", is(""), OutOfTime, Pending, time.Hour},
		{"it is never to be seen", broken(Absent), Disappeared, Failed, absentPatience},
		{"access is lost", broken(Denied), ShutOut, Pending, 0},
		{"Atlas is broken", broken(Transient), OutOfTime, Pending, time.Hour},
		{"Atlas has no time", broken(Throttled), OutOfTime, Pending, time.Hour},
		{"somebody redirects", broken(Final), OutOfTime, Pending, time.Hour},
		{"it shows late", func(elapsed time.Duration) (Job, error) {
			if elapsed < absentPatience-20*time.Second {
				return Job{}, failing(Absent, 0)
			}
			return Job{Status: "SUCCESS"}, nil
		}, Reached, Success, absentPatience - 20*time.Second},
		{"it is gone now and then", func(elapsed time.Duration) (Job, error) {
			switch {
			case elapsed > 30*time.Minute:
				return Job{Status: "SUCCESS"}, nil
			case elapsed%(3*time.Minute) < 90*time.Second:
				return Job{}, failing(Absent, 0)
			default:
				return Job{Status: "PENDING"}, nil
			}
		}, Reached, Success, 30 * time.Minute},
	} {
		for name, run := range map[string]func(context.Context, Validation) ValidationOutcome{
			"in a first run": func(ctx context.Context, v Validation) ValidationOutcome { return v.Start(ctx) },
			"in a later one": func(ctx context.Context, v Validation) ValidationOutcome { return v.Resume(ctx, "job") },
		} {
			bubble(t, row.name+" "+name, func(t *testing.T) {
				v := succeedsAfter(0)
				v.look = row.look
				out := run(t.Context(), validationOf(v))
				if out.Finish != row.finish || out.Status() != row.status || !out.Exists() {
					t.Errorf("ended as %d, %s", out.Finish, out.Status())
				}
				if out.Took < row.took || out.Took > row.took+time.Minute {
					t.Errorf("took %s, want %s", out.Took, row.took)
				}
				if (out.Cause != nil) != (row.finish == Disappeared || row.finish == ShutOut || row.look != nil && isBroken(row.look)) {
					t.Errorf("the cause is %v", out.Cause)
				}
			})
		}
	}
}

// isBroken tells whether the newest look failed.
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
		{"between two tries of the request", failing(Throttled, time.Minute), false},
	} {
		bubble(t, row.name, func(t *testing.T) {
			v := succeedsAfter(30 * time.Minute)
			v.ask = func(int) (Job, error) { return Job{ID: "job"}, row.ask }
			if row.ask != nil {
				v.ask = func(int) (Job, error) { return Job{}, row.ask }
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			out := validationOf(v).Start(ctx)
			if out.Finish != Stopped || out.Took != 10*time.Second || out.Exists() != row.exists {
				t.Errorf("ended as %d after %s, exists: %t", out.Finish, out.Took, out.Exists())
			}
		})
	}
	bubble(t, "before anything", func(t *testing.T) {
		v := succeedsAfter(0)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if out := validationOf(v).Start(ctx); out.Finish != Stopped || v.asks != 0 {
			t.Errorf("ended as %d after %d requests", out.Finish, v.asks)
		}
	})
}

func TestAPanicIsAnOutcomeOfAValidation(t *testing.T) {
	bubble(t, "in the request", func(t *testing.T) {
		v := succeedsAfter(0)
		v.ask = func(int) (Job, error) { panic("oh") }
		if out := validationOf(v).Start(t.Context()); out.Finish != Crashed || out.Exists() || out.Cause == nil {
			t.Errorf("ended as %+v", out)
		}
	})
	bubble(t, "in a look", func(t *testing.T) {
		v := succeedsAfter(0)
		v.look = func(time.Duration) (Job, error) { panic("oh") }
		if out := validationOf(v).Start(t.Context()); out.Finish != Crashed || out.Status() != Pending || !out.Exists() {
			t.Errorf("ended as %+v", out)
		}
	})
}

func TestEveryStepOfAValidationIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := succeedsAfter(0)
		answers := []error{failing(Throttled, 0), nil}
		v.ask = func(try int) (Job, error) { return Job{ID: "job"}, answers[try-1] }
		looks := []error{failing(Transient, 0), nil, nil}
		words := []string{"", "PENDING", "SUCCESS"}
		v.look = func(time.Duration) (Job, error) { return Job{Status: words[v.looks-1]}, looks[v.looks-1] }
		run := validationOf(v)
		var steps []Step
		run.Report = func(p Progress) {
			steps = append(steps, p.Step)
			if p.Step == RequestAnswered && p.Seen.Job.ID != "job" {
				t.Errorf("the answer is not told: %+v", p)
			}
		}
		run.Start(t.Context())
		want := []Step{Requesting, RequestPostponed, Requesting, RequestAnswered, LookBroke, Looked}
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
