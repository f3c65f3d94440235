// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// testResource is a resource of a provider in a condition.
type testResource struct {
	testServer
	example
	typeName string
	typ      tftypes.Type
	// configured is the configuration, stored the state.
	configured, stored *tfprotov6.DynamicValue
	// computed is what only an apply knows.
	computed []string
}

func newResource(p testServer, typeName string, s example) testResource {
	schema := p.schemas.ResourceSchemas[typeName]
	r := testResource{testServer: p, example: s, typeName: typeName, typ: schema.ValueType()}
	for _, a := range schema.Block.Attributes {
		if _, set := s.config[a.Name]; a.Computed && !set {
			r.computed = append(r.computed, a.Name)
		}
	}
	r.configured = p.value(r.typ, s.config)
	r.stored = p.value(r.typ, r.attributes())
	return r
}

// attributes are those of the state. No state has a password in it.
func (r testResource) attributes() map[string]any {
	all := merged(r.config, r.state)
	if source, ok := all["source"].(map[string]any); ok {
		all["source"] = merged(source, map[string]any{"password": nil})
	}
	return all
}

func (r testResource) validate() {
	r.t.Helper()
	resp, err := r.server.ValidateResourceConfig(r.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: r.typeName, Config: r.configured,
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	r.succeeds(resp.Diagnostics, err)
}

func (r testResource) upgrade() {
	r.t.Helper()
	text, err := json.Marshal(r.attributes())
	if err != nil {
		r.t.Fatal(err)
	}
	resp, err := r.server.UpgradeResourceState(r.t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: r.typeName, RawState: &tfprotov6.RawState{JSON: text},
	})
	r.succeeds(resp.Diagnostics, err)
}

// read costs the state nothing.
func (r testResource) read() {
	r.t.Helper()
	resp, err := r.server.ReadResource(r.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: r.typeName, CurrentState: r.stored})
	r.wellFormed(resp.Diagnostics, err)
	r.unchanged(resp.NewState, r.stored, r.typ)
	if r.says == unknown && len(resp.Diagnostics) != 0 {
		r.t.Errorf("says %v of what is not known yet", resp.Diagnostics)
	}
}

// planCreate says what the apply will lack, unless that is not known yet.
func (r testResource) planCreate() {
	r.t.Helper()
	resp, err := r.server.PlanResourceChange(r.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: r.typeName, PriorState: r.null(r.typ), Config: r.configured,
		ProposedNewState: r.value(r.typ, merged(r.attributes(), r.nothing())),
	})
	r.wellFormed(resp.Diagnostics, err)
	switch r.says {
	case unknown:
		if len(resp.Diagnostics) != 0 {
			r.t.Errorf("says %v of what is not known yet", resp.Diagnostics)
		}
	case missing:
		// A plan that calls nothing asks for no credentials.
		if len(resp.Diagnostics) > 0 && !strings.Contains(resp.Diagnostics[0].Detail, missing) {
			r.t.Errorf("does not ask for credentials: %v", resp.Diagnostics)
		}
	}
}

// plan plans no change, a change and a destruction.
func (r testResource) plan() {
	r.t.Helper()
	changed := map[string]any{}
	for name, value := range r.config {
		if name == "project_id" || name == "organization_id" {
			value = "76543210fedcba9876543210"
		}
		changed[name] = value
	}
	for _, row := range []struct {
		prior, proposed, config *tfprotov6.DynamicValue
	}{
		{r.stored, r.stored, r.configured},
		{r.stored, r.value(r.typ, merged(r.attributes(), changed)), r.value(r.typ, changed)},
		{r.stored, r.null(r.typ), r.null(r.typ)},
	} {
		resp, err := r.server.PlanResourceChange(r.t.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: r.typeName, PriorState: row.prior, ProposedNewState: row.proposed, Config: row.config,
		})
		r.wellFormed(resp.Diagnostics, err)
	}
}

// nothing is the attributes that a state has and a configuration has not.
func (r testResource) nothing() map[string]any {
	none := map[string]any{}
	for name := range r.state {
		none[name] = nil
	}
	return none
}

func (r testResource) apply(prior, planned, config *tfprotov6.DynamicValue) *tfprotov6.ApplyResourceChangeResponse {
	r.t.Helper()
	resp, err := r.server.ApplyResourceChange(r.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: r.typeName, PriorState: prior, PlannedState: planned, Config: config,
	})
	r.wellFormed(resp.Diagnostics, err)
	return resp
}

// create makes a call, and stores nothing that Atlas has not made.
func (r testResource) create() {
	r.t.Helper()
	resp := r.apply(r.null(r.typ), r.value(r.typ, merged(r.attributes(), r.nothing()), r.computed...), r.configured)
	r.fails(resp.Diagnostics, nil)
	r.unchanged(resp.NewState, r.null(r.typ), r.typ)
}

// update waits for what an earlier apply began, if there is such a thing, and
// keeps it.
func (r testResource) update() {
	r.t.Helper()
	if _, waits := r.state["status"]; !waits {
		return
	}
	resp := r.apply(r.stored, r.value(r.typ, r.attributes(), "status"), r.configured)
	r.fails(resp.Diagnostics, nil)
	after, err := resp.NewState.Unmarshal(r.typ)
	if err != nil || after.IsNull() || !after.IsFullyKnown() {
		r.t.Errorf("the state is %s: %v", after, err)
	}
}

// destroy forgets, or fails and keeps the state.
func (r testResource) destroy() {
	r.t.Helper()
	resp := r.apply(r.stored, r.null(r.typ), r.null(r.typ))
	if r.wellFormed(resp.Diagnostics, nil) {
		r.unchanged(resp.NewState, r.stored, r.typ)
		return
	}
	r.unchanged(resp.NewState, r.null(r.typ), r.typ)
}

func (r testResource) imports() {
	r.t.Helper()
	resp, err := r.server.ImportResourceState(r.t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: r.typeName, ID: r.importID})
	if err != nil {
		r.t.Fatal(err)
	}
	if len(resp.ImportedResources) > 0 && resp.ImportedResources[0].State != nil {
		r.t.Error("imported something")
	}
	if r.importID != "" && !r.wellFormed(resp.Diagnostics, err) {
		r.t.Error("did not say why nothing was imported")
	}
}
