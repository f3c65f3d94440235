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
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/call"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/identity"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/notice"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/notice/noticetest"
)

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

func (c *cases) addAll(when string, diags diag.Diagnostics) {
	for _, d := range diags {
		*c = append(*c, noticetest.Case{When: when, Diagnostic: d})
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
		{"an answer without an id", migration.Unconfirmed, &atlas.DecodeError{Status: 201, Err: errors.New("it has no _id")}},
	} {
		c.add("start: "+row.when, explainBeginning(migration.Outcome{End: row.finish, RequestErr: row.err}, creating))
	}
	c.add("start: a bug", explainBeginning(migration.Outcome{End: migration.Panicked, ReadErr: errBug}, creating))
}

func saw(lm migration.LiveMigration) migration.Observation {
	return migration.Observation{Migration: lm}
}

func (c *cases) addWaits() {
	type outcome = migration.Outcome
	for _, k := range []struct {
		keeping
		name string
	}{{creating, "create"}, {resuming, "update"}} {
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
			c.add(k.name+": "+row.when, explainBeginning(row.outcome, k.keeping))
		}
	}
}

func (c *cases) addValidations() {
	type outcome = migration.Outcome
	job := migration.Job{ID: "a659ce44c03ca1e348b1e992"}
	because := job
	because.ErrorMessage = "The migration host could not log in to the source cluster."
	denied := apiError(401, "", "You are not authorized for this resource.")
	for _, k := range []struct {
		keeping
		name string
	}{{creating, "validation, create"}, {resuming, "validation, update"}} {
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
			if validated(row.outcome) || k.keeping == creating {
				c.add(k.name+": "+row.when, explainValidation(row.outcome, k.keeping))
			}
			if validated(row.outcome) && k.keeping == creating {
				c.addAll("validation, error_message: "+row.when,
					diag.Diagnostics{diag.NewErrorDiagnostic("(in the state)", errorMessage(row.outcome))})
			}
		}
	}
	c.add("validation, read: broken", new(unableToRefreshValidation(apiError(500, "UNEXPECTED_ERROR", "Unexpected error."))))
	c.add("validation, delete: PENDING", new(validationForgotten()))
}

func (c *cases) addRules(t *testing.T) {
	t.Helper()
	managed, unmanaged, private, public := full(), plain(), plain(), full()
	managed.Source = sourceOf(map[string]attr.Value{
		"managed_authentication": types.BoolValue(true), "username": types.StringValue("u"), "password": types.StringValue("p"),
	})
	unmanaged.Source = sourceOf(map[string]attr.Value{"managed_authentication": types.BoolValue(false)})
	private.Destination = destinationOf(map[string]attr.Value{"hostname_schema_type": types.StringValue("PRIVATE_LINK")})
	public.Destination = destinationOf(map[string]attr.Value{
		"hostname_schema_type": types.StringValue("PUBLIC"), "private_link_id": types.StringValue("vpce-1"),
	})
	hosts := plain()
	hosts.MigrationHosts = types.ListValueMust(types.StringType, []attr.Value{types.StringValue("a"), types.StringValue("b")})
	for _, r := range []request{managed, unmanaged, private, public, hosts} {
		c.addAll("validate: a broken rule", r.check(t.Context()))
	}
	var resp validator.StringResponse
	shardKeyKind{}.ValidateString(t.Context(), validator.StringRequest{
		Path: path.Root("sharding").AtName("entries").AtListIndex(0).AtName("key").AtListIndex(0).AtName("kind"), ConfigValue: types.StringValue("2"),
	}, &resp)
	c.addAll("validate: a shard key", resp.Diagnostics)
}

func TestDiagnostics(t *testing.T) {
	var c cases
	c.addStarts()
	c.addWaits()
	state := func(lm migration.LiveMigration) model {
		m := imported(identity.Identity{ProjectID: types.StringValue(project), LiveMigrationID: types.StringValue("6296fb4c7c7aa997cf94e9a8")})
		m.see(lm)
		return m
	}
	_, unconfigured := providerdata.Unknown().Client.LiveMigration(t.Context(), "g", "m")
	complete := migration.LiveMigration{Status: "COMPLETE"}
	cluster := clusterKey{projectID: project, name: "orders"}
	other, completed := state(complete), state(complete)
	other.ProjectID = types.StringValue("0227b4039f8bd3f0bb6a70e9")
	completed.Source = types.ObjectUnknown(sourceTypes())
	missing := apiError(404, "RESOURCE_NOT_FOUND", "Cannot find resource.")
	for _, row := range []struct {
		when string
		notice.Notice
	}{
		{"plan: a change of what runs", stillRuns(state(inSync), []string{"source", "destination", "sharding"}, nil)},
		{"plan: a change of what cannot be read", stillRuns(state(inSync), []string{"source"}, apiError(500, "UNEXPECTED_ERROR", "Unexpected error."))},
		{"plan: a change of what is not there", stillRuns(state(inSync), []string{"source", "destination"}, call.Failed(missing))},
		{"plan: failed", hasFailed(state(failedOne))},
		{"plan: a change of what completed", changesNothing([]string{"migration_hosts"})},
		{"plan: another project after the completion", anotherProject(other, completed)},
		{"plan: another project than the imported one", anotherProject(other, state(complete))},
		{"plan: drops", dropsDestination(cluster)},
		{"plan: drops in a cluster that is not known yet", dropsDestination(clusterKey{})},
		{"plan: drops what completed", dropsWhatCompleted(cluster)},
		{"plan: starts over what completed", startsOver(cluster)},
		{"plan: a new name for what completed", renamed(cluster)},
		{"read: broken", unableToRefresh(apiError(500, "UNEXPECTED_ERROR", "Unexpected error."))},
		{"delete: running", forgotten(state(catching))},
		{"delete: over", forgotten(state(migration.LiveMigration{Status: "COMPLETE"}))},
		{"delete: without a status", forgotten(state(migration.LiveMigration{}))},
		{"import: provider not known yet", unableToImport(unconfigured)},
		{"data source: provider not known yet", unableToRead(unconfigured)},
		{"import: wrong id", unableToImport(missing)},
		{"data source: wrong id", unableToRead(missing)},
	} {
		c.add(row.when, &row.Notice)
	}
	c.addValidations()
	c.addRules(t)
	noticetest.Check(t, c, "memory.go", "schema.go", "request_schema.go", "validation_schema.go", "datasource.go")
}
