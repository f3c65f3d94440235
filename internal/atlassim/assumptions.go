// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"fmt"
	"slices"
	"time"
)

// Basis is what an assumption about Atlas rests on.
type Basis string

// The bases. A Guess is neither published nor recorded.
const (
	Recorded   Basis = "recorded"
	Documented Basis = "documented"
	Guess      Basis = "guess"
)

// Assumption is a question about Atlas to which there is more than one answer.
// Assumptions is the only place that lists them.
type Assumption struct {
	// Name is also that of the flag of atlas-sim.
	Name     string
	Question string
	// Basis is what the default rests on, which Answers has first. If that is the
	// only one, there is nothing to set.
	Basis   Basis
	Answers []string

	set func(o *Options, answer int)
}

// Set makes a world answer in one of the ways.
func (a *Assumption) Set(o *Options, answer string) error {
	i := slices.Index(a.Answers, answer)
	if i < 0 {
		return fmt.Errorf("%q is none of %q", answer, a.Answers)
	}
	a.set(o, i)
	return nil
}

// toggle sets a switch that is on with the second answer.
func toggle(on func(*Options) *bool) func(*Options, int) {
	return func(o *Options, answer int) { *on(o) = answer == 1 }
}

// oneOf sets what the answers stand for, in their order.
func oneOf[T any](field func(*Options) *T, values ...T) func(*Options, int) {
	return func(o *Options, answer int) { *field(o) = values[answer] }
}

// Assumptions returns every question about Atlas that the simulator answers in
// more than one way. What happens in a single live migration, such as when its
// job ends, is up to its script.
func Assumptions() []Assumption {
	return slices.Concat(
		cutoverAssumptions(), requestAssumptions(), bodyAssumptions(), linkAssumptions(), envelopeAssumptions(),
	)
}

// cutoverAssumptions are about the one request that cannot be undone.
func cutoverAssumptions() []Assumption {
	return []Assumption{
		{
			"cutover-answer", "What answers an accepted cutover request? The version's own is 200 with a job in v1.0, and 202 without a body in v2.",
			Documented, []string{"version", "job", "202", "204", "empty"},
			oneOf(func(o *Options) *PutAnswer { return &o.PutAnswer }, PutAnswerDefault, JobAnswer, Accepted202, NoContent204, EmptyObject200),
		},
		{
			"second-cutover", "What does a second cutover request get?",
			Guess, []string{"409", "400", "accepted"},
			oneOf(func(o *Options) *Refusal { return &o.SecondPut }, Conflict409, BadRequest400, SilentSuccess),
		},
		{
			"early-cutover", "What does a cutover request get before the live migration is ready? If it is accepted, the cutover begins once it is ready.",
			Guess, []string{"400", "409", "accepted"},
			oneOf(func(o *Options) *Refusal { return &o.EarlyPut }, BadRequest400, Conflict409, SilentSuccess),
		},
		{
			"ready-after-cutover", "How long does readyForCutover stay true after an accepted cutover?",
			Guess, []string{"0s", "10s", "forever"},
			oneOf(func(o *Options) *time.Duration { return &o.ReadyAfterPut }, 0, 10*time.Second, Forever),
		},
		{
			"lag-after-cutover", "How long is lagTimeSeconds still served after an accepted cutover?",
			Documented, []string{"0s", "10s", "forever"},
			oneOf(func(o *Options) *time.Duration { return &o.LagAfterPut }, 0, 10*time.Second, Forever),
		},
		{
			"cutover-job", "What does reading the job of a cutover get?",
			Guess, []string{"200", "403", "404"},
			oneOf(func(o *Options) *int { return &o.JobStatus }, 0, 403, 404),
		},
	}
}

// requestAssumptions are about requests of every kind.
func requestAssumptions() []Assumption {
	return []Assumption{
		{
			"later-version", "What does a date later than the version's own get in Accept and Content-Type: the newest version before it, or 406?",
			Guess, []string{"resolved", "406"},
			toggle(func(o *Options) *bool { return &o.LaterVersionsRefused }),
		},
		{
			"empty-strings", `What does "" get as hostnameSchemaType, and as username and password with managed authentication? The official CLI sends it.`,
			Guess, []string{"taken", "400"},
			toggle(func(o *Options) *bool { return &o.EmptyStringsRefused }),
		},
		{
			"link-before-start", "Must the source of a start or a validation be visible through the link? In the scenarios of a journey it must.",
			Guess, []string{"no", "yes"},
			toggle(func(o *Options) *bool { return &o.Start.NeedsLink }),
		},
		{
			"other-destination", "What does a destination in another project than the path's get?",
			Guess, []string{"400", "taken"},
			toggle(func(o *Options) *bool { return &o.Start.ForeignDestination }),
		},
		{
			"start-status", "Which status answers the start of a live migration?",
			Documented, []string{"201", "200"},
			oneOf(func(o *Options) *int { return &o.Start.Status }, 201, 200),
		},
		{
			"rate-limit", "Do the documented rate limits apply: 1200 requests, refilled by 500 a minute, for a project, and 500, refilled by 250, for an organization?",
			Documented, []string{"yes", "no"},
			func(o *Options, answer int) {
				limit := [...]Bucket{{}, Unlimited}[answer]
				o.RateLimit, o.OrgRateLimit = limit, limit
			},
		},
		{
			"challenge-counts", "Does a request that is not let in count against the rate limit?",
			Guess, []string{"no", "yes"},
			toggle(func(o *Options) *bool { return &o.ChallengesCount }),
		},
		{
			"nonce-life", "How long does a digest nonce live? 60 s is documented for Ops Manager.",
			Guess, []string{"60s", "1s", "1h"},
			oneOf(func(o *Options) *time.Duration { return &o.NonceLife }, time.Minute, time.Second, time.Hour),
		},
	}
}

