// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"testing"
)

func FuzzWhatAServerSendsNeverPanics(f *testing.F) {
	for _, body := range []string{jobBody, `{"_id":"m","status":"WORKING"}`, "", "<", `{"detail":1}`, "\xff"} {
		f.Add(200, body)
		f.Add(404, body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 {
			return
		}
		c, err := New(Config{Base: answering(status, body, "Retry-After", body), Auth: APIKey("a", "b")})
		if err != nil {
			t.Fatal(err)
		}
		// A cancelled context keeps the retries from waiting.
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for _, err := range []error{
			second(c.LiveMigration(ctx, project, migration)), second(c.StartCutover(ctx, project, migration)),
		} {
			var unreadable *DecodeError
			if refused, ok := AsAPIError(err); ok && (refused.Status != status || status < 300) {
				t.Errorf("%d became %v", status, err)
			} else if errors.As(err, &unreadable) && status > 299 {
				t.Errorf("%d became %v", status, err)
			} else if err == nil && status > 299 {
				t.Errorf("%d became a success", status)
			}
		}
	})
}
