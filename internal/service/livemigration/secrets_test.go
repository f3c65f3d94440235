// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// The password is in no state, no plan, nothing that Terraform prints and nothing
// that the provider logs; nor is what the provider authenticates with.
func TestAcceptanceNoFileHasThePasswordInIt(t *testing.T) {
	for name, file := range map[string]string{
		"a live migration": migrations + "resource.tf",
		"a validation":     examples + "resources/atlasmigration_live_migration_validation/resource.tf",
	} {
		t.Run(name, func(t *testing.T) {
			s := newCLIHarness(t, file)
			s.Sim.SetTemplate(copies(time.Hour))
			printed := map[string]string{
				"the plan":             s.Terraform(0, "plan", "-out=first.tfplan"),
				"the apply":            s.Terraform(0, "apply", "first.tfplan"),
				"the second plan":      s.Terraform(0, "plan", "-out=second.tfplan", "-detailed-exitcode"),
				"the plan as it shows": s.Terraform(0, "show", "-json", "first.tfplan"),
				"the state":            s.Terraform(0, "show", "-json"),
			}
			files := s.Files()
			for _, expected := range []string{"terraform.tfstate", "first.tfplan/tfplan", "first.tfplan/tfstate", "second.tfplan/tfstate", "trace.log"} {
				if len(files[expected]) == 0 {
					t.Errorf("%s was not looked into", expected)
				}
			}
			maps.Copy(printed, files)
			for name, text := range printed {
				for _, secret := range []string{providertest.SourcePassword, s.Sim.Credentials().PrivateKey} {
					if strings.Contains(text, secret) {
						t.Errorf("%s has %q in it", name, secret)
					}
				}
			}
		})
	}
}
