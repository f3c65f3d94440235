// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package operation names the operations that a run can serve. What Terraform does
// with an error, and how a user continues, depends on the operation.
package operation

// Operation is what Terraform asked for.
type Operation int

const (
	// Create stores a new resource; an error taints it.
	Create Operation = iota
	// Update changes a stored resource; an error does not taint it.
	Update
	// Invoke runs an action, which stores nothing.
	Invoke
)

// Again starts a sentence about how to continue.
func (o Operation) Again() string {
	if o == Invoke {
		return "Invoke the action again"
	}
	return "Apply again"
}

// String is what is running: an apply or an action.
func (o Operation) String() string {
	if o == Invoke {
		return "action"
	}
	return "apply"
}

// Timeout is the argument that bounds the whole run.
func (o Operation) Timeout() string {
	switch o {
	case Invoke:
		return "timeouts.invoke"
	case Create:
		return "timeouts.create"
	default:
		return "timeouts.update"
	}
}
