// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"testing"
	"time"
)

// beginnings is Atlas as a list of things it does about a live migration that is
// to begin.
type beginnings struct {
	start func(ctx context.Context, try int) (LiveMigration, error)
	look  func(elapsed time.Duration) (LiveMigration, error)

	began         time.Time
	starts, looks int
}

func (b *beginnings) Start(ctx context.Context) (LiveMigration, error) {
	b.starts++
	return b.start(ctx, b.starts)
}

func (b *beginnings) Look(_ context.Context, id string) (LiveMigration, error) {
	b.looks++
	if id != "migration" {
		return LiveMigration{}, failing(Absent, 0)
	}
	return b.look(time.Since(b.began))
}

// readyAfter is a live migration that is started at once, and ready so long
// after.
func readyAfter(took time.Duration) *beginnings {
	return &beginnings{
		began: time.Now(),
		start: func(context.Context, int) (LiveMigration, error) {
			return LiveMigration{ID: "migration", Status: "NEW", Ready: notReady}, nil
		},
		look: func(elapsed time.Duration) (LiveMigration, error) {
			if elapsed < took {
				return LiveMigration{Status: "WORKING", Ready: notReady}, nil
			}
			return readyNow, nil
		},
	}
}

func untilReady(b *beginnings) Beginning {
	return Beginning{Atlas: b, Timeout: 48 * time.Hour, UntilReady: true}
}

func TestAStartedMigrationIsNotWaitedForUnlessAskedTo(t *testing.T) {
	bubble(t, "started", func(t *testing.T) {
		b := readyAfter(time.Hour)
		run := untilReady(b)
		run.UntilReady = false
		out := run.Start(t.Context())
		if out.Finish != Reached || out.ID != "migration" || out.Seen.Status != "NEW" || !out.Looked || out.Took != 0 || b.looks != 0 {
			t.Errorf("ended as %+v after %d looks", out, b.looks)
		}
	})
}

func TestReadinessIsNoticedWithinATenth(t *testing.T) {
	for _, took := range []time.Duration{0, 5 * time.Minute, 30 * time.Hour} {
		for name, run := range map[string]func(context.Context, Beginning) BeginningOutcome{
			"of a start":    func(ctx context.Context, b Beginning) BeginningOutcome { return b.Start(ctx) },
			"of a later on": func(ctx context.Context, b Beginning) BeginningOutcome { return b.Await(ctx, "migration") },
		} {
			bubble(t, took.String()+" "+name, func(t *testing.T) {
				b := readyAfter(took)
				out := run(t.Context(), untilReady(b))
				late := out.Took - took
				if out.Finish != Reached || late < 0 || late > max(2*time.Second, min(took/10, time.Minute)) {
					t.Errorf("ended as %d, noticed %s late", out.Finish, late)
				}
				if out.ID != "migration" || !out.Seen.IsReady() {
					t.Errorf("knows %+v", out)
				}
			})
		}
	}
}

func TestAStartIsSentAgainOnlyWhereItHadNoEffect(t *testing.T) {
	for _, row := range []struct {
		name   string
		err    error
		times  int // negative for ever
		finish Finish
		starts int // 0 for any number
	}{
		{"when it never left", failing(Unsent, 0), 3, Reached, 4},
		{"after a 429", failing(Throttled, 2*time.Minute), 2, Reached, 3},
		{"and given up when it never leaves", failing(Unsent, 0), -1, NeverSent, 0},
		{"and given up in time when Atlas has none", failing(Throttled, 5*time.Minute), -1, NeverSent, 0},
		{"not after a lost answer", failing(Transient, 0), 1, AnswerLost, 1},
		{"not after an error of no kind", errBroken, 1, AnswerLost, 1},
		{"not after a lost answer that followed a 429", nil, 2, AnswerLost, 2},
		{"not after a refusal", failing(Rejected, 0), 1, TurnedDown, 1},
		{"not without access", failing(Denied, 0), 1, TurnedDown, 1},
		{"not to nowhere", failing(Absent, 0), 1, TurnedDown, 1},
		{"not after a conflict", failing(Contested, 0), 1, TurnedDown, 1},
		{"not after a redirect", failing(Final, 0), 1, TurnedDown, 1},
	} {
		bubble(t, row.name, func(t *testing.T) {
			b := readyAfter(0)
			begin := b.start
			b.start = func(ctx context.Context, try int) (LiveMigration, error) {
				switch {
				case row.err == nil:
					return LiveMigration{}, []error{failing(Throttled, 0), failing(Transient, 0)}[try-1]
				case row.times < 0 || try <= row.times:
					return LiveMigration{}, row.err
				}
				return begin(ctx, try)
			}
			out := untilReady(b).Start(t.Context())
			if out.Finish != row.finish || row.starts != 0 && b.starts != row.starts || out.Exists() != (row.finish == Reached) {
				t.Errorf("ended as %d after %d requests, exists: %t", out.Finish, b.starts, out.Exists())
			}
		})
	}
}

