// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestATokenIsRenewedBeforeItsEnd(t *testing.T) {
	for _, tt := range []struct {
		name, life string
		want       time.Duration
	}{
		{"an hour", `,"expires_in":3600`, 55 * time.Minute},
		{"an hour in words", `,"expires_in":"3600"`, 55 * time.Minute},
		{"half an hour", `,"expires_in":1800`, 25 * time.Minute},
		{"a shorter one after four fifths", `,"expires_in":600`, 8 * time.Minute},
		{"five minutes", `,"expires_in":300`, 4 * time.Minute},
		{"a second", `,"expires_in":1`, 800 * time.Millisecond},
		{"one that says nothing has the documented hour", "", 55 * time.Minute},
		{"one that says null too", `,"expires_in":null`, 55 * time.Minute},
		{"one that has ended too", `,"expires_in":-5`, 55 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newOAuthServer()
				s.life = tt.life
				c := s.client(t)
				for _, after := range []time.Duration{0, tt.want - 1, 1} {
					<-time.After(after)
					if err := look(t, c); err != nil {
						t.Fatal(err)
					}
				}
				s.saw(t, "token", "GET 1", "GET 1", "token", "GET 2")
			})
		})
	}
}

func TestALifeIsCountedFromTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOAuthServer()
		s.onToken = func(*http.Request) (*http.Response, error) {
			<-time.After(20 * time.Second)
			return nil, nil
		}
		c := s.client(t)
		for _, after := range []time.Duration{0, 55*time.Minute - 20*time.Second - 1, 1} {
			<-time.After(after)
			if err := look(t, c); err != nil {
				t.Fatal(err)
			}
		}
		s.saw(t, "token", "GET 1", "GET 1", "token", "GET 2")
	})
}

func TestALongWaitHasATokenAllTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOAuthServer()
		c := s.client(t)
		for range 30 * 60 {
			if err := look(t, c); err != nil {
				t.Fatal(err)
			}
			<-time.After(time.Minute)
		}
		// One at first, and one more every 55 minutes.
		if s.issued != 1+(30*60-1)/55 {
			t.Errorf("%d tokens in 30 hours", s.issued)
		}
	})
}

func TestWhileRenewalFailsTheOldTokenIsUsedToItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOAuthServer()
		c := s.client(t)
		begin := time.Now()
		if err := look(t, c); err != nil {
			t.Fatal(err)
		}
		s.onToken = says(500)
		for time.Since(begin) < time.Hour {
			if err := look(t, c); err != nil {
				t.Fatalf("after %v: %v", time.Since(begin), err)
			}
			<-time.After(time.Second)
		}
		err := look(t, c)
		if e, ok := asAPIError(err); !ok || !isUnsent(err) || e.Status != 500 || e.Path != "/api/oauth/token" {
			t.Errorf("got %v", err)
		}
		// One at first, and then after 0, 5, 15, 35, 75, 135, 195 and 255 s.
		if n := count(s.log(), "token"); n != 9 {
			t.Errorf("asked %d times", n)
		}
		s.onToken = nil
		<-time.After(time.Minute)
		if err := look(t, c); err != nil {
			t.Error(err)
		}
	})
}

func TestAnOldTokenThatIsRefusedWhileRenewalFailsIsNotTakenForANewOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOAuthServer()
		c := s.client(t)
		if err := look(t, c); err != nil {
			t.Fatal(err)
		}
		<-time.After(55 * time.Minute)
		s.revokeAll()
		s.onToken = says(503)
		// Why there is no valid token says more than the 401 that came of it.
		if err := look(t, c); !isUnsent(err) || StatusOf(err) != 503 {
			t.Errorf("got %v", err)
		}
		s.saw(t, "token", "GET 1", "token", "GET 1")
	})
}

// fetches are the times between the requests for tokens, of a client that needs
// one every 100 ms.
func fetches(t *testing.T, s *oauthServer, c *Client, n int) []time.Duration {
	t.Helper()
	var between []time.Duration
	last := time.Now()
	for len(between) < n {
		before := len(s.log())
		_ = look(t, c)
		if log := s.log(); len(log) > before && log[before] == "token" {
			between = append(between, time.Since(last))
			last = time.Now()
		}
		<-time.After(100 * time.Millisecond)
	}
	return between
}

func TestAFailingTokenEndpointIsLeftAlone(t *testing.T) {
	const second, minute = time.Second, time.Minute
	for _, tt := range []struct {
		name string
		step func(*http.Request) (*http.Response, error)
		want []time.Duration
	}{
		{"for longer each time", says(500), []time.Duration{0, 5 * second, 10 * second, 20 * second, 40 * second, minute, minute}},
		{"so too when it refuses connections", refuses, []time.Duration{0, 5 * second, 10 * second}},
		{"so too when it refuses the account", says(401), []time.Duration{0, 5 * second, 10 * second}},
		{"so too when it answers nonsense", says(200), []time.Duration{0, 5 * second, 10 * second}},
		{"for as long as it says", says(429, "Retry-After", "90"), []time.Duration{0, 90 * second, 90 * second}},
		{"for as long as it says, though not a 429", says(503, "Retry-After", "2"), []time.Duration{0, 2 * second, 2 * second}},
		{"not for ever", says(429, "Retry-After", "1000000000"), []time.Duration{0, 5 * minute, 5 * minute}},
		{"though it says not at all", says(429, "Retry-After", "0"), []time.Duration{0, 5 * second, 10 * second}},
		{"though it says nonsense", says(429, "Retry-After", "-7"), []time.Duration{0, 5 * second, 10 * second}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newOAuthServer()
				s.onToken = tt.step
				if got := fetches(t, s, s.client(t), len(tt.want)); !slices.Equal(got, tt.want) {
					t.Errorf("asked after %v, want %v", got, tt.want)
				}
			})
		})
	}
}

func TestAPauseOfLessThanASecondIsASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		<-time.After(500 * time.Millisecond)
		s := newOAuthServer()
		s.onToken = func(*http.Request) (*http.Response, error) {
			// Dates have no fractions, so this one is half a second away.
			date := time.Now().Truncate(time.Second).Add(time.Second)
			return answer(429, "", "Retry-After", date.UTC().Format(http.TimeFormat)), nil
		}
		if got := fetches(t, s, s.client(t), 2); got[1] != time.Second {
			t.Errorf("asked again after %v", got[1])
		}
	})
}

func TestASuccessMakesThePausesShortAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOAuthServer()
		s.onToken = says(500)
		c := s.client(t)
		fetches(t, s, c, 4)
		s.onToken = nil
		fetches(t, s, c, 1)
		s.revokeAll()
		s.onToken = says(500)
		_ = look(t, c)
		if got := fetches(t, s, c, 2); got[0] != 5*time.Second || got[1] != 10*time.Second {
			t.Errorf("paused %v", got)
		}
	})
}

func TestWhileTheEndpointIsLeftAloneRequestsFailAtOnceWithTheSameError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOAuthServer()
		s.onToken = says(429, "Retry-After", "50")
		c, begin := s.client(t), time.Now()
		first, _ := asAPIError(look(t, c))
		for range 10 {
			for _, err := range []error{look(t, c), second(c.StartCutover(t.Context(), project, migration))} {
				if e, ok := asAPIError(err); !ok || e != first || !isUnsent(err) {
					t.Errorf("got %v", err)
				}
			}
		}
		if time.Since(begin) != 0 {
			t.Errorf("took %v", time.Since(begin))
		}
		s.saw(t, "token")
	})
}
