// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package bench measures the provider, in process and in fake time. The
// program that prints every figure, whole processes included, and compares them
// with a provider that does nothing, is internal/cmd/bench: make bench.
//
// What takes fake time is measured by tests, since only they have bubbles. They
// always run, on few samples, and check what a schedule promises; with -figures
// they run on many, and write what they measured.
package bench

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Noticing is how the end of cutovers of about one length is noticed.
type Noticing struct {
	Length time.Duration
	// Looks is how often Atlas is looked at after the request, until the end
	// is noticed.
	Looks float64
	// Requests is everything on the wire, from the first look on, digest
	// challenges included.
	Requests float64
	// Mean and Longest are the time from the end to when it is noticed.
	Mean, Longest time.Duration
	// MeanShare and LongestShare are the same as a part of the length.
	MeanShare, LongestShare float64
	// MeanAnnounced is the mean where the job is done [Announcement] before the
	// live migration is, zero for lengths that are no longer than that.
	MeanAnnounced time.Duration
}

// Announcement is how long before the end a job is done that announces it.
const Announcement = 20 * time.Second

// Budget is how often a single cutover is looked at.
type Budget struct {
	FirstTenMinutes, AnyHourAfter int
}

// AtOnce is many cutovers in progress at once, in one process and on one token
// bucket.
type AtOnce struct {
	Cutovers int
	// Shortest and Longest are how long they take from their requests on; the
	// others lie between, evenly.
	Shortest, Longest time.Duration
	// Requests is everything that reached Atlas, digest challenges included;
	// Throttled is how many of them were answered with 429.
	Requests, Throttled int
	// PerMinute is the mean of all requests over the whole run, BusiestMinute
	// the most in any minute of it.
	PerMinute     float64
	BusiestMinute int
	// Accepted is how many cutovers Atlas accepted, Succeeded how many the
	// provider stored as SUCCESS.
	Accepted, Succeeded int
	// LongestToRequest is the longest time from the start to the request.
	LongestToRequest time.Duration
	// MeanDelay and LongestDelay are from the end of a cutover to when it is
	// noticed, and LongestWait is the longest time between two looks at one.
	MeanDelay, LongestDelay, LongestWait time.Duration
}

// The files that figures are written to.
const (
	NoticingFile = "noticing.json"
	BudgetFile   = "budget.json"
	AtOnceFile   = "at-once.json"
)

// Write writes figures to a file in a folder.
func Write(folder, name string, figures any) error {
	content, err := json.MarshalIndent(figures, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, name), content, 0o600)
}

// Read reads what [Write] wrote.
func Read(folder, name string, figures any) error {
	content, err := fs.ReadFile(os.DirFS(folder), name)
	if err != nil {
		return err
	}
	return json.Unmarshal(content, figures)
}
