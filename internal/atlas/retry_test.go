// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestDecide(t *testing.T) {
	unsent, reset := &UnsentError{Err: syscall.ECONNREFUSED}, syscall.ECONNRESET
	untrusted := &UnsentError{Err: &tls.CertificateVerificationError{}}
	tokenless := &UnsentError{Err: &tokenError{io.EOF}}
	no := verdict{}
	yes := func(after time.Duration) verdict { return verdict{true, after} }
	for _, tt := range []struct {
		name       string
		method     string
		n          int
		status     int
		retryAfter string
		err        error
		want       verdict
	}{
		{"GET 200: it is the answer", "GET", 1, 200, "", nil, no},
		{"GET 429", "GET", 1, 429, "", nil, yes(0)},
		{"GET 429 that says when", "GET", 1, 429, "2", nil, yes(2 * time.Second)},
		{"GET 429 that says a minute", "GET", 1, 429, "60", nil, yes(time.Minute)},
		{"GET 429 that says more: the caller has better things to do", "GET", 1, 429, "61", nil, no},
		{"GET 502", "GET", 1, 502, "", nil, yes(0)},
		{"GET 503", "GET", 1, 503, "", nil, yes(0)},
		{"GET 503 that says when", "GET", 1, 503, "5", nil, yes(5 * time.Second)},
		{"GET 504", "GET", 3, 504, "", nil, yes(0)},
		{"GET 504 for the fourth time: enough", "GET", 4, 504, "", nil, no},
		{"GET 500: Atlas's own word", "GET", 1, 500, "", nil, no},
		{"GET 401: another try has the same credentials", "GET", 1, 401, "", nil, no},
		{"GET 404: it says so", "GET", 1, 404, "", nil, no},
		{"GET 302: it would be followed by nobody", "GET", 1, 302, "1", nil, no},
		{"GET that never left", "GET", 1, 0, "", unsent, yes(0)},
		{"GET that broke off", "GET", 1, 0, "", reset, yes(0)},
		{"GET that broke off for the fourth time: enough", "GET", 4, 0, "", reset, no},
		{"GET from an untrusted server: it will not become another", "GET", 1, 0, "", untrusted, no},
		{"GET without a token: the token endpoint has a limit of its own", "GET", 1, 0, "", tokenless, no},
		{"POST without a token", "POST", 1, 0, "", tokenless, no},
		{"POST that never left: the run that sends it decides", "POST", 1, 0, "", unsent, no},
		{"POST that broke off: it may have had its effect", "POST", 1, 0, "", reset, no},
		{"POST 429: the run that sends it decides", "POST", 1, 429, "1", nil, no},
		{"POST 503: it may have had its effect", "POST", 1, 503, "", nil, no},
		{"POST to an untrusted server: it will not become another", "POST", 1, 0, "", untrusted, no},
		{"DELETE that never left: the run that sends it decides", "DELETE", 1, 0, "", unsent, no},
		{"DELETE 429: the run that sends it decides", "DELETE", 1, 429, "", nil, no},
		{"DELETE 504: it may have had its effect", "DELETE", 1, 504, "", nil, no},
		{"PUT that never left: Atlas must be looked at first", "PUT", 1, 0, "", unsent, no},
		{"PUT that broke off: it may be the cutover", "PUT", 1, 0, "", reset, no},
		{"PUT 429: Atlas must be looked at first", "PUT", 1, 429, "1", nil, no},
		{"PUT 503: it may be the cutover", "PUT", 1, 503, "", nil, no},
		{"an unknown method is as good as a PUT", "PATCH", 1, 0, "", unsent, no},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var resp *http.Response
			if tt.err == nil {
				resp = answer(tt.status, "", "Retry-After", tt.retryAfter)
			}
			if got := decide(tt.method, tt.n, resp, tt.err); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestRetryAfterIsASensibleTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now().UTC()
		for value, want := range map[string]time.Duration{
			"": 0, "0": 0, "2": 2 * time.Second, " 7 ": 7 * time.Second, "-5": 0,
			"1000000000": 24 * time.Hour, "99999999999999999999999": 24 * time.Hour, "-99999999999999999999999": 0,
			"2.5": 0, "soon": 0, "0x10": 0, "1e3": 0,
			now.Add(90 * time.Second).Format(http.TimeFormat): 90 * time.Second,
			now.Add(-time.Hour).Format(http.TimeFormat):       0,
			now.AddDate(50, 0, 0).Format(http.TimeFormat):     24 * time.Hour,
		} {
			if got := retryAfter(http.Header{"Retry-After": {value}}); got != want {
				t.Errorf("%q is %v, want %v", value, got, want)
			}
		}
	})
}

