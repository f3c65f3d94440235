// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package linktoken

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
)

var (
	errReset = errors.New("connection reset by peer")

	notAnOwner  = &atlas.APIError{Status: 401, Code: "NOT_ORG_OWNER", Detail: "The current user is not an owner of the organization."}
	running     = &atlas.APIError{Status: 409, Code: "CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK", Detail: "A live migration is active."}
	unwell      = &atlas.APIError{Status: 502, Detail: "an HTML page"}
	unreachable = &atlas.UnsentError{Err: errReset}
	noAccount   = &atlas.UnsentError{Err: &atlas.APIError{Status: 404, Reason: "Not Found"}}
	conflicted  = &atlas.UnsentError{Err: &atlas.APIError{Status: 409, Reason: "Conflict"}}
)

const (
	checkID = "Check organization_id: it is the ID of the Atlas organization, not of a project in it, nor of the " +
		"organization in Cloud Manager or Ops Manager. Check base_url as well."
	notNow        = "Wait some minutes: Atlas cannot do this now, for example during an upgrade."
	checkRedirect = "Check base_url and any proxy: the answer sends to another address, which is not followed."
)

// after is how a request ends whose every try fails in that way, in fake time.
func after(t *testing.T, err error) (o migration.Outcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o = send(t.Context(), func(context.Context) error { return err })
	})
	return o
}

// paragraphs asserts a whole diagnostic.
func paragraphs(t *testing.T, d diag.Diagnostic, summary string, want ...string) {
	t.Helper()
	if d.Summary() != summary || d.Severity() != diag.SeverityError {
		t.Errorf("is the %s %q, want the error %q", d.Severity(), d.Summary(), summary)
	}
	if got := d.Detail(); got != strings.Join(want, "\n\n") {
		t.Errorf("says\n%s\nwant\n%s", got, strings.Join(want, "\n\n"))
	}
}

func TestWhatIsSaidOfATokenThatWasNotCreated(t *testing.T) {
	const (
		none    = "No link token was created, and nothing was stored in the state."
		unknown = "Nothing was stored in the state. Whether Atlas created a link token is not known; if it did, nobody " +
			"has received it."
	)
	for name, row := range map[string]struct {
		err  error
		want []string
	}{
		"a missing role": {notAnOwner, []string{
			"The call failed: 401 NOT_ORG_OWNER: The current user is not an owner of the organization.",
			none, notice.Remedy(notAnOwner, nil) + " Apply again."}},
		"a bad list": {
			&atlas.APIError{Status: 400, Code: "INVALID", Fields: []atlas.FieldError{{Field: "accessListIps", Description: "no"}}},
			[]string{
				"The call failed: 400 INVALID (accessListIps: no).",
				none, "Check access_list_ips and organization_id against what Atlas says above. Apply again."}},
		"a wrong organization": {&atlas.APIError{Status: 404, Reason: "Not Found"}, []string{
			"The call failed: 404 Not Found.", none, checkID + " Apply again."}},
		"an upgrade": {&atlas.APIError{Status: 405, Code: "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"}, []string{
			"The call failed: 405 WRITES_NOT_ALLOWED_DURING_APP_UPGRADES.", none, notNow + " Apply again."}},
		"a link that is in the way": {&atlas.APIError{Status: 409, Reason: "Conflict"}, []string{
			"The call failed: 409 Conflict.", none,
			"Look whether the organization has a link already. If so, remove it: destroy the resource that it belongs to, or " +
				"remove it in the Atlas console. Apply again."}},
		"a dial that failed": {unreachable, []string{
			"The call failed: not sent: connection reset by peer.", none, notice.Remedy(unreachable, nil) + " Apply again."}},
		"an answer that was lost": {errReset, []string{
			"The call failed: connection reset by peer.", unknown,
			notice.Remedy(errReset, nil) + " Apply again, which creates another token."}},
		"an answer that took too long": {&atlas.APIError{Status: 408, Reason: "Request Timeout"}, []string{
			"The call failed: 408 Request Timeout.", unknown, notNow + " Apply again, which creates another token."}},
		"a broken server": {unwell, []string{
			"The call failed: 502: an HTML page.", unknown, notice.Remedy(unwell, nil) + " Apply again, which creates another token."}},
		"a redirect": {&atlas.APIError{Status: 302, Reason: "Found"}, []string{
			"The call failed: 302 Found.", unknown, checkRedirect + " Apply again, which creates another token."}},
		"an interrupt": {fmt.Errorf("POST: %w", context.Canceled), []string{
			"The call failed: POST: context canceled.", unknown,
			"The run was interrupted. Apply again, which creates another token."}},
		"an answer without a token": {&atlas.DecodeError{Status: 200, Err: errors.New("it has no linkToken")}, []string{
			"Atlas created a link token, but its answer did not bring it. The call failed: the answer 200 cannot be " +
				"read: it has no linkToken.",
			"Nothing was stored in the state. The token is lost, since Atlas shows it only once.",
			"Apply again, which creates another token."}},
	} {
		t.Run(name, func(t *testing.T) {
			paragraphs(t, unableToCreate(after(t, row.err)).Diagnostic(), "Unable to create link token", row.want...)
		})
	}
}

