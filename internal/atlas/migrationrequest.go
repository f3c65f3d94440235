// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import "errors"

// MigrationRequest describes a live migration that is to be validated or
// started. Atlas checks it; what is empty here is left out of the request where
// the API calls it optional.
type MigrationRequest struct {
	Source      MigrationSource
	Destination MigrationDestination
	// MigrationHosts are the hosts of the migration agents; Atlas wants exactly
	// one.
	MigrationHosts []string
	// DropDestinationData tells Atlas to drop what the destination holds. It is
	// dropEnabled in V1, and dropDestinationData in V2.
	DropDestinationData bool
	// Sharding is nil where nothing is to be sharded.
	Sharding *Sharding
}

// MigrationSource is a cluster that Cloud Manager or Ops Manager manages.
type MigrationSource struct {
	// ProjectID is the project's there, groupId in the API.
	ProjectID   string
	ClusterName string
	// SSL is true where the cluster wants TLS.
	SSL bool
	// ManagedAuthentication is true where Cloud Manager or Ops Manager knows how
	// to authenticate. Username and Password are for where it is not.
	ManagedAuthentication bool
	Username              string
	Password              Secret
	// CACertificatePath is a path on the migration host.
	CACertificatePath string
}

// MigrationDestination is a cluster of Atlas.
type MigrationDestination struct {
	// ProjectID is groupId in the API.
	ProjectID   string
	ClusterName string
	// HostnameSchemaType is PUBLIC, PRIVATE_LINK or VPC_PEERING.
	HostnameSchemaType string
	// PrivateLinkID goes with PRIVATE_LINK.
	PrivateLinkID string
}

// Sharding says which collections are to be sharded at the destination.
type Sharding struct {
	CreateSupportingIndexes bool
	Entries                 []ShardingEntry
}

// ShardingEntry says by what a collection is to be sharded.
type ShardingEntry struct {
	Database   string
	Collection string
	// Key is in the order of its fields.
	Key []ShardKey
}

// ShardKey is one field of a shard key.
type ShardKey struct {
	Field string
	Kind  ShardKeyKind
}

// ShardKeyKind is how a field takes part in a shard key.
type ShardKeyKind string

const (
	// Ascending is 1 in the API.
	Ascending ShardKeyKind = "1"
	// Descending is -1 in the API.
	Descending ShardKeyKind = "-1"
	// Hashed is "hashed" in the API.
	Hashed ShardKeyKind = "hashed"
)

var errShardKey = errors.New("a shard key is neither 1, nor -1, nor hashed")

// MarshalJSON gives the number or the string that the API wants.
func (k ShardKeyKind) MarshalJSON() ([]byte, error) {
	switch k {
	case Ascending, Descending:
		return []byte(k), nil
	case Hashed:
		return []byte(`"hashed"`), nil
	}
	return nil, errShardKey
}

type migrationBody struct {
	Source              sourceBody      `json:"source"`
	Destination         destinationBody `json:"destination"`
	MigrationHosts      []string        `json:"migrationHosts"`
	DropEnabled         *bool           `json:"dropEnabled,omitempty"`
	DropDestinationData *bool           `json:"dropDestinationData,omitempty"`
	Sharding            *shardingBody   `json:"sharding,omitempty"`
}

type sourceBody struct {
	GroupID               string `json:"groupId"`
	ClusterName           string `json:"clusterName"`
	SSL                   bool   `json:"ssl"`
	ManagedAuthentication bool   `json:"managedAuthentication"`
	Username              string `json:"username,omitempty"`
	Password              string `json:"password,omitempty"`
	CACertificatePath     string `json:"caCertificatePath,omitempty"`
}

type destinationBody struct {
	ProjectID          string `json:"groupId"`
	ClusterName        string `json:"clusterName"`
	HostnameSchemaType string `json:"hostnameSchemaType"`
	PrivateLinkID      string `json:"privateLinkId,omitempty"`
}

type shardingBody struct {
	CreateSupportingIndexes bool                `json:"createSupportingIndexes"`
	ShardingEntries         []shardingEntryBody `json:"shardingEntries"`
}

type shardingEntryBody struct {
	Database        string              `json:"database"`
	Collection      string              `json:"collection"`
	ShardCollection shardCollectionBody `json:"shardCollection"`
}

type shardCollectionBody struct {
	Key []map[string]ShardKeyKind `json:"key"`
}

// body is the request as a dialect has it.
func (r MigrationRequest) body(d Dialect) migrationBody {
	b := migrationBody{
		Source: sourceBody{
			GroupID: r.Source.ProjectID, ClusterName: r.Source.ClusterName, SSL: r.Source.SSL,
			ManagedAuthentication: r.Source.ManagedAuthentication,
			Username:              r.Source.Username, Password: r.Source.Password.reveal(),
			CACertificatePath: r.Source.CACertificatePath,
		},
		Destination:    destinationBody(r.Destination),
		MigrationHosts: listed(r.MigrationHosts),
		Sharding:       r.Sharding.body(),
	}
	if d == V2 {
		b.DropDestinationData = &r.DropDestinationData
	} else {
		b.DropEnabled = &r.DropDestinationData
	}
	return b
}

func (s *Sharding) body() *shardingBody {
	if s == nil {
		return nil
	}
	b := &shardingBody{CreateSupportingIndexes: s.CreateSupportingIndexes, ShardingEntries: []shardingEntryBody{}}
	for _, e := range s.Entries {
		key := []map[string]ShardKeyKind{}
		for _, k := range e.Key {
			key = append(key, map[string]ShardKeyKind{k.Field: k.Kind})
		}
		b.ShardingEntries = append(b.ShardingEntries, shardingEntryBody{e.Database, e.Collection, shardCollectionBody{key}})
	}
	return b
}