func TestARetryAfterThatIsADateGoesByTheServersOwnClock(t *testing.T) {
	for _, wrong := range []time.Duration{-2 * time.Hour, 0, 2 * time.Hour} {
		t.Run(wrong.String(), func(t *testing.T) {
			now := time.Now().Add(wrong).UTC()
			header := http.Header{
				"Date":        {now.Format(http.TimeFormat)},
				"Retry-After": {now.Add(90 * time.Second).Format(http.TimeFormat)},
			}
			if got := retryAfter(header); got != 90*time.Second {
				t.Errorf("got %v", got)
			}
		})
	}
}

// script answers one request after the other, and notes when each came.
type script struct {
	steps []func(*http.Request) (*http.Response, error)
	at    []time.Time
	body  []string
}

func (s *script) RoundTrip(req *http.Request) (*http.Response, error) {
	step := s.steps[min(len(s.at), len(s.steps)-1)]
	s.at = append(s.at, time.Now())
	if req.Body != nil {
		body, _ := io.ReadAll(req.Body)
		s.body = append(s.body, string(body))
	}
	return step(req)
}

func says(status int, header ...string) func(*http.Request) (*http.Response, error) {
	return func(req *http.Request) (*http.Response, error) {
		connect(req)
		return answer(status, "{}", header...), nil
	}
}

func breaks(req *http.Request) (*http.Response, error) {
	connect(req)
	return nil, syscall.ECONNRESET
}

func refuses(*http.Request) (*http.Response, error) { return nil, syscall.ECONNREFUSED }

func hangs(req *http.Request) (*http.Response, error) {
	connect(req)
	<-req.Context().Done()
	return nil, req.Context().Err()
}

func steps(s ...func(*http.Request) (*http.Response, error)) *script { return &script{steps: s} }

func TestALookIsRepeatedUntilItSucceeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := steps(refuses, breaks, says(503), says(200))
		if _, err := newClient(t, Config{Base: s}).LiveMigration(t.Context(), project, migration); err != nil {
			t.Fatal(err)
		}
		for i, most := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
			if pause := s.at[i+1].Sub(s.at[i]); pause < 0 || pause > most+1 {
				t.Errorf("pause %d took %v, more than %v", i, pause, most)
			}
		}
		if len(s.at) != 4 {
			t.Errorf("%d requests", len(s.at))
		}
	})
}

func TestPausesAreUniformFromNothingToASecondTwoAndFour(t *testing.T) {
	var least, most [3]time.Duration
	for range 1000 {
		for i := range most {
			pause := jitter(i + 1)
			most[i] = max(most[i], pause)
			if least[i] == 0 || pause < least[i] {
				least[i] = pause
			}
		}
	}
	for i, limit := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
		if least[i] > limit/10 || most[i] < limit*9/10 || most[i] > limit+1 {
			t.Errorf("pause %d is from %v to %v", i, least[i], most[i])
		}
	}
}

func TestALookIsGivenUpAfterFourAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := steps(says(502))
		_, err := newClient(t, Config{Base: s}).LiveMigration(t.Context(), project, migration)
		if StatusOf(err) != 502 || len(s.at) != 4 {
			t.Errorf("got %v after %d requests", err, len(s.at))
		}
	})
}

func TestACutoverIsSentOnceWhateverComesBack(t *testing.T) {
	for name, step := range map[string]func(*http.Request) (*http.Response, error){
		"refused": refuses, "reset": breaks, "hangs": hangs, "429": says(429, "Retry-After", "1"), "503": says(503), "302": says(302, "Location", "/"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := steps(step, says(200))
				_, err := newClient(t, Config{Base: s}).StartCutover(t.Context(), project, migration)
				if err == nil || len(s.at) != 1 {
					t.Errorf("got %v after %d requests", err, len(s.at))
				}
			})
		})
	}
}

