// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package availableprojects

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

var (
	notAnOwner  = &atlas.APIError{Status: 401, Code: "NOT_ORG_OWNER", Detail: "The user is not an owner."}
	unwell      = &atlas.APIError{Status: 503, Reason: "Service Unavailable"}
	unreachable = &atlas.UnsentError{Err: errors.New("no route to host")}
	noAccount   = &atlas.UnsentError{Err: &atlas.APIError{Status: 404, Reason: "Not Found"}}
)

func TestWhatIsSaidOfAListThatWasNotRead(t *testing.T) {
	_, unconfigured := providerdata.Unknown().Client.AvailableProjects(t.Context(), "o")
	const nothing = "\n\nNo projects were read, and nothing was changed at Atlas.\n\n"
	const again = " Plan or apply again."
	for name, row := range map[string]struct {
		n    notice.Notice
		want string
	}{
		"a missing role": {
			unableToRead(notAnOwner),
			"The call failed: 401 NOT_ORG_OWNER: The user is not an owner." + nothing +
				notice.Remedy(notAnOwner, nil) + again,
		},
		"a wrong organization": {
			unableToRead(&atlas.APIError{Status: 404, Code: "RESOURCE_NOT_FOUND"}),
			"The call failed: 404 RESOURCE_NOT_FOUND." + nothing +
				"Check organization_id: it is the ID of the Atlas organization, not of a project in it, nor of the " +
				"organization in Cloud Manager or Ops Manager. Check base_url as well." + again,
		},
		"a broken server": {
			unableToRead(unwell),
			"The call failed: 503 Service Unavailable." + nothing + notice.Remedy(unwell, nil) + again,
		},
		"a redirect": {
			unableToRead(&atlas.APIError{Status: 302, Reason: "Found"}),
			"The call failed: 302 Found." + nothing +
				"Check base_url and any proxy: the answer sends to another address, which is not followed." + again,
		},
		"an answer that cannot be read": {
			unableToRead(&atlas.DecodeError{Status: 200, Err: errors.New("unexpected EOF")}),
			"The call failed: the answer 200 cannot be read: unexpected EOF." + nothing +
				"Check base_url and any proxy between this machine and Atlas: the answer is not what Atlas documents." + again,
		},
		"no network": {
			unableToRead(unreachable),
			"The call failed: not sent: no route to host." + nothing +
				notice.Remedy(unreachable, nil) + again,
		},
		"no call for access tokens at base_url": {
			unableToRead(noAccount),
			"The call failed: not sent: 404 Not Found." + nothing + notice.Remedy(noAccount, nil) + again,
		},
		"an interrupt": {
			unableToRead(fmt.Errorf("GET: %w", context.Canceled)),
			"The call failed: GET: context canceled." + nothing + "The run was interrupted." + again,
		},
		"a provider that is not configured": {
			unableToRead(unconfigured),
			"The provider's configuration depends on values that are not known before apply." + nothing +
				"Give the provider its credentials and base_url as known values or in the environment, or apply first what " +
				"they depend on." + again,
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := row.n.Diagnostic()
			if d.Summary() != "Unable to read available projects" || d.Severity() != diag.SeverityError {
				t.Errorf("is the %s %q", d.Severity(), d.Summary())
			}
			if got := d.Detail(); got != row.want {
				t.Errorf("says\n%s\nwant\n%s", got, row.want)
			}
		})
	}
}
