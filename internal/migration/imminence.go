// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

import "time"

// mostHastened is how many looks of a run a sign may bring forward. With it a
// run stays within 60 looks in its first 10 minutes and 130 in any hour after,
// whatever Atlas shows and whenever.
const mostHastened = 3

// imminence is what a run knows of the end being near. Atlas shows two signs of
// it: the lag, which belongs to the time before the cutover's last phase, is gone,
// and the job is done before the live migration is.
type imminence struct {
	// since is when the newest sign was seen, zero before any.
	since    time.Time
	hastened int
}

// compare looks for a sign in what changed between two looks.
func (i *imminence) compare(before, after Observation) {
	lagGone := before.Migration.LagSeconds != nil && after.Migration.LagSeconds == nil
	jobDone := ParseStatus(before.Job.Status) != Success && ParseStatus(after.Job.Status) == Success
	if lagGone || jobDone {
		i.since = time.Now()
	}
}

// hasten shortens a pause after a sign: to the shortest first, and then to three
// times the time since the sign, so that an end that was announced is noticed
// soon and one that does not come costs few looks.
func (i *imminence) hasten(pause time.Duration) time.Duration {
	if i.since.IsZero() || i.hastened == mostHastened {
		return pause
	}
	sooner := max(3*time.Since(i.since), whileCuttingOver.least)
	if sooner >= pause {
		return pause
	}
	i.hastened++
	return sooner
}
