// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import "context"

// LiveMigration is one answer to a read of a live migration.
type LiveMigration struct {
	ID string
	// Status is Atlas's own word, see [ParseStatus].
	Status string
	// Ready is readyForCutover; nil if the answer has none (old deployments).
	Ready *bool
	// LagSeconds is how far the destination is behind the source. Atlas reports
	// it only before the cutover phase, so its presence is the documented sign
	// that no cutover has begun.
	LagSeconds *int64
	// Hosts are the migration hosts.
	Hosts []string
}

// Expired reports whether the live migration's 120-hour timer ran out.
func (m LiveMigration) Expired() bool { return m.Status == statusExpired }

// Ended reports whether the live migration has completed, failed or expired.
func (m LiveMigration) Ended() bool {
	s := ParseStatus(m.Status)
	return s == StatusSuccess || s == StatusFailed
}

// IsReady reports whether Atlas says that the live migration is ready for its
// cutover, rather than leaves that open.
func (m LiveMigration) IsReady() bool {
	return ParseStatus(m.Status) == StatusPending && requestable(m) && m.Ready != nil
}

// Job is what Atlas calls the work that a cutover request or a validation began.
// It is the only place if Atlas says why a cutover failed.
type Job struct {
	ID              string
	SourceProjectID string
	Status          string
	ErrorMessage    string
}

// Gate returns nil while a request may still be sent, and otherwise a
// [*LateError]. It must be called immediately before the request is written,
// after everything that can take time: connecting, waiting for an allowance, the
// answer to a challenge.
type Gate func() error

// CutoverAPI is the calls that a cutover makes, bound to one live migration.
// Every error is, or wraps, a [*CallError]; any other error counts as
// [KindTransient], which after a request means that its effect is unknown.
type CutoverAPI interface {
	// Read reads the live migration.
	Read(ctx context.Context) (LiveMigration, error)
	// Request sends the one PUT that starts the cutover. The zero Job is an
	// answer without a body.
	Request(ctx context.Context, gate Gate) (Job, error)
	// ReadJob reads the job that Request was answered with.
	ReadJob(ctx context.Context, id string) (Job, error)
}

// CreationAPI is the calls by which Atlas creates a live migration or a
// validation, bound to what is created. Errors are as those of [CutoverAPI].
type CreationAPI[T any] interface {
	// Request sends the one POST. The answer holds the ID of what it created.
	Request(ctx context.Context, gate Gate) (T, error)
	// Read reads what was created.
	Read(ctx context.Context, id string) (T, error)
}
