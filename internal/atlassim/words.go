// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"fmt"
	"slices"
)

// Ending is how a cutover ends.
type Ending int

// The ways a cutover can end: Stays never does.
const (
	Completes Ending = iota
	Fails
	Expires
	Stays
)

var endingNames = []string{"completes", "fails", "expires", "stays"}

// PutAnswer is what an accepted PUT is answered with. All of them have been
// published or reported as the success of the same call.
type PutAnswer int

// The answers to an accepted PUT: 200 with the job, 202 or 204 without a body,
// 200 with {}. PutAnswerDefault is what is published for the version of the API:
// 200 with the job in v1.0, 202 without a body in v2.
const (
	PutAnswerDefault PutAnswer = iota
	JobAnswer
	Accepted202
	NoContent204
	EmptyObject200
)

var putAnswerNames = []string{"", "job", "accepted_202", "no_content_204", "empty_object_200"}

// Refusal is what a request gets that should not have been sent, such as a
// second PUT. What Atlas answers to one is not published, so a client must be
// right with each.
type Refusal int

// The refusals. SilentSuccess is none at all: 2xx, and it counts as accepted in the ledger.
const (
	RefusalDefault Refusal = iota
	Conflict409
	BadRequest400
	SilentSuccess
)

var refusalNames = []string{"", "conflict_409", "bad_request_400", "silent_success"}

// status is the status that a refusal answers with; 0 if it refuses nothing.
func (r Refusal) status() int {
	switch r {
	case Conflict409:
		return 409
	case BadRequest400:
		return 400
	case RefusalDefault, SilentSuccess:
	}
	return 0
}

// Wire is something that happens to a connection instead of an answer.
type Wire int

// The wire effects.
const (
	NoWire       Wire = iota
	Reset             // the connection is reset (RST) without an answer
	Close             // the connection is closed (FIN) without an answer
	CloseMidBody      // the body ends in its middle, short of its Content-Length
	EndlessBody       // the body never ends
	Hang              // the request is held until it is released or its client goes away
	RefuseDial        // in memory only: no connection can be made
	TLSUntrusted      // in memory only: the server's certificate is not trusted
)

var wireNames = []string{"", "reset", "close", "close_mid_body", "endless_body", "hang", "refuse_dial", "tls_untrusted"}

// String returns the ending's name in JSON.
func (e Ending) String() string { return nameOf(endingNames, int(e)) }

// String returns the answer's name in JSON.
func (p PutAnswer) String() string { return nameOf(putAnswerNames, int(p)) }

// String returns the refusal's name in JSON.
func (r Refusal) String() string { return nameOf(refusalNames, int(r)) }

// String returns the effect's name in JSON.
func (w Wire) String() string { return nameOf(wireNames, int(w)) }

// UnmarshalText implements encoding.TextUnmarshaler.
func (e *Ending) UnmarshalText(text []byte) error { return setNamed(e, endingNames, text) }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *PutAnswer) UnmarshalText(text []byte) error { return setNamed(p, putAnswerNames, text) }

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *Refusal) UnmarshalText(text []byte) error { return setNamed(r, refusalNames, text) }

// UnmarshalText implements encoding.TextUnmarshaler.
func (w *Wire) UnmarshalText(text []byte) error { return setNamed(w, wireNames, text) }

func nameOf(names []string, i int) string {
	if i < 0 || i >= len(names) {
		return fmt.Sprintf("unknown(%d)", i)
	}
	return names[i]
}

func setNamed[T ~int](target *T, names []string, text []byte) error {
	i := slices.Index(names, string(text))
	if i < 0 {
		return fmt.Errorf("%q is none of %q", text, names)
	}
	*target = T(i)
	return nil
}
