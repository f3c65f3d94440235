// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import "time"

// settleWindow is how long the answers have to stay the same before they are
// believed where a request sent moments ago may not show yet. It is paid only
// where it buys something, since the user's application is down meanwhile.
const settleWindow = 15 * time.Second

// Answer is what is known of the request that this cutover was started with.
type Answer int

const (
	// NotRequested is a run that has sent nothing, or nothing that reached
	// Atlas. The only one that may request.
	NotRequested Answer = iota
	// Accepted was answered with a 2xx.
	Accepted
	// Contradicted was answered with a 409: something is running already, most
	// likely this very cutover.
	Contradicted
	// Unclear was sent, and nobody knows whether Atlas acted on it.
	Unclear
)

// Memory is what a run remembers between looks.
type Memory struct {
	Answer Answer
	// Resumed marks a run that goes on where an earlier one stopped. It never
	// requests.
	Resumed bool
	// MaxLag is the largest lag at which a cutover may start, in seconds; nil
	// for any.
	MaxLag *int64
	// Steady is for how long every answer in a row was a steady one.
	Steady time.Duration
}

// Verdict is what to do next.
type Verdict int

const (
	// Wait and look again.
	Wait Verdict = iota
	// Request the cutover now.
	Request
	// Done: Atlas served the live migration as complete.
	Done
	// Fail: nothing more can come of it.
	Fail
)

// Reason says why, for logs, progress and diagnostics.
type Reason int

const (
	// NotReady is too early: Atlas says so, or the migration has not begun.
	NotReady Reason = iota
	// PerhapsUnderWay is not ready and without a lag: too early, or a cutover
	// that somebody has requested already.
	PerhapsUnderWay
	// Lagging is ready, but further behind than the user allows.
	Lagging
	// Settling is ready, but an earlier request may not show yet.
	Settling
	// CuttingOver is a requested cutover that has not ended.
	CuttingOver
	// UnknownWord is a status that nobody has published.
	UnknownWord
	// Ready is what a request is sent on.
	Ready
	// Complete is the live migration served as complete.
	Complete
	// MigrationFailed is the live migration's own word.
	MigrationFailed
	// MigrationExpired is the live migration's 120-hour timer.
	MigrationExpired
	// JobFailed is the word of the job that the request began.
	JobFailed
	// NeverStarted is a requested cutover of which nothing is to be seen.
	NeverStarted
)

// Decision is what [Decide] decides.
type Decision struct {
	Verdict Verdict
	Reason  Reason
}

// Observation is what one look saw: the live migration, which is the authority,
// and the newest word of the job, zero where there is none.
type Observation struct {
	Migration LiveMigration
	Job       Job
}

// Decide says what to do about what was seen. It is pure: the same arguments
// always decide the same.
func Decide(o Observation, m Memory) Decision {
	switch ParseStatus(o.Migration.Status) {
	case Success:
		return Decision{Done, Complete}
	case Failed:
		if o.Migration.Expired() {
			return Decision{Fail, MigrationExpired}
		}
		return Decision{Fail, MigrationFailed}
	case Unknown:
		if m.mayRequest() {
			return Decision{Fail, UnknownWord}
		}
	case Pending:
	}
	if ParseStatus(o.Job.Status) == Failed {
		return Decision{Fail, JobFailed}
	}
	if m.mayRequest() {
		return decideBefore(o.Migration, m)
	}
	return decideAfter(o, m)
}

func (m Memory) mayRequest() bool { return m.Answer == NotRequested && !m.Resumed }

// decideBefore decides for a migration in progress while nothing was sent.
func decideBefore(lm LiveMigration, m Memory) Decision {
	switch {
	case !askable(lm) && lm.LagSeconds == nil && lm.Status != wordNew:
		return Decision{Wait, PerhapsUnderWay}
	case !askable(lm):
		return Decision{Wait, NotReady}
	case lm.LagSeconds == nil && m.Steady < settleWindow:
		return Decision{Wait, Settling}
	case lm.LagSeconds != nil && m.MaxLag != nil && *lm.LagSeconds > *m.MaxLag:
		return Decision{Wait, Lagging}
	default:
		return Decision{Request, Ready}
	}
}

// decideAfter decides for a migration in progress once a request was sent. It
// never requests.
func decideAfter(o Observation, m Memory) Decision {
	switch {
	case ParseStatus(o.Migration.Status) == Unknown:
		return Decision{Wait, UnknownWord}
	case !notBegun(o.Migration, m):
		return Decision{Wait, CuttingOver}
	case m.Steady < settleWindow:
		return Decision{Wait, Settling}
	default:
		return Decision{Fail, NeverStarted}
	}
}

// askable tells whether Atlas can be asked for the cutover. Old deployments do
// not say whether they are ready: there Atlas judges the request itself.
func askable(lm LiveMigration) bool {
	if lm.Status == "" || lm.Status == wordNew {
		return false
	}
	return lm.Ready == nil || *lm.Ready
}

// notBegun tells whether an answer looks as if a requested cutover had not
// begun. What readyForCutover says after an accepted request is not published,
// so against an acceptance it counts for nothing, and only the lag does.
func notBegun(lm LiveMigration, m Memory) bool {
	ready := lm.Ready != nil && *lm.Ready
	lagging := lm.LagSeconds != nil && (lm.Ready == nil || ready)
	switch m.Answer {
	case Accepted:
		return m.Resumed && lagging
	case Contradicted:
		return lagging
	case NotRequested, Unclear:
		return ready || lagging
	}
	return false
}

// steady tells whether an answer lengthens [Memory.Steady]; any other ends it.
func steady(o Observation, m Memory) bool {
	if ParseStatus(o.Migration.Status) != Pending {
		return false
	}
	if m.mayRequest() {
		return askable(o.Migration) && o.Migration.LagSeconds == nil
	}
	return notBegun(o.Migration, m)
}
