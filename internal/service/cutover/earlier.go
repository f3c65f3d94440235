// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

// A cutover whose apply failed is tainted, and Terraform plans its replacement
// without its state. So that the replacement does not request again what Atlas
// accepted, a refresh remembers it, in the same process, and the plan of the
// replacement holds what is recorded of the request. A replacement that a person
// asked for, with -replace, is planned with the private state of the old resource
// and may request again.

// replacementKey is where a plan's private state keeps that it is one of a
// resource that is in the state.
const replacementKey = "replacement"

func markReplacement(ctx context.Context, private privateWriter) diag.Diagnostics {
	return private.SetKey(ctx, replacementKey, []byte("true"))
}

// isReplacement reports whether a plan without a state replaces a resource that is
// not tainted.
func isReplacement(ctx context.Context, private privateReader) (bool, diag.Diagnostics) {
	value, diags := private.GetKey(ctx, replacementKey)
	return len(value) > 0, diags
}

// requests are the accepted ones that refreshes found, by project and live
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

// carryOver plans what is recorded of an earlier request. Create follows that
// request then.
func carryOver(ctx context.Context, earlier model, resp *resource.ModifyPlanResponse) diag.Diagnostics {
	var diags diag.Diagnostics
	for name, value := range map[string]any{
		"id": earlier.ID, "source_project_id": earlier.SourceProjectID,
		"requested_at": earlier.RequestedAt, "lag_seconds_at_request": earlier.LagSecondsAtRequest,
	} {
		diags.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
	return diags
}

// followsEarlier reports whether a planned creation carries over an earlier
// request.
func (m *model) followsEarlier() bool { return !m.RequestedAt.IsUnknown() }
