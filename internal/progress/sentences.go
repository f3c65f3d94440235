// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package progress

import (
	"strconv"
	"strings"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
)

// Kind is what kind of run is told of.
type Kind int

const (
	// Cutover is a cutover.
	Cutover Kind = iota
	// Start is the start of a live migration, and the wait until it is ready.
	Start
	// Validation is a validation.
	Validation
)

// sentence is what people are told of one step of a run.
type sentence struct {
	text string
	// warning is set if somebody should look.
	warning bool
}

// say returns the sentence for a step. Sentences about the same state of things
// have the same key, which is what a change is told by.
func say(k Kind, p migration.Progress, estimate string) (key string, s sentence) {
	key = p.Step.String() + " " + p.Reason.String() + " " + p.Request.String()
	switch p.Step {
	case migration.Polled:
		return key, waiting(k, p, estimate)
	case migration.ReadFailed:
		return key, sentence{text: "Atlas could not be read, trying again in " + rounded(p.Next) + cause(p.Err)}
	case migration.JobUnreadable:
		return key, sentence{text: "the job cannot be read, following the live migration alone" + cause(p.Err)}
	case migration.Requesting:
		return key, sentence{text: requesting[k] + lag(p.Observed.Migration)}
	case migration.RequestPostponed:
		return key, sentence{text: "the request had no effect, trying again in " + rounded(p.Next) + cause(p.Err), warning: true}
	case migration.RequestAnswered:
		return key, answered(k, p)
	}
	return key, sentence{text: p.Step.String()}
}

var requesting = map[Kind]string{
	Cutover:    "requesting the cutover",
	Start:      "requesting the start of the live migration",
	Validation: "requesting a validation",
}

func answered(k Kind, p migration.Progress) sentence {
	switch {
	case p.Request == migration.Conflicted:
		return sentence{text: "request answered with a conflict: something is running already, following it", warning: true}
	case p.Request != migration.Accepted:
		return sentence{text: "request sent, answer lost or unclear: checking whether Atlas acted" + cause(p.Err), warning: true}
	case k == Start:
		return sentence{text: "request accepted, live migration " + p.Observed.Migration.ID + " started"}
	case k == Validation:
		return sentence{text: "request accepted, validation " + p.Observed.Job.ID + " started"}
	case p.Observed.Job.ID != "":
		return sentence{text: "request accepted, job " + p.Observed.Job.ID}
	default:
		return sentence{text: "request accepted"}
	}
}

func waiting(k Kind, p migration.Progress, estimate string) sentence {
	lm := p.Observed.Migration
	switch p.Reason {
	case migration.NotReady:
		return sentence{text: "waiting to be ready for cutover" + lag(lm) + estimate}
	case migration.PossiblyInProgress:
		return sentence{text: "not ready and no lag reported: still copying, or a cutover is in progress; following it, " + rounded(p.Elapsed)}
	case migration.Lagging:
		return sentence{text: "ready, waiting for the lag to fall to max_lag_seconds" + lag(lm) + estimate}
	case migration.Stabilizing:
		return sentence{text: "ready" + lag(lm) + ", making sure that no earlier request is on its way"}
	case migration.NoEffect:
		return sentence{text: "request accepted, but Atlas still reports a lag, as if no cutover had begun" + lag(lm), warning: true}
	case migration.UnknownStatus:
		return sentence{text: "status " + strconv.Quote(lm.Status) + " is not known to this version of the provider, waiting", warning: true}
	default:
		return working(k, p)
	}
}

func working(k Kind, p migration.Progress) sentence {
	if k == Validation {
		return sentence{text: "validating, " + rounded(p.Elapsed)}
	}
	return sentence{text: "Atlas is finishing the cutover, " + rounded(p.Elapsed)}
}

// ended is the last sentence of a run.
func ended(k Kind, o migration.Outcome) sentence {
	took := " after " + rounded(o.Elapsed)
	switch o.End {
	case migration.AlreadyComplete:
		return sentence{text: "complete before this run, nothing was requested"}
	case migration.Completed:
		return sentence{text: completed(k, o) + took}
	case migration.Failed:
		return sentence{text: "failed" + took + ": Atlas reports " + status(o), warning: true}
	case migration.Interrupted:
		return sentence{text: "interrupted" + took + requestNote(k, o), warning: true}
	case migration.TimedOut, migration.WindowClosed:
		return sentence{text: "out of time" + took + requestNote(k, o), warning: true}
	default:
		return sentence{text: "ended" + took + " without a confirmation (" + o.End.String() + ")" + requestNote(k, o), warning: true}
	}
}

// refreshed is the sentence for an end that a refresh found; failure is empty if it
// is a good one.
func refreshed(failure string) sentence {
	if failure != "" {
		return sentence{text: "failed between two runs: " + failure, warning: true}
	}
	return sentence{text: "complete: Atlas confirmed the cutover between two runs"}
}

func completed(k Kind, o migration.Outcome) string {
	switch {
	case k == Validation:
		return "validation succeeded"
	case k == Start && o.Observed.Migration.IsReady():
		return "ready for cutover"
	case k == Start && o.Observed.Migration.Ended():
		return "complete: already cut over"
	case k == Start:
		return "started"
	default:
		return "complete: Atlas confirmed the cutover"
	}
}

// requestNote says what became of the request in a run that did not see the end.
func requestNote(k Kind, o migration.Outcome) string {
	switch {
	case o.Request == migration.NotRequested && !o.Resumed && k == Cutover && o.Reason == migration.PossiblyInProgress:
		return ", this run requested nothing, but a cutover may be in progress"
	case o.Request == migration.NotRequested && !o.Resumed:
		return ", nothing was requested"
	case k == Cutover:
		return ", the cutover continues at Atlas"
	default:
		return ", it continues at Atlas"
	}
}

func status(o migration.Outcome) string {
	if o.Observed.Job.ErrorMessage != "" {
		return o.Observed.Job.ErrorMessage
	}
	return "no reason"
}

func lag(lm migration.LiveMigration) string {
	if lm.LagSeconds == nil {
		return ""
	}
	return ", lag " + strconv.FormatInt(*lm.LagSeconds, 10) + " s"
}

func cause(err error) string {
	if err == nil {
		return ""
	}
	return ": " + err.Error()
}

// rounded is a duration as a person writes it, to the second.
func rounded(d time.Duration) string {
	if d >= time.Hour {
		return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	}
	return d.Round(time.Second).String()
}
