// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// ValidateDataResourceConfig validates a data source.
func (g guard) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return guarded(ctx, req, g.server.ValidateDataResourceConfig, stateUnchanged, func(d []*tfprotov6.Diagnostic) *tfprotov6.ValidateDataResourceConfigResponse {
		return &tfprotov6.ValidateDataResourceConfigResponse{Diagnostics: d}
	})
}

// ReadDataSource reads a data source.
func (g guard) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return guarded(ctx, req, g.server.ReadDataSource, noState, func(d []*tfprotov6.Diagnostic) *tfprotov6.ReadDataSourceResponse {
		return &tfprotov6.ReadDataSourceResponse{Diagnostics: d}
	})
}

// ValidateActionConfig validates an action.
func (g guard) ValidateActionConfig(ctx context.Context, req *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	return guarded(ctx, req, g.server.ValidateActionConfig, stateUnchanged, func(d []*tfprotov6.Diagnostic) *tfprotov6.ValidateActionConfigResponse {
		return &tfprotov6.ValidateActionConfigResponse{Diagnostics: d}
	})
}

// PlanAction plans an action.
func (g guard) PlanAction(ctx context.Context, req *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	return guarded(ctx, req, g.server.PlanAction, stateUnchanged, func(d []*tfprotov6.Diagnostic) *tfprotov6.PlanActionResponse {
		return &tfprotov6.PlanActionResponse{Diagnostics: d}
	})
}

// InvokeAction runs an action. The framework runs it in a goroutine of its own, so
// that an action has to recover by itself.
func (g guard) InvokeAction(ctx context.Context, req *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	return guarded(ctx, req, g.server.InvokeAction, stateKept, func(d []*tfprotov6.Diagnostic) *tfprotov6.InvokeActionServerStream {
		return &tfprotov6.InvokeActionServerStream{Events: completed(d)}
	})
}

// GetFunctions describes functions.
func (g guard) GetFunctions(ctx context.Context, req *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return guarded(ctx, req, g.server.GetFunctions, noState, func(d []*tfprotov6.Diagnostic) *tfprotov6.GetFunctionsResponse {
		return &tfprotov6.GetFunctionsResponse{Diagnostics: d}
	})
}

// CallFunction calls a function.
func (g guard) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return guarded(ctx, req, g.server.CallFunction, noState, func(d []*tfprotov6.Diagnostic) *tfprotov6.CallFunctionResponse {
		return &tfprotov6.CallFunctionResponse{
			Error: &tfprotov6.FunctionError{Text: d[0].Detail},
		}
	})
}

// ValidateEphemeralResourceConfig validates an ephemeral resource.
func (g guard) ValidateEphemeralResourceConfig(ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return guarded(ctx, req, g.server.ValidateEphemeralResourceConfig, stateUnchanged, func(d []*tfprotov6.Diagnostic) *tfprotov6.ValidateEphemeralResourceConfigResponse {
		return &tfprotov6.ValidateEphemeralResourceConfigResponse{Diagnostics: d}
	})
}

// OpenEphemeralResource opens an ephemeral resource.
func (g guard) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return guarded(ctx, req, g.server.OpenEphemeralResource, noState, func(d []*tfprotov6.Diagnostic) *tfprotov6.OpenEphemeralResourceResponse {
		return &tfprotov6.OpenEphemeralResourceResponse{Diagnostics: d}
	})
}

// RenewEphemeralResource renews an ephemeral resource.
func (g guard) RenewEphemeralResource(ctx context.Context, req *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return guarded(ctx, req, g.server.RenewEphemeralResource, stateUnchanged, func(d []*tfprotov6.Diagnostic) *tfprotov6.RenewEphemeralResourceResponse {
		return &tfprotov6.RenewEphemeralResourceResponse{Diagnostics: d}
	})
}

// CloseEphemeralResource closes an ephemeral resource.
func (g guard) CloseEphemeralResource(ctx context.Context, req *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return guarded(ctx, req, g.server.CloseEphemeralResource, stateUnchanged, func(d []*tfprotov6.Diagnostic) *tfprotov6.CloseEphemeralResourceResponse {
		return &tfprotov6.CloseEphemeralResourceResponse{Diagnostics: d}
	})
}

// completed is the events of an action that has ended.
func completed(d []*tfprotov6.Diagnostic) iter.Seq[tfprotov6.InvokeActionEvent] {
	return func(yield func(tfprotov6.InvokeActionEvent) bool) {
		yield(tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: d}})
	}
}
