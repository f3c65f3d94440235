// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/identity"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migrationrequest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
)

const (
	unableToChange  = "Unable to change live migration"
	nothingChanged  = "Nothing was changed, at Atlas or in the state."
	stateUnchanged  = "The state is unchanged."
	nothingImported = "Nothing was imported."
)

// lastRead is what the state knows of the live migration.
func (m *model) lastRead() migration.LiveMigration {
	return migration.LiveMigration{
		Status: m.Status.ValueString(), Ready: m.ReadyForCutover.ValueBoolPointer(), LagSeconds: m.LagTimeSeconds.ValueInt64Pointer(),
	}
}

// failed reports whether the live migration had failed when it was last seen.
func (m *model) failed() bool {
	return migration.ParseStatus(m.Status.ValueString()) == migration.StatusFailed
}

// stillRuns refuses a change of a live migration that is not known to be over.
func stillRuns(state model, changed []string, err error) notice.Notice {
	n := notice.Notice{
		Summary:  unableToChange,
		Observed: "The configuration changes " + list(changed) + " of a live migration that is running. " + notice.Describe(state.lastRead()),
		State:    nothingChanged,
		Advice: "Atlas has no call that changes or stops a live migration. Take the change back. Or cancel the live migration " +
			"in the Atlas console first, and plan again when Atlas reports it as ended: the change then starts a new one.",
	}
	switch {
	case err == nil:
	case migration.KindOf(err) == migration.KindNotFound:
		n.Observed = "The configuration changes " + list(changed) + " of a live migration that Atlas does not show. " + notice.DescribeError(err)
		n.Advice = readRemedy(err) + " If the live migration was cancelled, forget it with terraform state rm and the " +
			"address of this resource, and apply again: that starts a new one."
	default:
		n.Observed = "The configuration changes " + list(changed) + " of a live migration that may be running. " + notice.DescribeError(err)
		n.Advice = readRemedy(err) + " " + n.Advice
	}
	return n
}

// changesNothing is what a plan says that changes a live migration after it
// completed.
func changesNothing(changed []string) notice.Notice {
	return notice.Notice{
		Warning:  true,
		Summary:  "Live migration has completed and is not started again",
		Observed: "The configuration changes " + list(changed) + " of a live migration that completed.",
		State:    "Applying this plan takes the change into the state. It sends nothing to Atlas.",
		Advice: "Nothing has to be done. A live migration is started again only by terraform apply -replace and the address of " +
			"this resource, or by another resource: that copies from the source over what the destination cluster holds by " +
			"then, including what applications have written since the cutover.",
	}
}

// anotherProject refuses a project that the identity of what is in the state does
// not allow.
func anotherProject(plan, state model) notice.Notice {
	return notice.Notice{
		Summary: unableToChange,
		Observed: "The state holds the live migration " + state.identity().String() + ", and the configuration names the project " +
			plan.ProjectID.ValueString() + ".",
		State: nothingChanged,
		Advice: "Set project_id to " + state.ProjectID.ValueString() + ". For a live migration in the other project, use another " +
			"resource.",
	}
}

func dropsDestination(at migrationrequest.Cluster) notice.Notice {
	return notice.Notice{
		Warning:  true,
		Summary:  "Destination data will be deleted",
		Observed: "drop_destination_data is true: Atlas deletes everything in " + at.String() + " before it copies.",
		State:    "A plan deletes nothing. Applying this one does, and cannot be undone.",
		Advice:   "Make sure that nothing in that cluster is needed. Otherwise remove drop_destination_data and plan again.",
	}
}

// dropsWhatCompleted refuses to delete what an earlier live migration brought.
func dropsWhatCompleted(at migrationrequest.Cluster) notice.Notice {
	return notice.Notice{
		Summary: "Refusing to delete a migrated database",
		Observed: "drop_destination_data is true, and a live migration into " + at.String() + " has completed: applications may " +
			"write to it. The plan would delete everything in that cluster and copy from the source again.",
		State: nothingChanged,
		Advice: "Remove drop_destination_data, or do not start another live migration. If the data is really not needed, forget " +
			"the completed live migration with terraform state rm and its address, and plan again.",
	}
}

