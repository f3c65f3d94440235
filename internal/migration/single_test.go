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

func TestASingleRequest(t *testing.T) {
	for _, row := range []struct {
		name  string
		errs  []error // what the tries are answered with; the last one for ever
		end   End
		tries int // 0 for any number
		took  time.Duration
	}{
		{"is done with its answer", []error{nil}, Completed, 1, 0},
		{"is sent again when it never left", []error{failing(KindUnsent, 0), nil}, Completed, 2, time.Second},
		{"is sent again after a 429", []error{failing(KindRateLimited, time.Minute), nil}, Completed, 2, time.Minute},
		{"is not sent again when its answer was lost", []error{failing(KindTransient, 0)}, Unconfirmed, 1, 0},
		{"is not sent again after a refusal", []error{failing(KindUnauthorized, 0)}, Rejected, 1, 0},
		{"is given up when it never leaves", []error{failing(KindUnsent, 0)}, NotSent, 0, 5 * time.Minute},
		{"is given up in time when Atlas has none", []error{failing(KindRateLimited, 0)}, NotSent, 0, 10 * time.Minute},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			tries := 0
			var steps []Step
			out := SingleRequest{
				Timeout: 10 * time.Minute,
				Request: func(_ context.Context, gate Gate) error {
					if err := gate(); err != nil {
						return err
					}
					tries++
					return row.errs[min(tries, len(row.errs))-1]
				},
				Report: func(p Progress) { steps = append(steps, p.Step) },
			}.Send(t.Context())
			if out.End != row.end || row.tries != 0 && tries != row.tries || out.Elapsed < row.took || out.Elapsed > row.took+time.Second {
				t.Errorf("ended as %s after %d tries and %s", out.End, tries, out.Elapsed)
			}
			if last := row.errs[len(row.errs)-1]; !errors.Is(out.RequestErr, last) {
				t.Errorf("the cause is %v", out.RequestErr)
			}
			reason := Ready
			if row.end == Completed {
				reason = Complete
			}
			if told := tries > 1 && steps[1] == RequestPostponed; out.Reason != reason || steps[0] != Requesting || told != (row.tries != 1) {
				t.Errorf("because of %s, told %v", out.Reason, steps)
			}
		})
	}
}

// What an earlier run started is not taken for what this one did.
func TestWhatAResumedRunKnows(t *testing.T) {
	fakeTime(t, "of a validation", func(t *testing.T) {
		v := succeedsAfter(0)
		v.look = func(time.Duration) (Job, error) { return Job{}, failing(KindUnauthorized, 0) }
		out := validationOf(v).Resume(t.Context(), "job")
		if out.End != Unauthorized || out.Request != Accepted || !out.Resumed || out.Read || out.Observed.Job.ID != "job" {
			t.Errorf("knows %+v", out)
		}
	})
	fakeTime(t, "of a start", func(t *testing.T) {
		s := readyAfter(0)
		s.look = func(time.Duration) (LiveMigration, error) { return LiveMigration{}, failing(KindUnauthorized, 0) }
		out := untilReady(s).Resume(t.Context(), "migration")
		if out.End != Unauthorized || out.Request != Accepted || !out.Resumed || out.Read || out.Observed.Migration.ID != "migration" {
			t.Errorf("knows %+v", out)
		}
	})
}

// A read that is not part of a run has a minute, and leaves no timer behind.
func TestASingleReadHasItsOwnTime(t *testing.T) {
	reads := map[string]func(context.Context, func(context.Context)){
		"of a live migration": func(ctx context.Context, note func(context.Context)) {
			s := slowly{readyAfter(0), func(ctx context.Context, id string) (LiveMigration, error) {
				note(ctx)
				return LiveMigration{ID: id, Status: "WORKING"}, nil
			}}
			if lm, err := NewMigrationStart(s, false).Read(ctx, "migration"); err != nil || lm.ID != "migration" || lm.Status != "WORKING" {
				t.Errorf("read %+v, error %v", lm, err)
			}
		},
		"of a validation": func(ctx context.Context, note func(context.Context)) {
			v := noted{succeedsAfter(0), note}
			if job, err := NewValidation(v).Read(ctx, "job"); err != nil || job.Status != "SUCCESS" {
				t.Errorf("read %+v, error %v", job, err)
			}
		},
	}
	for name, read := range reads {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var ctx context.Context
				var given time.Duration
				read(t.Context(), func(c context.Context) {
					ctx = c
					if until, ok := c.Deadline(); ok {
						given = time.Until(until)
					}
				})
				if given != time.Minute || ctx.Err() == nil {
					t.Errorf("was given %s, then %v", given, ctx.Err())
				}
			})
		})
	}
}

// noted is Atlas that notes what its reads are given.
type noted struct {
	*validations
	note func(context.Context)
}

func (n noted) Read(ctx context.Context, id string) (Job, error) {
	n.note(ctx)
	return n.validations.Read(ctx, id)
}
