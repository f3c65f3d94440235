// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
)

// Many have no CLI that knows actions, so the arguments are also compared with
// the schema.
func TestTheActionsInExamplesHaveTheArgumentsOfTheSchema(t *testing.T) {
	server := providerserver.NewProtocol6(provider.New("test")())()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	must(t, err)
	for _, file := range []string{action + "action.tf", either + "action/main.tf"} {
		blocks := 0
		for _, block := range body(t, file).Blocks {
			if block.Type != "action" {
				continue
			}
			blocks++
			known := schemas.ActionSchemas[block.Labels[0]]
			if known == nil || len(block.Body.Blocks) != 1 || block.Body.Blocks[0].Type != "config" {
				t.Fatalf("%s: action %q is not known, or is not one config block", file, block.Labels)
			}
			compare(t, file, block.Body.Blocks[0].Body.Attributes, known.Schema.Block.Attributes)
		}
		if blocks != 1 {
			t.Errorf("%s has %d actions", file, blocks)
		}
	}
}

func compare(t *testing.T, file string, given hclsyntax.Attributes, known []*tfprotov6.SchemaAttribute) {
	t.Helper()
	names := map[string]bool{}
	for _, attribute := range known {
		names[attribute.Name] = true
		if attribute.Required && given[attribute.Name] == nil {
			t.Errorf("%s leaves out %s", file, attribute.Name)
		}
	}
	for name := range given {
		if !names[name] {
			t.Errorf("%s: there is no argument %s", file, name)
		}
	}
}

func body(t *testing.T, file string) *hclsyntax.Body {
	t.Helper()
	parsed, diags := hclsyntax.ParseConfig([]byte(read(t, examples, file)), file, hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	found, ok := parsed.Body.(*hclsyntax.Body)
	if !ok {
		t.Fatalf("%s is a %T", file, parsed.Body)
	}
	return found
}
