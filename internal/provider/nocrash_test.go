// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
)

const anID = "0123456789abcdef01234567"

// example is an example of something that is served.
type example struct {
	// config is the arguments, state what a state holds besides.
	config, state map[string]any
	// importID is what it is imported as; empty if it cannot be.
	importID string
}

// Examples of everything that is served. A type without one fails the test.
var (
	resources = map[string]example{
		"atlasmigration_link_token": {
			config:   map[string]any{"organization_id": anID, "access_list_ips": []string{"192.0.2.1"}},
			state:    map[string]any{"id": anID, "link_token": "token"},
			importID: anID,
		},
		"atlasmigration_live_migration": {
			config:   request(anID, map[string]any{"wait_until": "ready"}),
			state:    map[string]any{"id": anID, "status": "WORKING", "ready_for_cutover": false},
			importID: anID + "/" + anID,
		},
		"atlasmigration_live_migration_cutover": {
			config:   map[string]any{"project_id": anID, "live_migration_id": anID},
			state:    map[string]any{"id": anID, "status": "PENDING"},
			importID: anID + "/" + anID,
		},
		"atlasmigration_live_migration_validation": {
			config: request(anID, nil),
			state:  map[string]any{"id": anID, "status": "PENDING"},
		},
	}
	dataSources = map[string]example{
		"atlasmigration_available_projects": {config: map[string]any{"organization_id": anID}},
		"atlasmigration_live_migration":     {config: map[string]any{"project_id": anID, "live_migration_id": anID}},
	}
	actions = map[string]example{
		"atlasmigration_live_migration_cutover": {config: map[string]any{"project_id": anID, "live_migration_id": anID}},
	}
)

// condition is a reason why a provider cannot make a call.
type condition struct {
	// arguments are the provider's; nil for one that is never configured.
	arguments map[string]any
	// unknown is an argument whose value is not known.
	unknown string
	network http.RoundTripper
	// says is what every operation that makes a call must say.
	says string
}

// panickingTransport stands for a library with a bug.
type panickingTransport struct{}

func (panickingTransport) RoundTrip(*http.Request) (*http.Response, error) {
	panic("library with a bug")
}

// What the conditions say.
const (
	unknown = "not known before apply"
	missing = "MONGODB_ATLAS_PUBLIC_API_KEY"
)

var conditions = map[string]condition{
	"not configured":        {says: unknown},
	"not known yet":         {arguments: map[string]any{"access_token": "token"}, unknown: "base_url", says: unknown},
	"no credentials":        {arguments: map[string]any{}, says: missing},
	"a library that panics": {arguments: map[string]any{"access_token": "token"}, network: panickingTransport{}, says: "library with a bug"},
}

// served is everything that Terraform can call.
type served interface {
	tfprotov6.ProviderServer
	tfprotov6.ActionServer
}

// testServer is a provider in a condition.
type testServer struct {
	t       *testing.T
	server  served
	schemas *tfprotov6.GetProviderSchemaResponse
	says    string
}

func (c condition) testServer(t *testing.T) testServer {
	t.Helper()
	server, ok := provider.NewServer("test", provider.WithTransport(c.network),
		provider.WithEnvironment(func(string) string { return "" }))().(served)
	if !ok {
		t.Fatal("serves no actions")
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	p := testServer{t, server, schemas, c.says}
	if c.arguments == nil {
		return p
	}
	config := p.value(schemas.Provider.ValueType(), c.arguments, c.unknown)
	resp, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: config})
	p.succeeds(resp.Diagnostics, err)
	return p
}

// value makes a value of an object's attributes; those that are missing are null.
func (p testServer) value(typ tftypes.Type, attributes map[string]any, unknowns ...string) *tfprotov6.DynamicValue {
	p.t.Helper()
	object, ok := typ.(tftypes.Object)
	if !ok {
		p.t.Fatalf("%s is no object", typ)
	}
	values := map[string]tftypes.Value{}
	for name, of := range object.AttributeTypes {
		text, err := json.Marshal(attributes[name])
		if err != nil {
			p.t.Fatal(err)
		}
		if values[name], err = (&tfprotov6.RawState{JSON: text}).Unmarshal(of); err != nil {
			p.t.Fatalf("%s: %s", name, err)
		}
		if slices.Contains(unknowns, name) {
			values[name] = tftypes.NewValue(of, tftypes.UnknownValue)
		}
	}
	return p.dynamic(typ, tftypes.NewValue(typ, values))
}

func (p testServer) null(typ tftypes.Type) *tfprotov6.DynamicValue {
	p.t.Helper()
	return p.dynamic(typ, tftypes.NewValue(typ, nil))
}

func (p testServer) dynamic(typ tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	p.t.Helper()
	d, err := tfprotov6.NewDynamicValue(typ, value)
	if err != nil {
		p.t.Fatal(err)
	}
	return &d
}

// wellFormed asserts that an operation ended, that each thing it said is complete,
// and gives the errors among them.
func (p testServer) wellFormed(diags []*tfprotov6.Diagnostic, err error) (failed bool) {
	p.t.Helper()
	if err != nil {
		p.t.Fatalf("broke: %s", err)
	}
	for _, d := range diags {
		if d.Summary == "" || strings.Count(d.Detail, "\n\n") != 2 {
			p.t.Errorf("is not what was seen, what is in the state and what to do: %s: %q", d.Summary, d.Detail)
		}
		failed = failed || d.Severity == tfprotov6.DiagnosticSeverityError
	}
	return failed
}

