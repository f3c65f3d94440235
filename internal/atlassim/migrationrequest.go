// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"fmt"
	"reflect"
	"slices"
)

// migrationRequest is the body that starts a validation or a live migration.
type migrationRequest struct {
	Source              *sourceRequest      `json:"source"`
	Destination         *destinationRequest `json:"destination"`
	MigrationHosts      []string            `json:"migrationHosts"`
	DropEnabled         *bool               `json:"dropEnabled"`
	DropDestinationData *bool               `json:"dropDestinationData"`
	Sharding            *shardingRequest    `json:"sharding"`
}

type sourceRequest struct {
	GroupID               string  `json:"groupId"`
	ClusterName           string  `json:"clusterName"`
	SSL                   *bool   `json:"ssl"`
	ManagedAuthentication *bool   `json:"managedAuthentication"`
	Username              *string `json:"username"`
	Password              *string `json:"password"`
	CACertificatePath     *string `json:"caCertificatePath"`
}

type destinationRequest struct {
	GroupID            string  `json:"groupId"`
	ClusterName        string  `json:"clusterName"`
	HostnameSchemaType *string `json:"hostnameSchemaType"`
	PrivateLinkID      *string `json:"privateLinkId"`
}

type shardingRequest struct {
	CreateSupportingIndexes *bool                   `json:"createSupportingIndexes"`
	ShardingEntries         *[]shardingEntryRequest `json:"shardingEntries"`
}

type shardingEntryRequest struct {
	Database        string                  `json:"database"`
	Collection      string                  `json:"collection"`
	ShardCollection *shardCollectionRequest `json:"shardCollection"`
}

type shardCollectionRequest struct {
	Key []map[string]any `json:"key"`
}

// readMigrationRequest reads and checks a request to start or validate; it
// returns the refusal, or nil.
func (s *Sim) readMigrationRequest(in *request) (*migrationRequest, *action) {
	form := &migrationRequest{}
	if refusal := readBody(in, form); refusal != nil {
		return nil, refusal
	}
	if !s.options.EmptyStringsRefused {
		form.fillEmptyStrings()
	}
	var wrong fieldErrors
	form.checkSource(&wrong)
	form.checkDestination(&wrong)
	form.checkHosts(&wrong)
	form.checkDrop(&wrong, in, s.start)
	form.checkSharding(&wrong, s.start)
	if refusal := wrong.refusal(); refusal != nil {
		return nil, refusal
	}
	s.checkWorld(&wrong, form, in)
	return form, wrong.refusal()
}

// fillEmptyStrings takes the empty strings that the official CLI sends for what
// is not needed as if they were left out, or the default.
func (r *migrationRequest) fillEmptyStrings() {
	empty := func(text *string) bool { return text != nil && *text == "" }
	if r.Source != nil && empty(r.Source.Username) {
		r.Source.Username = nil
	}
	if r.Source != nil && empty(r.Source.Password) {
		r.Source.Password = nil
	}
	if r.Destination != nil && empty(r.Destination.HostnameSchemaType) {
		public := "PUBLIC"
		r.Destination.HostnameSchemaType = &public
	}
}

func (r *migrationRequest) checkSource(wrong *fieldErrors) {
	source := r.Source
	if source == nil {
		wrong.missing("source")
		return
	}
	wrong.checkID("source.groupId", source.GroupID)
	wrong.checkText("source.clusterName", source.ClusterName)
	if source.SSL == nil {
		wrong.missing("source.ssl")
	}
	if source.ManagedAuthentication == nil {
		wrong.missing("source.managedAuthentication")
		return
	}
	managed := *source.ManagedAuthentication
	const why = "must be omitted if managedAuthentication is true"
	wrong.checkExactly("source.username", source.Username, !managed, why)
	wrong.checkExactly("source.password", source.Password, !managed, why)
}

func (r *migrationRequest) checkDestination(wrong *fieldErrors) {
	destination := r.Destination
	if destination == nil {
		wrong.missing("destination")
		return
	}
	wrong.checkID("destination.groupId", destination.GroupID)
	wrong.checkText("destination.clusterName", destination.ClusterName)
	kind := ""
	if destination.HostnameSchemaType == nil {
		wrong.missing("destination.hostnameSchemaType")
	} else if kind = *destination.HostnameSchemaType; !slices.Contains([]string{"PUBLIC", "PRIVATE_LINK", "VPC_PEERING"}, kind) {
		wrong.invalid("destination.hostnameSchemaType", "must be PUBLIC, PRIVATE_LINK or VPC_PEERING")
	}
	wrong.checkExactly("destination.privateLinkId", destination.PrivateLinkID,
		kind == "PRIVATE_LINK", "must be omitted if hostnameSchemaType is not PRIVATE_LINK")
}

