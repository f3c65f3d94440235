// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice/noticetest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// Every call, every answer that it can get for good, and every occasion at which the
// provider makes it: what a user is told, whole, and what is left in the state.

// answers are what a call gets from some occasion on. "lost" is an answer to what Atlas
// did.
var answers = []struct {
	name  string
	after bool
	atlassim.Effect
}{
	{"400", false, atlasError(400, "INVALID_ATTRIBUTE", "The attribute is invalid.")},
	{"401", false, atlasError(401, "NOT_ORG_OWNER", "The current user is not an owner of the organization.")},
	{"403", false, atlasError(403, "IP_ADDRESS_NOT_ON_ACCESS_LIST", "IP address is not allowed to access this resource.")},
	{"404", false, atlasError(404, "RESOURCE_NOT_FOUND", "Cannot find resource.")},
	{"405", false, atlasError(405, "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES", "Atlas is being upgraded.")},
	{"409", false, atlasError(409, "CONFLICT", "The request conflicts with another one.")},
	{"429", false, atlasError(429, "RATE_LIMITED", "Too many requests.")},
	{"500", false, atlasError(500, "UNEXPECTED_ERROR", "Unexpected error.")},
	{"503 of a proxy", false, atlassim.Effect{Status: 503, Body: "<html>unavailable</html>"}},
	{"302", false, atlassim.Effect{Status: 302, Header: http.Header{"Location": {"/login"}}}},
	{"HTML instead of JSON", false, atlassim.Effect{Garble: "<html>"}},
	{"reset", false, atlassim.Effect{Wire: atlassim.Reset}},
	{"refused", false, atlassim.Effect{Wire: atlassim.RefuseDial}},
	{"untrusted", false, atlassim.Effect{Wire: atlassim.TLSUntrusted}},
	{"hangs", false, atlassim.Effect{Wire: atlassim.Hang}},
	{"lost", true, atlassim.Effect{Wire: atlassim.Reset}},
}

func atlasError(status int, code, detail string) atlassim.Effect {
	return atlassim.Effect{Status: status, Body: fmt.Sprintf(`{"error":%d,"errorCode":%q,"detail":%q}`, status, code, detail)}
}

// occasion is when a call is made.
type occasion struct {
	name, call string
	// skip is how many of these calls are answered as ever.
	skip int
	// before comes to be before the answers change.
	before func(*providertest.Harness)
	run    func(*providertest.Harness) coretest.Result
}

var (
	nothing   = func(*providertest.Harness) {}
	isApplied = func(h *providertest.Harness) { h.Apply() }
	// interrupted leaves something that is not over.
	interrupted = func(h *providertest.Harness) { h.Interrupt(time.Minute) }

	applies  = (*providertest.Harness).Apply
	plans    = (*providertest.Harness).Plan
	destroys = (*providertest.Harness).Destroy
	reads    = func(h *providertest.Harness) coretest.Result {
		return h.Do(context.Background(), func(ctx context.Context) coretest.Result { return h.ReadDataSource(ctx).Result })
	}
	invokes = func(h *providertest.Harness) coretest.Result {
		return h.Do(context.Background(), func(ctx context.Context) coretest.Result { return h.Invoke(ctx).Result })
	}
	plansAChange = func(h *providertest.Harness) coretest.Result { return h.Set("drop_destination_data", true).Plan() }
)

// importsIt imports what the configuration names, or else the live migration that was
// started last.
func importsIt(h *providertest.Harness) coretest.Result {
	id := fmt.Sprint(h.Config["live_migration_id"])
	if starts := h.Sim.Starts(); len(starts) > 0 {
		id = starts[len(starts)-1].LiveMigrationID
	}
	h.State = nil
	return h.Do(context.Background(), func(ctx context.Context) coretest.Result {
		return h.Import(ctx, h.Sim.Credentials().ProjectID+"/"+id)
	})
}

