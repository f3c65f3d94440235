// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// cliHarness is a folder with a configuration, and a simulated Atlas with a live
// migration, for a real CLI that can be hurt.
type cliHarness struct {
	*clitest.Workspace
	T     *testing.T
	atlas *clitest.Atlas
	Sim   *atlassim.Sim
	id    string
}

// newCLIHarness is one with the example.
func newCLIHarness(t *testing.T, m atlassim.Migration) *cliHarness {
	t.Helper()
	return newCLIHarnessWith(t, clitest.NewAtlas(t, 1), m, example)
}

func newCLIHarnessWith(t *testing.T, atlas *clitest.Atlas, m atlassim.Migration, files ...string) *cliHarness {
	t.Helper()
	s := &cliHarness{Workspace: atlas.Workspace(t, files...), T: t, atlas: atlas, Sim: atlas.Sim, id: atlas.Add(m)}
	s.Set("project_id", atlas.Credentials().ProjectID)
	s.Set("live_migration_id", s.id)
	return s
}

// configure adds lines to the resource of the example; none makes it the example
// again. They go to an override file, which is Terraform's own way to do that.
func (s *cliHarness) configure(lines string) {
	s.T.Helper()
	override := "resource \"" + cutoverType + "\" \"this\" {\n  " + lines + "\n}\n"
	if err := os.WriteFile(filepath.Join(s.Dir, "main_override.tf"), []byte(override), 0o600); err != nil {
		s.T.Fatal(err)
	}
}

// sees waits until the server's log has an entry that matches.
func (s *cliHarness) sees(what string, match func(atlassim.Entry) bool) atlassim.Entry {
	s.T.Helper()
	return s.atlas.Sees(s.T, what, match)
}

// seesLookAfterRequest waits for the first look that follows an accepted
// request.
func (s *cliHarness) seesLookAfterRequest() {
	s.T.Helper()
	put := s.sees("the request", func(e atlassim.Entry) bool { return e.Accepted })
	s.sees("a look after the request", func(e atlassim.Entry) bool { return e.N > put.N && e.Call == "migration" && e.ServedStatus != "" })
}

// finish makes Atlas complete the cutover at once.
func (s *cliHarness) finish() {
	s.Sim.Update(s.id, func(m *atlassim.Migration) { m.CutoverTakes = time.Nanosecond })
}

// CheckState asserts what the state file holds.
func (s *cliHarness) CheckState(want string) {
	s.T.Helper()
	if got := s.stateIn("terraform.tfstate"); got != want {
		s.T.Errorf("the state is %q, want %q", got, want)
	}
}

func (s *cliHarness) stateIn(file string) string {
	s.T.Helper()
	text, err := os.ReadFile(filepath.Join(s.Dir, file))
	if errors.Is(err, fs.ErrNotExist) || len(text) == 0 {
		return ""
	}
	if err != nil {
		s.T.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Instances []struct {
				Status     string
				Attributes struct {
					Status string
				}
			}
		}
	}
	if err := json.Unmarshal(text, &state); err != nil {
		s.T.Fatal(err)
	}
	// A resource that was interrupted may be there without being there.
	if len(state.Resources) == 0 || len(state.Resources[0].Instances) == 0 {
		return ""
	}
	instance := state.Resources[0].Instances[0]
	return strings.TrimSpace(instance.Attributes.Status + " " + instance.Status)
}

// checkCutovers asserts how many cutovers the server accepted.
func (s *cliHarness) checkCutovers(want int) {
	s.T.Helper()
	if got := s.Sim.AcceptedCutovers(s.id); got != want {
		s.T.Errorf("Atlas accepted %d cutovers, want %d", got, want)
	}
	if s.T.Failed() {
		for _, e := range s.Sim.Log() {
			s.T.Log(e)
		}
	}
}
