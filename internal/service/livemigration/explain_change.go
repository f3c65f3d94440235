// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"net/http"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/notice"
)

const (
	unableToChange  = "Unable to change live migration"
	nothingChanged  = "Nothing was changed, at Atlas or in the state."
	stateUnchanged  = "The state is unchanged."
	nothingImported = "Nothing was imported."
)

// lastLook is what the state knows of the live migration.
func (m *model) lastLook() migration.LiveMigration {
	return migration.LiveMigration{
		Status: m.Status.ValueString(), Ready: m.ReadyForCutover.ValueBoolPointer(), LagSeconds: m.LagTimeSeconds.ValueInt64Pointer(),
	}
}

// failed tells whether the live migration had failed when it was last seen.
func (m *model) failed() bool {
	return migration.ParseStatus(m.Status.ValueString()) == migration.StatusFailed
}

// stillRuns refuses a change of a live migration that is not known to be over.
func stillRuns(state model, changed []string, err error) notice.Notice {
	n := notice.Notice{
		Summary: unableToChange,
		Seen:    "The configuration changes " + list(changed) + " of a live migration that is running. " + notice.Describe(state.lastLook()),
		State:   nothingChanged,
		Next: "Atlas has no call that changes or stops a live migration. Take the change back. Or cancel the live migration " +
			"in the web console first, and plan again when Atlas reports it as ended: the change then starts a new one.",
	}
	switch {
	case err == nil:
	case atlas.StatusOf(err) == http.StatusNotFound:
		n.Seen = "The configuration changes " + list(changed) + " of a live migration that Atlas does not show. " + notice.Because(err)
		n.Next = lookRemedy(err) + " If the live migration was cancelled, forget it with terraform state rm and the " +
			"address of this resource, and apply again: that starts a new one."
	default:
		n.Seen = "The configuration changes " + list(changed) + " of a live migration that may be running. " + notice.Because(err)
		n.Next = lookRemedy(err) + " " + n.Next
	}
	return n
}

// hasFailed is what every plan says while a failed live migration is in the
// state. Starting another one is for the user to decide.
func hasFailed(state model) notice.Notice {
	return notice.Notice{
		Warning: true,
		Summary: "Live migration has failed",
		Seen:    notice.Describe(state.lastLook()),
		State:   "The state holds it, and no apply replaces it by itself.",
		Next:    lookForCause + " " + startAnother,
	}
}

// unableToRefresh never costs the state anything: a live migration that is not
// to be seen may run.
func unableToRefresh(err error) notice.Notice {
	return notice.Notice{
		Warning: true,
		Summary: "Unable to refresh live migration",
		Seen:    notice.Because(err),
		State:   stateUnchanged,
		Next:    lookRemedy(err) + " Then plan or apply again.",
	}
}

// forgotten is what destroying the resource does, and does not.
func forgotten(state model) notice.Notice {
	n := notice.Notice{
		Warning: true,
		Summary: "Live migration is not stopped",
		Seen:    "Atlas has no call that stops a live migration, so it goes on. " + notice.Describe(state.lastLook()),
		State:   "The resource is removed from the state.",
		Next: "Cancel the live migration in the web console if it is not wanted: while it runs, Atlas refuses changes to the " +
			"destination cluster, and another start. To go on with it, import it as " + state.importID() + ".",
	}
	if state.over() {
		n.Summary = "Live migration is not undone"
		n.Seen = "Atlas has no call that undoes or removes a live migration. " + notice.Describe(state.lastLook())
		n.Next = "Nothing has to be done at Atlas. What was copied stays in the destination cluster."
	}
	return n
}

func unableToImport(err error) notice.Notice {
	return notice.Notice{
		Summary: "Unable to import live migration",
		Seen:    notice.Because(err),
		State:   nothingImported,
		Next:    lookRemedy(err) + " Then import again.",
	}
}

func unableToRead(err error) notice.Notice {
	return notice.Notice{
		Summary: "Unable to read live migration",
		Seen:    notice.Because(err),
		Next:    lookRemedy(err) + " Plan or apply again.",
		State:   nothingRead,
	}
}

const nothingRead = "Nothing was read, and nothing was changed at Atlas."
