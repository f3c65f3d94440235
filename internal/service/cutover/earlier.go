// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/privatestate"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

// A cutover whose apply failed is tainted, and Terraform replaces it without its
// state. So that the replacement does not request again what Atlas accepted, the
// removal of the old resource remembers that, in the same process, and the creation
// of the new one follows it. A replacement that a person asked for, with -replace,
// is told by the private state of its plan, and may request again. With
// create_before_destroy the creation comes first, and only looks.

// replacementKey is where a plan's private state keeps that it is one of a
// resource that is in the state.
const replacementKey = "replacement"

func markReplacement(ctx context.Context, private privatestate.Writer) diag.Diagnostics {
	return private.SetKey(ctx, replacementKey, []byte("true"))
}

// isReplacement reports whether a removal belongs to the replacement of a resource
// that is not tainted.
func isReplacement(ctx context.Context, private privatestate.Reader) (bool, diag.Diagnostics) {
	value, diags := private.GetKey(ctx, replacementKey)
	return len(value) > 0, diags
}

// requests are the accepted ones of removed resources, by project and live
// migration.
type requests struct {
	mu    sync.Mutex
	found map[[2]string]model
}

type requestsKey struct{}

func requestsOf(data *providerdata.Data) *requests {
	kept, _ := data.Memory.LoadOrStore(requestsKey{}, &requests{found: map[[2]string]model{}})
	return kept.(*requests) //nolint:forcetypeassert // Only this function stores under this key.
}

func (r *requests) remember(m model) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.found[m.key()] = m
}

func (r *requests) find(m model) (model, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := r.found[m.key()]
	return found, ok
}

func (m *model) key() [2]string {
	return [2]string{m.ProjectID.ValueString(), m.LiveMigrationID.ValueString()}
}

// acceptedEarlier reports whether the state holds a cutover that Atlas accepted and
// that has not failed. The private state, which says so too, is not given to the
// removal of a tainted resource.
func (m *model) acceptedEarlier() bool {
	switch m.Status.ValueString() {
	case string(migration.StatusSuccess):
		return !m.RequestedAt.IsNull()
	case string(migration.StatusPending):
		return !m.RequestedAt.IsNull() && m.ErrorMessage.ValueString() == endNotKnown
	default:
		return false
	}
}
