// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/identity"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migrationapi"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migrationrequest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice/noticetest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/operation"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

const project = "7e68e12770616e75e6df43d0"

var (
	errReset   = errors.New("POST /api/atlas/v1.0/groups/g/liveMigrations: connection reset by peer")
	errBug     = &migration.PanicError{Value: "index out of range"}
	errRefused = &atlas.UnsentError{Err: errors.New("dial tcp 192.0.2.1:443: connection refused")}

	scheduled = migration.LiveMigration{Status: "NEW", Ready: new(false)}
	catching  = migration.LiveMigration{Status: "WORKING", Ready: new(false), LagSeconds: new(int64(5400))}
	inSync    = migration.LiveMigration{Status: "WORKING", Ready: new(true), LagSeconds: new(int64(2))}
	failedOne = migration.LiveMigration{Status: "FAILED"}
	expired   = migration.LiveMigration{Status: "EXPIRED"}
)

func apiError(status int, code, detail string) error {
	return &atlas.APIError{
		Method: http.MethodPost, Path: "/api/atlas/v1.0/groups/g/liveMigrations", Status: status, Code: code,
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

func (c *cases) addStarts() {
	for _, row := range []struct {
		when   string
		finish migration.End
		err    error
	}{
		{"interrupted before the request", migration.Interrupted, nil},
		{"interrupted between two tries", migration.Interrupted, apiError(429, "RATE_LIMITED", "")},
		{"never sent", migration.NotSent, errRefused},
		{"too late", migration.TimedOut, nil},
		{"rate limited", migration.NotSent, apiError(429, "RATE_LIMITED", "")},
		{"untrusted", migration.Rejected, &atlas.UnsentError{Err: &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}}},
		{"a conflict", migration.Rejected, apiError(409, "CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT", "The cluster cannot be modified.")},
		{"a missing role", migration.Rejected, apiError(401, "NOT_ORG_OWNER", "The current user is not an owner of the organization.")},
		{"a wrong argument", migration.Rejected, apiError(400, "INVALID_ATTRIBUTE", "Invalid attribute.")},
		{"a wrong project", migration.Rejected, apiError(404, "GROUP_NOT_FOUND", "No group with that ID exists.")},
		{"an upgrade", migration.Rejected, apiError(405, "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES", "")},
		{"an answer that was lost", migration.Unconfirmed, errReset},
		{"a broken answer", migration.Unconfirmed, apiError(502, "", "an HTML page")},
		{"an answer without an ID", migration.Unconfirmed, &atlas.DecodeError{Status: 201, Err: errors.New("it has no _id")}},
	} {
		c.add("start: "+row.when, explainStart(migration.Outcome{End: row.finish, RequestErr: row.err}, operation.Create))
	}
	c.add("start: a bug", explainStart(migration.Outcome{End: migration.Panicked, ReadErr: errBug}, operation.Create))
}

func saw(lm migration.LiveMigration) migration.Observation {
	return migration.Observation{Migration: lm}
}

func (c *cases) addWaits() {
	type outcome = migration.Outcome
	for _, k := range []struct {
		operation.Operation
		name string
	}{{operation.Create, "create"}, {operation.Update, "update"}} {
		for _, row := range []struct {
			when string
			outcome
		}{
			{"interrupted", outcome{End: migration.Interrupted, Read: true, Observed: saw(catching)}},
			{"interrupted while out of reach", outcome{End: migration.Interrupted, Read: true, Observed: saw(scheduled), ReadErr: errReset}},
			{"timed out", outcome{End: migration.TimedOut, Read: true, Observed: saw(catching)}},
			{"timed out without any answer", outcome{End: migration.TimedOut, ReadErr: errReset}},
			{"access lost", outcome{End: migration.Unauthorized, Read: true, Observed: saw(catching), ReadErr: apiError(401, "", "You are not authorized for this resource.")}},
			{"gone", outcome{End: migration.NotFound, Read: true, Observed: saw(catching), ReadErr: apiError(404, "RESOURCE_NOT_FOUND", "Cannot find resource.")}},
			{"failed", outcome{End: migration.Failed, Read: true, Observed: saw(failedOne)}},
			{"expired", outcome{End: migration.Failed, Read: true, Observed: saw(expired)}},
			{"a bug", outcome{End: migration.Panicked, Read: true, Observed: saw(catching), ReadErr: errBug}},
		} {
			row.Observed.Migration.ID, row.Elapsed = "6296fb4c7c7aa997cf94e9a8", 90*time.Minute
			c.add(k.name+": "+row.when, explainStart(row.outcome, k.Operation))
		}
	}
}

func TestDiagnostics(t *testing.T) {
	var c cases
	c.addStarts()
	c.addWaits()
	id := identity.Identity{ProjectID: types.StringValue(project), LiveMigrationID: types.StringValue("6296fb4c7c7aa997cf94e9a8")}
	state := func(lm migration.LiveMigration) model { return imported(id, lm) }
	_, unconfigured := providerdata.Unknown().Client.LiveMigration(t.Context(), "g", "m")
	complete := migration.LiveMigration{Status: "COMPLETE"}
	cluster := migrationrequest.Cluster{ProjectID: project, Name: "orders"}
	other, completed := state(complete), state(complete)
	other.ProjectID = types.StringValue("0227b4039f8bd3f0bb6a70e9")
	completed.Source = types.ObjectUnknown(map[string]attr.Type{})
	missing := apiError(404, "RESOURCE_NOT_FOUND", "Cannot find resource.")
	for _, row := range []struct {
		when string
		notice.Notice
	}{
		{"plan: a change of what runs", stillRuns(state(inSync), []string{"source", "destination", "sharding"}, nil)},
		{"plan: a change of what cannot be read", stillRuns(state(inSync), []string{"source"}, apiError(500, "UNEXPECTED_ERROR", "Unexpected error."))},
		{"plan: a change of what is not there", stillRuns(state(inSync), []string{"source", "destination"}, migrationapi.ReadError(missing))},
		{"plan: failed", hasFailed(state(failedOne))},
		{"plan: a change of what completed", changesNothing([]string{"migration_hosts"})},
		{"plan: another project after the completion", anotherProject(other, completed)},
		{"plan: drops", dropsDestination(cluster)},
		{"plan: drops in a cluster that is not known yet", dropsDestination(migrationrequest.Cluster{})},
		{"plan: drops what completed", dropsWhatCompleted(cluster)},
		{"plan: starts over what completed", startsOver(cluster)},
		{"plan: a new name for what completed", renamed(cluster)},
		{"plan: a new name for what runs", renamedWhileRunning(cluster)},
		{"plan: a new name for an import", forgetsImport()},
		{"read: broken", unableToRefresh(apiError(500, "UNEXPECTED_ERROR", "Unexpected error."))},
		{"delete: running", forgotten(state(catching))},
		{"delete: over", forgotten(state(migration.LiveMigration{Status: "COMPLETE"}))},
		{"delete: without a status", forgotten(state(migration.LiveMigration{}))},
		{"import: provider not known yet", unableToImport(id, unconfigured)},
		{"data source: provider not known yet", unableToRead(unconfigured)},
		{"import: done", incompleteImport(id)},
		{"import: wrong ID", unableToImport(id, missing)},
		{"data source: wrong ID", unableToRead(missing)},
	} {
		c.add(row.when, &row.Notice)
	}
	noticetest.Check(t, c, "private_state.go", "schema.go", "datasource.go")
}

func TestWhatAnImportDoesNotKnowIsTakenAsItIsConfigured(t *testing.T) {
	imported := imported(identity.Identity{ProjectID: types.StringValue(project), LiveMigrationID: types.StringValue(project)}, scheduled)
	changed, diags := imported.changedBy(t.Context(), model{Request: migrationrequest.Request{DropDestinationData: types.BoolValue(true)}})
	if diags.HasError() || len(changed) > 0 {
		t.Errorf("changes %q: %v", changed, diags)
	}
}
