// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Entry is one request in the log. It is there as soon as the request's effect
// is decided, before any answer goes out; one that is held before the server
// acts is there from its arrival, and is changed in place once it continues.
type Entry struct {
	N               int       `json:"n"`  // the first request is 1
	At              time.Time `json:"at"` // simulated clock
	Method          string    `json:"method"`
	Path            string    `json:"path"`
	Query           string    `json:"query"`
	Call            string    `json:"call"` // one of the Call constants
	OrgID           string    `json:"org_id"`
	ProjectID       string    `json:"project_id"`
	LiveMigrationID string    `json:"live_migration_id"` // named by the path, or started by the request
	JobID           string    `json:"job_id"`            // named by the path, or made by the request
	Credential      string    `json:"credential"`        // "none", "digest", "bearer" or "basic"; never what it was
	NonceCount      int       `json:"nonce_count"`       // of a digest
	TokenNumber     int       `json:"token_number"`      // the how manieth token that was issued was shown or is this; 0 if none
	UserAgent       string    `json:"user_agent"`
	Accept          string    `json:"accept"`
	ContentType     string    `json:"content_type"`
	Body            []string  `json:"body"`          // the names of the fields that a JSON body has: "source.password"; never what they hold
	Status          int       `json:"status"`        // 0 if none was sent (yet)
	Did             string    `json:"did"`           // for a person: "accepted the cutover"
	Accepted        bool      `json:"accepted"`      // changed the world (a cutover, start, validation, link token or removal), answered or not
	Challenged      bool      `json:"challenged"`    // the answer was a digest challenge
	ServedStatus    string    `json:"served_status"` // of the live migration or job, if served whole
	Ready           *bool     `json:"ready"`         // readyForCutover as served
	Lag             *int64    `json:"lag"`           // lagTimeSeconds as served
	Fault           string    `json:"fault"`         // the name of the fault that was applied
	Acted           bool      `json:"acted"`         // let in, and no fault kept the server from handling it
}

// String returns the entry in one line for a person: "PUT cutover → 200 accepted the cutover".
func (e Entry) String() string {
	answered := "no answer"
	if e.Status != 0 {
		answered = fmt.Sprint(e.Status)
	}
	what := e.Call
	if what == CallUnknown {
		what = e.Path
	}
	line := fmt.Sprintf("%s %s → %s %s", e.Method, what, answered, e.Did)
	if e.Fault != "" {
		line += " [" + e.Fault + "]"
	}
	return line
}

// ledger is the log. The Sim's lock guards it.
type ledger struct {
	entries []Entry
	changed chan struct{} // closed at the next change; nil if nobody waits
}

// put adds an entry, or replaces the one of that number, and wakes anyone who waits.
func (l *ledger) put(e Entry) {
	if e.N > len(l.entries) {
		l.entries = append(l.entries, e)
	} else {
		l.entries[e.N-1] = e
	}
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// watch returns a channel that is closed at the next change. It is made here,
// and not beforehand, so that it belongs to the synctest test of the one who waits.
func (l *ledger) watch() <-chan struct{} {
	if l.changed == nil {
		l.changed = make(chan struct{})
	}
	return l.changed
}

// Log returns a copy of the log, in the order of arrival.
func (s *Sim) Log() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ledger.entries)
}

// WaitFor returns the first entry that matches, as soon as there is one. Its
// only error is that of the context.
func (s *Sim) WaitFor(ctx context.Context, match func(Entry) bool) (Entry, error) {
	for {
		s.mu.Lock()
		entries, changed := slices.Clone(s.ledger.entries), s.ledger.watch()
		s.mu.Unlock()
		if i := slices.IndexFunc(entries, match); i >= 0 {
			return entries[i], nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Entry{}, ctx.Err()
		}
	}
}