func (r *migrationRequest) checkHosts(wrong *fieldErrors) {
	switch {
	case len(r.MigrationHosts) == 0:
		wrong.missing("migrationHosts")
	case len(r.MigrationHosts) > 1 || r.MigrationHosts[0] == "":
		wrong.invalid("migrationHosts", "must be exactly one host")
	}
}

// checkDrop takes the one of two names that the version has. The later version
// needs neither, unless it is told to.
func (r *migrationRequest) checkDrop(wrong *fieldErrors, in *request, script StartScript) {
	name, given, other, alien := "dropEnabled", r.DropEnabled, "dropDestinationData", r.DropDestinationData
	if in.version == version2024 {
		name, given, other, alien = other, alien, name, given
	}
	if alien != nil {
		wrong.invalid(other, "is not an attribute of this version of the resource")
	}
	if given == nil && (in.version != version2024 || script.DropRequired) {
		wrong.missing(name)
	}
}

func (r *migrationRequest) checkSharding(wrong *fieldErrors, script StartScript) {
	if r.Sharding == nil {
		return
	}
	if r.Sharding.CreateSupportingIndexes == nil {
		wrong.missing("sharding.createSupportingIndexes")
	}
	entries := r.Sharding.ShardingEntries
	if entries == nil {
		if !script.EntriesOptional {
			wrong.missing("sharding.shardingEntries")
		}
		return
	}
	for i, entry := range *entries {
		at := fmt.Sprintf("sharding.shardingEntries[%d]", i)
		entry.check(wrong, at, script)
		if !script.RepeatsTaken && repeats(*entries, i) {
			wrong.invalid(at, notRepeated)
		}
	}
}

func (r *shardingEntryRequest) check(wrong *fieldErrors, at string, script StartScript) {
	wrong.checkText(at+".database", r.Database)
	wrong.checkText(at+".collection", r.Collection)
	if r.ShardCollection == nil || len(r.ShardCollection.Key) == 0 {
		wrong.missing(at + ".shardCollection.key")
		return
	}
	for i, part := range r.ShardCollection.Key {
		at := fmt.Sprintf("%s.shardCollection.key[%d]", at, i)
		if !isShardKeyPart(part) {
			wrong.invalid(at, `must be one field with 1, -1 or "hashed"`)
		} else if !script.RepeatsTaken && repeats(r.ShardCollection.Key, i) {
			wrong.invalid(at, notRepeated)
		}
	}
}

const notRepeated = "must not be there twice"

// repeats reports whether an item of a list is the same as one before it.
func repeats[T any](list []T, i int) bool {
	return slices.ContainsFunc(list[:i], func(earlier T) bool { return reflect.DeepEqual(earlier, list[i]) })
}

// isShardKeyPart reports whether a part of a shard key is one field and its kind.
func isShardKeyPart(part map[string]any) bool {
	for name, kind := range part {
		if name == "" || kind != 1.0 && kind != -1.0 && kind != "hashed" {
			return false
		}
	}
	return len(part) == 1
}

// checkWorld checks what a request says against what there is.
func (s *Sim) checkWorld(wrong *fieldErrors, r *migrationRequest, in *request) {
	switch destination := r.Destination.GroupID; {
	case destination != in.projectID && !s.start.ForeignDestination:
		wrong.invalid("destination.groupId", "must be the project of this resource")
	case !s.hasProject(destination):
		wrong.invalid("destination.groupId", "must be a project that exists")
	}
	if s.start.NeedsLink && !s.hasSource(r.Source.GroupID, r.Source.ClusterName) {
		wrong.invalid("source.clusterName", "must be a cluster of an available project")
	}
}

func (c *fieldErrors) checkText(field, value string) {
	if value == "" {
		c.missing(field)
	}
}

func (c *fieldErrors) checkID(field, value string) {
	switch {
	case value == "":
		c.missing(field)
	case !idForm.MatchString(value):
		c.invalid(field, "must be 24 lower-case hex digits")
	}
}

// checkExactly wants a text if and only if it has its place.
func (c *fieldErrors) checkExactly(field string, value *string, wanted bool, why string) {
	switch {
	case wanted && (value == nil || *value == ""):
		c.missing(field)
	case !wanted && value != nil:
		c.invalid(field, why)
	}
}
