// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Duration validates an amount of time, zero included.
type Duration struct{}

var _ validator.String = Duration{}

// Description says what is valid.
func (Duration) Description(context.Context) string {
	return `a duration that is not negative, like "0s", "90s", "30m" or "1h30m"`
}

// MarkdownDescription says what is valid.
func (d Duration) MarkdownDescription(ctx context.Context) string { return d.Description(ctx) }

// ValidateString refuses what is no duration, or a negative one.
func (d Duration) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	parsed, err := time.ParseDuration(req.ConfigValue.ValueString())
	if err != nil || parsed < 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid duration",
			"Attribute "+req.Path.String()+" must be "+d.Description(ctx)+", got: "+req.ConfigValue.String()+".")
	}
}
