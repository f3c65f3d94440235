// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
)

// StoredState is a state file as Terraform wrote it for an earlier version of the
// provider. It is what users have on their disks, and is never changed. A schema
// that cannot read it needs an upgrader, and a higher schema version a file of its
// own beside this one.
const StoredState = "testdata/state_v0.json"

// StoredInstance is a resource in [StoredState].
type StoredInstance struct {
	SchemaVersion int64           `json:"schema_version"`
	JSON          json.RawMessage `json:"attributes"`
	Private       []byte          `json:"private"`
}

// ReadStored reads a resource of [StoredState] by its name.
func ReadStored(t *testing.T, name string) StoredInstance {
	t.Helper()
	content, err := os.ReadFile(StoredState)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Resources []struct {
			Name      string           `json:"name"`
			Instances []StoredInstance `json:"instances"`
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
	t.Fatalf("%s holds no %s", StoredState, name)
	return StoredInstance{}
}

// Attributes decodes the attributes.
func (i StoredInstance) Attributes(t *testing.T) map[string]any {
	t.Helper()
	var attributes map[string]any
	if err := json.Unmarshal(i.JSON, &attributes); err != nil {
		t.Fatal(err)
	}
	return attributes
}

// TakeOver makes a stored instance the state, as a newer provider first sees it, and
// its attributes, except the computed ones, the configuration.
func (h *Harness) TakeOver(i StoredInstance, computed ...string) {
	h.T.Helper()
	server := h.Server()
	upgraded, err := server.UpgradeResourceState(h.T.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: h.Type, Version: i.SchemaVersion, RawState: &tfprotov6.RawState{JSON: i.JSON},
	})
	if err != nil {
		h.T.Fatal(err)
	}
	for _, d := range upgraded.Diagnostics {
		h.T.Fatalf("%s: %s\n%s", d.Severity, d.Summary, d.Detail)
	}
	schemas, err := server.GetProviderSchema(h.T.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		h.T.Fatal(err)
	}
	value, err := upgraded.UpgradedState.Unmarshal(schemas.ResourceSchemas[h.Type].ValueType())
	if err != nil {
		h.T.Fatal(err)
	}
	h.State, h.Config = &coretest.Instance{Value: value, Private: i.Private}, i.Attributes(h.T)
	for _, name := range computed {
		delete(h.Config, name)
	}
}
