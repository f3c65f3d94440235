// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration_test

import (
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// cliHarness is a folder with examples in it and a simulated Atlas, for a real CLI
// whose files can be looked into.
type cliHarness struct {
	*clitest.Workspace
	Sim *atlassim.Sim
}

func newCLIHarness(t *testing.T, files ...string) *cliHarness {
	t.Helper()
	clitest.SkipUnless(t, clitest.WriteOnly)
	atlas := clitest.NewAtlas(t, 1000)
	s := &cliHarness{atlas.Workspace(t, append(files, shell)...), atlas.Sim}
	s.Trace()
	s.Set("project_id", atlas.Credentials().ProjectID)
	s.Set("source_password", providertest.SourcePassword)
	return s
}

// What the documentation promises of its example: an apply that runs out of time
// fails by the postcondition, taints nothing, and is resumed in place.
func TestAcceptanceAPostconditionFailsAnApplyThatRanOutOfTimeWithoutTaintingIt(t *testing.T) {
	s := newCLIHarness(t, migrations+"resource.tf", "testdata/impatient_override.tf")
	s.Sim.SetTemplate(atlassim.Migration{Copying: atlassim.Forever})
	for range 2 {
		if out := s.Apply(1); !strings.Contains(out, "Live migration is not ready for cutover") {
			t.Errorf("does not say that it is not ready:\n%s", out)
		}
		if state := s.Terraform(0, "show"); strings.Contains(state, "tainted") {
			t.Errorf("it is tainted:\n%s", state)
		}
	}
	s.Sim.Update(s.Sim.Starts()[0].LiveMigrationID, func(m *atlassim.Migration) { m.Copying = 0 })
	s.Apply(0)
	s.Terraform(0, "plan", "-detailed-exitcode")
	if started := s.Sim.AcceptedStarts(cluster); started != 1 {
		t.Errorf("Atlas started %d live migrations", started)
	}
}
