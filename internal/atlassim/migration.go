// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"math"
	"slices"
	"time"
)

// Forever is a duration that does not end: "until the end" of what it is said of.
const Forever = time.Duration(math.MaxInt64)

// defaultExpiry is the timer that Atlas starts once a live migration is nearly in sync.
const defaultExpiry = 120 * time.Hour

// Migration is the script of one live migration. All durations are on the
// simulated clock, all lags in seconds. The zero value is ready at once, with
// no lag, and its cutover completes the moment it is accepted.
//
// In JSON (see the admin calls in the package comment) a duration is a string
// such as "2m30s", or "forever".
type Migration struct {
	// ID, ProjectID and SourceProjectID are 24 hex digits; an empty one is
	// generated, an empty ProjectID is Credentials().ProjectID.
	ID              string   `json:"id"`
	ProjectID       string   `json:"project_id"`
	SourceProjectID string   `json:"source_project_id"`
	Hosts           []string `json:"hosts"`
	// Destination is the name of the cluster that it migrates to; while it runs no
	// other one can be started there. Empty means one that nobody else asks for.
	Destination string `json:"destination"`

	// Age is how long ago it was begun: all other times count from then.
	Age time.Duration `json:"age"`
	// Scheduled is how long the status is NEW, Copying how long it then is
	// WORKING without any lag to tell.
	Scheduled time.Duration `json:"scheduled"`
	Copying   time.Duration `json:"copying"`
	// After copying the lag falls evenly from InitialLag to SteadyLag, over CatchUp.
	InitialLag int64         `json:"initial_lag"`
	SteadyLag  int64         `json:"steady_lag"`
	CatchUp    time.Duration `json:"catch_up"`
	// ReadyLag is the highest lag that is ready for the cutover; a negative one is never reached.
	ReadyLag int64 `json:"ready_lag"`
	// LagSpikes are the times when the migration falls behind again.
	LagSpikes []LagSpike `json:"slips"`
	// FailsAfter is when it fails if no cutover was accepted before; 0 means never.
	FailsAfter time.Duration `json:"fails_after"`
	// ExpiresAfter is how long after first being ready it expires if no cutover
	// was accepted; 0 means 120 h, a negative one never.
	ExpiresAfter time.Duration `json:"expires_after"`

	// BegunElsewhere says that somebody else asks for the cutover the moment it
	// is first ready. It counts as no accepted cutover of this world's clients.
	BegunElsewhere bool `json:"begun_elsewhere"`
	// CutoverTakes is how long a cutover lasts, CutoverEnds how it ends, and
	// FailReason the job's errorMessage where it fails.
	CutoverTakes time.Duration `json:"cutover_takes"`
	CutoverEnds  Ending        `json:"cutover_ends"`
	FailReason   string        `json:"fail_reason"`

	// ReadyAfterPut is how long readyForCutover stays true once a cutover began.
	ReadyAfterPut time.Duration `json:"ready_after_put"`
	// LagAfterPut is how long lagTimeSeconds is still served once a cutover began.
	LagAfterPut time.Duration `json:"lag_after_put"`
	// PutAnswer is what an accepted PUT is answered with.
	PutAnswer PutAnswer `json:"put_answer"`
	// HideJobID leaves the _id out of the job that a PUT is answered with.
	HideJobID bool `json:"hide_job_id"`
	// SecondPut is what a PUT gets once a cutover was asked for or the
	// migration is over: a conflict unless set.
	SecondPut Refusal `json:"second_put"`
	// EarlyPut is what a PUT gets before the migration is ready: a bad request
	// unless set. SilentSuccess here accepts it, and the cutover begins once ready.
	EarlyPut Refusal `json:"early_put"`
	// Job is how the job that a PUT made goes.
	Job JobScript `json:"job"`
	// Words change what the answers say without changing what happens.
	Words Words `json:"words"`
}

// LagSpike is one time of falling behind: After the end of copying the lag jumps
// to Lag seconds, then falls evenly to nothing over For. What is served is the
// higher of it and the ordinary lag.
type LagSpike struct {
	After time.Duration `json:"after"`
	For   time.Duration `json:"for"`
	Lag   int64         `json:"lag"`
}

