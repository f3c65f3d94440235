// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"context"
	"time"
)

// LiveMigration is one answer to a look at a live migration.
type LiveMigration struct {
	ID string
	// Status is Atlas's own word, see [ParseStatus].
	Status string
	// Ready is readyForCutover; nil where the answer has none (old
	// deployments).
	Ready *bool
	// LagSeconds is how far the destination is behind the source. It is only
	// served before the cutover phase, so its presence is the documented sign
	// that no cutover has begun.
	LagSeconds *int64
	// Hosts are the migration hosts.
	Hosts []string
}

// Expired tells whether the live migration's 120-hour timer ran out.
func (m LiveMigration) Expired() bool { return m.Status == wordExpired }

// Job is what Atlas calls the work that a cutover request began. It is the
// only place where Atlas says why a cutover failed.
type Job struct {
	ID              string
	SourceProjectID string
	Status          string
	ErrorMessage    string
}

// Atlas is the three calls that a cutover makes, bound to one live migration.
// Every error is, or wraps, a [*CallError]; one that does not is taken for
// transient, which after a request means ambiguous.
type Atlas interface {
	// Look reads the live migration.
	Look(ctx context.Context) (LiveMigration, error)
	// Request sends the one PUT that starts the cutover. The zero Job is an
	// answer without a body.
	Request(ctx context.Context) (Job, error)
	// LookAtJob reads the job that Request answered with.
	LookAtJob(ctx context.Context, id string) (Job, error)
}

// Kind is what a failed call means to a cutover.
type Kind int

const (
	// Transient may go away by itself, and says nothing of whether Atlas acted:
	// a broken connection, a time-out, a 5xx, an answer that cannot be read.
	Transient Kind = iota
	// Unsent never left this machine.
	Unsent
	// Throttled was not acted on, because too many calls were made (429).
	Throttled
	// Denied was not acted on, because of who asks (401, 403).
	Denied
	// Absent was not acted on, because Atlas knows no such thing (404).
	Absent
	// Rejected was not acted on, because Atlas finds it wrong (400).
	Rejected
	// Contested says that something else is in the way (409), which can be an
	// earlier request of the same cutover.
	Contested
	// Final is any other answer that asking again will not change: a redirect,
	// a method that is not allowed, an untrusted certificate.
	Final
)

// CallError is a failed call to Atlas.
type CallError struct {
	Kind Kind
	// RetryAfter is how long Atlas asked to be left alone; zero where it did
	// not say.
	RetryAfter time.Duration
	Err        error
}

// Error is the cause's text.
func (e *CallError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *CallError) Unwrap() error { return e.Err }
