// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/identity"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migrationapi"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice/noticetest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/operation"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

// How a live migration looks in the diagnostics below.
var (
	lagging = migration.LiveMigration{
		Status: "WORKING", Ready: new(false), LagSeconds: new(int64(95)), Hosts: []string{"migration-host-1.example.net"},
	}
	inSync   = migration.LiveMigration{Status: "WORKING", Ready: new(true), LagSeconds: new(int64(2))}
	begun    = migration.LiveMigration{Status: "WORKING", Ready: new(false)}
	complete = migration.LiveMigration{Status: "COMPLETE"}
)

func apiError(status int, code, detail string) error {
	return &atlas.APIError{
		Method: http.MethodGet, Path: "/api/atlas/v1.0/groups/g/liveMigrations/m", Status: status, Code: code,
		Reason: http.StatusText(status), Detail: detail,
	}
}

func unknownConfiguration() error {
	_, err := providerdata.Unknown().Client.LiveMigration(context.Background(), "g", "m")
	return err
}

func untrusted() error {
	return &atlas.UnsentError{Err: &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}}
}

func seen(lm migration.LiveMigration) migration.Outcome {
	return migration.Outcome{Read: true, Observed: migration.Observation{Migration: lm}, Elapsed: 90 * time.Minute}
}

// outcomes are the ways in which a run ends that a user is told of.
func outcomes() []ended { return append(withoutRequest(), withRequest()...) }

// ended is a run that ended, and how.
type ended struct {
	when string
	migration.Outcome
}

var (
	errTimeout = errors.New("GET /api/atlas/v1.0/groups/g/liveMigrations/m: no answer within 30s")
	errReset   = errors.New("PUT /api/atlas/v1.0/groups/g/liveMigrations/m/cutover: connection reset by peer")
	failed     = migration.LiveMigration{Status: "FAILED"}
)

func with(o migration.Outcome, change func(*migration.Outcome)) migration.Outcome {
	change(&o)
	return o
}

func ends(lm migration.LiveMigration, end migration.End, reason migration.Reason, answer migration.RequestState) migration.Outcome {
	return with(seen(lm), func(o *migration.Outcome) { o.End, o.Reason, o.Request = end, reason, answer })
}

// withoutRequest are the ends of runs that sent nothing, or nothing that had an
// effect.
func withoutRequest() []ended {
	return []ended{
		{"complete at the first look", ends(complete, migration.AlreadyComplete, migration.Complete, migration.NotRequested)},
		{"complete without a request", ends(complete, migration.Completed, migration.Complete, migration.NotRequested)},
		{"failed before the request", ends(failed, migration.Failed, migration.MigrationFailed, migration.NotRequested)},
		{"expired before the request", ends(migration.LiveMigration{Status: "EXPIRED"}, migration.Failed, migration.MigrationExpired, migration.NotRequested)},
		{"not ready in time", ends(lagging, migration.TimedOut, migration.NotReady, migration.NotRequested)},
		{"lag above max_lag_seconds", ends(inSync, migration.TimedOut, migration.Lagging, migration.NotRequested)},
		{"not ready and without a lag", ends(begun, migration.TimedOut, migration.PossiblyInProgress, migration.NotRequested)},
		{"not ready and without a lag, interrupted", ends(begun, migration.Interrupted, migration.PossiblyInProgress, migration.NotRequested)},
		{"not ready and without a lag, then out of reach", with(ends(begun, migration.TimedOut, migration.PossiblyInProgress, migration.NotRequested), func(o *migration.Outcome) { o.ReadErr = errTimeout })},
		{"the maintenance window closed", ends(lagging, migration.WindowClosed, migration.NotReady, migration.NotRequested)},
		{"ready too late", ends(inSync, migration.TimedOut, migration.Ready, migration.NotRequested)},
		{"a status nobody knows", ends(migration.LiveMigration{Status: "PAUSED"}, migration.UnsupportedStatus, migration.UnknownStatus, migration.NotRequested)},
		{"no status at all", ends(migration.LiveMigration{}, migration.TimedOut, migration.NotReady, migration.NotRequested)},
		{"wrong key or role", migration.Outcome{End: migration.Unreadable, ReadErr: apiError(401, "USER_UNAUTHORIZED", "The current user is not authorized to perform this action.")}},
		{"not on the access list", migration.Outcome{End: migration.Unreadable, ReadErr: apiError(403, "IP_ADDRESS_NOT_ON_ACCESS_LIST", "IP address 192.0.2.1 is not allowed to access this resource.")}},
		{"wrong ID", migration.Outcome{End: migration.Unreadable, ReadErr: apiError(404, "RESOURCE_NOT_FOUND", "Cannot find resource.")}},
		{"out of reach", migration.Outcome{End: migration.Unreadable, ReadErr: &atlas.UnsentError{Err: errors.New("dial tcp: lookup cloud.example.com: no such host")}}},
		{"untrusted", migration.Outcome{End: migration.Unreadable, ReadErr: untrusted()}},
		{"rate limited", migration.Outcome{End: migration.Unreadable, ReadErr: apiError(429, "RATE_LIMITED", "")}},
		{"broken", migration.Outcome{End: migration.Unreadable, ReadErr: apiError(503, "", "an HTML page")}},
		{"request never sent", with(ends(inSync, migration.NotSent, migration.Ready, migration.NotRequested), func(o *migration.Outcome) {
			o.RequestErr = &atlas.UnsentError{Err: errors.New("dial tcp 192.0.2.1:443: connection refused")}
		})},
		{"request rate limited", with(ends(inSync, migration.NotSent, migration.Ready, migration.NotRequested), func(o *migration.Outcome) {
			o.RequestErr = apiError(429, "RATE_LIMITED", "")
		})},
		{"request refused", with(ends(inSync, migration.Rejected, migration.Ready, migration.NotRequested), func(o *migration.Outcome) {
			o.RequestErr = apiError(401, "NOT_ORG_OWNER", "The caller is not an organization owner.")
		})},
		{"interrupted before the request", ends(lagging, migration.Interrupted, migration.NotReady, migration.NotRequested)},
		{"interrupted between two tries", with(ends(inSync, migration.Interrupted, migration.Ready, migration.NotRequested), func(o *migration.Outcome) {
			o.RequestErr = apiError(429, "RATE_LIMITED", "")
		})},
		{"interrupted before the first look", migration.Outcome{End: migration.Interrupted, ReadErr: errTimeout}},
		{"bug before the request", migration.Outcome{End: migration.Panicked, ReadErr: &migration.PanicError{Value: "index out of range"}}},
	}
}

