// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// A request whose gate closes at the n-th question is not written, whether it
// waits for a new connection, has a kept one, or answers a challenge.
func TestNothingIsWrittenOnceTheGateIsClosed(t *testing.T) {
	errLate := errors.New("too late")
	for _, row := range []struct {
		name       string
		warm       bool
		closesAt   int32
		wantCalls  int32
		challenges bool
	}{
		{name: "before anything", closesAt: 1},
		{name: "on a new connection", closesAt: 2},
		{name: "on a kept connection", warm: true, closesAt: 2},
		{name: "between a challenge and its answer", closesAt: 3, wantCalls: 1, challenges: true},
		{name: "on the connection of the answer", closesAt: 4, wantCalls: 1, challenges: true},
		{name: "never", closesAt: 100, wantCalls: 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			var calls atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					_, _ = w.Write([]byte(`{"_id":"x"}`))
					return
				}
				calls.Add(1)
				if row.challenges {
					w.Header().Set("WWW-Authenticate", `Digest realm="r", nonce="n", algorithm=MD5, qop="auth"`)
					w.WriteHeader(http.StatusUnauthorized)
				}
			}))
			defer server.Close()
			c := newClient(t, Config{BaseURL: server.URL, Auth: APIKey("public", "private"), Base: newBase()})
			if row.warm {
				if _, err := c.LiveMigration(t.Context(), project, migration); err != nil {
					t.Fatal(err)
				}
			}
			var asked atomic.Int32
			ctx := WithGate(context.WithoutCancel(t.Context()), func() error {
				if asked.Add(1) >= row.closesAt {
					return errLate
				}
				return nil
			})
			_, err := c.StartCutover(ctx, project, migration)
			held := row.closesAt < 100
			if errors.Is(err, errLate) != held || isUnsent(err) != held || calls.Load() != row.wantCalls {
				t.Errorf("got %v after %d requests, want %d", err, calls.Load(), row.wantCalls)
			}
		})
	}
}
