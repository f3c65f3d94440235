// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"fmt"
	"time"
)

// End is how a run ended.
type End int

const (
	// Completed: Atlas served the live migration as complete.
	Completed End = iota + 1
	// AlreadyComplete: the first look found it complete; nothing was sent.
	AlreadyComplete
	// FailedAtAtlas: the migration failed or expired, or the job failed.
	FailedAtAtlas
	// UnknownStatus: a status word that nobody has published, before anything
	// was sent.
	UnknownStatus
	// LookFailed: Atlas could not be read, before anything was sent.
	LookFailed
	// NotReadyInTime: the time to become ready passed; nothing was sent.
	NotReadyInTime
	// NotSent: the request did not reach Atlas, or Atlas had no time for it.
	NotSent
	// Refused: Atlas answered the request with a no; no cutover has begun.
	Refused
	// NotStarted: a request was sent, and nothing is to be seen of a cutover.
	NotStarted
	// TimedOut: the time for the whole run passed after a request.
	TimedOut
	// AccessLost: the credentials stopped working after a request.
	AccessLost
	// Interrupted: the caller gave up.
	Interrupted
	// Panicked: a bug of this program.
	Panicked
)

// Outcome is how a run ended and what is known of the cutover.
type Outcome struct {
	End    End
	Reason Reason
	Answer Answer
	// Resumed is a run of [Cutover.Resume].
	Resumed bool
	// Looked tells whether any look succeeded, and so whether Seen means
	// anything.
	Looked bool
	Seen   Observation
	// Cause is why the newest look failed, or the [*PanicError]; nil where the
	// newest look succeeded.
	Cause error
	// RequestErr is what the newest request was answered with, nil where it was
	// accepted or none was sent.
	RequestErr error
	// Took is how long the run took.
	Took time.Duration
}

// Exists tells whether there is a cutover to remember: it is complete, or was
// requested, now or by an earlier run. Otherwise the run changed nothing.
func (o Outcome) Exists() bool {
	return o.Status() == Success || o.Answer != NotRequested || o.Resumed
}

// InFlight tells whether a cutover may be under way at Atlas although the run
// ended.
func (o Outcome) InFlight() bool { return o.Exists() && o.Status() == Pending }

// Status is what may be kept of the outcome. Success needs Atlas's own word for
// it.
func (o Outcome) Status() Status {
	switch o.End {
	case Completed, AlreadyComplete:
		return Success
	case FailedAtAtlas:
		return Failed
	default:
		return Pending
	}
}

// PanicError is a panic during a run.
type PanicError struct {
	Value any
	Stack []byte
}

// Error is the panic's value, without the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }
