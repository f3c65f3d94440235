// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package coretest

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Invocation is what an action said and how it ended.
type Invocation struct {
	Result
	Progress []string
}

// Invoke invokes an action of the workspace's type with the workspace's
// configuration: it validates, plans and invokes. Cancelling ctx is an
// interrupt.
func (w *Workspace) Invoke(ctx context.Context) Invocation {
	var i Invocation
	c := w.launch(ctx, &i.Result)
	defer c.close()
	if i.Failed() {
		return i
	}
	actions, ok := c.server.(tfprotov6.ActionServer)
	if !ok {
		i.fail("Actions are missing", errors.New(w.Type))
		return i
	}
	schema := c.schemas.ActionSchemas[w.Type]
	if schema == nil {
		i.fail("Schema is missing", errors.New(w.Type))
		return i
	}
	config, _, err := dynamic(schema.Schema.ValueType(), w.Config)
	if err != nil {
		i.fail("Action configuration cannot be built", err)
		return i
	}
	c.invoke(actions, config, &i)
	return i
}

func (c *command) invoke(actions tfprotov6.ActionServer, config *tfprotov6.DynamicValue, i *Invocation) {
	validated, err := actions.ValidateActionConfig(c.ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: c.typeName, Config: config})
	if err != nil {
		i.fail("Validation broke", err)
		return
	}
	if i.add(validated.Diagnostics); i.Failed() {
		return
	}
	planned, err := actions.PlanAction(c.ctx, &tfprotov6.PlanActionRequest{ActionType: c.typeName, Config: config})
	if err != nil {
		i.fail("Plan broke", err)
		return
	}
	if i.add(planned.Diagnostics); i.Failed() {
		return
	}
	stream, err := actions.InvokeAction(c.ctx, &tfprotov6.InvokeActionRequest{ActionType: c.typeName, Config: config})
	if err != nil {
		i.fail("Invocation broke", err)
		return
	}
	for event := range stream.Events {
		switch e := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			i.Progress = append(i.Progress, e.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			i.add(e.Diagnostics)
		}
	}
}