// occasions are those of each thing that a user can write, by its type.
var occasions = []struct {
	typeName  string
	configure func(*providertest.Harness)
	occasions []occasion
}{
	{"atlasmigration_live_migration_cutover", configureResource, []occasion{
		{"plan", atlassim.CallMigration, 0, nothing, plans},
		{"create, the first read", atlassim.CallMigration, 1, nothing, applies},
		{"create, the request", atlassim.CallCutover, 0, nothing, applies},
		{"create, a read after the request", atlassim.CallMigration, 3, nothing, applies},
		{"create, the job", atlassim.CallJob, 0, nothing, applies},
		{"refresh", atlassim.CallMigration, 0, interrupted, plans},
		{"update, a read", atlassim.CallMigration, 1, interrupted, applies},
		{"import", atlassim.CallMigration, 0, nothing, importsIt},
	}},
	{"atlasmigration_live_migration_cutover", configureAction, []occasion{
		{"action, the first read", atlassim.CallMigration, 0, nothing, invokes},
		{"action, the request", atlassim.CallCutover, 0, nothing, invokes},
		{"action, a read after the request", atlassim.CallMigration, 2, nothing, invokes},
	}},
	{"atlasmigration_live_migration", configureMigration, []occasion{
		{"create, the request", atlassim.CallStart, 0, nothing, applies},
		{"create, a read", atlassim.CallMigration, 0, nothing, applies},
		{"refresh", atlassim.CallMigration, 0, interrupted, plans},
		{"update, a read", atlassim.CallMigration, 1, interrupted, applies},
		{"plan of a change", atlassim.CallMigration, 1, interrupted, plansAChange},
		{"import", atlassim.CallMigration, 0, interrupted, importsIt},
	}},
	{"atlasmigration_live_migration", configureCutover, []occasion{
		{"data source", atlassim.CallMigration, 0, nothing, reads},
	}},
	{"atlasmigration_live_migration_validation", configureMigration, []occasion{
		{"create, the request", atlassim.CallValidate, 0, nothing, applies},
		{"create, a read", atlassim.CallJob, 0, nothing, applies},
		{"refresh", atlassim.CallJob, 0, interrupted, plans},
		{"update, a read", atlassim.CallJob, 1, interrupted, applies},
	}},
	{"atlasmigration_link_token", configureLinkToken, []occasion{
		{"create", atlassim.CallLink, 0, nothing, applies},
		{"destroy", atlassim.CallUnlink, 0, isApplied, destroys},
	}},
	{"atlasmigration_available_projects", configureOrganization, []occasion{
		{"data source", atlassim.CallProjects, 0, nothing, reads},
	}},
}

func configureCutover(h *providertest.Harness) {
	id := h.Sim.Add(atlassim.Migration{CutoverTakes: 5 * time.Minute})
	h.Set("project_id", h.Sim.Credentials().ProjectID).Set("live_migration_id", id)
}

// configureAction configures an action, which has one time limit.
func configureAction(h *providertest.Harness) {
	configureCutover(h)
	h.Set("timeouts", map[string]any{"invoke": limit})
}

// configureResource configures a resource, which has one for each operation.
func configureResource(h *providertest.Harness) {
	configureCutover(h)
	h.SetTimeouts(limit)
}

// limit is longer than everything takes that nothing disturbs.
const limit = "20m"

func configureMigration(h *providertest.Harness) {
	h.Sim.SetTemplate(atlassim.Migration{Copying: 5 * time.Minute})
	h.Sim.SetValidation(atlassim.ValidationScript{Takes: 5 * time.Minute})
	h.Config = providertest.MigrationRequest(h.Sim.Credentials().ProjectID, "orders-atlas")
	h.SetTimeouts(limit)
	if h.Type == "atlasmigration_live_migration" {
		h.Set("wait_until", "ready")
	}
}

func configureOrganization(h *providertest.Harness) {
	h.Set("organization_id", h.Sim.Credentials().OrgID)
}

func configureLinkToken(h *providertest.Harness) {
	configureOrganization(h)
	h.Set("access_list_ips", []string{"203.0.113.10"})
}

// told is what an occasion with some answers comes to.
type told struct {
	answers []string
	text    string
}

// tell carries out an occasion with an answer.
func tell(t *testing.T, typeName string, configure func(*providertest.Harness), m occasion, answer int) string {
	t.Helper()
	text := ""
	providertest.Run(t, atlassim.Options{}, typeName, func(h *providertest.Harness) {
		configure(h)
		m.before(h)
		a := answers[answer]
		h.Sim.Inject(atlassim.Fault{Call: m.call, Skip: m.skip, Times: -1, After: a.after, Do: a.Effect})
		r := m.run(h)
		text = render(r.Diagnostics) + "state: " + stored(h.State) + "\n"
	})
	return text
}

// elapsed is how long a run or a call took, of which some seconds are left to chance.
var elapsed = regexp.MustCompile(`(within|after) ((20m)?[0-9]+s|20m)`)

func render(diagnostics []*tfprotov6.Diagnostic) string {
	text := ""
	for _, d := range diagnostics {
		text += d.Severity.String() + ": " + d.Summary + "\n\n" + elapsed.ReplaceAllString(d.Detail, "$1 …") + "\n\n"
	}
	return text
}

func stored(i *coretest.Instance) string {
	if i == nil {
		return "none"
	}
	text := "kept"
	if status := i.String("status"); !strings.HasPrefix(status, "(") {
		text = status
	}
	if i.Tainted {
		text += ", tainted"
	}
	return text
}

func TestEveryAnswerToEveryCallAtEveryMoment(t *testing.T) {
	var b strings.Builder
	for _, of := range occasions {
		for _, m := range of.occasions {
			var all []told
			for i, a := range answers {
				text := tell(t, of.typeName, of.configure, m, i)
				at := slices.IndexFunc(all, func(other told) bool { return other.text == text })
				if at < 0 {
					at, all = len(all), append(all, told{text: text})
				}
				all[at].answers = append(all[at].answers, a.name)
			}
			for _, one := range all {
				fmt.Fprintf(&b, "## %s, %s: %s\n%s\n", strings.TrimPrefix(of.typeName, "atlasmigration_"), m.name, strings.Join(one.answers, "; "), one.text)
			}
		}
	}
	noticetest.Compare(t, "testdata/answers.golden", b.String())
}
