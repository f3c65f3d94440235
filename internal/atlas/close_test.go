// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestClosingRevokesOnlyATokenThatIsStillValid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOAuthServer()
		c := s.client(t)
		closing := func() {
			t.Helper()
			if err := c.Close(t.Context()); err != nil {
				t.Error(err)
			}
		}
		closing()
		s.saw(t)
		if err := look(t, c); err != nil {
			t.Fatal(err)
		}
		closing()
		closing()
		s.saw(t, "token", "GET 1", "revoke")
		// It can be used again.
		if err := look(t, c); err != nil {
			t.Fatal(err)
		}
		s.saw(t, "token", "GET 2")
		<-time.After(time.Hour)
		closing()
		s.saw(t)
	})
}

func TestClosingTakesNoLongerThanItMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOAuthServer()
		c := s.client(t)
		if err := look(t, c); err != nil {
			t.Fatal(err)
		}
		s.onToken = hangs
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		begin := time.Now()
		if err := c.Close(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 2*time.Second {
			t.Errorf("got %v after %v", err, time.Since(begin))
		}
	})
}

func TestClosingSaysWhyATokenWasNotRevoked(t *testing.T) {
	s := newOAuthServer()
	c := s.client(t)
	if err := look(t, c); err != nil {
		t.Fatal(err)
	}
	s.onToken = says(503)
	if err := c.Close(t.Context()); StatusOf(err) != 503 {
		t.Errorf("got %v", err)
	}
}

func TestClosingSendsNothingWithOtherCredentials(t *testing.T) {
	for name, auth := range map[string]Auth{"key": APIKey("public", "private"), "token": AccessToken("token")} {
		t.Run(name, func(t *testing.T) {
			s := steps(says(200))
			c := newClient(t, Config{Base: s, Auth: auth})
			if err := errors.Join(look(t, c), c.Close(t.Context())); err != nil || len(s.at) != 1 {
				t.Errorf("got %v after %d requests", err, len(s.at))
			}
		})
	}
}
