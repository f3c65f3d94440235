// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/privatestate"
)

// requestKey holds, in the resource's private state, what is known of the request.
const requestKey = "request"

// What is known of a request that nobody has seen the end of.
const (
	// accepted lets an apply that resumes waiting tell a cutover that Atlas
	// accepted from one that may never have begun.
	accepted = "accepted"
	// unseen is a request that Atlas was not known to have accepted, and of
	// which nothing could be seen. Only a replacement may ask again.
	unseen = "unseen"
)

// request is the JSON under requestKey.
type request struct {
	Answer string `json:"answer"`
}

// storeRequest stores what a run knows of the request, if that is anything.
func storeRequest(ctx context.Context, private privatestate.Writer, o migration.Outcome) diag.Diagnostics {
	switch {
	case o.Request == migration.Accepted:
		return privatestate.Set(ctx, private, requestKey, request{Answer: accepted})
	case o.End == migration.NotObserved:
		return privatestate.Set(ctx, private, requestKey, request{Answer: unseen})
	default:
		return nil
	}
}

// storedRequest is what was stored, zero if nothing was.
func storedRequest(ctx context.Context, private privatestate.Reader) (request, diag.Diagnostics) {
	var stored request
	diags := privatestate.Get(ctx, private, requestKey, &stored)
	return stored, diags
}

// state is what a run that resumes waiting assumes of the request.
func (r request) state() migration.RequestState {
	if r.Answer == accepted {
		return migration.Accepted
	}
	return migration.Unknown
}

// importedKey marks a cutover that was imported and that no apply has taken over
// since. If its IDs are others in the configuration, the import was a mistake.
const importedKey = "imported"

func markImported(ctx context.Context, private privatestate.Writer) diag.Diagnostics {
	return privatestate.Set(ctx, private, importedKey, true)
}

func unmarkImported(ctx context.Context, private privatestate.Writer) diag.Diagnostics {
	return privatestate.Delete(ctx, private, importedKey)
}

func isImported(ctx context.Context, private privatestate.Reader) (bool, diag.Diagnostics) {
	var imported bool
	diags := privatestate.Get(ctx, private, importedKey, &imported)
	return imported, diags
}
