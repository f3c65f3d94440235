// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package validation

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice/noticetest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/operation"
)

var (
	errReset   = errors.New("POST /api/atlas/v1.0/groups/g/liveMigrations/validate: connection reset by peer")
	errBug     = &migration.PanicError{Value: "index out of range"}
	errRefused = &atlas.UnsentError{Err: errors.New("dial tcp 192.0.2.1:443: connection refused")}
)

func apiError(status int, code, detail string) error {
	return &atlas.APIError{
		Method: http.MethodPost, Path: "/api/atlas/v1.0/groups/g/liveMigrations/validate", Status: status, Code: code,
		Reason: http.StatusText(status), Detail: detail,
	}
}

// cases collects diagnostics.
type cases []noticetest.Case

func (c *cases) add(when string, n *notice.Notice) {
	if n != nil {
		*c = append(*c, noticetest.Case{When: when, Diagnostic: n.Diagnostic()})
	}
}

func (c *cases) addAll(when string, diags diag.Diagnostics) {
	for _, d := range diags {
		*c = append(*c, noticetest.Case{When: when, Diagnostic: d})
	}
}

func TestDiagnostics(t *testing.T) {
	var c cases
	type outcome = migration.Outcome
	job := migration.Job{ID: "a659ce44c03ca1e348b1e992"}
	because := job
	because.ErrorMessage = "The migration host could not log in to the source cluster."
	denied := apiError(401, "", "You are not authorized for this resource.")
	for _, k := range []struct {
		operation.Operation
		name string
	}{{operation.Create, "create"}, {operation.Update, "update"}} {
		for _, row := range []struct {
			when string
			outcome
		}{
			{"interrupted before it was named", outcome{End: migration.Interrupted, RequestErr: errReset}},
			{"too late", outcome{End: migration.TimedOut}},
			{"never sent", outcome{End: migration.NotSent, RequestErr: errRefused}},
			{"refused", outcome{End: migration.Rejected, RequestErr: apiError(409, "", "Something else runs.")}},
			{"every answer was lost", outcome{End: migration.Unconfirmed, RequestErr: errReset}},
			{"a bug before it was named", outcome{End: migration.Panicked, ReadErr: errBug}},
			{"failed", outcome{End: migration.Failed, Observed: migration.Observation{Job: because}}},
			{"failed without a reason", outcome{End: migration.Failed, Observed: migration.Observation{Job: job}}},
			{"gone", outcome{End: migration.NotFound, Observed: migration.Observation{Job: job}, ReadErr: apiError(404, "RESOURCE_NOT_FOUND", "Cannot find resource.")}},
			{"interrupted", outcome{End: migration.Interrupted, Observed: migration.Observation{Job: job}}},
			{"timed out", outcome{End: migration.TimedOut, Observed: migration.Observation{Job: job}}},
			{"access lost", outcome{End: migration.Unauthorized, Observed: migration.Observation{Job: job}, ReadErr: denied}},
			{"a bug", outcome{End: migration.Panicked, Observed: migration.Observation{Job: job}, ReadErr: errBug}},
		} {
			row.Elapsed = 90 * time.Minute
			if isStarted(row.outcome) || k.Operation == operation.Create {
				c.add(k.name+": "+row.when, explain(row.outcome, k.Operation))
			}
			if isStarted(row.outcome) && k.Operation == operation.Create {
				c.addAll("error_message: "+row.when,
					diag.Diagnostics{diag.NewErrorDiagnostic("(in the state)", errorMessage(row.outcome))})
			}
		}
	}
	c.add("read: broken", new(unableToRefresh(apiError(500, "UNEXPECTED_ERROR", "Unexpected error."))))
	c.add("delete: PENDING", new(removed()))
	noticetest.Check(t, c, "schema.go")
}
