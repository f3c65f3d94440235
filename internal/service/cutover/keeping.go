// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

// keeping is where a run's outcome goes, which decides what can be said about
// the state and about how to go on.
type keeping int

const (
	// creating stores a new resource; an error taints it.
	creating keeping = iota
	// resuming stores a changed one; an error does not taint it.
	resuming
	// acting is an action, which stores nothing.
	acting
)

// again is how to go on, at the beginning of a sentence.
func (k keeping) again() string {
	if k == acting {
		return "Invoke the action again"
	}
	return "Apply again"
}

// run is what is running.
func (k keeping) run() string {
	if k == acting {
		return "action"
	}
	return "apply"
}

// limit is the argument that bounds the whole run.
func (k keeping) limit() string {
	switch k {
	case acting:
		return "timeouts.invoke"
	case creating:
		return "timeouts.create"
	default:
		return "timeouts.update"
	}
}

// nothing says that the run changed nothing.
func (k keeping) nothing() string {
	if k == acting {
		return "The action requested no cutover."
	}
	return "This apply requested no cutover, and nothing was stored in the state."
}

// success says where a cutover that was adopted is kept.
func (k keeping) success() string {
	if k == acting {
		return "The action succeeds; it keeps nothing in the state."
	}
	return "The state now holds the cutover as SUCCESS."
}

// failure says where a failed cutover is kept.
func (k keeping) failure() string {
	switch k {
	case acting:
		return "The action fails; it keeps nothing in the state."
	case creating:
		return "The state holds the cutover as FAILED and tainted; the next apply replaces it."
	default:
		return "The state holds the cutover as FAILED; the next apply plans a replacement."
	}
}

// pending says where a cutover of unknown end is kept.
func (k keeping) pending() string {
	switch k {
	case acting:
		return "The action fails; it keeps nothing in the state. Invoking it again is safe: it looks at Atlas first and " +
			"adopts a cutover that is in progress or complete."
	case creating:
		return "The state holds the cutover as PENDING and tainted. The next apply replaces it, which is safe: it looks " +
			"at Atlas first and adopts a cutover that is in progress or complete. If lifecycle.prevent_destroy is set, run " +
			"terraform untaint with the address of this resource first."
	default:
		return "The state holds the cutover as PENDING; the next apply goes on waiting."
	}
}
