// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
)

// What a panic leaves in the state.
const (
	noState        = "Nothing was stored in the state."
	stateUnchanged = "The state is unchanged."
	stateKept      = "The state is as it was before. If a request was sent to Atlas, it may have had an effect: check the " +
		"Atlas console before you apply again."
)

// NewServer is the provider's server for tests, as the process serves it.
func NewServer(version string, options ...Option) func() tfprotov6.ProviderServer {
	serve := New(version, options...)
	return func() tfprotov6.ProviderServer { return newCalls(serve()) }
}

// guard answers a call that panicked with an error, and with the state that the
// call began with.
type guard struct{ server }

// guarded makes a call; a panic makes an answer of its diagnostic.
func guarded[Req, Resp any](
	ctx context.Context, req Req, call func(context.Context, Req) (Resp, error), state string,
	instead func([]*tfprotov6.Diagnostic) Resp,
) (resp Resp, err error) {
	defer func() {
		if recovered := recover(); recovered != nil {
			resp, err = instead(panicked(ctx, recovered, state)), nil
		}
	}()
	return call(ctx, req)
}

func panicked(ctx context.Context, recovered any, state string) []*tfprotov6.Diagnostic {
	d := notice.Panicked(ctx, recovered, state).Diagnostic()
	return []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: d.Summary(), Detail: d.Detail()}}
}

// GetMetadata names what is served.
func (g guard) GetMetadata(ctx context.Context, req *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return guarded(ctx, req, g.server.GetMetadata, noState, func(d []*tfprotov6.Diagnostic) *tfprotov6.GetMetadataResponse {
		return &tfprotov6.GetMetadataResponse{Diagnostics: d}
	})
}

// GetProviderSchema describes what is served.
func (g guard) GetProviderSchema(ctx context.Context, req *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return guarded(ctx, req, g.server.GetProviderSchema, noState, func(d []*tfprotov6.Diagnostic) *tfprotov6.GetProviderSchemaResponse {
		return &tfprotov6.GetProviderSchemaResponse{Diagnostics: d}
	})
}

// GetResourceIdentitySchemas describes identities.
func (g guard) GetResourceIdentitySchemas(ctx context.Context, req *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return guarded(ctx, req, g.server.GetResourceIdentitySchemas, noState, func(d []*tfprotov6.Diagnostic) *tfprotov6.GetResourceIdentitySchemasResponse {
		return &tfprotov6.GetResourceIdentitySchemasResponse{Diagnostics: d}
	})
}

// ValidateProviderConfig validates the provider's arguments.
func (g guard) ValidateProviderConfig(ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return guarded(ctx, req, g.server.ValidateProviderConfig, stateUnchanged, func(d []*tfprotov6.Diagnostic) *tfprotov6.ValidateProviderConfigResponse {
		return &tfprotov6.ValidateProviderConfigResponse{
			PreparedConfig: req.Config,
			Diagnostics:    d,
		}
	})
}

// ConfigureProvider takes the provider's arguments.
func (g guard) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return guarded(ctx, req, g.server.ConfigureProvider, stateUnchanged, func(d []*tfprotov6.Diagnostic) *tfprotov6.ConfigureProviderResponse {
		return &tfprotov6.ConfigureProviderResponse{Diagnostics: d}
	})
}

// StopProvider interrupts what runs.
func (g guard) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return guarded(ctx, req, g.server.StopProvider, stateUnchanged, func(d []*tfprotov6.Diagnostic) *tfprotov6.StopProviderResponse {
		return &tfprotov6.StopProviderResponse{Error: d[0].Detail}
	})
}
