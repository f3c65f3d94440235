// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import "time"

// Replies select a world's answers if more than one is recorded, documented or
// possible. The zero value selects what [Assumptions] has as the default. What a
// [Migration] says comes first.
type Replies struct {
	// PutAnswer is what an accepted PUT is answered with.
	PutAnswer PutAnswer
	// SecondPut and EarlyPut are what a PUT gets after another one, and before the
	// live migration is ready; see Migration.
	SecondPut, EarlyPut Refusal
	// ReadyAfterPut is how long readyForCutover stays true once a cutover began.
	ReadyAfterPut time.Duration
	// LagAfterPut is how long lagTimeSeconds is still served once a cutover began.
	LagAfterPut time.Duration
	// JobStatus, if not 0, is the error status that reads of a cutover's job get.
	JobStatus int
	// LaterVersionsRefused answers 406 to a date in Accept that is no version of
	// the call, instead of resolving it to the newest version before it.
	LaterVersionsRefused bool
	// EmptyStringsRefused answers 400 to hostnameSchemaType "", and to username
	// and password "" with managed authentication.
	EmptyStringsRefused bool
	// ChallengeWithoutCode leaves errorCode out of a failed authentication.
	ChallengeWithoutCode bool
	// NoErrorCodeHeader leaves out the header X-Error-Code.
	NoErrorCodeHeader bool
	// ErrorParameters puts parameters, strings and numbers, into every error.
	ErrorParameters bool
	// ChallengesCount makes requests that were not let in take a token of their bucket.
	ChallengesCount bool
	// NoDeprecation leaves out the headers Deprecation and Sunset.
	NoDeprecation bool
	// EnvelopeInEnvelope has the content of envelope=true in "envelope" instead of "content".
	EnvelopeInEnvelope bool
}
