// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"errors"
	"net/http"
	"strings"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/identity"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migrationrequest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/operation"
)

const (
	unableToStart        = "Unable to start live migration"
	unableToConfirmStart = "Unable to confirm start of live migration"
	unableToWait         = "Unable to wait for live migration"
	notReady             = "Live migration is not ready for cutover"
	migrationFailed      = "Live migration failed"
	migrationGoesOn      = "Live migration continues without Terraform"
)

const (
	nothingStarted = "No live migration was started, and nothing was stored in the state."
	// findAndImport is how to continue if a live migration runs whose ID is not
	// known. No call of Atlas lists them.
	findAndImport = "find its ID, 24 hexadecimal digits, and import it with terraform import, the address of this " +
		"resource and project_id/live_migration_id; or cancel it there and apply again."
)

// started reports whether there is a live migration to keep.
func started(o migration.Outcome) bool { return o.Observed.Migration.ID != "" }

// explainStart is what the user is told about how a run ended; nil where
// there is nothing to tell.
func explainStart(o migration.Outcome, op operation.Operation) *notice.Notice {
	switch {
	case o.End == migration.Completed:
		return nil
	case started(o):
		return explainWait(o, op)
	case o.End == migration.Unconfirmed, o.End == migration.Panicked:
		return explainLostStart(o)
	default:
		return explainNoStart(o)
	}
}

// explainNoStart is for every run after which it is certain that nothing began.
func explainNoStart(o migration.Outcome) *notice.Notice {
	n := &notice.Notice{Summary: unableToStart, State: nothingStarted}
	switch {
	case o.End == migration.Interrupted:
		n.Observed = "The apply was interrupted before Atlas took the request. " + notice.DescribeError(o.RequestErr)
		n.Advice = "Apply again to start the live migration."
	case o.End == migration.TimedOut:
		n.Observed = "The time for the start passed before the request was sent, after " + notice.Rounded(o.Elapsed) + "."
		n.Advice = "Apply again, or raise timeouts.create."
	case o.End == migration.NotSent, errors.As(o.RequestErr, new(*atlas.UnsentError)):
		n.Observed = "Atlas did not take the request. " + notice.DescribeError(o.RequestErr)
		n.Advice = remedy(o.RequestErr) + " Apply again."
	case atlas.StatusOf(o.RequestErr) == http.StatusConflict:
		n.Observed = "Atlas answered the request with a conflict: most likely a live migration to the destination cluster " +
			"runs already. " + notice.DescribeError(o.RequestErr)
		n.Advice = "Check the destination cluster in the Atlas console. If the live migration there is the one you want, as " +
			"it is after an apply that could not confirm the start, " + findAndImport
	default:
		n.Observed = "Atlas refused the request. " + notice.DescribeError(o.RequestErr)
		n.Advice = remedy(o.RequestErr) + " Apply again."
	}
	return n
}

// explainLostStart is for a request of which nobody knows what became.
func explainLostStart(o migration.Outcome) *notice.Notice {
	var unread *atlas.DecodeError
	n := &notice.Notice{
		Summary: unableToConfirmStart,
		Observed: "The request was sent, but the answer was lost or unclear: Atlas may have started a live migration or not. " +
			notice.DescribeError(o.RequestErr),
		State: "Nothing was stored in the state. This apply did not send the request again, since that could start a " +
			"second live migration.",
		Advice: "Check the destination cluster in the Atlas console: it shows a live migration that runs. If none does, apply " +
			"again. If one does, " + findAndImport,
	}
	switch {
	case errors.As(o.RequestErr, &unread):
		n.Observed = "Atlas started a live migration, but its answer did not bring the ID. " + notice.DescribeError(o.RequestErr)
	case o.End == migration.Panicked:
		n.Observed = "The request may have been sent: the provider hit a bug. " + notice.DescribeError(o.ReadErr)
		n.Advice += " " + notice.ReportBug
	}
	return n
}

