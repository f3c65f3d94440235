// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// logConfigured logs where calls go, and where their credentials come from.
func logConfigured(ctx context.Context, c choice) {
	tflog.Info(ctx, "Provider is configured", map[string]any{"host": host(c.address), "credentials": c.source()})
}
