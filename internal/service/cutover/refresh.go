// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/identity"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
)

// unableToRefresh never costs the state anything: a migration that is gone is
// not one that was never cut over.
func unableToRefresh(err error) notice.Notice {
	return notice.Notice{
		Warning:  true,
		Summary:  "Unable to refresh cutover",
		Observed: notice.DescribeError(err),
		State:    "The state is unchanged.",
		Advice:   remedy(err) + " Then plan or apply again.",
	}
}

// forgotten is what destroying the resource does, and does not.
func forgotten(status string) notice.Notice {
	n := notice.Notice{
		Warning:  true,
		Summary:  "Cutover is not undone",
		Observed: "Atlas has no way to undo or stop a cutover, so none was asked for.",
		State:    "The resource is removed from the state.",
		Advice:   "Nothing has to be done at Atlas. Creating the resource again adopts the cutover as it is then.",
	}
	if status == string(migration.StatusPending) {
		n.Observed = "The cutover may still be in progress, and continues. " + n.Observed
		n.Advice = "Watch it in the Atlas console, or create the resource again to wait for its end: that adopts it."
	}
	return n
}

// namesAnother refuses to replace a completed cutover because an ID changed.
func namesAnother(attribute, was, is string) notice.Notice {
	return notice.Notice{
		Summary: "Refusing to replace a completed cutover",
		Observed: "The cutover in the state has completed with " + attribute + " " + was + ", and the configuration now names " +
			is + ". A completed cutover is not replaced because an argument changed.",
		State: "Nothing was changed, at Atlas or in the state.",
		Advice: "To cut over the other live migration, use another resource, or apply with -replace and the address of this one. " +
			"Otherwise set " + attribute + " back.",
	}
}

// mayNameAnother is what a plan says while it is not known which live migration a
// completed cutover will name.
func mayNameAnother(liveMigrationID string) notice.Notice {
	return notice.Notice{
		Warning: true,
		Summary: "Completed cutover may be asked to change",
		Observed: "The cutover in the state has completed, and this plan changes its project_id or live_migration_id, or something " +
			"that they depend on.",
		State: "Applying this plan keeps the cutover if it still names the live migration " + liveMigrationID + ". Otherwise the " +
			"apply fails here, and requests nothing.",
		Advice: "If the plan replaces the live migration, it starts another one from the old source: do not apply it unless you " +
			"mean to. To cut over that one as well, add -replace and the address of this resource.",
	}
}

const nothingImported = "Nothing was imported."

func unableToImport(id identity.Identity, err error) notice.Notice {
	return notice.Notice{
		Summary:  "Unable to import cutover",
		Observed: "The live migration " + id.String() + " cannot be read. " + notice.DescribeError(err),
		State:    nothingImported,
		Advice:   remedy(err) + " Then import again.",
	}
}

func nothingToImport(id identity.Identity, o migration.Observation) notice.Notice {
	return notice.Notice{
		Summary: "Unable to import cutover",
		Observed: "The live migration " + id.String() + " has no finished cutover to import. " +
			notice.Describe(o.Migration),
		State: nothingImported,
		Advice: "Remove the import and apply instead: that adopts a cutover that is in progress, and starts one that is " +
			"not.",
	}
}
