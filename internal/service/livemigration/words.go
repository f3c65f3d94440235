// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import "strings"

// list is names as a person lists them.
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// keeping is what stores a run's outcome, which decides what can be said about
// the state and about how to go on.
type keeping int

const (
	// creating stores a new resource; an error taints it.
	creating keeping = iota
	// resuming stores a changed one; an error does not taint it.
	resuming
)

// limit is the argument that bounds the run.
func (k keeping) limit() string {
	if k == creating {
		return "timeouts.create"
	}
	return "timeouts.update"
}
