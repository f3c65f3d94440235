// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// A provider whose address comes from a resource that is no longer there has no
// client when everything is destroyed. What needs no call is forgotten. The link,
// which does, stays, and the error says how to remove it.
func TestAcceptanceADestroyWithoutAnAddressCrashesNothingAndKeepsTheLink(t *testing.T) {
	clitest.SkipUnless(t, clitest.TerraformData)
	c := newCompleted(t, "testdata/unknown_address.tf")
	c.Set("address", c.Env["MONGODB_ATLAS_BASE_URL"])
	delete(c.Env, "MONGODB_ATLAS_BASE_URL")
	c.Set("organization_id", c.atlas.Credentials().OrgID)
	c.Apply(0)
	c.Terraform(0, "state", "rm", "terraform_data.address")
	sent := len(c.atlas.Log())
	said := clitest.Unwrap(c.run(1, nil, "destroy", "-auto-approve"))
	for _, want := range []string{
		"Unable to remove link", "The provider's configuration depends on values that are not known before apply.",
		"The link is still there, and the state still holds its token.", "apply first what they depend on",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("does not say %q:\n%s", want, said)
		}
	}
	if now := len(c.atlas.Log()); now != sent {
		t.Errorf("sent %d requests", now-sent)
	}
	c.holds("atlasmigration_link_token.this")
	c.run(0, nil, "apply", "-auto-approve", "-target=terraform_data.address")
	c.run(0, nil, "destroy", "-auto-approve")
	c.holds()
	if last := c.atlas.Log()[len(c.atlas.Log())-1]; last.Call != atlassim.CallUnlink || !last.Accepted {
		t.Errorf("the last request was %s, want the removal of the link", last)
	}
}
