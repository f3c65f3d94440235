// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migrationrequest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
)

// shardKeyKind validates how a field takes part in a shard key.
type shardKeyKind struct{}

var _ validator.String = shardKeyKind{}

const shardKeyExample = "key = [{ field = \"customer_id\", kind = \"hashed\" }, { field = \"_id\", kind = 1 }]"

// Description says what is valid.
func (shardKeyKind) Description(context.Context) string { return `1, -1 or "hashed"` }

// MarkdownDescription says what is valid.
func (v shardKeyKind) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString refuses any other kind.
func (v shardKeyKind) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	switch atlas.ShardKeyKind(req.ConfigValue.ValueString()) {
	case atlas.Ascending, atlas.Descending, atlas.Hashed:
	default:
		resp.Diagnostics.Append(ruleError(req.Path,
			"must be "+v.Description(ctx)+", got: "+req.ConfigValue.String()+".", shardKeyExample))
	}
}
