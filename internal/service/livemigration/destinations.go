// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration

import (
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/migrationrequest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

// uses is what the plans of one process want of one destination cluster. Terraform
// plans each resource by itself and in any order, so whichever plan comes last
// sees what the others want.
type uses struct {
	// completed and running are set if the state holds a live migration into it that
	// completed, or that has not ended, and removed if a plan forgets that one.
	completed, running, removed bool
	// created is set if a plan starts another one, and drops if that deletes first.
	created, drops bool
	// forgetsImport is set if a plan forgets an import. Only its configuration says
	// what its destination is, or nothing, so it counts for every cluster.
	forgetsImport bool
}

// anyCluster is what an import counts for.
var anyCluster migrationrequest.Cluster

// usesByCluster is kept in the provider's memory.
type usesByCluster struct {
	mu       sync.Mutex
	clusters map[migrationrequest.Cluster]uses
}

type usesKey struct{}

func usesOf(data *providerdata.Data) *usesByCluster {
	kept, _ := data.Memory.LoadOrStore(usesKey{}, &usesByCluster{clusters: map[migrationrequest.Cluster]uses{}})
	return kept.(*usesByCluster) //nolint:forcetypeassert // Only this function stores under this key.
}

// note adds to what is wanted, and returns all of it.
func (u *usesByCluster) note(at migrationrequest.Cluster, add func(*uses)) uses {
	u.mu.Lock()
	defer u.mu.Unlock()
	all := u.clusters[at]
	add(&all)
	u.clusters[at] = all
	for _, there := range u.clusters {
		all.created = all.created || at == anyCluster && there.created
		all.forgetsImport = all.forgetsImport || there.forgetsImport
	}
	return all
}

// judge says what is wrong with all that is wanted of a cluster.
func (u uses) judge(at migrationrequest.Cluster) diag.Diagnostics {
	switch {
	case !u.created:
		return nil
	case u.removed && u.completed:
		return diag.Diagnostics{renamed(at).Diagnostic()}
	case u.removed && u.running:
		return diag.Diagnostics{renamedWhileRunning(at).Diagnostic()}
	case u.forgetsImport:
		return diag.Diagnostics{forgetsImport().Diagnostic()}
	case !u.completed:
		return nil
	case u.drops:
		return diag.Diagnostics{dropsWhatCompleted(at).Diagnostic()}
	default:
		return diag.Diagnostics{startsOver(at).Diagnostic()}
	}
}
