// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

// broken is a provider of which every call panics.
type broken struct{ server }

const bug = "panicked: runtime error: invalid memory address or nil pointer dereference."

func TestEveryCallThatPanicsIsAnsweredWithAnError(t *testing.T) {
	server := reflect.ValueOf(guard{broken{}})
	if server.NumMethod() < 26 {
		t.Fatalf("has %d methods, which proves little", server.NumMethod())
	}
	for i := range server.NumMethod() {
		name := server.Type().Method(i).Name
		t.Run(name, func(t *testing.T) {
			var logs bytes.Buffer
			ctx := tflogtest.RootLogger(t.Context(), &logs)
			method := server.Method(i)
			req := reflect.New(method.Type().In(1).Elem())
			out := method.Call([]reflect.Value{reflect.ValueOf(ctx), req})
			if !out[1].IsNil() {
				t.Fatalf("broke: %v", out[1])
			}
			if text := errorOf(out[0]); !strings.Contains(text, bug) || strings.Contains(text, ".go:") {
				t.Errorf("says %q", text)
			}
			if !strings.Contains(logs.String(), "server_test.go") && !strings.Contains(logs.String(), "goroutine") {
				t.Errorf("the log has no stack: %s", logs.String())
			}
		})
	}
}

// errorOf is the text of the error in an answer, in the field that this kind of answer has for it.
func errorOf(answer reflect.Value) string {
	switch resp := answer.Interface().(type) {
	case *tfprotov6.StopProviderResponse:
		return resp.Error
	case *tfprotov6.CallFunctionResponse:
		return resp.Error.Text
	case *tfprotov6.InvokeActionServerStream:
		for event := range resp.Events {
			if end, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
				return detailOf(end.Diagnostics)
			}
		}
		return ""
	}
	diags, _ := answer.Elem().FieldByName("Diagnostics").Interface().([]*tfprotov6.Diagnostic)
	return detailOf(diags)
}

func detailOf(diags []*tfprotov6.Diagnostic) string {
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError {
		return ""
	}
	return diags[0].Detail
}

// A change that panicked costs the state nothing.
func TestAPanicKeepsTheState(t *testing.T) {
	prior, planned, config := &tfprotov6.DynamicValue{}, &tfprotov6.DynamicValue{}, &tfprotov6.DynamicValue{}
	private, id := []byte("private"), &tfprotov6.ResourceIdentityData{}
	server := guard{broken{}}
	read, err := server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{CurrentState: prior, Private: private, CurrentIdentity: id})
	if err != nil || read.NewState != prior || string(read.Private) != "private" || read.NewIdentity != id {
		t.Errorf("read: %+v, %v", read, err)
	}
	plan, err := server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		PriorState: prior, ProposedNewState: planned, Config: config, PriorPrivate: private, PriorIdentity: id,
	})
	if err != nil || plan.PlannedState != prior || string(plan.PlannedPrivate) != "private" || plan.PlannedIdentity != id {
		t.Errorf("plan: %+v, %v", plan, err)
	}
	apply, err := server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		PriorState: prior, PlannedState: planned, Config: config, PlannedPrivate: private, PlannedIdentity: id,
	})
	if err != nil || apply.NewState != prior || string(apply.Private) != "private" || apply.NewIdentity != id {
		t.Errorf("apply: %+v, %v", apply, err)
	}
}

// The framework runs an action in a goroutine of its own, where no guard of the
// server reaches. A configuration without a schema is a panic of the framework.
func TestEveryActionRecoversByItself(t *testing.T) {
	constructors := (&Provider{}).Actions(t.Context())
	if len(constructors) == 0 {
		t.Fatal("there are no actions, which proves nothing")
	}
	for _, constructor := range constructors {
		var resp action.InvokeResponse
		constructor().Invoke(context.WithoutCancel(t.Context()), action.InvokeRequest{}, &resp)
		if !resp.Diagnostics.HasError() || !strings.Contains(resp.Diagnostics[0].Detail(), bug) {
			t.Errorf("says %v", resp.Diagnostics)
		}
	}
}
