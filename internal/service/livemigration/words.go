// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"strings"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

// describe says what a look saw, as a sentence.
func describe(lm migration.LiveMigration) string {
	parts := []string{"Atlas reports the live migration as " + lm.Status}
	if lm.Status == "" {
		parts[0] = "Atlas reports the live migration without a status"
	}
	switch {
	case lm.Over() || lm.Ready == nil:
	case *lm.Ready:
		parts = append(parts, "ready for cutover")
	default:
		parts = append(parts, "not ready for cutover")
	}
	if lm.LagSeconds != nil {
		parts = append(parts, rounded(time.Duration(*lm.LagSeconds)*time.Second)+" behind its source")
	}
	if lm.Expired() {
		parts = append(parts, "since the timer of 120 hours that runs once it is nearly in sync ran out")
	}
	return strings.Join(parts, ", ") + "."
}

// rounded is a duration as a person writes it.
func rounded(d time.Duration) string {
	if d < time.Minute {
		return d.Round(time.Second / 10).String()
	}
	text := d.Round(time.Second).String()
	if rest, whole := strings.CutSuffix(text, "m0s"); whole {
		text = rest + "m"
	}
	if rest, whole := strings.CutSuffix(text, "h0m"); whole {
		text = rest + "h"
	}
	return text
}

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