// JobScript is how the job of an accepted PUT goes, counted from the beginning
// of the cutover. Where nothing is set it ends with the live migration, in the same way.
type JobScript struct {
	// SucceedsAfter and FailsAfter are when the job itself ends, whatever the
	// migration does; 0 means with the migration.
	SucceedsAfter time.Duration `json:"succeeds_after"`
	FailsAfter    time.Duration `json:"fails_after"`
	// FailTimes is for how many cutovers FailsAfter holds; 0 means for all.
	FailTimes int `json:"fail_times"`
	// FailureLeavesMigrationReady makes the job's failure end the cutover: the
	// migration is in sync again, with a lag, and a further PUT is legal.
	// Without it the migration continues as if the job had not failed.
	FailureLeavesMigrationReady bool `json:"failure_leaves_migration_ready"`
	// Status, where not 0, is the error status that reads of the job get.
	Status int `json:"status"`
}

// Words change what the answers about a live migration say.
type Words struct {
	// OldWords answers as v1.0 once did: PENDING until it is over, without
	// readyForCutover and lagTimeSeconds.
	OldWords bool `json:"old_words"`
	// Status is served instead of the real status, from StatusAfter (since the
	// migration was added) on, for StatusFor (0: for ever).
	Status      string        `json:"status"`
	StatusAfter time.Duration `json:"status_after"`
	StatusFor   time.Duration `json:"status_for"`
	// NoLag never serves a lag; OmitLag leaves the field out if there is none, instead of null.
	NoLag   bool `json:"no_lag"`
	OmitLag bool `json:"omit_lag"`
}

// The statuses of a live migration and of a job, as published.
const (
	statusNew      = "NEW"
	statusWorking  = "WORKING"
	statusComplete = "COMPLETE"
	statusFailed   = "FAILED"
	statusExpired  = "EXPIRED"
	statusPending  = "PENDING"
	statusSuccess  = "SUCCESS"
)

// lagAt returns the replication lag in seconds, t after the migration was
// added, or false while it is not copied yet.
func (m *Migration) lagAt(t time.Duration) (int64, bool) {
	t -= plus(m.Scheduled, m.Copying)
	if t < 0 {
		return 0, false
	}
	lag := falling(m.InitialLag, m.SteadyLag, t, m.CatchUp)
	for _, slip := range m.LagSpikes {
		if since := t - slip.After; since >= 0 && since < slip.For {
			lag = max(lag, falling(slip.Lag, 0, since, slip.For))
		}
	}
	return lag, true
}

// falling returns where a lag is, t into its even fall between two values; parts of a second count whole.
func falling(from, to int64, t, over time.Duration) int64 {
	if t >= over {
		return to
	}
	part := float64(t) / float64(over)
	return to + int64(math.Ceil(float64(from-to)*(1-part)-1e-9))
}

func (m *Migration) readyAt(t time.Duration) bool {
	lag, copied := m.lagAt(t)
	return copied && lag <= m.ReadyLag
}

// nextReady returns the first time, not before from, at which the migration is
// ready for its cutover, to within a millisecond; false if that never comes.
func (m *Migration) nextReady(from time.Duration) (time.Duration, bool) {
	if m.readyAt(from) {
		return from, true
	}
	// Between two of these the lag only falls, so the last instant before the
	// next one reports whether it became ready in between.
	for _, end := range m.turns() {
		if end <= from {
			continue
		}
		if m.readyAt(end - 1) {
			return m.firstReadyWithin(from, end-1), true
		}
		if from = end; m.readyAt(from) {
			return from, true
		}
	}
	return 0, false
}

// firstReadyWithin halves its way to the first ready time, given that the
// migration is not ready at low, is at high, and that the lag only falls between.
func (m *Migration) firstReadyWithin(low, high time.Duration) time.Duration {
	for high-low > time.Millisecond {
		if mid := low + (high-low)/2; m.readyAt(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// turns returns, in order, the times at which the lag can rise or its fall ends.
func (m *Migration) turns() []time.Duration {
	copied := plus(m.Scheduled, m.Copying)
	turns := []time.Duration{copied, plus(copied, m.CatchUp)}
	for _, slip := range m.LagSpikes {
		began := plus(copied, slip.After)
		turns = append(turns, began, plus(began, slip.For))
	}
	slices.Sort(turns)
	return turns
}

// plus adds two durations, either of which may be Forever.
func plus(a, b time.Duration) time.Duration {
	if a > Forever-b {
		return Forever
	}
	return a + b
}
