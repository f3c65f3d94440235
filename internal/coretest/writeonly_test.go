// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package coretest

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestAWriteOnlyValueIsFoundAndTakenAway(t *testing.T) {
	schema := &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{
		{Name: "token", Type: tftypes.String, Optional: true, WriteOnly: true},
		{Name: "source", Optional: true, NestedType: &tfprotov6.SchemaObject{
			Nesting: tfprotov6.SchemaObjectNestingModeSingle,
			Attributes: []*tfprotov6.SchemaAttribute{
				{Name: "username", Type: tftypes.String, Optional: true},
				{Name: "password", Type: tftypes.String, Optional: true, WriteOnly: true},
			},
		}},
	}}}
	_, value, err := dynamic(schema.ValueType(), map[string]any{
		"token": "t", "source": map[string]any{"username": "u", "password": "p"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := leaks(schema, value); len(got) != 2 || slices.Contains(got, `AttributeName("source")`) {
		t.Errorf("found %q", got)
	}
	clean, err := withoutWriteOnly(schema, value)
	if err != nil {
		t.Fatal(err)
	}
	_, want, err := dynamic(schema.ValueType(), map[string]any{"source": map[string]any{"username": "u"}})
	if err != nil {
		t.Fatal(err)
	}
	if !clean.Equal(want) || len(leaks(schema, clean)) != 0 {
		t.Errorf("left %s, want %s", clean, want)
	}
}
