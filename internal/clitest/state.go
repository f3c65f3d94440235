// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package clitest

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Instance is a resource in the state file.
type Instance struct {
	Status     string // "tainted", or nothing
	Attributes map[string]any
}

// State is what the state file holds, by the resources' addresses.
func (w *Workspace) State() map[string]Instance {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.Dir, "terraform.tfstate"))
	if errors.Is(err, fs.ErrNotExist) || len(text) == 0 {
		return nil
	}
	must(w.t, err)
	var state struct {
		Resources []struct {
			Type, Name string
			Instances  []Instance
		}
	}
	must(w.t, json.Unmarshal(text, &state))
	found := map[string]Instance{}
	for _, r := range state.Resources {
		for _, instance := range r.Instances {
			found[r.Type+"."+r.Name] = instance
		}
	}
	return found
}