// startsOver warns of another live migration into a cluster that one completed
// into.
func startsOver(at migrationrequest.Cluster) notice.Notice {
	return notice.Notice{
		Warning: true,
		Summary: "Another live migration into a migrated database",
		Observed: "A live migration into " + at.String() + " has completed, and this plan starts another one: it copies from the " +
			"source over what the cluster holds, including what applications have written since the cutover.",
		State:  "A plan starts nothing.",
		Advice: "If you did not mean to, do not apply this plan.",
	}
}

// renamed refuses a plan that forgets what completed and starts it again, as a
// changed key of for_each or a changed name does.
func renamed(at migrationrequest.Cluster) notice.Notice {
	return notice.Notice{
		Summary: "Refusing to start a completed live migration again",
		Observed: "This plan removes a live migration into " + at.String() + " that completed, and creates another one into the same " +
			"cluster. A resource whose name or for_each key changed looks like this.",
		State: nothingChanged,
		Advice: "If the resource has a new address, add a moved block from the old address to the new one. To start another live " +
			"migration on purpose, forget the completed one first, with terraform state rm or in an apply of its own.",
	}
}

// hasFailed is what every plan says while a failed live migration is in the
// state. Starting another one is for the user to decide.
func hasFailed(state model) notice.Notice {
	return notice.Notice{
		Warning:  true,
		Summary:  "Live migration has failed",
		Observed: notice.Describe(state.lastRead()),
		State:    "The state holds it, and no apply replaces it by itself.",
		Advice:   lookForCause + " " + startAnother,
	}
}

// unableToRefresh never costs the state anything: a live migration that is not
// to be seen may run.
func unableToRefresh(err error) notice.Notice {
	return notice.Notice{
		Warning:  true,
		Summary:  "Unable to refresh live migration",
		Observed: notice.DescribeError(err),
		State:    stateUnchanged,
		Advice:   readRemedy(err) + " Then plan or apply again.",
	}
}

// forgotten is what destroying the resource does, and does not.
func forgotten(state model) notice.Notice {
	n := notice.Notice{
		Warning:  true,
		Summary:  "Live migration is not stopped",
		Observed: "Atlas has no call that stops a live migration, so it continues. " + notice.Describe(state.lastRead()),
		State:    "The resource is removed from the state.",
		Advice: "Cancel the live migration in the Atlas console if it is not wanted: while it runs, Atlas refuses changes to the " +
			"destination cluster, and another start. To keep it, import it as " + state.identity().String() + ".",
	}
	if state.ended() {
		n.Summary = "Live migration is not undone"
		n.Observed = "Atlas has no call that undoes or removes a live migration. " + notice.Describe(state.lastRead())
		n.Advice = "Nothing has to be done at Atlas. What was copied stays in the destination cluster."
	}
	return n
}

// incompleteImport says what an import leaves to be written by hand.
func incompleteImport(id identity.Identity) notice.Notice {
	return notice.Notice{
		Warning: true,
		Summary: "Live migration is imported without its source and destination",
		Observed: "Atlas does not say what the live migration " + id.String() + " was started with, except for its project and " +
			"its migration host.",
		State: "source, destination, drop_destination_data and sharding are null in the state. A password is never in it.",
		Advice: "Write source and destination in the configuration, and drop_destination_data and sharding if they were used, as " +
			"the live migration was started. source.password is required if source.managed_authentication is false. The next " +
			"apply takes them into the state, and sends nothing to Atlas.",
	}
}

func unableToImport(id identity.Identity, err error) notice.Notice {
	return notice.Notice{
		Summary:  "Unable to import live migration",
		Observed: "The live migration " + id.String() + " cannot be read. " + notice.DescribeError(err),
		State:    nothingImported,
		Advice:   readRemedy(err) + " Then import again.",
	}
}

func unableToRead(err error) notice.Notice {
	return notice.Notice{
		Summary:  "Unable to read live migration",
		Observed: notice.DescribeError(err),
		Advice:   readRemedy(err) + " Plan or apply again.",
		State:    nothingRead,
	}
}

const nothingRead = "Nothing was read, and nothing was changed at Atlas."
