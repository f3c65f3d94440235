// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// core is Terraform as far as one resource type goes, with a provider that is
// configured once and serves everybody, as in a real process. Every call fails
// the test if the provider says that something is wrong.
type core struct {
	tb       testing.TB
	server   tfprotov6.ProviderServer
	typeName string
	typ      tftypes.Type
}

func startCore(tb testing.TB, p provider.Provider, typeName string) *core {
	tb.Helper()
	c := &core{tb: tb, server: providerserver.NewProtocol6(p)(), typeName: typeName}
	schema := c.schema()
	c.typ = schema.ResourceSchemas[typeName].ValueType()
	config := c.value(schema.Provider.ValueType(), nil)
	resp, err := c.server.ConfigureProvider(tb.Context(), &tfprotov6.ConfigureProviderRequest{Config: config})
	if err == nil {
		err = firstError(resp.Diagnostics)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func (c *core) schema() *tfprotov6.GetProviderSchemaResponse {
	resp, err := c.server.GetProviderSchema(c.tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err == nil {
		err = firstError(resp.Diagnostics)
	}
	if err != nil {
		c.tb.Fatal(err)
	}
	return resp
}

// value is an object with those attributes; the others are null.
func (c *core) value(typ tftypes.Type, attributes map[string]string) *tfprotov6.DynamicValue {
	values := map[string]tftypes.Value{}
	for name, of := range typ.(tftypes.Object).AttributeTypes {
		values[name] = tftypes.NewValue(of, nil)
		if text, ok := attributes[name]; ok {
			values[name] = tftypes.NewValue(of, text)
		}
	}
	return c.dynamic(typ, tftypes.NewValue(typ, values))
}

func (c *core) dynamic(typ tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	d, err := tfprotov6.NewDynamicValue(typ, value)
	if err != nil {
		c.tb.Fatal(err)
	}
	return &d
}

// config is the resource's configuration.
func (c *core) config(projectID, liveMigrationID string) *tfprotov6.DynamicValue {
	return c.value(c.typ, map[string]string{"project_id": projectID, "live_migration_id": liveMigrationID})
}

func (c *core) validate(config *tfprotov6.DynamicValue) {
	resp, err := c.server.ValidateResourceConfig(c.tb.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: c.typeName, Config: config,
	})
	if err == nil {
		err = firstError(resp.Diagnostics)
	}
	if err != nil {
		c.tb.Error(err)
	}
}

// plan plans to create.
func (c *core) plan(config *tfprotov6.DynamicValue) *tfprotov6.PlanResourceChangeResponse {
	return c.planFrom(c.dynamic(c.typ, tftypes.NewValue(c.typ, nil)), config, config, nil)
}

// replan plans with a state that is what the configuration asks for.
func (c *core) replan(state, config *tfprotov6.DynamicValue, id *tfprotov6.ResourceIdentityData) {
	c.planFrom(state, state, config, id)
}

func (c *core) planFrom(prior, proposed, config *tfprotov6.DynamicValue, id *tfprotov6.ResourceIdentityData) *tfprotov6.PlanResourceChangeResponse {
	resp, err := c.server.PlanResourceChange(c.tb.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: c.typeName, PriorState: prior, ProposedNewState: proposed, Config: config, PriorIdentity: id,
	})
	if err == nil {
		err = firstError(resp.Diagnostics)
	}
	if err != nil {
		c.tb.Error(err)
	}
	return resp
}

func (c *core) create(ctx context.Context, config *tfprotov6.DynamicValue, p *tfprotov6.PlanResourceChangeResponse) *tfprotov6.ApplyResourceChangeResponse {
	resp, err := c.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: c.typeName, PriorState: c.dynamic(c.typ, tftypes.NewValue(c.typ, nil)),
		PlannedState: p.PlannedState, PlannedPrivate: p.PlannedPrivate, PlannedIdentity: p.PlannedIdentity, Config: config,
	})
	if err == nil {
		err = firstError(resp.Diagnostics)
	}
	if err != nil {
		c.tb.Error(err)
	}
	return resp
}

func (c *core) read(created *tfprotov6.ApplyResourceChangeResponse) {
	resp, err := c.server.ReadResource(c.tb.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: c.typeName, CurrentState: created.NewState, Private: created.Private, CurrentIdentity: created.NewIdentity,
	})
	if err == nil {
		err = firstError(resp.Diagnostics)
	}
	if err != nil {
		c.tb.Error(err)
	}
}

// attribute is a string attribute of a state.
func (c *core) attribute(state *tfprotov6.DynamicValue, name string) string {
	value, err := state.Unmarshal(c.typ)
	var attributes map[string]tftypes.Value
	if err == nil {
		err = value.As(&attributes)
	}
	var text string
	if err == nil {
		err = attributes[name].As(&text)
	}
	if err != nil {
		c.tb.Error(err)
	}
	return text
}

func firstError(diags []*tfprotov6.Diagnostic) error {
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
	return nil
}