func TestHowAWaitForReadinessEnds(t *testing.T) {
	is := func(lm LiveMigration) func(time.Duration) (LiveMigration, error) {
		return func(time.Duration) (LiveMigration, error) { return lm, nil }
	}
	broken := func(kind Kind) func(time.Duration) (LiveMigration, error) {
		return func(time.Duration) (LiveMigration, error) { return LiveMigration{}, failing(kind, 0) }
	}
	const whole = 48 * time.Hour
	for _, row := range []struct {
		name   string
		look   func(time.Duration) (LiveMigration, error)
		finish Finish
		took   time.Duration
	}{
		{"it is ready", is(readyNow), Reached, 0},
		{"it is cut over already", is(complete), Reached, 0},
		{"it fails", is(LiveMigration{Status: "FAILED"}), FellThrough, 0},
		{"it expires", is(LiveMigration{Status: "EXPIRED", Ready: isReady}), FellThrough, 0},
		{"it is never ready", is(cuttingOver), OutOfTime, whole},
		{"it does not say that it is ready", is(LiveMigration{Status: "WORKING", LagSeconds: lag(1)}), OutOfTime, whole},
		{"it is scheduled, whatever else it says", is(LiveMigration{Status: "NEW", Ready: isReady}), OutOfTime, whole},
		{"it has no status", is(LiveMigration{Ready: isReady}), OutOfTime, whole},
		{"its status is one that nobody knows", is(LiveMigration{Status: "PAUSED", Ready: isReady}), OutOfTime, whole},
		{"access is lost", broken(Denied), ShutOut, 0},
		{"it is gone", broken(Absent), Disappeared, absentPatience},
		{"Atlas is broken", broken(Transient), OutOfTime, whole},
		{"nobody answers", broken(Unsent), OutOfTime, whole},
	} {
		bubble(t, row.name, func(t *testing.T) {
			b := readyAfter(0)
			b.look = row.look
			out := untilReady(b).Start(t.Context())
			if out.Finish != row.finish || !out.Exists() || b.starts != 1 {
				t.Errorf("ended as %d after %d requests", out.Finish, b.starts)
			}
			if out.Took < row.took || out.Took > row.took+time.Minute {
				t.Errorf("took %s, want %s", out.Took, row.took)
			}
		})
	}
}

// What Atlas asks for is believed, and no longer than there is time.
func TestALookIsPutOffAsLongAsAtlasAsks(t *testing.T) {
	bubble(t, "by four minutes", func(t *testing.T) {
		b := readyAfter(0)
		b.look = func(time.Duration) (LiveMigration, error) { return LiveMigration{}, failing(Throttled, 4*time.Minute) }
		run := untilReady(b)
		run.Timeout = 10 * time.Minute
		if out := run.Start(t.Context()); out.Finish != OutOfTime || out.Took != 10*time.Minute || b.looks != 4 {
			t.Errorf("ended as %d after %d looks and %s", out.Finish, b.looks, out.Took)
		}
	})
}

// The look at the very end may take a little longer than there is time.
func TestTheLastLookIsGivenItsOwnTime(t *testing.T) {
	bubble(t, "of some seconds", func(t *testing.T) {
		b := readyAfter(time.Hour)
		answer := b.look
		slow := func(ctx context.Context, id string) (LiveMigration, error) {
			if id != "migration" {
				t.Errorf("looked at %s", id)
			}
			select {
			case <-time.After(5 * time.Second):
				return answer(time.Since(b.began))
			case <-ctx.Done():
				return LiveMigration{}, ctx.Err()
			}
		}
		run := untilReady(b)
		run.Atlas, run.Timeout = slowly{b, slow}, time.Hour
		if out := run.Start(t.Context()); out.Finish != Reached || out.Took > time.Hour+lastLookTime {
			t.Errorf("ended as %d after %s", out.Finish, out.Took)
		}
	})
}

