// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
)

// storedState is a state file as Terraform wrote it, as far as it is read here.
// What users have on their disks stays as it is: the file is never changed. A
// schema that no longer reads it needs an upgrader, and a higher version gets a
// file of its own beside this one.
const storedState = "testdata/state_v0.json"

type storedInstance struct {
	SchemaVersion int64           `json:"schema_version"`
	Attributes    json.RawMessage `json:"attributes"`
	Private       []byte          `json:"private"`
}

func stored(t *testing.T, name string) storedInstance {
	t.Helper()
	content, err := os.ReadFile(storedState)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Resources []struct {
			Name      string           `json:"name"`
			Instances []storedInstance `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	for _, r := range file.Resources {
		if r.Name == name && len(r.Instances) == 1 {
			return r.Instances[0]
		}
	}
	t.Fatalf("%s holds no %s", storedState, name)
	return storedInstance{}
}

// configured are the values that the attributes had, those that only the
// provider sets left out.
func (i storedInstance) configured(t *testing.T) map[string]any {
	t.Helper()
	config := i.attributes(t)
	for _, computed := range []string{"id", "source_project_id", "status", "error_message"} {
		delete(config, computed)
	}
	return config
}

func (i storedInstance) attributes(t *testing.T) map[string]any {
	t.Helper()
	var attributes map[string]any
	if err := json.Unmarshal(i.Attributes, &attributes); err != nil {
		t.Fatal(err)
	}
	return attributes
}

// takeOver makes a stored instance the harness's state, as a newer provider first
// sees it.
func (s *harness) takeOver(i storedInstance) {
	s.T.Helper()
	server := s.Server()
	upgraded, err := server.UpgradeResourceState(s.T.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: s.Type, Version: i.SchemaVersion, RawState: &tfprotov6.RawState{JSON: i.Attributes},
	})
	if err != nil {
		s.T.Fatal(err)
	}
	for _, d := range upgraded.Diagnostics {
		s.T.Fatalf("%s: %s\n%s", d.Severity, d.Summary, d.Detail)
	}
	schemas, err := server.GetProviderSchema(s.T.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		s.T.Fatal(err)
	}
	value, err := upgraded.UpgradedState.Unmarshal(schemas.ResourceSchemas[s.Type].ValueType())
	if err != nil {
		s.T.Fatal(err)
	}
	s.State, s.Config = &coretest.Instance{Value: value, Private: i.Private}, i.configured(s.T)
}

func TestStoredStateIsReadWhole(t *testing.T) {
	for _, name := range []string{"finished", "under_way"} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, atlassim.Migration{}, func(s *harness) {
				i := stored(s.T, name)
				s.takeOver(i)
				if !s.State.Equals(i.attributes(s.T)) {
					s.T.Errorf("stored was\n%s\nread is\n%s", i.Attributes, s.State.Value)
				}
			})
		})
	}
}

func TestStoredStateOfAFinishedCutoverNeedsNoChange(t *testing.T) {
	inFakeTime(t, atlassim.Migration{}, func(s *harness) {
		s.takeOver(stored(s.T, "finished"))
		s.CheckApply(s.CheckSilent(s.Apply), coretest.NoOp)
		s.CheckState("SUCCESS")
	})
}

func TestStoredStateOfACutoverUnderWayIsResumed(t *testing.T) {
	i := stored(t, "under_way")
	known := i.attributes(t)
	migration := atlassim.Migration{BegunElsewhere: true, CutoverTakes: 20 * time.Minute}
	migration.ID, _ = known["live_migration_id"].(string)
	migration.ProjectID, _ = known["project_id"].(string)
	inFakeTime(t, migration, func(s *harness) {
		s.takeOver(i)
		s.CheckApply(s.Apply(), coretest.Update)
		s.CheckState("SUCCESS")
		s.CheckAttribute("error_message", "")
		s.checkCutovers(0, 0)
	})
}
