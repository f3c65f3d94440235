// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package coretest

import (
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// change applies a plan, and gives the instance that came of it: nil where none
// did. An error taints a new instance, and only that.
func (c *command) change(from *Instance, p plan, r *Result) *Instance {
	prior := tftypes.NewValue(c.resource, nil)
	if from != nil {
		prior = from.Value
	}
	resp := c.call(prior, p, r)
	if resp == nil {
		return nil
	}
	failedBefore := r.Failed()
	r.add(resp.Diagnostics)
	value, err := resp.NewState.Unmarshal(c.resource)
	if err != nil {
		r.fail("Applied state cannot be read", err)
		return nil
	}
	if value.IsNull() {
		return nil
	}
	failed := r.Failed() && !failedBefore
	if !value.IsFullyKnown() {
		r.fail("Applied state is not known", fmt.Errorf("%s", value))
	}
	if leaked := leaks(c.schema, value); len(leaked) > 0 {
		r.fail("Provider returned a write-only value", fmt.Errorf("%v", leaked))
	}
	if broken := inconsistentAttributes(p.planned, value); !failed && len(broken) > 0 {
		r.fail("Provider produced inconsistent result after apply", fmt.Errorf("%v", broken))
	}
	return &Instance{Value: value, Private: resp.Private, Identity: resp.NewIdentity, Tainted: failed && from == nil}
}

func (c *command) call(prior tftypes.Value, p plan, r *Result) *tfprotov6.ApplyResourceChangeResponse {
	priorState, err := dynamicOf(c.resource, prior)
	if err != nil {
		r.fail("Prior state cannot be built", err)
		return nil
	}
	planned, err := dynamicOf(c.resource, p.planned)
	if err != nil {
		r.fail("Planned state cannot be built", err)
		return nil
	}
	config := c.config
	if p.planned.IsNull() {
		if config, err = dynamicOf(c.resource, tftypes.NewValue(c.resource, nil)); err != nil {
			r.fail("Configuration cannot be built", err)
			return nil
		}
	}
	resp, err := c.server.ApplyResourceChange(c.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: c.typeName, PriorState: priorState, PlannedState: planned, Config: config,
		PlannedPrivate: p.private, PlannedIdentity: p.id,
	})
	if err != nil {
		r.fail("Apply broke", err)
		return nil
	}
	return resp
}

// destroy destroys an instance with the private state of the plan, and reports
// whether it is gone.
func (c *command) destroy(i *Instance, private []byte, r *Result) bool {
	resp := c.call(i.Value, plan{planned: tftypes.NewValue(c.resource, nil), private: private, id: i.Identity}, r)
	if resp == nil {
		return false
	}
	r.add(resp.Diagnostics)
	return !r.Failed()
}

// inconsistentAttributes lists the attributes that a plan knew and a result changed.
func inconsistentAttributes(planned, result tftypes.Value) []string {
	var promised, kept map[string]tftypes.Value
	if planned.As(&promised) != nil || result.As(&kept) != nil {
		return []string{"(not an object)"}
	}
	var broken []string
	for name, value := range promised {
		if value.IsFullyKnown() && !value.Equal(kept[name]) {
			broken = append(broken, name)
		}
	}
	return broken
}

// propose is the core's first idea of a new state: what is configured, and what
// was there before for what only the provider can set.
func propose(schema *tfprotov6.Schema, prior, config tftypes.Value) (tftypes.Value, error) {
	var before, values map[string]tftypes.Value
	if err := config.As(&values); err != nil {
		return tftypes.Value{}, err
	}
	if !prior.IsNull() {
		if err := prior.As(&before); err != nil {
			return tftypes.Value{}, err
		}
	}
	proposed := map[string]tftypes.Value{}
	for _, attribute := range schema.Block.Attributes {
		value := values[attribute.Name]
		if was, ok := before[attribute.Name]; ok && attribute.Computed && value.IsNull() {
			value = was
		}
		proposed[attribute.Name] = value
	}
	return withoutWriteOnly(schema, tftypes.NewValue(schema.ValueType(), proposed))
}

// dynamic makes a protocol value of Go values; what is missing is null.
func dynamic(typ tftypes.Type, values map[string]any) (*tfprotov6.DynamicValue, tftypes.Value, error) {
	object, ok := typ.(tftypes.Object)
	if !ok {
		return nil, tftypes.Value{}, fmt.Errorf("%s is no object", typ)
	}
	complete := map[string]any{}
	for name := range object.AttributeTypes {
		complete[name] = values[name]
	}
	for name := range values {
		if _, known := object.AttributeTypes[name]; !known {
			return nil, tftypes.Value{}, fmt.Errorf("unsupported argument %q", name)
		}
	}
	text, err := json.Marshal(complete)
	if err != nil {
		return nil, tftypes.Value{}, err
	}
	value, err := (&tfprotov6.RawState{JSON: text}).Unmarshal(typ)
	if err != nil {
		return nil, tftypes.Value{}, err
	}
	d, err := dynamicOf(typ, value)
	return d, value, err
}

func dynamicOf(typ tftypes.Type, value tftypes.Value) (*tfprotov6.DynamicValue, error) {
	d, err := tfprotov6.NewDynamicValue(typ, value)
	return &d, err
}

func identityData(identity map[string]string) (*tfprotov6.ResourceIdentityData, error) {
	types, values := map[string]tftypes.Type{}, map[string]tftypes.Value{}
	for name, value := range identity {
		types[name], values[name] = tftypes.String, tftypes.NewValue(tftypes.String, value)
	}
	typ := tftypes.Object{AttributeTypes: types}
	d, err := dynamicOf(typ, tftypes.NewValue(typ, values))
	return &tfprotov6.ResourceIdentityData{IdentityData: d}, err
}
