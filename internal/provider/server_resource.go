// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// ValidateResourceConfig validates a resource.
func (g guard) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return guarded(ctx, req, g.server.ValidateResourceConfig, stateUnchanged, func(d []*tfprotov6.Diagnostic) *tfprotov6.ValidateResourceConfigResponse {
		return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: d}
	})
}

// UpgradeResourceState reads a stored state.
func (g guard) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return guarded(ctx, req, g.server.UpgradeResourceState, stateUnchanged, func(d []*tfprotov6.Diagnostic) *tfprotov6.UpgradeResourceStateResponse {
		return &tfprotov6.UpgradeResourceStateResponse{Diagnostics: d}
	})
}

// UpgradeResourceIdentity reads a stored identity.
func (g guard) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return guarded(ctx, req, g.server.UpgradeResourceIdentity, stateUnchanged, func(d []*tfprotov6.Diagnostic) *tfprotov6.UpgradeResourceIdentityResponse {
		return &tfprotov6.UpgradeResourceIdentityResponse{Diagnostics: d}
	})
}

// ReadResource refreshes a resource.
func (g guard) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return guarded(ctx, req, g.server.ReadResource, stateUnchanged, func(d []*tfprotov6.Diagnostic) *tfprotov6.ReadResourceResponse {
		return &tfprotov6.ReadResourceResponse{
			NewState:    req.CurrentState,
			Private:     req.Private,
			NewIdentity: req.CurrentIdentity,
			Diagnostics: d,
		}
	})
}

// PlanResourceChange plans a change.
func (g guard) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return guarded(ctx, req, g.server.PlanResourceChange, stateUnchanged, func(d []*tfprotov6.Diagnostic) *tfprotov6.PlanResourceChangeResponse {
		return &tfprotov6.PlanResourceChangeResponse{
			PlannedState:    req.PriorState,
			PlannedPrivate:  req.PriorPrivate,
			PlannedIdentity: req.PriorIdentity,
			Diagnostics:     d,
		}
	})
}

// ApplyResourceChange makes a change. Of a creation there is no state before.
func (g guard) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return guarded(ctx, req, g.server.ApplyResourceChange, stateKept, func(d []*tfprotov6.Diagnostic) *tfprotov6.ApplyResourceChangeResponse {
		return &tfprotov6.ApplyResourceChangeResponse{
			NewState:    req.PriorState,
			Private:     req.PlannedPrivate,
			NewIdentity: req.PlannedIdentity,
			Diagnostics: d,
		}
	})
}

// ImportResourceState imports a resource.
func (g guard) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return guarded(ctx, req, g.server.ImportResourceState, noState, func(d []*tfprotov6.Diagnostic) *tfprotov6.ImportResourceStateResponse {
		return &tfprotov6.ImportResourceStateResponse{Diagnostics: d}
	})
}

// MoveResourceState moves a resource from another type.
func (g guard) MoveResourceState(ctx context.Context, req *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return guarded(ctx, req, g.server.MoveResourceState, stateUnchanged, func(d []*tfprotov6.Diagnostic) *tfprotov6.MoveResourceStateResponse {
		return &tfprotov6.MoveResourceStateResponse{Diagnostics: d}
	})
}

// GenerateResourceConfig writes the configuration of an import.
func (g guard) GenerateResourceConfig(ctx context.Context, req *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return guarded(ctx, req, g.server.GenerateResourceConfig, stateUnchanged, func(d []*tfprotov6.Diagnostic) *tfprotov6.GenerateResourceConfigResponse {
		return &tfprotov6.GenerateResourceConfigResponse{Diagnostics: d}
	})
}
