// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration_test

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// shop is a folder with examples in it, a provider of its own, and a simulated
// Atlas, for a real Terraform whose files can be looked into.
type shop struct {
	t   *testing.T
	sim *atlassim.Sim
	dir string
	env []string
}

func newShop(t *testing.T, files ...string) *shop {
	t.Helper()
	clitest.Needs(t, clitest.WriteOnly)
	sim := atlassim.New(atlassim.Options{Speed: 1000, NonceLife: time.Hour})
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	s := &shop{t: t, sim: sim, dir: folder(t, files...)}
	bin := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(bin, "terraform-provider-atlasmigration"),
		"github.com/atlasmigration/terraform-provider-atlasmigration")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s\n%s", err, out)
	}
	cli := filepath.Join(bin, "cli.tfrc")
	overrides := "provider_installation {\n  dev_overrides {\n    \"atlasmigration/atlasmigration\" = \"" + bin + "\"\n  }\n  direct {}\n}\n"
	if err := os.WriteFile(cli, []byte(overrides), 0o600); err != nil {
		t.Fatal(err)
	}
	keys := sim.Credentials()
	s.env = append(os.Environ(),
		"TF_CLI_CONFIG_FILE="+cli, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(s.dir, "trace.log"),
		"TF_VAR_project_id="+keys.ProjectID, "TF_VAR_source_password="+password,
		"MONGODB_ATLAS_BASE_URL="+server.URL,
		"MONGODB_ATLAS_PUBLIC_API_KEY="+keys.PublicKey, "MONGODB_ATLAS_PRIVATE_API_KEY="+keys.PrivateKey)
	return s
}

// terraform runs a command to its good end, and gives what it printed.
func (s *shop) terraform(arguments ...string) []byte {
	s.t.Helper()
	out, err := s.attempt(arguments...)
	if err != nil {
		s.t.Fatalf("terraform %s: %s\n%s", strings.Join(arguments, " "), err, out)
	}
	return out
}

// attempt runs a command to its end, whatever that is.
func (s *shop) attempt(arguments ...string) ([]byte, error) {
	command := exec.Command(clitest.Path(s.t), append(arguments, "-no-color")...)
	command.Dir, command.Env = s.dir, s.env
	return command.CombinedOutput()
}

// What the documentation promises of its example: an apply that runs out of time
// fails by the postcondition, taints nothing, and is gone on with in place.
func TestAcceptanceAPostconditionFailsAnApplyThatRanOutOfTimeWithoutTaintingIt(t *testing.T) {
	s := newShop(t, migrations+"resource.tf", "testdata/impatient_override.tf")
	s.sim.SetTemplate(atlassim.Migration{Copying: atlassim.Forever})
	for _, want := range []string{"Live migration is not ready for cutover", "Live migration is not ready for cutover"} {
		out, err := s.attempt("apply", "-auto-approve")
		if err == nil || !strings.Contains(string(out), want) {
			t.Errorf("ended with %v:\n%s", err, out)
		}
		if state := s.terraform("show"); strings.Contains(string(state), "tainted") {
			t.Errorf("it is tainted:\n%s", state)
		}
	}
	s.sim.Update(s.sim.Starts()[0].LiveMigrationID, func(m *atlassim.Migration) { m.Copying = 0 })
	s.terraform("apply", "-auto-approve")
	s.terraform("plan", "-detailed-exitcode")
	if started := s.sim.AcceptedStarts(cluster); started != 1 {
		t.Errorf("Atlas started %d live migrations", started)
	}
}