// bodyAssumptions are about what a request to start or validate may leave out or repeat.
func bodyAssumptions() []Assumption {
	return []Assumption{
		{
			"drop-destination-data", "Is dropDestinationData optional, or required as dropEnabled was?",
			Documented, []string{"optional", "required"},
			toggle(func(o *Options) *bool { return &o.Start.DropRequired }),
		},
		{
			"sharding-entries", "Are the shardingEntries of sharding required or optional?",
			Documented, []string{"required", "optional"},
			toggle(func(o *Options) *bool { return &o.Start.EntriesOptional }),
		},
		{
			"repeated-keys", "What does a sharding entry, or a part of a shard key, get that is there twice?",
			Documented, []string{"400", "taken"},
			toggle(func(o *Options) *bool { return &o.Start.RepeatsTaken }),
		},
	}
}

// linkAssumptions are about the link to Cloud Manager.
func linkAssumptions() []Assumption {
	return []Assumption{
		{
			"link-token-status", "Which status answers a request for a link token?",
			Recorded, []string{"201", "200"},
			oneOf(func(o *Options) *int { return &o.Link.CreatedStatus }, 201, 200),
		},
		{
			"link-token-form", "Is the link token a string, or a list of one string as on the v1.0 page?",
			Documented, []string{"string", "list"},
			toggle(func(o *Options) *bool { return &o.Link.TokenInList }),
		},
		{
			"link-addresses", "Are accessListIps optional, or required as on the v1.0 page?",
			Documented, []string{"optional", "required"},
			toggle(func(o *Options) *bool { return &o.Link.AddressesRequired }),
		},
		{
			"second-link-token", "What does a request for a second link token get?",
			Guess, []string{"another", "409", "400"},
			oneOf(func(o *Options) *Refusal { return &o.Link.Again }, RefusalDefault, Conflict409, BadRequest400),
		},
		{
			"projects-without-link", "What do the available projects of an organization without a link get?",
			Guess, []string{"empty", "404"},
			toggle(func(o *Options) *bool { return &o.Link.ProjectsNeedLink }),
		},
		{
			"unlink-without-link", "Which errorCode has the 404 for removing a link that does not exist?",
			Recorded, []string{"UNEXPECTED_ERROR", "RESOURCE_NOT_FOUND"},
			oneOf(func(o *Options) *GoneShape { return &o.Link.Gone }, UnexpectedError, ResourceNotFound),
		},
		{
			"unlink-content-type", "Does the removal of a link answer with a Content-Type, although it has no body?",
			Recorded, []string{"yes", "no"},
			toggle(func(o *Options) *bool { return &o.Link.UnlinkWithoutType }),
		},
	}
}

// envelopeAssumptions are about what surrounds an answer.
func envelopeAssumptions() []Assumption {
	return []Assumption{
		{
			"challenge-code", "Does a failed authentication have an errorCode? In older recordings it does not.",
			Recorded, []string{"yes", "no"},
			toggle(func(o *Options) *bool { return &o.ChallengeWithoutCode }),
		},
		{
			"error-code-header", "Do errors after authentication have the header X-Error-Code?",
			Recorded, []string{"yes", "no"},
			toggle(func(o *Options) *bool { return &o.NoErrorCodeHeader }),
		},
		{
			"error-parameters", "Do errors have parameters?",
			Recorded, []string{"no", "yes"},
			toggle(func(o *Options) *bool { return &o.ErrorParameters }),
		},
		{
			"deprecation-headers", "Does a version that has a successor answer with Deprecation and Sunset? The date of Deprecation is a guess.",
			Recorded, []string{"yes", "no"},
			toggle(func(o *Options) *bool { return &o.NoDeprecation }),
		},
		{
			"envelope", "Which field holds the answer with envelope=true?",
			Documented, []string{"content", "envelope"},
			toggle(func(o *Options) *bool { return &o.EnvelopeInEnvelope }),
		},
		{
			"refusal-codes", "Which errorCode and which words has a refusal for which none are published, such as a second cutover request?",
			Guess, []string{unexpected}, nil,
		},
	}
}