func TestAWriteIsSentOnceWhateverComesBack(t *testing.T) {
	for call, do := range map[string]func(*testing.T, *Client) error{
		"start": func(t *testing.T, c *Client) error {
			return second(c.StartLiveMigration(t.Context(), project, fullRequest()))
		},
		"validate": func(t *testing.T, c *Client) error {
			return second(c.StartValidation(t.Context(), project, fullRequest()))
		},
		"link token": func(t *testing.T, c *Client) error { return second(c.CreateLinkToken(t.Context(), organization, nil)) },
		"unlink":     func(t *testing.T, c *Client) error { return c.DeleteLink(t.Context(), organization) },
	} {
		for _, tt := range []struct {
			name string
			step func(*http.Request) (*http.Response, error)
		}{
			{"refused", refuses},
			{"429", says(429)},
			{"429 that says when", says(429, "Retry-After", "7")},
			{"reset", breaks},
			{"hangs", hangs},
			{"500", says(500)},
			{"502", says(502)},
			{"503", says(503)},
			{"504", says(504)},
			{"409", says(409)},
			{"307", says(307, "Location", "/")},
		} {
			t.Run(call+" after "+tt.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := steps(tt.step, func(req *http.Request) (*http.Response, error) {
						connect(req)
						return answer(201, `{"_id":"x","linkToken":"x"}`), nil
					})
					err := do(t, newClient(t, Config{Base: s}))
					if err == nil || len(s.at) != 1 {
						t.Errorf("got %v after %d requests", err, len(s.at))
					}
				})
			})
		}
	}
}

func TestRetryAfterIsWaitedForWithJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := steps(says(429, "Retry-After", "30"), says(200))
		if _, err := newClient(t, Config{Base: s}).LiveMigration(t.Context(), project, migration); err != nil {
			t.Fatal(err)
		}
		if pause := s.at[1].Sub(s.at[0]); pause < 30*time.Second || pause > 31*time.Second+1 {
			t.Errorf("paused %v", pause)
		}
	})
}

func TestAnOutcomeIsReturnedAtOnceWhereTheDeadlineComesBeforeTheNextAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		begin := time.Now()
		s := steps(says(429, "Retry-After", "30"))
		_, err := newClient(t, Config{Base: s}).LiveMigration(ctx, project, migration)
		e, ok := asAPIError(err)
		if !ok || e.RetryAfter != 30*time.Second || time.Since(begin) != 0 || len(s.at) != 1 {
			t.Errorf("got %v after %v and %d requests", err, time.Since(begin), len(s.at))
		}
	})
}

func TestCancellingEndsAPauseAtOnce(t *testing.T) {
	for name, step := range map[string]func(*http.Request) (*http.Response, error){
		"after an answer": says(429, "Retry-After", "30"), "after an error": breaks,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				s := steps(func(req *http.Request) (*http.Response, error) {
					time.AfterFunc(1, cancel)
					return step(req)
				})
				begin := time.Now()
				_, err := newClient(t, Config{Base: s}).LiveMigration(ctx, project, migration)
				if !errors.Is(err, context.Canceled) || time.Since(begin) > time.Second || len(s.at) != 1 {
					t.Errorf("got %v after %v and %d requests", err, time.Since(begin), len(s.at))
				}
			})
		})
	}
}

// The race detector of Go 1.26 crashes if several timers have expired when they are
// made in fake time.
func TestPausesOfNothingMakeNoTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		running := t.Context()
		cancelled, cancel := context.WithCancel(running)
		cancel()
		var pauses sync.WaitGroup
		for range 8 {
			pauses.Go(func() {
				for range 2000 {
					if err := sleep(running, 0); err != nil {
						t.Error("without a reason:", err)
					}
					if err := sleep(cancelled, 0); !errors.Is(err, context.Canceled) {
						t.Error("cancelled:", err)
					}
				}
			})
		}
		pauses.Wait()
	})
}

func TestACancelledLookIsNotRepeated(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := steps(func(req *http.Request) (*http.Response, error) { cancel(); return hangs(req) })
	_, err := newClient(t, Config{Base: s}).LiveMigration(ctx, project, migration)
	if !errors.Is(err, context.Canceled) || len(s.at) != 1 {
		t.Errorf("got %v after %d requests", err, len(s.at))
	}
}

func TestAnAnswerThatComesAsTheCallIsCancelledIsReturned(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := steps(func(req *http.Request) (*http.Response, error) { cancel(); return says(503)(req) })
	_, err := newClient(t, Config{Base: s}).LiveMigration(ctx, project, migration)
	if StatusOf(err) != 503 || len(s.at) != 1 {
		t.Errorf("got %v after %d requests", err, len(s.at))
	}
}
