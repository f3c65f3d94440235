// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import "github.com/atlasmigration/terraform-provider-atlasmigration/internal/operation"

// The functions below are the State sentences of diagnostics.

// nothingState says that the run changed nothing.
func nothingState(op operation.Operation) string {
	if op == operation.Invoke {
		return "The action requested no cutover."
	}
	return "This apply requested no cutover, and nothing was stored in the state."
}

// successState says where an adopted cutover is stored.
func successState(op operation.Operation) string {
	if op == operation.Invoke {
		return "The action succeeds; it keeps nothing in the state."
	}
	return "The state now holds the cutover as SUCCESS."
}

// failureState says where a failed cutover is stored.
func failureState(op operation.Operation) string {
	switch op {
	case operation.Invoke:
		return "The action fails; it keeps nothing in the state."
	case operation.Create:
		return "The state holds the cutover as FAILED and tainted; the next apply replaces it."
	default:
		return "The state holds the cutover as FAILED; the next apply plans a replacement."
	}
}

// pendingState says where a cutover is stored if its end is not known.
func pendingState(op operation.Operation) string {
	switch op {
	case operation.Invoke:
		return "The action fails; it keeps nothing in the state. Invoking it again is safe: it reads Atlas first and " +
			"adopts a cutover that is in progress or complete."
	case operation.Create:
		return "The state holds the cutover as PENDING and tainted. The next apply replaces it, which is safe: it looks " +
			"at Atlas first and adopts a cutover that is in progress or complete. If lifecycle.prevent_destroy is set, run " +
			"terraform untaint with the address of this resource first."
	default:
		return "The state holds the cutover as PENDING; the next apply resumes waiting."
	}
}
