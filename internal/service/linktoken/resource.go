// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package linktoken is the resource that makes the token with which Cloud
// Manager or Ops Manager links itself to an Atlas organization.
package linktoken

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migrationapi"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

var (
	_ resource.Resource                = (*Resource)(nil)
	_ resource.ResourceWithConfigure   = (*Resource)(nil)
	_ resource.ResourceWithImportState = (*Resource)(nil)
)

// Resource is atlasmigration_link_token.
type Resource struct {
	data *providerdata.Data
}

// New is the constructor that the provider registers.
func New() resource.Resource { return &Resource{} }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_link_token"
}

// Configure takes the provider's data.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.data = data
}

// Create makes a token. Where its answer is lost, so is the token, and another
// Create makes another: a token that nobody received links nothing.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	addresses, diags := plan.addresses(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	var token string
	outcome := send(ctx, func(ctx context.Context) (err error) {
		token, err = r.data.Client.CreateLinkToken(ctx, plan.OrganizationID.ValueString(), addresses)
		return err
	})
	if outcome.End != migration.Completed {
		resp.Diagnostics.Append(unableToCreate(outcome).Diagnostic())
		return
	}
	// Terraform may be killed before it stores the token, so that a person should
	// know that there is one. The token itself is a secret.
	tflog.Info(ctx, "Atlas created a link token", map[string]any{"organization_id": plan.OrganizationID.ValueString()})
	plan.LinkToken = types.StringValue(token)
	plan.ID = plan.OrganizationID
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Read keeps the state as it is: Atlas shows a token once, and has no call that
// reports whether its link is there.
func (r *Resource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update is never called: a change of any argument replaces.
func (r *Resource) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}

// Delete removes the organization's link. Without an error the framework takes
// the resource out of the state.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	outcome := send(ctx, func(ctx context.Context) error {
		return r.data.Client.DeleteLink(ctx, state.OrganizationID.ValueString())
	})
	if outcome.End != migration.Completed && !gone(outcome) {
		resp.Diagnostics.Append(unableToRemove(outcome).Diagnostic())
	}
}

// gone reports whether Atlas answered that there is no link. It has more than one
// code for that, one of them UNEXPECTED_ERROR, so the kind of the answer has to do.
func gone(o migration.Outcome) bool {
	return o.End == migration.Rejected && migration.KindOf(o.RequestErr) == migration.KindNotFound
}

// requestTimeout is how long a request is tried that Atlas has no time for.
const requestTimeout = 2 * time.Minute

// send sends a request until it is answered, and never again if Atlas may have
// acted on it.
func send(ctx context.Context, request func(context.Context) error) migration.Outcome {
	return migration.SingleRequest{
		Timeout: requestTimeout,
		Request: func(ctx context.Context, gate migration.Gate) error {
			if err := request(atlas.WithGate(ctx, gate)); err != nil {
				return migrationapi.WriteError(err)
			}
			return nil
		},
	}.Send(ctx)
}

// ImportState refuses, and says why.
func (r *Resource) ImportState(_ context.Context, _ resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resp.Diagnostics.Append(nothingToImport().Diagnostic())
}