// slowly is Atlas with other looks.
type slowly struct {
	*beginnings
	look func(ctx context.Context, id string) (LiveMigration, error)
}

func (s slowly) Look(ctx context.Context, id string) (LiveMigration, error) { return s.look(ctx, id) }

// Waiting never sends what starts, however it goes.
func TestAwaitNeverStarts(t *testing.T) {
	bubble(t, "a migration that is gone", func(t *testing.T) {
		b := readyAfter(0)
		out := untilReady(b).Await(t.Context(), "another")
		if out.Finish != Disappeared || b.starts != 0 || out.Looked || out.ID != "another" {
			t.Errorf("ended as %+v after %d requests", out, b.starts)
		}
	})
}

func TestAnInterruptShieldsTheRequestAndNothingElse(t *testing.T) {
	run := func(t *testing.T, b *beginnings, after time.Duration) BeginningOutcome {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), after)
		defer cancel()
		return untilReady(b).Start(ctx)
	}
	slow := func(ctx context.Context, _ int) (LiveMigration, error) {
		select {
		case <-time.After(20 * time.Second):
			return LiveMigration{ID: "migration", Status: "NEW"}, nil
		case <-ctx.Done():
			return LiveMigration{}, ctx.Err()
		}
	}
	bubble(t, "before the request", func(t *testing.T) {
		b := readyAfter(0)
		if out := run(t, b, 0); out.Finish != Stopped || out.Exists() || b.starts != 0 {
			t.Errorf("ended as %+v after %d requests", out, b.starts)
		}
	})
	bubble(t, "during the request", func(t *testing.T) {
		b := readyAfter(time.Hour)
		b.start = slow
		if out := run(t, b, time.Second); out.Finish != Stopped || !out.Exists() || out.Took != 20*time.Second {
			t.Errorf("ended as %+v", out)
		}
	})
	bubble(t, "during a request that hangs", func(t *testing.T) {
		b := readyAfter(time.Hour)
		b.start = func(ctx context.Context, _ int) (LiveMigration, error) {
			<-ctx.Done()
			return LiveMigration{}, ctx.Err()
		}
		if out := run(t, b, time.Second); out.Finish != AnswerLost || out.Exists() || out.Took != requestTime {
			t.Errorf("ended as %+v", out)
		}
	})
	bubble(t, "between two tries", func(t *testing.T) {
		b := readyAfter(0)
		b.start = func(context.Context, int) (LiveMigration, error) {
			return LiveMigration{}, failing(Throttled, time.Hour)
		}
		if out := run(t, b, time.Minute); out.Finish != Stopped || out.Exists() || out.Took != time.Minute {
			t.Errorf("ended as %+v", out)
		}
	})
	bubble(t, "while waiting", func(t *testing.T) {
		b := readyAfter(10 * time.Hour)
		if out := run(t, b, time.Hour); out.Finish != Stopped || !out.Exists() || out.Took != time.Hour {
			t.Errorf("ended as %+v", out)
		}
	})
}

func TestAPanicIsAnOutcomeOfABeginning(t *testing.T) {
	bubble(t, "in the request", func(t *testing.T) {
		b := readyAfter(0)
		b.start = func(context.Context, int) (LiveMigration, error) { panic("oh") }
		if out := untilReady(b).Start(t.Context()); out.Finish != Crashed || out.Exists() || b.starts != 1 {
			t.Errorf("ended as %+v", out)
		}
	})
	bubble(t, "in a look", func(t *testing.T) {
		b := readyAfter(0)
		b.look = func(time.Duration) (LiveMigration, error) { panic("oh") }
		if out := untilReady(b).Start(t.Context()); out.Finish != Crashed || out.ID != "migration" || out.Seen.Status != "NEW" {
			t.Errorf("ended as %+v", out)
		}
	})
}