// withRequest are the ends of runs that asked for the cutover.
func withRequest() []ended {
	return []ended{
		{"interrupted after the request", ends(begun, migration.Interrupted, migration.InProgress, migration.Accepted)},
		{"interrupted without an answer", with(ends(inSync, migration.Interrupted, migration.Stabilizing, migration.Unknown), func(o *migration.Outcome) { o.RequestErr = errReset })},
		{"timed out", ends(begun, migration.TimedOut, migration.InProgress, migration.Accepted)},
		{"timed out, out of reach", with(ends(begun, migration.TimedOut, migration.InProgress, migration.Accepted), func(o *migration.Outcome) { o.ReadErr = errTimeout })},
		{"timed out after an earlier request, still ready", with(ends(inSync, migration.TimedOut, migration.InProgress, migration.Accepted), func(o *migration.Outcome) { o.Resumed = true })},
		{"timed out, still ready", ends(inSync, migration.TimedOut, migration.InProgress, migration.Accepted)},
		{"answer lost, still ready", with(ends(inSync, migration.NotObserved, migration.NotStarted, migration.Unknown), func(o *migration.Outcome) { o.RequestErr = errReset })},
		{"conflict, still ready", with(ends(inSync, migration.NotObserved, migration.NotStarted, migration.Conflicted), func(o *migration.Outcome) {
			o.RequestErr = apiError(409, "", "A cutover is in progress.")
		})},
		{"accepted, and ready again", ends(inSync, migration.NotObserved, migration.NotStarted, migration.Accepted)},
		{"access lost", with(ends(begun, migration.Unauthorized, migration.InProgress, migration.Accepted), func(o *migration.Outcome) {
			o.ReadErr = apiError(401, "", "You are not authorized for this resource.")
		})},
		{"failed after the request", with(ends(failed, migration.Failed, migration.MigrationFailed, migration.Accepted), func(o *migration.Outcome) {
			o.Observed.Job = migration.Job{ID: "j", Status: "FAILED", ErrorMessage: "The destination ran out of disk space."}
		})},
		{"expired after the request", ends(migration.LiveMigration{Status: "EXPIRED"}, migration.Failed, migration.MigrationExpired, migration.Accepted)},
		{"expired, and the job says more", with(ends(migration.LiveMigration{Status: "EXPIRED"}, migration.Failed, migration.MigrationExpired, migration.Accepted), func(o *migration.Outcome) {
			o.Observed.Job = migration.Job{ID: "j", Status: "FAILED", ErrorMessage: "The destination ran out of disk space."}
		})},
		{"job failed without a reason", ends(inSync, migration.Failed, migration.JobFailed, migration.Accepted)},
		{"bug after the request", with(ends(begun, migration.Panicked, migration.InProgress, migration.Accepted), func(o *migration.Outcome) {
			o.ReadErr = &migration.PanicError{Value: "index out of range"}
		})},
	}
}

