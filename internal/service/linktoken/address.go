// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package linktoken

import (
	"context"
	"net/netip"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// address validates an entry of an access list.
type address struct{}

var _ validator.String = address{}

// Description says what is valid.
func (address) Description(context.Context) string {
	return `an IP address or a CIDR block, like "203.0.113.10" or "198.51.100.0/24"`
}

// MarkdownDescription says what is valid.
func (a address) MarkdownDescription(ctx context.Context) string { return a.Description(ctx) }

// ValidateString refuses what is neither an address nor a block.
func (a address) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || isAddress(req.ConfigValue.ValueString()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid access list entry",
		"Each entry of access_list_ips must be "+a.Description(ctx)+", got: "+req.ConfigValue.String()+".")
}

// isAddress reports whether text is an address or a block. A zone, as in
// fe80::1%eth0, means something on one machine only.
func isAddress(text string) bool {
	if _, err := netip.ParsePrefix(text); err == nil {
		return true
	}
	ip, err := netip.ParseAddr(text)
	return err == nil && ip.Zone() == ""
}
