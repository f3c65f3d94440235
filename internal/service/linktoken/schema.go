// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package linktoken

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/attribute"
)

const resourceDescription = "Creates a link token, with which an organization in Cloud Manager or Ops Manager links " +
	"itself to an Atlas organization. That link is the first step of every push live migration.\n\n" +
	"Atlas shows a token once, when it creates it. There is nothing to refresh or import, and a change of any " +
	"argument forces a new token. Destroying the resource removes the organization's link."

const linkTokenDescription = "The token: paste it into the settings of the organization in Cloud Manager or Ops " +
	"Manager. **It is a secret, and it is in the Terraform state, and in plan files made after it was created, as plain " +
	"text.** Anyone who has it, and an address in `access_list_ips`, can link an organization of Cloud Manager or Ops " +
	"Manager to this Atlas organization and push data into it. Protect the state: keep it in an encrypted backend, and " +
	"let only those read it who may migrate. Destroying the resource removes the link."

// Schema describes the resource's attributes.
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: resourceDescription,
		Attributes: map[string]schema.Attribute{
			"organization_id": schema.StringAttribute{
				MarkdownDescription: "ID of the Atlas organization to migrate into, 24 lower-case hexadecimal digits " +
					"(`orgId` in the API). A change forces a new resource.",
				Required:      true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				Validators:    []validator.String{attribute.ObjectID("an organization ID")},
			},
			"access_list_ips": schema.SetAttribute{
				MarkdownDescription: "The addresses that the token can be used from, at least one: IP addresses like " +
					"`\"203.0.113.10\"` and CIDR blocks like `\"198.51.100.0/24\"`. Give those of Cloud Manager or Ops " +
					"Manager and of the migration host, and no more: `\"0.0.0.0/0\"` lets the whole internet use the " +
					"token. Atlas does not report the list, so a change made elsewhere does not show. A change forces a " +
					"new resource.",
				Required:      true,
				ElementType:   types.StringType,
				PlanModifiers: []planmodifier.Set{setplanmodifier.RequiresReplace()},
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1),
					setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(address{}),
				},
			},
			"link_token": schema.StringAttribute{
				MarkdownDescription: linkTokenDescription,
				Computed:            true,
				Sensitive:           true,
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "The same as `organization_id`: Atlas gives a token no ID.",
				Computed:            true,
			},
		},
	}
}
