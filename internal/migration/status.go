// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

// Status is what either dialect's status word means for a cutover.
type Status string

const (
	// Pending is a cutover that has not ended, requested or not.
	Pending Status = "PENDING"
	// Success is a cutover that Atlas finished.
	Success Status = "SUCCESS"
	// Failed is a cutover, or a whole live migration, that ended without
	// success.
	Failed Status = "FAILED"
	// Unknown is a word that no published description of the API has. It is
	// never taken for a success or a failure.
	Unknown Status = "UNKNOWN"
)

// wordExpired is the status of a live migration whose 120-hour timer ran out.
const wordExpired = "EXPIRED"

// wordNew is the status of a live migration that is scheduled and not begun.
const wordNew = "NEW"

// ParseStatus maps a status word of a live migration or a job to its meaning.
// The API allows a live migration to carry no status: that is Pending, and
// nothing is requested on the strength of it.
func ParseStatus(word string) Status {
	switch word {
	case "", "PENDING", wordNew, "WORKING":
		return Pending
	case "SUCCESS", "COMPLETE":
		return Success
	case "FAILED", wordExpired:
		return Failed
	default:
		return Unknown
	}
}
