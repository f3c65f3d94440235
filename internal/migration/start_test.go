// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"testing"
	"time"
)

// starter is Atlas as functions that start and read a live migration.
type starter struct {
	start func(ctx context.Context, try int) (LiveMigration, error)
	look  func(elapsed time.Duration) (LiveMigration, error)

	began         time.Time
	starts, reads int
}

func (s *starter) Request(ctx context.Context, gate Gate) (LiveMigration, error) {
	if err := gate(); err != nil {
		return LiveMigration{}, &CallError{Kind: KindUnsent, Err: err}
	}
	s.starts++
	return s.start(ctx, s.starts)
}

func (s *starter) Read(_ context.Context, id string) (LiveMigration, error) {
	s.reads++
	if id != "migration" {
		return LiveMigration{}, failing(KindNotFound, 0)
	}
	return s.look(time.Since(s.began))
}

// readyAfter is a live migration that is started at once, and ready so long
// after.
func readyAfter(took time.Duration) *starter {
	return &starter{
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

func startOf(s *starter, untilReady bool) Creation[LiveMigration] {
	run := NewMigrationStart(s, untilReady)
	run.Timeout = 48 * time.Hour
	return run
}

func untilReady(s *starter) Creation[LiveMigration] { return startOf(s, true) }

func TestAStartedMigrationIsNotWaitedForUnlessAskedTo(t *testing.T) {
	fakeTime(t, "started", func(t *testing.T) {
		b := readyAfter(time.Hour)
		out := startOf(b, false).Start(t.Context())
		if out.End != Completed || out.Observed.Migration.ID != "migration" || out.Observed.Migration.Status != "NEW" || !out.Read || out.Elapsed != 0 || b.reads != 0 {
			t.Errorf("ended as %+v after %d reads", out, b.reads)
		}
	})
}

func TestReadinessIsNoticedWithinATenth(t *testing.T) {
	for _, took := range []time.Duration{0, 5 * time.Minute, 30 * time.Hour} {
		for name, run := range map[string]func(context.Context, Creation[LiveMigration]) Outcome{
			"of a start":    func(ctx context.Context, b Creation[LiveMigration]) Outcome { return b.Start(ctx) },
			"of a later on": func(ctx context.Context, b Creation[LiveMigration]) Outcome { return b.Resume(ctx, "migration") },
		} {
			fakeTime(t, took.String()+" "+name, func(t *testing.T) {
				b := readyAfter(took)
				out := run(t.Context(), untilReady(b))
				late := out.Elapsed - took
				if out.End != Completed || late < 0 || late > max(2*time.Second, min(took/10, time.Minute)) {
					t.Errorf("ended as %s, noticed %s late", out.End, late)
				}
				if out.Observed.Migration.ID != "migration" || !out.Observed.Migration.IsReady() {
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
		end    End
		starts int // 0 for any number
	}{
		{"when it never left", failing(KindUnsent, 0), 3, Completed, 4},
		{"after a 429", failing(KindRateLimited, 2*time.Minute), 2, Completed, 3},
		{"and given up when it never leaves", failing(KindUnsent, 0), -1, NotSent, 0},
		{"and given up in time when Atlas has none", failing(KindRateLimited, 5*time.Minute), -1, NotSent, 0},
		{"not after a lost answer", failing(KindTransient, 0), 1, Unconfirmed, 1},
		{"not after an error of no kind", errBroken, 1, Unconfirmed, 1},
		{"not after a lost answer that followed a 429", nil, 2, Unconfirmed, 2},
		{"not after a refusal", failing(KindBadRequest, 0), 1, Rejected, 1},
		{"not without access", failing(KindUnauthorized, 0), 1, Rejected, 1},
		{"not to nowhere", failing(KindNotFound, 0), 1, Rejected, 1},
		{"not after a conflict", failing(KindConflict, 0), 1, Rejected, 1},
		{"not after a redirect", failing(KindPermanent, 0), 1, Rejected, 1},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			b := readyAfter(0)
			begin := b.start
			b.start = func(ctx context.Context, try int) (LiveMigration, error) {
				switch {
				case row.err == nil:
					return LiveMigration{}, []error{failing(KindRateLimited, 0), failing(KindTransient, 0)}[try-1]
				case row.times < 0 || try <= row.times:
					return LiveMigration{}, row.err
				}
				return begin(ctx, try)
			}
			out := untilReady(b).Start(t.Context())
			if out.End != row.end || row.starts != 0 && b.starts != row.starts || (out.Observed.Migration.ID != "") != (row.end == Completed) {
				t.Errorf("ended as %s after %d requests, exists: %t", out.End, b.starts, (out.Observed.Migration.ID != ""))
			}
		})
	}
}

func TestHowAWaitForReadinessEnds(t *testing.T) {
	is := func(lm LiveMigration) func(time.Duration) (LiveMigration, error) {
		return func(time.Duration) (LiveMigration, error) { return lm, nil }
	}
	broken := func(kind ErrorKind) func(time.Duration) (LiveMigration, error) {
		return func(time.Duration) (LiveMigration, error) { return LiveMigration{}, failing(kind, 0) }
	}
	const whole = 48 * time.Hour
	for _, row := range []struct {
		name string
		look func(time.Duration) (LiveMigration, error)
		end  End
		took time.Duration
	}{
		{"it is ready", is(readyNow), Completed, 0},
		{"it is cut over already", is(complete), Completed, 0},
		{"it fails", is(LiveMigration{Status: "FAILED"}), Failed, 0},
		{"it expires", is(LiveMigration{Status: "EXPIRED", Ready: isReady}), Failed, 0},
		{"it is never ready", is(cutoverRunning), TimedOut, whole},
		{"it does not say that it is ready", is(LiveMigration{Status: "WORKING", LagSeconds: lag(1)}), TimedOut, whole},
		{"it is scheduled, whatever else it says", is(LiveMigration{Status: "NEW", Ready: isReady}), TimedOut, whole},
		{"it has no status", is(LiveMigration{Ready: isReady}), TimedOut, whole},
		{"its status is one that nobody knows", is(LiveMigration{Status: "PAUSED", Ready: isReady}), TimedOut, whole},
		{"access is lost", broken(KindUnauthorized), Unauthorized, 0},
		{"it is gone", broken(KindNotFound), NotFound, 2 * time.Minute},
		{"Atlas is broken", broken(KindTransient), TimedOut, whole},
		{"nobody answers", broken(KindUnsent), TimedOut, whole},
	} {
		fakeTime(t, row.name, func(t *testing.T) {
			b := readyAfter(0)
			b.look = row.look
			out := untilReady(b).Start(t.Context())
			if out.End != row.end || out.Observed.Migration.ID == "" || b.starts != 1 {
				t.Errorf("ended as %s after %d requests", out.End, b.starts)
			}
			if out.Elapsed < row.took || out.Elapsed > row.took+time.Minute {
				t.Errorf("took %s, want %s", out.Elapsed, row.took)
			}
		})
	}
}

// What Atlas asks for is believed, and no longer than there is time.
func TestALookIsPutOffAsLongAsAtlasAsks(t *testing.T) {
	fakeTime(t, "by four minutes", func(t *testing.T) {
		b := readyAfter(0)
		b.look = func(time.Duration) (LiveMigration, error) {
			return LiveMigration{}, failing(KindRateLimited, 4*time.Minute)
		}
		run := untilReady(b)
		run.Timeout = 10 * time.Minute
		if out := run.Start(t.Context()); out.End != TimedOut || out.Elapsed != 10*time.Minute || b.reads != 4 {
			t.Errorf("ended as %s after %d reads and %s", out.End, b.reads, out.Elapsed)
		}
	})
}

// The look at the very end may take a little longer than there is time.
func TestTheLastLookIsGivenItsOwnTime(t *testing.T) {
	fakeTime(t, "of some seconds", func(t *testing.T) {
		b := readyAfter(time.Hour)
		answer := b.look
		slow := func(ctx context.Context, id string) (LiveMigration, error) {
			if id != "migration" {
				t.Errorf("looked at %s", id)
			}
			select {
			case <-time.After(9900 * time.Millisecond):
				return answer(time.Since(b.began))
			case <-ctx.Done():
				return LiveMigration{}, ctx.Err()
			}
		}
		run := untilReady(b)
		run.api, run.Timeout = slowly{b, slow}, time.Hour
		if out := run.Start(t.Context()); out.End != Completed || out.Elapsed > time.Hour+10*time.Second {
			t.Errorf("ended as %s after %s", out.End, out.Elapsed)
		}
	})
}

func TestAReadThatFailsForgetsNothing(t *testing.T) {
	fakeTime(t, "until the end", func(t *testing.T) {
		b := readyAfter(0)
		b.look = func(time.Duration) (LiveMigration, error) {
			if b.reads > 1 {
				return LiveMigration{}, failing(KindTransient, 0)
			}
			return LiveMigration{Status: "WORKING", Ready: notReady, LagSeconds: lag(9)}, nil
		}
		out := untilReady(b).Start(t.Context())
		if seen := out.Observed.Migration; out.End != TimedOut || seen.ID != "migration" || seen.Status != "WORKING" || seen.LagSeconds == nil {
			t.Errorf("ended as %s, knows %+v", out.End, seen)
		}
	})
}

// slowly is Atlas with other reads.
type slowly struct {
	*starter
	look func(ctx context.Context, id string) (LiveMigration, error)
}

func (s slowly) Read(ctx context.Context, id string) (LiveMigration, error) { return s.look(ctx, id) }

// Waiting never sends what starts, however it goes.
func TestAResumedStartNeverStarts(t *testing.T) {
	fakeTime(t, "a migration that is gone", func(t *testing.T) {
		b := readyAfter(0)
		out := untilReady(b).Resume(t.Context(), "another")
		if out.End != NotFound || b.starts != 0 || out.Read || out.Observed.Migration.ID != "another" {
			t.Errorf("ended as %+v after %d requests", out, b.starts)
		}
	})
}

func TestAnInterruptShieldsTheRequestAndNothingElse(t *testing.T) {
	run := func(t *testing.T, b *starter, after time.Duration) Outcome {
		t.Helper()
		return untilReady(b).Start(interruptedAfter(t, after))
	}
	slow := func(ctx context.Context, _ int) (LiveMigration, error) {
		select {
		case <-time.After(20 * time.Second):
			return LiveMigration{ID: "migration", Status: "NEW"}, nil
		case <-ctx.Done():
			return LiveMigration{}, ctx.Err()
		}
	}
	fakeTime(t, "before the request", func(t *testing.T) {
		b := readyAfter(0)
		if out := run(t, b, 0); out.End != Interrupted || (out.Observed.Migration.ID != "") || b.starts != 0 {
			t.Errorf("ended as %+v after %d requests", out, b.starts)
		}
	})
	fakeTime(t, "during the request", func(t *testing.T) {
		b := readyAfter(time.Hour)
		b.start = slow
		if out := run(t, b, time.Second); out.End != Interrupted || out.Observed.Migration.ID == "" || out.Elapsed != 20*time.Second {
			t.Errorf("ended as %+v", out)
		}
	})
	fakeTime(t, "during a request that hangs", func(t *testing.T) {
		b := readyAfter(time.Hour)
		b.start = func(ctx context.Context, _ int) (LiveMigration, error) {
			<-ctx.Done()
			return LiveMigration{}, ctx.Err()
		}
		if out := run(t, b, time.Second); out.End != Unconfirmed || (out.Observed.Migration.ID != "") || out.Elapsed != time.Minute {
			t.Errorf("ended as %+v", out)
		}
	})
	fakeTime(t, "between two tries", func(t *testing.T) {
		b := readyAfter(0)
		b.start = func(context.Context, int) (LiveMigration, error) {
			return LiveMigration{}, failing(KindRateLimited, time.Hour)
		}
		if out := run(t, b, time.Minute); out.End != Interrupted || (out.Observed.Migration.ID != "") || out.Elapsed != time.Minute {
			t.Errorf("ended as %+v", out)
		}
	})
	fakeTime(t, "while waiting", func(t *testing.T) {
		b := readyAfter(10 * time.Hour)
		if out := run(t, b, time.Hour); out.End != Interrupted || out.Observed.Migration.ID == "" || out.Elapsed != time.Hour {
			t.Errorf("ended as %+v", out)
		}
	})
}

func TestAPanicIsAnOutcomeOfABeginning(t *testing.T) {
	fakeTime(t, "in the request", func(t *testing.T) {
		b := readyAfter(0)
		b.start = func(context.Context, int) (LiveMigration, error) { panic("oh") }
		if out := untilReady(b).Start(t.Context()); out.End != Panicked || (out.Observed.Migration.ID != "") || b.starts != 1 {
			t.Errorf("ended as %+v", out)
		}
	})
	fakeTime(t, "in a look", func(t *testing.T) {
		b := readyAfter(0)
		b.look = func(time.Duration) (LiveMigration, error) { panic("oh") }
		if out := untilReady(b).Start(t.Context()); out.End != Panicked || out.Observed.Migration.ID != "migration" || out.Observed.Migration.Status != "NEW" {
			t.Errorf("ended as %+v", out)
		}
	})
}

func TestDecideStart(t *testing.T) {
	sent := RunState{Request: Accepted}
	for _, row := range []struct {
		name  string
		see   see
		state RunState
		want  Decision // of a run that waits for readiness
		end   bool     // of one that does not
	}{
		{"nothing was sent", see{}, RunState{}, Decision{Request, Ready}, false},
		{"nothing is sent by a resumed run", see{}, RunState{Resumed: true}, Decision{Wait, NotReady}, true},
		{"it has not begun", see{status: "NEW", ready: notReady}, sent, Decision{Wait, NotReady}, true},
		{"it is not ready", see{status: "WORKING", ready: notReady, lag: lag(9)}, sent, Decision{Wait, NotReady}, true},
		{"it does not say whether it is ready", see{status: "WORKING"}, sent, Decision{Wait, NotReady}, true},
		{"it says what nobody knows", see{status: "PAUSED", ready: isReady}, sent, Decision{Wait, UnknownStatus}, true},
		{"it is ready", see{status: "WORKING", ready: isReady}, sent, Decision{Done, Ready}, true},
		{"it is cut over", see{status: "COMPLETE"}, sent, Decision{Done, Complete}, false},
		{"it failed", see{status: "FAILED"}, sent, Decision{Fail, MigrationFailed}, false},
		{"it expired", see{status: "EXPIRED", ready: isReady}, sent, Decision{Fail, MigrationExpired}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := decideStart(true)(row.see.observation(), row.state); got != row.want {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
			want := row.want
			if row.end {
				want = Decision{Done, Ready}
			}
			if got := decideStart(false)(row.see.observation(), row.state); got != want {
				t.Errorf("without a wait, got %+v, want %+v", got, want)
			}
		})
	}
}

// Ended, expired and ready are told apart for users and for what is imported.
func TestWhatALiveMigrationSays(t *testing.T) {
	for status, want := range map[string][2]bool{
		"": {false, false}, "NEW": {false, false}, "WORKING": {false, false}, "PAUSED": {false, false},
		"COMPLETE": {true, false}, "SUCCESS": {true, false}, "FAILED": {true, false}, "EXPIRED": {true, true},
	} {
		lm := LiveMigration{Status: status, Ready: isReady}
		if lm.Ended() != want[0] || lm.Expired() != want[1] || lm.IsReady() != (status == "WORKING") {
			t.Errorf("%q: ended %t, expired %t, ready %t", status, lm.Ended(), lm.Expired(), lm.IsReady())
		}
	}
	for _, lm := range []LiveMigration{{Status: "WORKING"}, {Status: "WORKING", Ready: notReady}} {
		if lm.IsReady() {
			t.Errorf("%+v is ready", lm)
		}
	}
}
