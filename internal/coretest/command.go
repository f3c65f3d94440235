// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package coretest

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// command is one command's provider, started and configured.
type command struct {
	ctx      context.Context //nolint:containedctx // The command is the scope of this context: it lives and ends with it.
	server   tfprotov6.ProviderServer
	typeName string
	schemas  *tfprotov6.GetProviderSchemaResponse
	schema   *tfprotov6.Schema
	resource tftypes.Type
	config   *tfprotov6.DynamicValue
	values   tftypes.Value
	close    func()
}

// launch starts and configures a provider.
//
// An interrupt reaches a provider as a call of StopProvider, never as a
// cancelled call.
func (w *Workspace) launch(ctx context.Context, r *Result) *command {
	calls := context.WithoutCancel(ctx)
	c := &command{ctx: calls, server: w.Server(), typeName: w.Type}
	stop := context.AfterFunc(ctx, func() {
		if _, err := c.server.StopProvider(calls, &tfprotov6.StopProviderRequest{}); err != nil {
			panic(err)
		}
	})
	c.close = func() { stop() }
	schemas, err := c.server.GetProviderSchema(calls, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		r.fail("Schema cannot be read", err)
		return c
	}
	c.schemas = schemas
	c.configure(schemas.Provider, w.Provider, r)
	return c
}

// start launches a provider for the workspace's resource, and validates its
// configuration.
func (w *Workspace) start(ctx context.Context, r *Result) *command {
	c := w.launch(ctx, r)
	if r.Failed() {
		return c
	}
	c.schema = c.schemas.ResourceSchemas[w.Type]
	if c.schema == nil {
		r.fail("Schema is missing", errors.New(w.Type))
		return c
	}
	c.resource = c.schema.ValueType()
	c.validate(w, r)
	return c
}

func (c *command) configure(schema *tfprotov6.Schema, arguments map[string]any, r *Result) {
	config, _, err := dynamic(schema.ValueType(), arguments)
	if err != nil {
		r.fail("Provider configuration cannot be built", err)
		return
	}
	validated, err := c.server.ValidateProviderConfig(c.ctx, &tfprotov6.ValidateProviderConfigRequest{Config: config})
	if err != nil {
		r.fail("Provider validation broke", err)
		return
	}
	r.add(validated.Diagnostics)
	if r.Failed() {
		return
	}
	configured, err := c.server.ConfigureProvider(c.ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.99.0", Config: config,
	})
	if err != nil {
		r.fail("Provider configuration broke", err)
		return
	}
	r.add(configured.Diagnostics)
}

func (c *command) validate(w *Workspace, r *Result) {
	if r.Failed() {
		return
	}
	config, values, err := c.configuration(w)
	if err != nil {
		r.fail("Resource configuration cannot be built", err)
		return
	}
	c.config, c.values = config, values
	resp, err := c.server.ValidateResourceConfig(c.ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: c.typeName, Config: config,
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		r.fail("Validation broke", err)
		return
	}
	r.add(resp.Diagnostics)
}

// configuration is the resource's, with what is not known yet.
func (c *command) configuration(w *Workspace) (*tfprotov6.DynamicValue, tftypes.Value, error) {
	config, values, err := dynamic(c.resource, w.Config)
	if err != nil || len(w.Unknown) == 0 {
		return config, values, err
	}
	var attributes map[string]tftypes.Value
	if err := values.As(&attributes); err != nil {
		return nil, tftypes.Value{}, err
	}
	for _, name := range w.Unknown {
		attributes[name] = tftypes.NewValue(attributes[name].Type(), tftypes.UnknownValue)
	}
	values = tftypes.NewValue(c.resource, attributes)
	config, err = dynamicOf(c.resource, values)
	return config, values, err
}

func (c *command) imports(w *Workspace, req *tfprotov6.ImportResourceStateRequest, r *Result) {
	resp, err := c.server.ImportResourceState(c.ctx, req)
	if err != nil {
		r.fail("Import broke", err)
		return
	}
	r.add(resp.Diagnostics)
	if r.Failed() {
		return
	}
	for _, imported := range resp.ImportedResources {
		value, err := imported.State.Unmarshal(c.resource)
		if err != nil {
			r.fail("Import cannot be read", err)
			return
		}
		w.State = &Instance{Value: value, Private: imported.Private, Identity: imported.Identity}
	}
}

// refresh reads the instance, if there is one.
func (c *command) refresh(w *Workspace, r *Result) {
	if w.State == nil {
		return
	}
	current, err := tfprotov6.NewDynamicValue(c.resource, w.State.Value)
	if err != nil {
		r.fail("State cannot be built", err)
		return
	}
	resp, err := c.server.ReadResource(c.ctx, &tfprotov6.ReadResourceRequest{
		TypeName: c.typeName, CurrentState: &current, Private: w.State.Private, CurrentIdentity: w.State.Identity,
	})
	if err != nil {
		r.fail("Refresh broke", err)
		return
	}
	r.add(resp.Diagnostics)
	if r.Failed() {
		return
	}
	value, err := resp.NewState.Unmarshal(c.resource)
	if err != nil {
		r.fail("Refreshed state cannot be read", err)
		return
	}
	if value.IsNull() {
		w.State = nil
		return
	}
	w.State.Value, w.State.Private, w.State.Identity = value, resp.Private, resp.NewIdentity
	if !value.IsFullyKnown() {
		r.fail("Refreshed state is not known", fmt.Errorf("%s", value))
	}
}

