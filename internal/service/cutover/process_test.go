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

// shop is a folder with a configuration, and a simulated Atlas with a live
// migration, for a real CLI that can be hurt.
type shop struct {
	*clitest.Workspace
	t     *testing.T
	atlas *clitest.Atlas
	sim   *atlassim.Sim
	id    string
}

// newShop is one with the example.
func newShop(t *testing.T, m atlassim.Migration) *shop {
	t.Helper()
	return newShopWith(t, clitest.NewAtlas(t, 1), m, example)
}

func newShopWith(t *testing.T, atlas *clitest.Atlas, m atlassim.Migration, files ...string) *shop {
	t.Helper()
	s := &shop{Workspace: atlas.Workspace(t, files...), t: t, atlas: atlas, sim: atlas.Sim, id: atlas.Add(m)}
	s.Set("project_id", atlas.Credentials().ProjectID)
	s.Set("live_migration_id", s.id)
	return s
}

// configure adds lines to the resource of the example; none makes it the example
// again. They go to an override file, which is Terraform's own way to do that.
func (s *shop) configure(lines string) {
	s.t.Helper()
	override := "resource \"" + cutoverType + "\" \"this\" {\n  " + lines + "\n}\n"
	if err := os.WriteFile(filepath.Join(s.Dir, "main_override.tf"), []byte(override), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// sees waits until the server's log has an entry that matches.
func (s *shop) sees(what string, match func(atlassim.Entry) bool) atlassim.Entry {
	s.t.Helper()
	return s.atlas.Sees(s.t, what, match)
}

// seesLookAfterRequest waits for the first look that follows an accepted
// request.
func (s *shop) seesLookAfterRequest() {
	s.t.Helper()
	put := s.sees("the request", func(e atlassim.Entry) bool { return e.Accepted })
	s.sees("a look after the request", func(e atlassim.Entry) bool { return e.N > put.N && e.Call == "migration" && e.ServedStatus != "" })
}

// finish makes Atlas complete the cutover at once.
func (s *shop) finish() {
	s.sim.Update(s.id, func(m *atlassim.Migration) { m.CutoverTakes = time.Nanosecond })
}

// state asserts what the state file holds, as [stage.state] does.
func (s *shop) state(want string) {
	s.t.Helper()
	if got := s.stateIn("terraform.tfstate"); got != want {
		s.t.Errorf("the state is %q, want %q", got, want)
	}
}

func (s *shop) stateIn(file string) string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.Dir, file))
	if errors.Is(err, fs.ErrNotExist) || len(text) == 0 {
		return ""
	}
	if err != nil {
		s.t.Fatal(err)
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
		s.t.Fatal(err)
	}
	// A resource that was interrupted may be there without being there.
	if len(state.Resources) == 0 || len(state.Resources[0].Instances) == 0 {
		return ""
	}
	instance := state.Resources[0].Instances[0]
	return strings.TrimSpace(instance.Attributes.Status + " " + instance.Status)
}

// accepted asserts the server's ledger.
func (s *shop) accepted(want int) {
	s.t.Helper()
	if got := s.sim.AcceptedCutovers(s.id); got != want {
		s.t.Errorf("Atlas accepted %d cutovers, want %d", got, want)
	}
	if s.t.Failed() {
		for _, e := range s.sim.Log() {
			s.t.Log(e)
		}
	}
}
