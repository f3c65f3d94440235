// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import (
	"errors"
	"fmt"
	"time"
)

// ErrorKind is what a failed call means to a run.
type ErrorKind int

const (
	// KindNone is no error.
	KindNone ErrorKind = iota
	// KindTransient may go away by itself, and leaves open whether Atlas acted: a
	// broken connection, a timeout, a 5xx, an answer that cannot be read.
	KindTransient
	// KindUnsent never left this machine.
	KindUnsent
	// KindRateLimited was not acted on, because there were too many calls (429).
	KindRateLimited
	// KindUnauthorized was not acted on, because of who asks (401, 403).
	KindUnauthorized
	// KindNotFound was not acted on, because Atlas knows no such thing (404).
	KindNotFound
	// KindBadRequest was not acted on, because Atlas finds it wrong (400).
	KindBadRequest
	// KindConflict says that something else is in the way (409), which can be an
	// earlier request for the same cutover.
	KindConflict
	// KindPermanent is any other answer that repeating the call will not change:
	// a redirect, a method that is not allowed, an untrusted certificate.
	KindPermanent
)

// CallError is a failed call to Atlas.
type CallError struct {
	Kind ErrorKind
	// RetryAfter is how long Atlas asked to be left alone; zero if it did not say.
	RetryAfter time.Duration
	Err        error
}

// Error is the cause's text.
func (e *CallError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *CallError) Unwrap() error { return e.Err }

// KindOf classifies an error. An error that is no [*CallError] is transient.
func KindOf(err error) ErrorKind {
	var call *CallError
	switch {
	case err == nil:
		return KindNone
	case errors.As(err, &call):
		return call.Kind
	default:
		return KindTransient
	}
}

// LateError is why a request was not sent: a limit had passed, or the caller had
// given up, before it left.
type LateError struct {
	// End is how the run ends for that reason.
	End End
}

// Error names the reason.
func (e *LateError) Error() string {
	if e.End == Interrupted {
		return "interrupted before the request was sent"
	}
	return "the time to send the request had passed"
}

// PanicError is a panic during a run.
type PanicError struct {
	Value any
	Stack []byte
}

// Error is the panic's value, without the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// retryAfter is how long Atlas asked to be left alone, up to a bound.
func retryAfter(err error) time.Duration {
	var call *CallError
	if errors.As(err, &call) {
		return min(call.RetryAfter, maxRetryAfter)
	}
	return 0
}
