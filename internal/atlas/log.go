// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// wireLog is the subsystem that calls are logged in. Its level is that of the
// provider's log unless TF_LOG_PROVIDER_ATLASMIGRATION_WIRE sets another.
const wireLog = "wire"

// calls numbers the requests of this process, so that a log of many at once can
// be told apart.
var calls atomic.Int64

type attemptKey struct{}

// withAttempt hands the number of an attempt to the log, from the second on.
func withAttempt(ctx context.Context, n int) context.Context {
	return context.WithValue(ctx, attemptKey{}, n)
}

func attemptOf(ctx context.Context) int {
	if n, again := ctx.Value(attemptKey{}).(int); again {
		return n
	}
	return 1
}

// withLogging writes a line for every attempt: neither headers, which can hold
// credentials, nor bodies, nor queries.
func withLogging(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		begin, number := time.Now(), calls.Add(1)
		resp, err := next.RoundTrip(req)
		ctx := tflog.NewSubsystem(req.Context(), wireLog,
			tflog.WithLevelFromEnv("TF_LOG_PROVIDER_ATLASMIGRATION", wireLog), tflog.WithRootFields())
		fields := map[string]any{
			"request":     number,
			"method":      req.Method,
			"path":        req.URL.EscapedPath(),
			"duration_ms": time.Since(begin).Milliseconds(),
			"attempt":     attemptOf(req.Context()),
		}
		if err != nil {
			fields["error"] = err.Error()
			tflog.SubsystemDebug(ctx, wireLog, "No answer from Atlas", fields)
			return nil, err
		}
		fields["status"] = resp.StatusCode
		if id := requestID(resp.Header); id != "" {
			fields["request_id"] = id
		}
		tflog.SubsystemDebug(ctx, wireLog, "Answer from Atlas", fields)
		return resp, nil
	})
}

// requestID is the name under which the other side's people find a request.
func requestID(h http.Header) string {
	for _, name := range []string{"X-Request-Id", "X-Mongodb-Request-Id"} {
		if id := h.Get(name); id != "" {
			return printable(id, shortText)
		}
	}
	return ""
}