func TestWhatIsSaidOfALinkThatWasNotRemoved(t *testing.T) {
	const (
		kept    = "The link is still there, and the state still holds its token."
		unknown = "Whether Atlas removed the link is not known. The state still holds its token."
		again   = " Run the same command again."
		orGone  = again + " A link that is gone by then counts as removed."
	)
	for name, row := range map[string]struct {
		err  error
		want []string
	}{
		"a migration that runs": {running, []string{
			"A live migration of the organization is running, and Atlas keeps the link as long as one does. The call failed: " +
				"409 CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK: A live migration is active.",
			kept,
			"Wait until the organization's live migrations have ended: cut them over, or cancel them in the Atlas console. " +
				"Then run the same command again. To let Terraform forget the link and leave it at Atlas, use terraform " +
				"state rm and the address of this resource."}},
		"a missing role": {notAnOwner, []string{
			"The call failed: 401 NOT_ORG_OWNER: The current user is not an owner of the organization.",
			kept, notice.Remedy(notAnOwner, nil) + again}},
		"an answer that was lost": {errReset, []string{
			"The call failed: connection reset by peer.", unknown, notice.Remedy(errReset, nil) + orGone}},
		"a broken server": {unwell, []string{
			"The call failed: 502: an HTML page.", unknown, notice.Remedy(unwell, nil) + orGone}},
		"an interrupt": {context.Canceled, []string{
			"The call failed: context canceled.", unknown, "The run was interrupted." + orGone}},
		"a conflict over an access token": {conflicted, []string{
			"The call failed: not sent: 409 Conflict.", kept,
			notice.Remedy(conflicted, nil) + again}},
	} {
		t.Run(name, func(t *testing.T) {
			paragraphs(t, unableToRemove(after(t, row.err)).Diagnostic(), "Unable to remove link", row.want...)
		})
	}
}

func TestOnlyAtlasCanSayThatALinkIsGone(t *testing.T) {
	for name, row := range map[string]struct {
		err  error
		want bool
	}{
		"a link that is not there":              {&atlas.APIError{Status: 404, Code: "RESOURCE_NOT_FOUND"}, true},
		"the same in other words":               {&atlas.APIError{Status: 404, Code: "UNEXPECTED_ERROR"}, true},
		"the same without a code":               {&atlas.APIError{Status: 404}, true},
		"no call for access tokens at base_url": {noAccount, false},
		"a migration that runs":                 {running, false},
		"an answer that was lost":               {errReset, false},
		"a 410, which is of the API's version":  {&atlas.APIError{Status: 410, Code: "VERSION_GONE"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := gone(after(t, row.err)); got != row.want {
				t.Errorf("the link is gone: %t, want %t", got, row.want)
			}
		})
	}
}
