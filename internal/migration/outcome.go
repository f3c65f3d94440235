// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import "time"

// End is how a run ended.
type End int

const (
	_ End = iota
	// Completed: what the run was for came about. Of a cutover, Atlas served the
	// live migration as complete.
	Completed
	// AlreadyComplete: the first read found the cutover complete; nothing was sent.
	AlreadyComplete
	// Failed: Atlas says that it failed or expired.
	Failed
	// UnsupportedStatus: before anything was sent, Atlas reported a status that
	// nobody has published.
	UnsupportedStatus
	// Unreadable: Atlas could not be read, before anything was sent.
	Unreadable
	// NotSent: the request did not reach Atlas, or Atlas had no time for it.
	NotSent
	// Rejected: Atlas refused the request; nothing began.
	Rejected
	// Unconfirmed: the request was sent, and whether Atlas acted is not known.
	Unconfirmed
	// NotObserved: a request was sent, and Atlas shows no cutover.
	NotObserved
	// TimedOut: a time limit of the run passed. If nothing was requested, nothing
	// is sent any more.
	TimedOut
	// WindowClosed: the latest time for the request passed; nothing was sent.
	WindowClosed
	// Unauthorized: the credentials stopped working after something began.
	Unauthorized
	// NotFound: Atlas no longer knows what it began.
	NotFound
	// Interrupted: the caller gave up.
	Interrupted
	// Panicked: a bug of this program.
	Panicked
)

// Outcome is how a run ended and what is known of what it was for.
type Outcome struct {
	End    End
	Reason Reason
	// Request is what is known of the request.
	Request RequestState
	// Resumed is set for a run that followed what an earlier one requested.
	Resumed bool
	// Read reports whether any read succeeded, and so whether Observed means
	// anything.
	Read     bool
	Observed Observation
	// ReadErr is why the newest read failed, or the [*PanicError]; nil if the
	// newest read succeeded.
	ReadErr error
	// RequestErr is why the newest request failed, nil if it was accepted or none
	// was sent.
	RequestErr error
	// Elapsed is how long the run took.
	Elapsed time.Duration
	// RequestedAt is when this run's request was sent, zero if none was or if
	// Atlas answered that something is running already.
	RequestedAt time.Time
	// LagAtRequest is the lag, in seconds, that Atlas reported in the read on which
	// this run's request was sent; nil if it reported none or RequestedAt is zero.
	LagAtRequest *int64
	// CompletedAt is when the run first saw the completion, zero if it did not.
	CompletedAt time.Time
	// ReadyAt is when the run first saw the live migration ready for its cutover,
	// zero if it did not.
	ReadyAt time.Time
}

// Exists reports whether there is a cutover to keep: it is complete, or was
// requested, now or by an earlier run. Otherwise the run changed nothing.
func (o Outcome) Exists() bool {
	return o.Status() == StatusSuccess || o.Request != NotRequested || o.Resumed
}

// InFlight reports whether a cutover that was requested may be in progress
// although the run ended.
func (o Outcome) InFlight() bool { return o.Exists() && o.Status() == StatusPending }

// Status is what may be kept of the outcome of a cutover or a validation.
// Success needs Atlas's own word for it. A validation that Atlas no longer knows
// has to be requested again.
func (o Outcome) Status() Status {
	switch o.End {
	case Completed, AlreadyComplete:
		return StatusSuccess
	case Failed, NotFound:
		return StatusFailed
	default:
		return StatusPending
	}
}
