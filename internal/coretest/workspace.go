// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package coretest

import (
	"context"
	"fmt"
	"math/big"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Workspace is a configuration with one resource in it, and the state of that
// resource.
type Workspace struct {
	// Server starts a provider.
	Server func() tfprotov6.ProviderServer
	// Provider is the provider's configuration, by argument; arguments that are
	// missing are null.
	Provider map[string]any
	// Type is the resource's type, for example
	// "atlasmigration_live_migration_cutover".
	Type string
	// Config is the resource's configuration, by attribute.
	Config map[string]any
	// Unknown are attributes whose values depend on something that the same apply
	// changes. Such a configuration can be planned, not applied.
	Unknown []string
	// CreateBeforeDestroy is the lifecycle argument.
	CreateBeforeDestroy bool
	// State is what the state file holds; nil for nothing.
	State *Instance
}

// Instance is a resource in the state.
type Instance struct {
	Value    tftypes.Value
	Private  []byte
	Identity *tfprotov6.ResourceIdentityData
	Tainted  bool
}

// String gives an attribute of the instance, as Terraform would print it where it
// is a string, a number or a bool, and in a form of its own otherwise: "" for null, and
// "(unknown)".
func (i *Instance) String(attribute string) string {
	if i == nil {
		return ""
	}
	var attributes map[string]tftypes.Value
	if err := i.Value.As(&attributes); err != nil {
		return fmt.Sprintf("(%s)", err)
	}
	value, ok := attributes[attribute]
	switch {
	case !ok:
		return "(no such attribute)"
	case !value.IsKnown():
		return "(unknown)"
	case value.IsNull():
		return ""
	}
	return textOf(value)
}

func textOf(value tftypes.Value) string {
	var (
		text   string
		number big.Float
		truth  bool
	)
	switch {
	case value.As(&text) == nil:
		return text
	case value.As(&number) == nil:
		return number.Text('f', -1)
	case value.As(&truth) == nil:
		return strconv.FormatBool(truth)
	default:
		return value.String()
	}
}

// Taint marks the instance for replacement.
func (w *Workspace) Taint() {
	if w.State != nil {
		w.State.Tainted = true
	}
}

// Untaint takes the mark away.
func (w *Workspace) Untaint() {
	if w.State != nil {
		w.State.Tainted = false
	}
}

// LoseState is a state file that was deleted, or could not be written.
func (w *Workspace) LoseState() { w.State = nil }

// Action is what a plan does.
type Action string

// The actions of a plan.
const (
	NoOp    Action = "no-op"
	Create  Action = "create"
	Update  Action = "update"
	Replace Action = "replace"
	Delete  Action = "delete"
)

// Result is what a command did and said.
type Result struct {
	Action Action
	// Diagnostics are all that was said, in order.
	Diagnostics []*tfprotov6.Diagnostic
	// PlannedAt is when the plan was done, and applying it began.
	PlannedAt time.Time
	// planned is how many of them were said before anything was applied.
	planned int
}

// Planned is what was said up to the plan's end.
func (r Result) Planned() []*tfprotov6.Diagnostic { return r.Diagnostics[:r.planned] }

// Applied is what was said while the plan was applied.
func (r Result) Applied() []*tfprotov6.Diagnostic { return r.Diagnostics[r.planned:] }

// Failed reports whether a diagnostic is an error.
func (r Result) Failed() bool {
	for _, d := range r.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return true
		}
	}
	return false
}

// Summaries lists the summaries of diagnostics.
func Summaries(diags []*tfprotov6.Diagnostic) []string {
	summaries := []string{}
	for _, d := range diags {
		summaries = append(summaries, d.Summary)
	}
	return summaries
}

func (r *Result) add(diags []*tfprotov6.Diagnostic) { r.Diagnostics = append(r.Diagnostics, diags...) }

func (r *Result) fail(summary string, err error) {
	r.add([]*tfprotov6.Diagnostic{{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: summary, Detail: err.Error(),
	}})
}

// Apply is terraform apply. Cancelling ctx is an interrupt: the provider is told
// to stop, and what it returns is still kept.
func (w *Workspace) Apply(ctx context.Context) Result { return w.apply(ctx, false) }

// ApplyReplacing is terraform apply -replace.
func (w *Workspace) ApplyReplacing(ctx context.Context) Result { return w.apply(ctx, true) }

func (w *Workspace) apply(ctx context.Context, replace bool) Result {
	var r Result
	c := w.start(ctx, &r)
	defer c.close()
	if r.Failed() {
		return r
	}
	c.refresh(w, &r)
	if r.Failed() {
		return r
	}
	p := c.plan(w, replace, &r)
	r.planned, r.PlannedAt = len(r.Diagnostics), time.Now()
	if r.Failed() {
		return r
	}
	r.Action = p.action
	c.apply(w, p, &r)
	return r
}

// ApplyRenamed is terraform apply after the resource, or its key in for_each, got
// another name and no moved block: one plan forgets the instance and creates another
// one. Terraform plans the two in any order.
func (w *Workspace) ApplyRenamed(ctx context.Context, createFirst bool) Result {
	var r Result
	c := w.start(ctx, &r)
	defer c.close()
	if r.Failed() {
		return r
	}
	c.refresh(w, &r)
	if r.Failed() || w.State == nil {
		return r
	}
	prior := tftypes.NewValue(c.resource, nil)
	var created, destroyed plan
	for _, create := range []bool{createFirst, !createFirst} {
		if create {
			created, _ = c.planFrom(prior, nil, &r)
		} else {
			destroyed = c.planDestroy(w.State, &r)
		}
	}
	r.planned, r.PlannedAt = len(r.Diagnostics), time.Now()
	if r.Failed() {
		return r
	}
	r.Action = Replace
	if c.destroy(w.State, destroyed.private, &r) {
		w.State = nil
		w.State = c.change(nil, created, &r)
	}
	return r
}

// Plan is terraform plan: it changes nothing but what a refresh changes.
func (w *Workspace) Plan(ctx context.Context) Result {
	var r Result
	c := w.start(ctx, &r)
	defer c.close()
	if r.Failed() {
		return r
	}
	c.refresh(w, &r)
	if !r.Failed() {
		r.Action = c.plan(w, false, &r).action
	}
	return r
}

// Destroy is terraform destroy.
func (w *Workspace) Destroy(ctx context.Context) Result {
	var r Result
	c := w.start(ctx, &r)
	defer c.close()
	if r.Failed() {
		return r
	}
	c.refresh(w, &r)
	r.planned, r.PlannedAt = len(r.Diagnostics), time.Now()
	if r.Failed() || w.State == nil {
		return r
	}
	r.Action = Delete
	if c.destroy(w.State, w.State.Private, &r) {
		w.State = nil
	}
	return r
}

// Import is terraform import with an ID.
func (w *Workspace) Import(ctx context.Context, id string) Result {
	return w.imports(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: w.Type, ID: id})
}

// ImportByIdentity is an import block with an identity.
func (w *Workspace) ImportByIdentity(ctx context.Context, identity map[string]string) Result {
	data, err := identityData(identity)
	if err != nil {
		var r Result
		r.fail("Invalid identity", err)
		return r
	}
	return w.imports(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: w.Type, Identity: data})
}

func (w *Workspace) imports(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) Result {
	var r Result
	c := w.start(ctx, &r)
	defer c.close()
	if r.Failed() {
		return r
	}
	c.imports(w, req, &r)
	if !r.Failed() {
		c.refresh(w, &r)
	}
	return r
}