// plan is what a plan would do.
type plan struct {
	action  Action
	planned tftypes.Value
	private []byte
	id      *tfprotov6.ResourceIdentityData
}

func (c *command) plan(w *Workspace, replace bool, r *Result) plan {
	prior := tftypes.NewValue(c.resource, nil)
	if w.State == nil {
		p, _ := c.planFrom(prior, nil, r)
		p.action = Create
		return p
	}
	// What is tainted is planned as if nothing were there.
	if w.State.Tainted {
		p, _ := c.planFrom(prior, nil, r)
		p.action = Replace
		return p
	}
	p, replaces := c.planFrom(w.State.Value, w.State, r)
	if r.Failed() {
		return p
	}
	if replaces || replace {
		return c.planReplacement(p.private, r)
	}
	p.action = Update
	if p.planned.Equal(w.State.Value) {
		p.action = NoOp
	}
	return p
}

// planReplacement plans once more, as if nothing were there, but with the private
// state of the first plan. Warnings are dropped then, unless there is an error.
func (c *command) planReplacement(private []byte, r *Result) plan {
	again := Result{}
	p, _ := c.planFrom(tftypes.NewValue(c.resource, nil), &Instance{Private: private}, &again)
	if again.Failed() {
		r.add(again.Diagnostics)
	}
	p.action = Replace
	return p
}

func (c *command) planFrom(prior tftypes.Value, from *Instance, r *Result) (plan, bool) {
	proposed, err := propose(c.schema, prior, c.values)
	if err != nil {
		r.fail("Plan cannot be proposed", err)
		return plan{}, false
	}
	req := &tfprotov6.PlanResourceChangeRequest{TypeName: c.typeName, Config: c.config}
	if from != nil {
		req.PriorPrivate, req.PriorIdentity = from.Private, from.Identity
	}
	if req.PriorState, err = dynamicOf(c.resource, prior); err != nil {
		r.fail("Prior state cannot be built", err)
		return plan{}, false
	}
	if req.ProposedNewState, err = dynamicOf(c.resource, proposed); err != nil {
		r.fail("Proposed state cannot be built", err)
		return plan{}, false
	}
	resp, err := c.server.PlanResourceChange(c.ctx, req)
	if err != nil {
		r.fail("Plan broke", err)
		return plan{}, false
	}
	r.add(resp.Diagnostics)
	if r.Failed() {
		return plan{}, false
	}
	planned, err := resp.PlannedState.Unmarshal(c.resource)
	if err != nil {
		r.fail("Plan cannot be read", err)
	}
	if leaked := leaks(c.schema, planned); len(leaked) > 0 {
		r.fail("Provider planned a write-only value", fmt.Errorf("%v", leaked))
	}
	replaces := len(resp.RequiresReplace) > 0 && !planned.Equal(prior)
	return plan{planned: planned, private: resp.PlannedPrivate, id: resp.PlannedIdentity}, replaces
}

// planDestroy plans to destroy an instance.
func (c *command) planDestroy(i *Instance, r *Result) plan {
	nothing := tftypes.NewValue(c.resource, nil)
	req := &tfprotov6.PlanResourceChangeRequest{TypeName: c.typeName, PriorPrivate: i.Private, PriorIdentity: i.Identity}
	var err error
	if req.PriorState, err = dynamicOf(c.resource, i.Value); err != nil {
		r.fail("Prior state cannot be built", err)
		return plan{}
	}
	if req.ProposedNewState, err = dynamicOf(c.resource, nothing); err != nil {
		r.fail("Proposed state cannot be built", err)
		return plan{}
	}
	req.Config = req.ProposedNewState
	resp, err := c.server.PlanResourceChange(c.ctx, req)
	if err != nil {
		r.fail("Plan broke", err)
		return plan{}
	}
	r.add(resp.Diagnostics)
	return plan{action: Delete, planned: nothing, private: resp.PlannedPrivate, id: i.Identity}
}

// apply does what the plan says, in the core's order.
func (c *command) apply(w *Workspace, p plan, r *Result) {
	switch p.action {
	case Create:
		w.State = c.change(nil, p, r)
	case Update:
		if changed := c.change(w.State, p, r); changed != nil {
			w.State = changed
		}
	case Replace:
		c.replace(w, p, r)
	case NoOp, Delete:
	}
}

func (c *command) replace(w *Workspace, p plan, r *Result) {
	old := w.State
	if w.CreateBeforeDestroy {
		created := c.change(nil, p, r)
		if created == nil {
			return
		}
		// With the new instance failed, the core keeps it and deposes the old
		// one, which the next apply destroys: to this provider that is a call
		// without effect.
		w.State = created
		if !r.Failed() {
			c.destroy(old, p.private, r)
		}
		return
	}
	if !c.destroy(old, p.private, r) {
		return
	}
	w.State = nil
	w.State = c.change(nil, p, r)
}
