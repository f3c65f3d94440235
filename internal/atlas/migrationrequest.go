// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"encoding/json"
	"errors"
)

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
	ProjectID   string `json:"groupId"`
	ClusterName string `json:"clusterName"`
	// SSL is true where the cluster wants TLS.
	SSL bool `json:"ssl"`
	// ManagedAuthentication is true where Cloud Manager or Ops Manager knows how
	// to authenticate. Username and Password are for if it is not.
	ManagedAuthentication bool   `json:"managedAuthentication"`
	Username              string `json:"username,omitempty"`
	Password              Secret `json:"-"`
	// CACertificatePath is a path on the migration host.
	CACertificatePath string `json:"caCertificatePath,omitempty"`
}

// MigrationDestination is a cluster of Atlas.
type MigrationDestination struct {
	// ProjectID is groupId in the API.
	ProjectID   string `json:"groupId"`
	ClusterName string `json:"clusterName"`
	// HostnameSchemaType is PUBLIC, PRIVATE_LINK or VPC_PEERING.
	HostnameSchemaType string `json:"hostnameSchemaType"`
	// PrivateLinkID goes with PRIVATE_LINK.
	PrivateLinkID string `json:"privateLinkId,omitempty"`
}

// Sharding says which collections are to be sharded at the destination.
type Sharding struct {
	CreateSupportingIndexes bool            `json:"createSupportingIndexes"`
	Entries                 []ShardingEntry `json:"shardingEntries"`
}

// ShardingEntry says by what a collection is to be sharded.
type ShardingEntry struct {
	Database   string `json:"database"`
	Collection string `json:"collection"`
	// Key is in the order of its fields.
	Key ShardKeys `json:"shardCollection"`
}

// ShardKeys is a shard key.
type ShardKeys []ShardKey

// MarshalJSON gives the object that the API wants, with a list of objects of one
// field each.
func (s ShardKeys) MarshalJSON() ([]byte, error) {
	key := []map[string]ShardKeyKind{}
	for _, k := range s {
		key = append(key, map[string]ShardKeyKind{k.Field: k.Kind})
	}
	return json.Marshal(map[string]any{"key": key})
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

// migrationBody is a request as it is sent.
type migrationBody struct {
	Source              sourceBody           `json:"source"`
	Destination         MigrationDestination `json:"destination"`
	MigrationHosts      []string             `json:"migrationHosts"`
	DropEnabled         *bool                `json:"dropEnabled,omitempty"`
	DropDestinationData *bool                `json:"dropDestinationData,omitempty"`
	Sharding            *Sharding            `json:"sharding,omitempty"`
}

// sourceBody is the one place where the password is shown.
type sourceBody struct {
	MigrationSource
	Password string `json:"password,omitempty"`
}

// body is the request as an API version has it.
func (r MigrationRequest) body(d APIVersion) migrationBody {
	b := migrationBody{
		Source:         sourceBody{r.Source, r.Source.Password.reveal()},
		Destination:    r.Destination,
		MigrationHosts: listed(r.MigrationHosts),
		Sharding:       r.Sharding,
	}
	if d == V2 {
		b.DropDestinationData = &r.DropDestinationData
	} else {
		b.DropEnabled = &r.DropDestinationData
	}
	return b
}
