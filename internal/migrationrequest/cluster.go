// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migrationrequest

import "context"

// Cluster names a destination cluster.
type Cluster struct{ ProjectID, Name string }

// IsKnown reports whether both parts of the name are known.
func (c Cluster) IsKnown() bool { return c.ProjectID != "" && c.Name != "" }

// String is the cluster in a sentence.
func (c Cluster) String() string {
	if !c.IsKnown() {
		return "the destination cluster, which is not known before apply,"
	}
	return "the cluster " + c.Name + " of the project " + c.ProjectID
}

// Cluster is the cluster that the request migrates to, zero while that is not known.
func (r *Request) Cluster(ctx context.Context) Cluster {
	var to destination
	if r.Destination.As(ctx, &to, lenient).HasError() {
		return Cluster{}
	}
	if to.ProjectID.IsNull() {
		to.ProjectID = r.ProjectID
	}
	return Cluster{to.ProjectID.ValueString(), to.ClusterName.ValueString()}
}
