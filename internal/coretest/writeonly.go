// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package coretest

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// withoutWriteOnly is a value in which every write-only attribute is null, as the
// core proposes it: such a value is in the configuration, and nowhere else.
func withoutWriteOnly(schema *tfprotov6.Schema, value tftypes.Value) (tftypes.Value, error) {
	return tftypes.Transform(value, func(at *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if isWriteOnly(schema, at) {
			return tftypes.NewValue(v.Type(), nil), nil
		}
		return v, nil
	})
}

// leaks lists the write-only attributes that a plan or state has a value of.
func leaks(schema *tfprotov6.Schema, value tftypes.Value) []string {
	var leaked []string
	// The callback never fails, and so does the walk.
	_ = tftypes.Walk(value, func(at *tftypes.AttributePath, v tftypes.Value) (bool, error) {
		if isWriteOnly(schema, at) && !v.IsNull() {
			leaked = append(leaked, at.String())
		}
		return true, nil
	})
	return leaked
}

// isWriteOnly reports whether a path leads to a write-only attribute.
func isWriteOnly(schema *tfprotov6.Schema, at *tftypes.AttributePath) bool {
	attributes := schema.Block.Attributes
	writeOnly := false
	for _, step := range at.Steps() {
		name, named := step.(tftypes.AttributeName)
		if !named {
			continue
		}
		writeOnly = false
		for _, attribute := range attributes {
			if attribute.Name != string(name) {
				continue
			}
			writeOnly, attributes = attribute.WriteOnly, nil
			if attribute.NestedType != nil {
				attributes = attribute.NestedType.Attributes
			}
			break
		}
	}
	return writeOnly
}