// explainWait is for every run that ended while a live migration was waited for.
func explainWait(o migration.Outcome, op operation.Operation) *notice.Notice {
	if o.End == migration.Failed {
		return explainFailure(o, op)
	}
	n := &notice.Notice{Summary: unableToWait, Warning: op == operation.Create, State: heldUntainted}
	switch o.End {
	case migration.Interrupted:
		n.Warning, n.Summary = true, migrationGoesOn
		n.Observed = "The apply was interrupted while the live migration continued. " + notice.LastRead(o)
		n.Advice = goOn
	case migration.TimedOut:
		n.Summary = notReady
		n.Observed = "It was not seen to be ready within " + notice.Rounded(o.Elapsed) + ". " + notice.LastRead(o)
		n.Advice = goOn + " Raise " + op.Timeout() + " to wait longer."
		if o.ReadErr != nil {
			n.Summary, n.Advice = unableToWait, readRemedy(o.ReadErr)+" "+goOn
		}
	case migration.Unauthorized:
		n.Observed = "The credentials no longer work. " + notice.LastRead(o)
		n.Advice = readRemedy(o.ReadErr) + " " + goOn
	case migration.NotFound:
		n.Observed = "Atlas no longer knows the live migration. " + notice.LastRead(o)
		n.Advice = readRemedy(o.ReadErr) + " If somebody cancelled it, start a new one with terraform apply -replace and the " +
			"address of this resource."
	default:
		n.Observed = "The provider hit a bug. " + notice.LastRead(o)
		n.Advice = goOn + " " + notice.ReportBug
	}
	if op == operation.Create && n.Summary != migrationGoesOn {
		n.State += " An error instead of this warning would have tainted it. What depends on it continues, although it is not " +
			"known to be ready."
	}
	return n
}

const (
	heldUntainted = "The state holds the live migration, untainted: no apply starts a second one."
	goOn          = "Apply again to resume waiting until it is ready."
)

func explainFailure(o migration.Outcome, op operation.Operation) *notice.Notice {
	n := &notice.Notice{
		Summary:  migrationFailed,
		Observed: notice.Describe(o.Observed.Migration),
		State:    "The state holds the live migration as " + o.Observed.Migration.Status + ".",
		Advice:   lookForCause + " " + startAnother,
	}
	if op == operation.Create {
		n.State = "The state holds the live migration as " + o.Observed.Migration.Status + " and tainted: the next apply replaces it, " +
			"which starts a new one. To keep it from that, use terraform untaint and the address of this resource."
		n.Advice = lookForCause + " Then apply again."
	}
	return n
}

const (
	lookForCause = "Check the live migration in the Atlas console for the cause, and fix it."
	startAnother = "Then start a new one with terraform apply -replace and the address of this resource."
)

// remedy is what to do about a request that went wrong.
func remedy(err error) string { return notice.Remedy(err, notice.MigrationRequest()) }

// readRemedy is what to do about a read of a live migration that went wrong.
func readRemedy(err error) string { return notice.Remedy(err, notice.LiveMigration()) }

const (
	unableToChange = "Unable to change live migration"
	nothingChanged = "Nothing was changed, at Atlas or in the state."
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
		Advice: "Atlas has no call that changes or stops a live migration. Revert the change. Or cancel the live migration " +
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
		Advice: "You do not need to do anything. A live migration is started again only by terraform apply -replace and the address of " +
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

// renamedWhileRunning refuses a plan that forgets what runs, of which Atlas would
// refuse to start another one: its ID would be lost.
func renamedWhileRunning(at migrationrequest.Cluster) notice.Notice {
	return notice.Notice{
		Summary: "Refusing to forget a running live migration",
		Observed: "This plan removes a live migration into " + at.String() + " that has not ended, and creates another one into the " +
			"same cluster, which Atlas would refuse. A resource whose name or for_each key changed looks like this.",
		State: nothingChanged,
		Advice: "If the resource has a new address, add a moved block from the old address to the new one. To start another live " +
			"migration, cancel the running one in the Atlas console first, and plan again.",
	}
}

// forgetsImport refuses a plan that forgets an import and starts what may be the same
// live migration again, as an import into a wrong address does.
func forgetsImport() notice.Notice {
	return notice.Notice{
		Summary: "Refusing to forget an imported live migration",
		Observed: "This plan removes a live migration that was imported, and creates another one. Atlas does not say which cluster an " +
			"imported live migration went to, so both may be the same one. An import into an address that the configuration " +
			"does not have looks like this.",
		State: nothingChanged,
		Advice: "If both are the same live migration, add a moved block from the old address to the new one. If they are not, " +
			"forget the imported one first, with terraform state rm or in an apply of its own.",
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

func unableToRefresh(err error) notice.Notice {
	return notice.UnableToRefresh("live migration", err, readRemedy(err))
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
		n.Advice = "You do not need to do anything in Atlas. What was copied stays in the destination cluster."
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
	return identity.UnableToRead("live migration", id, err)
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

// list is names as a person lists them.
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
