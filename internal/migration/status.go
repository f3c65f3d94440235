// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

// Status is what a status of either API version means for a cutover.
type Status string

const (
	// StatusPending is a cutover that has not ended, requested or not.
	StatusPending Status = "PENDING"
	// StatusSuccess is a cutover that Atlas finished.
	StatusSuccess Status = "SUCCESS"
	// StatusFailed is a cutover, or a whole live migration, that ended without
	// success.
	StatusFailed Status = "FAILED"
	// StatusUnknown is a status that no published description of the API has. It
	// is never treated as a success or a failure.
	StatusUnknown Status = "UNKNOWN"
)

const (
	// statusExpired is the status of a live migration whose 120-hour timer ran out.
	statusExpired = "EXPIRED"
	// statusNew is the status of a live migration that is scheduled and not begun.
	statusNew = "NEW"
)

// ParseStatus maps the status of a live migration or a job to its meaning. The
// API allows a live migration without a status: that is pending, and nothing is
// requested on the strength of it.
func ParseStatus(s string) Status {
	switch s {
	case "", "PENDING", statusNew, "WORKING":
		return StatusPending
	case "SUCCESS", "COMPLETE":
		return StatusSuccess
	case "FAILED", statusExpired:
		return StatusFailed
	default:
		return StatusUnknown
	}
}
