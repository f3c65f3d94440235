// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package linktoken

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// model is the resource's configuration, plan and state.
type model struct {
	OrganizationID types.String `tfsdk:"organization_id"`
	AccessListIPs  types.Set    `tfsdk:"access_list_ips"`
	LinkToken      types.String `tfsdk:"link_token"`
	ID             types.String `tfsdk:"id"`
}

// addresses is the access list as it is sent.
func (m *model) addresses(ctx context.Context) ([]string, diag.Diagnostics) {
	var addresses []string
	diags := m.AccessListIPs.ElementsAs(ctx, &addresses, false)
	return addresses, diags
}
