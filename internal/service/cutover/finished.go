// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

// A finished cutover is planned again and again, often among hundreds. What is
// looked at here is the state as it came: to make it into a model is a third of
// what such a plan allocates in a read.

// finished reports whether a state is that of a cutover that completed, of which
// there is nothing left to learn.
func finished(state tftypes.Value) bool {
	var status string
	return attributesOf(state)["status"].As(&status) == nil && status == string(migration.StatusSuccess)
}

// identify gives a cutover in the state its identity, which a CLI before
// Terraform 1.12 does not keep.
func identify(ctx context.Context, state tftypes.Value, into *tfsdk.ResourceIdentity) {
	if !into.Raw.IsFullyNull() {
		return
	}
	attributes := attributesOf(state)
	into.Raw = tftypes.NewValue(into.Schema.Type().TerraformType(ctx), map[string]tftypes.Value{
		"project_id":        attributes["project_id"],
		"live_migration_id": attributes["live_migration_id"],
	})
}

// attributesOf is empty for a state that is null.
func attributesOf(state tftypes.Value) map[string]tftypes.Value {
	var attributes map[string]tftypes.Value
	if state.As(&attributes) != nil {
		return nil
	}
	return attributes
}
