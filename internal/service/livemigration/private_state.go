// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migrationrequest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/privatestate"
)

// awaitingKey is set while a wait for readiness has not reached its end. The attributes cannot tell: a live migration
// that was ready once may fall behind again, which is nothing to wait for.
const awaitingKey = "awaiting"

// replacedKey holds, in a plan's private state, the ID of the live migration in the
// state. A plan without a state that has it is a replacement of that one.
const replacedKey = "replaced"

// intoKey holds the destination that a live migration completed into, once an update in
// place took another one into the state.
const intoKey = "into"

// importedKey is set once an import took its arguments from a configuration.
const importedKey = "imported"

// keepAwaiting stores whether a wait is to be resumed.
func keepAwaiting(ctx context.Context, private privatestate.Writer, awaiting bool) diag.Diagnostics {
	if !awaiting {
		return privatestate.Delete(ctx, private, awaitingKey)
	}
	return privatestate.Set(ctx, private, awaitingKey, true)
}

// isAwaiting reports whether a wait is to be resumed.
func isAwaiting(ctx context.Context, private privatestate.Reader) (bool, diag.Diagnostics) {
	var awaiting bool
	diags := privatestate.Get(ctx, private, awaitingKey, &awaiting)
	return awaiting, diags
}

// isImported reports whether only a configuration says what the destination is.
func (m *model) isImported(ctx context.Context, private privatestate.Reader) (bool, diag.Diagnostics) {
	var imported bool
	diags := privatestate.Get(ctx, private, importedKey, &imported)
	return imported || m.IsEmpty(), diags
}

func keepReplaced(ctx context.Context, private privatestate.Writer, id string) diag.Diagnostics {
	return privatestate.Set(ctx, private, replacedKey, id)
}

// replacedID is the ID of the live migration that a plan replaces, empty if it
// replaces none.
func replacedID(ctx context.Context, private privatestate.Reader) (string, diag.Diagnostics) {
	var id string
	diags := privatestate.Get(ctx, private, replacedKey, &id)
	return id, diags
}

// keepDestination stores where a live migration completed, if a plan is the first that
// changes its destination.
func keepDestination(ctx context.Context, from privatestate.Reader, to privatestate.Writer, at, planned migrationrequest.Cluster) diag.Diagnostics {
	var kept migrationrequest.Cluster
	diags := privatestate.Get(ctx, from, intoKey, &kept)
	if kept.IsKnown() || at == planned {
		return diags
	}
	return append(diags, privatestate.Set(ctx, to, intoKey, at)...)
}

// destinations are the clusters that a live migration counts for: the one that the
// state names, and the one that it completed into.
func (m *model) destinations(ctx context.Context, private privatestate.Reader) ([]migrationrequest.Cluster, diag.Diagnostics) {
	var kept migrationrequest.Cluster
	diags := privatestate.Get(ctx, private, intoKey, &kept)
	var all []migrationrequest.Cluster
	for _, at := range []migrationrequest.Cluster{m.Cluster(ctx), kept} {
		if at.IsKnown() && !slices.Contains(all, at) {
			all = append(all, at)
		}
	}
	return all, diags
}
