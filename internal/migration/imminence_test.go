// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"testing"
	"testing/synctest"
	"time"
)

// announced is a cutover of that length, and when its signs are shown, counted
// from the request: zero for one that is never shown.
type announced struct {
	length, jobDone, lagGone time.Duration
}

// run gives how late the end was noticed, and how often Atlas was looked at
// between the request and the look that saw the end.
func (a announced) run(t *testing.T) (late time.Duration, looks int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := completesAfter(a.length)
		var requested time.Time
		look, request := f.look, f.request
		f.request = func() (Job, error) {
			requested = time.Now()
			_, err := request()
			return Job{ID: "job", Status: "PENDING"}, err
		}
		f.job = func() (Job, error) {
			if a.jobDone > 0 && time.Since(requested) >= a.jobDone {
				return Job{Status: "SUCCESS"}, nil
			}
			return Job{Status: "PENDING"}, nil
		}
		f.look = func() (LiveMigration, error) {
			lm, err := look()
			if !requested.IsZero() && time.Since(requested) < a.lagGone {
				lm.LagSeconds = lag(1)
			}
			return lm, err
		}
		out := cutoverOf(f).Start(t.Context())
		if out.End != Completed || f.requests != 1 {
			t.Errorf("ended as %d after %d requests", out.End, f.requests)
		}
		late, looks = out.Took-a.length, f.looks-2
	})
	return late, looks
}

// Twenty seconds are long enough for a sign to be seen between looks that are
// half a minute apart, mostly, so many lengths are tried.
func TestAnAnnouncedEndIsNoticedSooner(t *testing.T) {
	mean := func(show func(*announced)) time.Duration {
		var sum time.Duration
		const runs = 60
		for n := range runs {
			a := announced{length: 20*time.Minute + time.Duration(n)*time.Second}
			show(&a)
			late, _ := a.run(t)
			sum += late / runs
		}
		return sum
	}
	unannounced := mean(func(*announced) {})
	for name, show := range map[string]func(*announced){
		"by the job": func(a *announced) { a.jobDone = a.length - 20*time.Second },
		"by the lag": func(a *announced) { a.lagGone = a.length - 20*time.Second },
	} {
		if got := mean(show); got > unannounced*2/3 {
			t.Errorf("announced %s, the end is noticed %s late, without that %s", name, got, unannounced)
		}
	}
}

// Signs that lie cost a few looks and no more, whenever they are shown.
func TestSignsThatLieStayWithinTheAllowance(t *testing.T) {
	const length, allowance = 10 * time.Minute, 60
	for lagGone := time.Duration(0); lagGone < length; lagGone += 45 * time.Second {
		for jobDone := lagGone + 10*time.Second; jobDone < length; jobDone += 70 * time.Second {
			if _, looks := (announced{length, jobDone, lagGone}).run(t); looks > allowance {
				t.Errorf("the lag gone after %s and the job done after %s, Atlas was looked at %d times", lagGone, jobDone, looks)
			}
		}
	}
}

// A lag that comes and goes is no sign for ever.
func TestALagThatComesAndGoesCostsFewLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := completesAfter(time.Hour)
		look := f.look
		f.look = func() (LiveMigration, error) {
			lm, err := look()
			if f.looks%2 == 0 {
				lm.LagSeconds = lag(1)
			}
			return lm, err
		}
		if out := cutoverOf(f).Start(t.Context()); out.End != Completed {
			t.Errorf("ended as %d", out.End)
		}
		if f.looks > 60+110 {
			t.Errorf("looked %d times", f.looks)
		}
	})
}

// A cutover that somebody else asked for ends like any other. Before that is
// likely, a sign brings no look forward.
func TestTheEndOfACutoverThatSomebodyElseAskedForIsLookedForSooner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin, comesBack := time.Now(), false
		f := &fake{look: func() (LiveMigration, error) {
			lm := cuttingOver
			switch since := time.Since(begin); {
			case since < 10*time.Minute, comesBack:
				lm.LagSeconds, comesBack = lag(1), false
			case since > time.Hour:
				lm = complete
			}
			return lm, nil
		}}
		c := cutoverOf(f)
		var pauses []time.Duration
		c.Report = func(p Progress) {
			if p.Decision.Reason == PerhapsUnderWay {
				comesBack = len(pauses) == 0
				pauses = append(pauses, p.Next)
			} else if len(pauses) > 0 && p.Next < 30*time.Second {
				t.Errorf("too early, and looked at again after %s", p.Next)
			}
		}
		if out := c.Start(t.Context()); out.End != Completed || f.requests != 0 {
			t.Errorf("ended as %d after %d requests", out.End, f.requests)
		}
		if len(pauses) < 2 || pauses[0] != whileCuttingOver.least || pauses[1] != whileCuttingOver.least {
			t.Errorf("without a lag, Atlas is looked at again after %s", pauses)
		}
	})
}