// succeeds asserts that an operation made no call.
func (p testServer) succeeds(diags []*tfprotov6.Diagnostic, err error) {
	p.t.Helper()
	if p.wellFormed(diags, err) {
		p.t.Errorf("failed: %s: %s", diags[0].Summary, diags[0].Detail)
	}
}

// fails asserts that an operation failed, and said why.
func (p testServer) fails(diags []*tfprotov6.Diagnostic, err error) {
	p.t.Helper()
	if !p.wellFormed(diags, err) {
		p.t.Fatalf("did not fail, and said %v", diags)
	}
	for _, d := range diags {
		if strings.Contains(d.Detail, p.says) {
			return
		}
	}
	p.t.Errorf("does not say %q, but %q", p.says, diags[0].Detail)
}

// unchanged asserts that a state is as it was.
func (p testServer) unchanged(got, want *tfprotov6.DynamicValue, typ tftypes.Type) {
	p.t.Helper()
	if got == nil {
		p.t.Fatal("lost the state")
	}
	after, err := got.Unmarshal(typ)
	if err != nil {
		p.t.Fatal(err)
	}
	before, err := want.Unmarshal(typ)
	if err != nil {
		p.t.Fatal(err)
	}
	if !after.Equal(before) {
		p.t.Errorf("the state is %s, and was %s", after, before)
	}
}

// forEachServed runs a test of each example under each condition, in fake time.
func forEachServed[S any](t *testing.T, examples map[string]example, types func(*tfprotov6.GetProviderSchemaResponse) map[string]S, test func(testServer, string, example)) {
	t.Helper()
	for name, c := range conditions {
		for typeName := range types(c.testServer(t).schemas) {
			t.Run(name+"/"+typeName, func(t *testing.T) {
				s, ok := examples[typeName]
				if !ok {
					t.Fatalf("%s is served, and has no example in this test", typeName)
				}
				synctest.Test(t, func(t *testing.T) {
					began := time.Now()
					test(c.testServer(t), typeName, s)
					if took := time.Since(began); took > time.Minute {
						t.Errorf("took %s, though waiting changes nothing", took)
					}
				})
			})
		}
	}
}

func TestNoOperationOfAResourceCrashes(t *testing.T) {
	types := func(r *tfprotov6.GetProviderSchemaResponse) map[string]*tfprotov6.Schema { return r.ResourceSchemas }
	forEachServed(t, resources, types, func(p testServer, typeName string, s example) {
		r := newResource(p, typeName, s)
		r.validate()
		r.upgrade()
		r.read()
		r.planCreate()
		r.plan()
		r.create()
		r.update()
		r.destroy()
		r.imports()
	})
}

func TestNoOperationOfADataSourceCrashes(t *testing.T) {
	types := func(r *tfprotov6.GetProviderSchemaResponse) map[string]*tfprotov6.Schema { return r.DataSourceSchemas }
	forEachServed(t, dataSources, types, func(p testServer, typeName string, s example) {
		config := p.value(p.schemas.DataSourceSchemas[typeName].ValueType(), s.config)
		validated, err := p.server.ValidateDataResourceConfig(p.t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: config})
		p.succeeds(validated.Diagnostics, err)
		read, err := p.server.ReadDataSource(p.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
		p.fails(read.Diagnostics, err)
		if read.Deferred != nil {
			p.t.Error("is deferred for a caller that cannot")
		}
	})
}

func TestNoOperationOfAnActionCrashes(t *testing.T) {
	types := func(r *tfprotov6.GetProviderSchemaResponse) map[string]*tfprotov6.ActionSchema {
		return r.ActionSchemas
	}
	forEachServed(t, actions, types, func(p testServer, typeName string, s example) {
		config := p.value(p.schemas.ActionSchemas[typeName].Schema.ValueType(), s.config)
		validated, err := p.server.ValidateActionConfig(p.t.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: typeName, Config: config})
		p.succeeds(validated.Diagnostics, err)
		planned, err := p.server.PlanAction(p.t.Context(), &tfprotov6.PlanActionRequest{ActionType: typeName, Config: config})
		p.succeeds(planned.Diagnostics, err)
		stream, err := p.server.InvokeAction(p.t.Context(), &tfprotov6.InvokeActionRequest{ActionType: typeName, Config: config})
		if err != nil {
			p.t.Fatal(err)
		}
		var diags []*tfprotov6.Diagnostic
		for event := range stream.Events {
			if end, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
				diags = end.Diagnostics
			}
		}
		p.fails(diags, nil)
	})
}

// A caller that can defer gets no error while the configuration is not known.
func TestADataSourceIsDeferredWhileTheConfigurationIsNotKnown(t *testing.T) {
	p := conditions["not known yet"].testServer(t)
	for typeName, schema := range p.schemas.DataSourceSchemas {
		config := p.value(schema.ValueType(), dataSources[typeName].config)
		read, err := p.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
			TypeName: typeName, Config: config, ClientCapabilities: &tfprotov6.ReadDataSourceClientCapabilities{DeferralAllowed: true},
		})
		p.succeeds(read.Diagnostics, err)
		if read.Deferred == nil || read.Deferred.Reason != tfprotov6.DeferredReasonProviderConfigUnknown {
			t.Errorf("%s: is not deferred: %v", typeName, read.Deferred)
		}
		if value, err := read.State.Unmarshal(schema.ValueType()); err != nil || value.IsKnown() {
			t.Errorf("%s: the data is %s: %v", typeName, value, err)
		}
	}
}

// merged is attributes of both, the second first.
func merged[V any](some map[string]V, more ...map[string]V) map[string]V {
	all := maps.Clone(some)
	for _, m := range more {
		maps.Copy(all, m)
	}
	return all
}
