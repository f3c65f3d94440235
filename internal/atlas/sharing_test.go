// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// slowly makes the token endpoint take its time, or less if it is given up on.
func slowly(d time.Duration) func(*http.Request) (*http.Response, error) {
	return func(req *http.Request) (*http.Response, error) {
		connect(req)
		select {
		case <-time.After(d):
			return nil, nil
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
}

func TestConcurrentRequestsShareOneFetch(t *testing.T) {
	for _, tt := range []struct {
		name   string
		script func(*http.Request) (*http.Response, error)
		want   int
	}{
		{"that succeeds", slowly(10 * time.Second), 0},
		{"that fails", func(req *http.Request) (*http.Response, error) {
			if _, err := slowly(10 * time.Second)(req); err != nil {
				return nil, err
			}
			return says(500)(req)
		}, 500},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newOAuthServer()
				s.onToken = tt.script
				c, begin := s.client(t), time.Now()
				var wg sync.WaitGroup
				for range 50 {
					wg.Go(func() {
						if err := look(t, c); StatusOf(err) != tt.want || (err != nil) != (tt.want != 0) {
							t.Error(err)
						}
					})
				}
				wg.Wait()
				if n := count(s.log(), "token"); n != 1 || time.Since(begin) != 10*time.Second {
					t.Errorf("%d fetches in %v", n, time.Since(begin))
				}
			})
		})
	}
}

func count(log []string, line string) int {
	n := 0
	for _, l := range log {
		if l == line {
			n++
		}
	}
	return n
}

func TestConcurrentRefusalsShareOneReplacement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOAuthServer()
		c := s.client(t)
		if err := look(t, c); err != nil {
			t.Fatal(err)
		}
		s.revokeAll()
		s.onToken = slowly(time.Second)
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if err := look(t, c); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		log := s.log()
		if count(log, "token") != 2 || count(log, "GET 2") != 50 {
			t.Errorf("the server saw %q", log)
		}
	})
}

func TestARefusalThatComesLateDoesNotDropTheNewToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOAuthServer()
		c := s.client(t)
		if err := look(t, c); err != nil {
			t.Fatal(err)
		}
		s.onCall = func(req *http.Request) (*http.Response, error) {
			if req.Method == http.MethodPut && req.Header.Get("Authorization") == "Bearer token-1" {
				<-time.After(10 * time.Second)
				return answer(401, unauthorized), nil
			}
			return nil, nil
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := second(c.StartCutover(t.Context(), project, migration)); StatusOf(err) != 401 {
				t.Error(err)
			}
		})
		synctest.Wait()
		s.revokeAll()
		if err := look(t, c); err != nil {
			t.Error(err)
		}
		wg.Wait()
		if err := look(t, c); err != nil {
			t.Error(err)
		}
		s.saw(t, "token", "GET 1", "PUT 1", "GET 1", "token", "GET 2", "GET 2")
	})
}

func TestWhileATokenIsRenewedTheOthersGoOnWithTheOldOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOAuthServer()
		c := s.client(t)
		if err := look(t, c); err != nil {
			t.Fatal(err)
		}
		<-time.After(56 * time.Minute)
		s.onToken = slowly(10 * time.Second)
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := look(t, c); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		begin := time.Now()
		if err := second(c.StartCutover(t.Context(), project, migration)); err != nil || time.Since(begin) != 0 {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		wg.Wait()
		s.saw(t, "token", "GET 1", "token", "PUT 1", "GET 2")
	})
}

func TestAnInterruptEndsAFetchAtOnceAndIsNoFailureOfTheEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOAuthServer()
		s.onToken = hangs
		c, begin := s.client(t), time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		_, err := c.StartCutover(ctx, project, migration)
		if !isUnsent(err) || !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 3*time.Second {
			t.Errorf("got %v after %v", err, time.Since(begin))
		}
		s.onToken = nil
		if err := look(t, c); err != nil {
			t.Error(err)
		}
		s.saw(t, "token", "token", "GET 1")
	})
}

func TestAFetchThatHangsIsAFailureAfterItsOwnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOAuthServer()
		s.onToken = hangs
		c, begin := s.client(t), time.Now()
		for range 2 {
			err := look(t, c)
			if !isUnsent(err) || errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != time.Minute {
				t.Errorf("got %v after %v", err, time.Since(begin))
			}
		}
		s.saw(t, "token")
	})
}

func TestWhoeverWaitsForAnothersFetchCanBeInterruptedAndTakesOverFromOneThatWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOAuthServer()
		s.onToken = slowly(10 * time.Second)
		c, begin := s.client(t), time.Now()
		ask := func(limit, want time.Duration) func() {
			return func() {
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				_, err := c.LiveMigration(ctx, project, migration)
				interrupted := isUnsent(err) && errors.Is(err, context.DeadlineExceeded)
				if interrupted != (limit == want) || !interrupted && err != nil || time.Since(begin) != want {
					t.Errorf("got %v after %v, want it after %v", err, time.Since(begin), want)
				}
			}
		}
		var wg sync.WaitGroup
		wg.Go(ask(4*time.Second, 4*time.Second))
		synctest.Wait()
		wg.Go(ask(2*time.Second, 2*time.Second))
		wg.Go(ask(time.Hour, 14*time.Second))
		wg.Go(ask(time.Hour, 14*time.Second))
		wg.Wait()
		if n := count(s.log(), "token"); n != 2 {
			t.Errorf("%d fetches", n)
		}
	})
}
