// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package coretest

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// things is a provider of one resource, "thing", and of no action.
type things struct {
	tfprotov6.ProviderServer
	// invalid is what it says of a configuration, unread what it says of a
	// refresh, which finds nothing if gone is true.
	invalid, unread []*tfprotov6.Diagnostic
	gone            bool

	applied, stopped int
	importing        error // the state of the import's context
}

var thing = &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{
	Attributes: []*tfprotov6.SchemaAttribute{{Name: "name", Type: tftypes.String, Optional: true}},
}}

func wrong(summary string) []*tfprotov6.Diagnostic {
	return []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: summary}}
}

func (s *things) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{
		Provider:        &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}},
		ResourceSchemas: map[string]*tfprotov6.Schema{"thing": thing},
	}, nil
}

func (s *things) ValidateProviderConfig(context.Context, *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{}, nil
}

func (s *things) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (s *things) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	s.stopped++
	return &tfprotov6.StopProviderResponse{}, nil
}

func (s *things) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: s.invalid}, nil
}

func (s *things) ReadResource(_ context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp := &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, Diagnostics: s.unread}
	if s.gone {
		nothing, err := dynamicOf(thing.ValueType(), tftypes.NewValue(thing.ValueType(), nil))
		resp.NewState = nothing
		return resp, err
	}
	return resp, nil
}

func (s *things) ApplyResourceChange(_ context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	s.applied++
	return &tfprotov6.ApplyResourceChangeResponse{NewState: req.PlannedState}, nil
}

func (s *things) ImportResourceState(ctx context.Context, _ *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	s.importing = ctx.Err()
	return &tfprotov6.ImportResourceStateResponse{}, nil
}

// holding is a workspace with a thing in its state.
func holding(t *testing.T, s *things) *Workspace {
	t.Helper()
	_, value, err := dynamic(thing.ValueType(), map[string]any{"name": "n"})
	if err != nil {
		t.Fatal(err)
	}
	return &Workspace{
		Server: func() tfprotov6.ProviderServer { return s }, Type: "thing",
		Config: map[string]any{"name": "n"}, State: &Instance{Value: value},
	}
}

func TestDestroyActsOnWhatTheRefreshFound(t *testing.T) {
	for _, tt := range []struct {
		name    string
		server  *things
		applied int
		kept    bool
		failed  bool
	}{
		{"it is there", &things{}, 1, false, false},
		{"it is gone", &things{gone: true}, 0, false, false},
		{"nobody knows", &things{unread: wrong("Unable to read thing")}, 0, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := holding(t, tt.server)
			r := w.Destroy(t.Context())
			if tt.server.applied != tt.applied || (w.State != nil) != tt.kept || r.Failed() != tt.failed {
				t.Errorf("applied %d times, state %v, said %q", tt.server.applied, w.State, Summaries(r.Diagnostics))
			}
		})
	}
}

func TestAnInterruptOfAnImportIsNoCancelledCall(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := &things{}
	if holding(t, s).Import(ctx, "id"); s.importing != nil {
		t.Errorf("the import saw %v", s.importing)
	}
}

func TestACommandThatIsOverIsNotStopped(t *testing.T) {
	for name, command := range map[string]func(*Workspace, context.Context) Result{
		"apply": (*Workspace).Apply, "plan": (*Workspace).Plan, "destroy": (*Workspace).Destroy,
		"import": func(w *Workspace, ctx context.Context) Result { return w.Import(ctx, "id") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				s := &things{invalid: wrong("Invalid thing")}
				r := command(holding(t, s), ctx)
				cancel()
				synctest.Wait()
				if !r.Failed() || s.stopped != 0 {
					t.Errorf("said %q, and was stopped %d times", Summaries(r.Diagnostics), s.stopped)
				}
			})
		})
	}
}

func TestAnActionThatNobodyServesFails(t *testing.T) {
	i := holding(t, &things{}).Invoke(t.Context())
	if got := Summaries(i.Diagnostics); !slices.Equal(got, []string{"Actions are missing"}) {
		t.Errorf("said %q", got)
	}
}
