// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// use puts another configuration in the shop's place.
func (s *shop) use(file string, variables map[string]string) {
	s.t.Helper()
	text, err := os.ReadFile(file)
	must(s.t, err)
	must(s.t, os.WriteFile(filepath.Join(s.dir, "main.tf"), text, 0o600))
	for name, value := range variables {
		s.env = append(s.env, "TF_VAR_"+name+"="+value)
	}
}

// A wave begins when the one before it is confirmed.
func TestTheFleetExampleCutsOverInWaves(t *testing.T) {
	s := newShop(t, atlassim.Migration{})
	type cluster struct {
		LiveMigrationID string `json:"live_migration_id"`
		Wave            int    `json:"wave"`
	}
	clusters, waves := map[string]cluster{}, map[string]int{}
	for i, name := range []string{"canary", "orders", "events", "archive", "audit"} {
		id := s.sim.Add(atlassim.Migration{CutoverTakes: 2 * time.Second})
		waves[id] = min(i, 2) + 1
		clusters[name] = cluster{id, waves[id]}
	}
	text, err := json.Marshal(clusters)
	must(t, err)
	s.use("../../../examples/fleet/main.tf", map[string]string{"clusters": string(text)})
	s.apply(0)
	confirmed := map[string]bool{}
	for _, e := range s.sim.Log() {
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
		if got := s.sim.AcceptedCutovers(id); got != 1 {
			t.Errorf("Atlas accepted %d cutovers of %s", got, id)
		}
	}
	if len(confirmed) != len(waves) {
		t.Errorf("%d cutovers were confirmed", len(confirmed))
	}
	s.terraform(0, "plan", "-detailed-exitcode")
}

// The journey's files hold nothing that lets anybody in, but for the link token,
// which Terraform keeps as a sensitive value.
func TestTheJourneyExamplesFilesHoldNoSecret(t *testing.T) {
	const password = "the-s0urce-clusters-passw0rd"
	clitest.Needs(t, clitest.WriteOnly)
	s := newShop(t, atlassim.Migration{})
	keys := s.sim.Credentials()
	s.env = append(s.env, "MONGODB_ATLAS_CLIENT_ID="+keys.ClientID, "MONGODB_ATLAS_CLIENT_SECRET="+keys.ClientSecret,
		"TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(s.dir, "trace.log"))
	s.use("../../../examples/journey/main.tf", map[string]string{
		"organization_id": keys.OrgID, "source_username": "mms", "source_password": password,
	})
	s.sim.SetTemplate(atlassim.Migration{})
	texts := map[string]string{}
	texts["the plan's output"] = s.terraform(0, "plan", "-out=plan")
	texts["the apply's output"] = s.terraform(0, "apply", "plan")
	s.terraform(0, "plan", "-detailed-exitcode")
	for _, file := range []string{"trace.log", "terraform.tfstate"} {
		text, err := os.ReadFile(filepath.Join(s.dir, file))
		must(t, err)
		texts[file] = string(text)
	}
	maps.Copy(texts, unzipped(t, filepath.Join(s.dir, "plan")))
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
