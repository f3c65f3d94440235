// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// A wave begins when the one before it is confirmed.
func TestTheFleetExampleCutsOverInWaves(t *testing.T) {
	s := newCLIHarnessWith(t, clitest.NewAtlas(t, 1), atlassim.Migration{}, "../../../examples/fleet/main.tf")
	type cluster struct {
		LiveMigrationID string `json:"live_migration_id"`
		Wave            int    `json:"wave"`
	}
	clusters, waves := map[string]cluster{}, map[string]int{}
	for i, name := range []string{"canary", "orders", "events", "archive", "audit"} {
		id := s.Sim.Add(atlassim.Migration{CutoverTakes: 2 * time.Second})
		waves[id] = min(i, 2) + 1
		clusters[name] = cluster{id, waves[id]}
	}
	text, err := json.Marshal(clusters)
	must(t, err)
	s.Set("clusters", string(text))
	s.Apply(0)
	confirmed := map[string]bool{}
	for _, e := range s.Sim.Log() {
		if e.ServedStatus == "COMPLETE" {
			confirmed[e.LiveMigrationID] = true
		}
		for id, wave := range waves {
			if e.Accepted && wave < waves[e.LiveMigrationID] && !confirmed[id] {
				t.Errorf("a cutover of wave %d was requested before one of wave %d was confirmed", waves[e.LiveMigrationID], wave)
			}
		}
	}
	for id := range waves {
		if got := s.Sim.AcceptedCutovers(id); got != 1 {
			t.Errorf("Atlas accepted %d cutovers of %s", got, id)
		}
	}
	if len(confirmed) != len(waves) {
		t.Errorf("%d cutovers were confirmed", len(confirmed))
	}
	s.Terraform(0, "plan", "-detailed-exitcode")
}

// What the fleet example and the guides say of -parallelism is so: without it the
// eleventh cutover of a wave is requested only when another one has completed.
func TestTheFleetExampleCutsOverALargeWaveAtOnceWithParallelism(t *testing.T) {
	const size = 12
	for name, row := range map[string]struct {
		arguments []string
		atOnce    int
	}{
		"as it is":             {nil, 10},
		"with -parallelism=12": {[]string{"-parallelism=12"}, size},
	} {
		t.Run(name, func(t *testing.T) {
			s := newCLIHarnessWith(t, clitest.NewAtlas(t, 1), atlassim.Migration{}, "../../../examples/fleet/main.tf")
			ids, clusters := []string{}, map[string]any{}
			for i := range size {
				ids = append(ids, s.Sim.Add(long))
				clusters[fmt.Sprintf("cluster-%d", i)] = map[string]any{"live_migration_id": ids[i], "wave": 1}
			}
			value, err := json.Marshal(clusters)
			must(t, err)
			s.Set("clusters", string(value))
			r := s.Start(append([]string{"apply", "-auto-approve"}, row.arguments...)...)
			s.sees("all that are cut over at once", func(atlassim.Entry) bool { return s.requestedBeforeAnEnd() == row.atOnce })
			for _, id := range ids {
				s.Sim.Update(id, func(m *atlassim.Migration) { m.CutoverTakes = time.Nanosecond })
			}
			r.Ends(0)
			if most := s.requestedBeforeAnEnd(); most != row.atOnce {
				t.Errorf("%d cutovers were requested before one had completed, want %d", most, row.atOnce)
			}
		})
	}
}

// requestedBeforeAnEnd is how many cutovers Atlas had accepted when it first showed
// that one was complete, or has accepted so far.
func (s *cliHarness) requestedBeforeAnEnd() int {
	accepted := 0
	for _, e := range s.Sim.Log() {
		if e.ServedStatus == "COMPLETE" {
			break
		}
		if e.Call == atlassim.CallCutover && e.Accepted {
			accepted++
		}
	}
	return accepted
}

// The journey's files hold nothing that lets anybody in, but for the link token,
// which Terraform keeps as a sensitive value.
func TestTheJourneyExamplesFilesHoldNoSecret(t *testing.T) {
	const password = "the-s0urce-clusters-passw0rd"
	clitest.SkipUnless(t, clitest.WriteOnly)
	s := newCLIHarnessWith(t, clitest.NewAtlas(t, 1).AsServiceAccount(), atlassim.Migration{}, "../../../examples/journey/main.tf")
	s.Trace()
	keys := s.Sim.Credentials()
	// The key is not used, and not shown either.
	s.Env["MONGODB_ATLAS_PUBLIC_API_KEY"], s.Env["MONGODB_ATLAS_PRIVATE_API_KEY"] = keys.PublicKey, keys.PrivateKey
	s.Set("organization_id", keys.OrgID)
	s.Set("source_cluster", `{"project_id": "a95a72942bbf2f261dd23e02", "cluster_name": "orders", `+
		`"migration_host": "migration-host.example.net", "tls_enabled": true}`)
	s.Set("source_username", "mms")
	s.Set("source_password", password)
	s.Sim.SetTemplate(atlassim.Migration{})
	printed := map[string]string{
		"the plan's output":  s.Terraform(0, "plan", "-out=plan"),
		"the apply's output": s.Terraform(0, "apply", "plan"),
	}
	s.Terraform(0, "plan", "-detailed-exitcode")
	texts := s.looksInto("trace.log", "terraform.tfstate", "plan/tfplan")
	maps.Copy(texts, printed)
	for name, text := range texts {
		for _, secret := range []string{keys.PrivateKey, keys.ClientSecret, keys.AccessToken, atlassim.OAuthTokenPrefix} {
			if strings.Contains(text, secret) {
				t.Errorf("%s has %q in it", name, secret)
			}
		}
		if strings.Contains(text, password) {
			t.Errorf("%s has the password in it", name)
		}
	}
}
