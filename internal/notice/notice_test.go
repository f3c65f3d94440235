// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package notice

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

func TestADiagnosticHasItsPartsAndCommandsNoTerminal(t *testing.T) {
	for name, row := range map[string]struct {
		notice Notice
		detail string
	}{
		"three parts":          {Notice{Observed: "Seen.", State: "State.", Advice: "Next."}, "Seen.\n\nState.\n\nNext."},
		"without a state":      {Notice{Observed: "Seen. ", Advice: "Next."}, "Seen.\n\nNext."},
		"a line of its own":    {Notice{Observed: "First.\nSecond."}, "First.\nSecond."},
		"an escape sequence":   {Notice{Observed: "\x1b[2JGone."}, "[2JGone."},
		"text turned around":   {Notice{Observed: "a\u202eb"}, "a b"},
		"letters of any kind":  {Notice{Observed: "Überlauf, 移行."}, "Überlauf, 移行."},
		"nothing but commands": {Notice{Observed: "\x07\x00", Advice: "Next."}, "Next."},
	} {
		if got := row.notice.Diagnostic().Detail(); got != row.detail {
			t.Errorf("%s: %q, want %q", name, got, row.detail)
		}
	}
}

func TestDescribe(t *testing.T) {
	yes, no, lag, forever := true, false, int64(90), int64(math.MaxInt64)
	for want, lm := range map[string]migration.LiveMigration{
		"Atlas reports the live migration without a status.":                                       {},
		"Atlas reports the live migration as WORKING, ready for cutover, 1m30s behind its source.": {Status: "WORKING", Ready: &yes, LagSeconds: &lag},
		"Atlas reports the live migration as WORKING, not ready for cutover, migration host a, b.": {Status: "WORKING", Ready: &no, Hosts: []string{"a", "b"}},
		"Atlas reports the live migration as WORKING, 2562047h47m16s behind its source.":           {Status: "WORKING", LagSeconds: &forever},
		"Atlas reports the live migration as COMPLETE.":                                            {Status: "COMPLETE", Ready: &no, Hosts: []string{"a"}},
		"Atlas reports the live migration as EXPIRED, because " + Timer + ".":                      {Status: "EXPIRED", Ready: &no},
	} {
		if got := Describe(lm); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// An answer of the token endpoint is not one to the call, whatever its status.
func TestARemedyIsForTheCallThatWasAnswered(t *testing.T) {
	const particular, token = "Check the arguments.", "client_secret"
	answered := func(status int) error { return &atlas.APIError{Status: status} }
	advice := ByStatus{http.StatusBadRequest: particular, http.StatusServiceUnavailable: particular}
	for name, row := range map[string]struct {
		err  error
		want string
	}{
		"a call":                        {answered(http.StatusBadRequest), particular},
		"a call without advice":         {answered(http.StatusForbidden), "access list"},
		"a refused key":                 {answered(http.StatusUnauthorized), "Check the credentials"},
		"a challenge without an answer": {&atlas.APIError{Status: http.StatusUnauthorized, Challenge: "Basic"}, "did not check the key"},
		"no token":                      {&atlas.UnsentError{Err: answered(http.StatusBadRequest)}, token},
		"no token for now":              {&atlas.UnsentError{Err: answered(http.StatusServiceUnavailable)}, "status page"},
		"no connection":                 {&atlas.UnsentError{Err: errors.New("connection refused")}, "network"},
		"no token of the rate limit":    {&atlas.UnsentError{Err: &atlas.RateLimitWaitError{Err: context.DeadlineExceeded}}, "allowance of calls"},
		"an answer that is none":        {&atlas.DecodeError{Err: errors.New("not JSON")}, "not what Atlas documents"},
		"an answer from somewhere else": {answered(http.StatusFound), "not followed"},
		"an interrupt":                  {fmt.Errorf("GET: %w", context.Canceled), "interrupted"},
		"an answer that nobody expects": {answered(http.StatusTeapot), "what Atlas says above"},
	} {
		if got := Remedy(row.err, advice); !strings.Contains(got, row.want) {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
}

func TestRounded(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 1234 * time.Millisecond: "1.2s", 90 * time.Second: "1m30s", 30 * time.Minute: "30m", 6 * time.Hour: "6h",
		6*time.Hour + time.Minute: "6h1m", 6*time.Hour + time.Second: "6h0m1s",
	} {
		if got := Rounded(d); got != want {
			t.Errorf("Rounded(%s) = %s, want %s", d, got, want)
		}
	}
}
