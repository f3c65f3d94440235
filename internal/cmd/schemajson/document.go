// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The types below are the published format, version 1.0:
// https://developer.hashicorp.com/terraform/cli/commands/providers/schema

type document struct {
	FormatVersion string                    `json:"format_version"`
	Schemas       map[string]providerSchema `json:"provider_schemas"`
}

type providerSchema struct {
	Provider    schema                    `json:"provider"`
	Resources   map[string]schema         `json:"resource_schemas,omitempty"`
	DataSources map[string]schema         `json:"data_source_schemas,omitempty"`
	Ephemeral   map[string]schema         `json:"ephemeral_resource_schemas,omitempty"`
	Lists       map[string]schema         `json:"list_resource_schemas,omitempty"`
	Actions     map[string]schema         `json:"action_schemas,omitempty"`
	Identities  map[string]identitySchema `json:"resource_identity_schemas,omitempty"`
}

type schema struct {
	Version int64 `json:"version"`
	Block   block `json:"block"`
}

type block struct {
	Attributes      map[string]attribute   `json:"attributes,omitempty"`
	Blocks          map[string]nestedBlock `json:"block_types,omitempty"`
	Description     string                 `json:"description,omitempty"`
	DescriptionKind string                 `json:"description_kind"`
	Deprecated      bool                   `json:"deprecated,omitempty"`
}

type nestedBlock struct {
	Nesting  string `json:"nesting_mode"`
	Block    block  `json:"block"`
	MinItems int64  `json:"min_items,omitempty"`
	MaxItems int64  `json:"max_items,omitempty"`
}

type attribute struct {
	Type            any         `json:"type,omitempty"`
	Nested          *nestedType `json:"nested_type,omitempty"`
	Description     string      `json:"description,omitempty"`
	DescriptionKind string      `json:"description_kind"`
	Deprecated      bool        `json:"deprecated,omitempty"`
	Required        bool        `json:"required,omitempty"`
	Optional        bool        `json:"optional,omitempty"`
	Computed        bool        `json:"computed,omitempty"`
	Sensitive       bool        `json:"sensitive,omitempty"`
	WriteOnly       bool        `json:"write_only,omitempty"`
}

type nestedType struct {
	Attributes map[string]attribute `json:"attributes"`
	Nesting    string               `json:"nesting_mode"`
}

type identitySchema struct {
	Version    int64                        `json:"version"`
	Attributes map[string]identityAttribute `json:"attributes"`
}

type identityAttribute struct {
	Type              any    `json:"type"`
	Description       string `json:"description,omitempty"`
	RequiredForImport bool   `json:"required_for_import,omitempty"`
	OptionalForImport bool   `json:"optional_for_import,omitempty"`
}

// documentOf names the provider by its short name: the documentation generator
// looks for that, or for an address in the hashicorp namespace.
func documentOf(from *tfprotov6.GetProviderSchemaResponse, identities *tfprotov6.GetResourceIdentitySchemasResponse) document {
	actions := map[string]*tfprotov6.Schema{}
	for name, action := range from.ActionSchemas {
		actions[name] = action.Schema
	}
	return document{
		FormatVersion: "1.0",
		Schemas: map[string]providerSchema{"atlasmigration": {
			Provider:    schemaOf(from.Provider),
			Resources:   mapped(from.ResourceSchemas, schemaOf),
			DataSources: mapped(from.DataSourceSchemas, schemaOf),
			Ephemeral:   mapped(from.EphemeralResourceSchemas, schemaOf),
			Lists:       mapped(from.ListResourceSchemas, schemaOf),
			Actions:     mapped(actions, schemaOf),
			Identities:  mapped(identities.IdentitySchemas, identityOf),
		}},
	}
}

func mapped[From, To any](from map[string]From, convert func(From) To) map[string]To {
	to := make(map[string]To, len(from))
	for name, value := range from {
		to[name] = convert(value)
	}
	return to
}

func schemaOf(from *tfprotov6.Schema) schema {
	return schema{Version: from.Version, Block: blockOf(from.Block)}
}

func blockOf(from *tfprotov6.SchemaBlock) block {
	to := block{
		Attributes:      attributesOf(from.Attributes),
		Blocks:          map[string]nestedBlock{},
		Description:     from.Description,
		DescriptionKind: kindOf(from.DescriptionKind),
		Deprecated:      from.Deprecated,
	}
	for _, nested := range from.BlockTypes {
		to.Blocks[nested.TypeName] = nestedBlock{
			Nesting:  strings.ToLower(nested.Nesting.String()),
			Block:    blockOf(nested.Block),
			MinItems: nested.MinItems,
			MaxItems: nested.MaxItems,
		}
	}
	return to
}

func attributesOf(from []*tfprotov6.SchemaAttribute) map[string]attribute {
	to := make(map[string]attribute, len(from))
	for _, a := range from {
		to[a.Name] = attributeOf(a)
	}
	return to
}

func attributeOf(from *tfprotov6.SchemaAttribute) attribute {
	to := attribute{
		Description:     from.Description,
		DescriptionKind: kindOf(from.DescriptionKind),
		Deprecated:      from.Deprecated,
		Required:        from.Required,
		Optional:        from.Optional,
		Computed:        from.Computed,
		Sensitive:       from.Sensitive,
		WriteOnly:       from.WriteOnly,
	}
	if from.NestedType == nil {
		to.Type = typeOf(from.Type)
		return to
	}
	to.Nested = &nestedType{
		Attributes: attributesOf(from.NestedType.Attributes),
		Nesting:    strings.ToLower(from.NestedType.Nesting.String()),
	}
	return to
}

func identityOf(from *tfprotov6.ResourceIdentitySchema) identitySchema {
	to := identitySchema{Version: from.Version, Attributes: map[string]identityAttribute{}}
	for _, a := range from.IdentityAttributes {
		to.Attributes[a.Name] = identityAttribute{
			Type:              typeOf(a.Type),
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return to
}

func kindOf(kind tfprotov6.StringKind) string {
	if kind == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}

// typeOf writes a type as the format does: a word for a primitive, a pair of a
// word and what it holds for everything else.
func typeOf(from tftypes.Type) any {
	switch t := from.(type) {
	case tftypes.List:
		return []any{"list", typeOf(t.ElementType)}
	case tftypes.Set:
		return []any{"set", typeOf(t.ElementType)}
	case tftypes.Map:
		return []any{"map", typeOf(t.ElementType)}
	case tftypes.Object:
		return []any{"object", mapped(t.AttributeTypes, typeOf)}
	}
	words := map[string]tftypes.Type{
		"string": tftypes.String, "number": tftypes.Number, "bool": tftypes.Bool, "dynamic": tftypes.DynamicPseudoType,
	}
	for word, primitive := range words {
		if from.Is(primitive) {
			return word
		}
	}
	panic(fmt.Sprintf("the schema format has no word for %s", from))
}