// possible reports whether a run of that kind can end so.
func possible(o migration.Outcome, op operation.Operation) bool {
	return op != operation.Update || o.Request != migration.NotRequested && o.Request != migration.Conflicted
}

func TestDiagnostics(t *testing.T) {
	var cases []noticetest.Case
	add := func(when string, n *notice.Notice) {
		if n != nil {
			cases = append(cases, noticetest.Case{When: when, Diagnostic: n.Diagnostic()})
		}
	}
	for _, kind := range []struct {
		operation.Operation
		name string
	}{{operation.Create, "create"}, {operation.Update, "update"}, {operation.Invoke, "action"}} {
		for _, row := range outcomes() {
			row.Resumed = row.Resumed || kind.Operation == operation.Update
			if possible(row.Outcome, kind.Operation) {
				add(kind.name+": "+row.when, explain(row.Outcome, kind.Operation))
			}
			if text := errorMessage(row.Outcome); text != "" && kind.Operation == operation.Create && row.Exists() {
				cases = append(cases, noticetest.Case{
					When: "error_message: " + row.when, Diagnostic: diag.NewErrorDiagnostic("(in the state)", text),
				})
			}
		}
	}
	look := func(lm migration.LiveMigration) migration.Observation { return migration.Observation{Migration: lm} }
	for _, lm := range []migration.LiveMigration{
		lagging, begun, complete, {Status: "FAILED"}, {Status: "EXPIRED"}, {Status: "PAUSED"},
	} {
		add("plan: "+notice.Describe(lm), planNotice(look(lm), nil, nil, time.Time{}))
	}
	add("plan: lag above max_lag_seconds", planNotice(look(inSync), nil, new(int64(1)), time.Time{}))
	add("plan: wrong ID", planNotice(migration.Observation{}, migrationapi.ReadError(apiError(404, "RESOURCE_NOT_FOUND", "Cannot find resource.")), nil, time.Time{}))
	add("plan: no access", planNotice(migration.Observation{}, migrationapi.ReadError(apiError(401, "", "You are not authorized for this resource.")), nil, time.Time{}))
	add("plan: not on the access list", planNotice(migration.Observation{}, migrationapi.ReadError(apiError(403, "IP_ADDRESS_NOT_ON_ACCESS_LIST", "")), nil, time.Time{}))
	add("plan: no answer", planNotice(migration.Observation{}, migrationapi.ReadError(errTimeout), nil, time.Time{}))
	add("plan: no answer, after the maintenance window", planNotice(migration.Observation{}, migrationapi.ReadError(errTimeout), nil, time.Unix(0, 0)))
	add("plan: no token endpoint", planNotice(migration.Observation{}, migrationapi.ReadError(&atlas.UnsentError{Err: apiError(404, "", "")}), nil, time.Time{}))
	add("plan: the maintenance window has closed", planNotice(look(inSync), nil, nil, time.Unix(0, 0)))
	imported := identity.Identity{
		ProjectID: types.StringValue("7e68e12770616e75e6df43d0"), LiveMigrationID: types.StringValue("6296fb4c7c7aa997cf94e9a8"),
	}
	for _, other := range []struct {
		when string
		notice.Notice
	}{
		{"read: broken", unableToRefresh(apiError(500, "UNEXPECTED_ERROR", "Unexpected error."))},
		{"delete: SUCCESS", forgotten("SUCCESS")},
		{"delete: PENDING", forgotten("PENDING")},
		{"import: provider not known yet", unableToImport(imported, unknownConfiguration())},
		{"plan: another live migration after the completion", namesAnother("live_migration_id", "6296fb4c7c7aa997cf94e9a8", "a659ce44c03ca1e348b1e992")},
		{"plan: a live migration that is not known after the completion", mayNameAnother("6296fb4c7c7aa997cf94e9a8")},
		{"import: wrong ID", unableToImport(imported, apiError(404, "RESOURCE_NOT_FOUND", "Cannot find resource."))},
		{"import: not finished", nothingToImport(imported, look(begun))},
	} {
		add(other.when, &other.Notice)
	}
	noticetest.Check(t, cases, "schema.go", "action_schema.go", "private_state.go")
}
