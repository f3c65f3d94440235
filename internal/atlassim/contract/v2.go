// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"errors"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// describeV2 reads the published description, the whole one or an extract. It
// keeps the live migrations and corrects what recordings show to be otherwise.
func describeV2(file string) (*description, error) {
	doc, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		return nil, err
	}
	for path := range doc.Paths.Map() {
		if !strings.Contains(path, "/liveMigrations") {
			doc.Paths.Delete(path)
		}
	}
	if doc.Paths.Len() == 0 {
		return nil, errors.New("it has no live migrations")
	}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			correctStatuses(method, path, operation)
			correctSchemas(operation)
		}
	}
	return newDescription(doc), nil
}

// beyondDescription are the statuses that no operation describes. They are
// documented elsewhere, and have the error object that all others have.
var beyondDescription = []string{"405", "406", "409", "410", "415"}

// correctStatuses adds to an operation what it can be answered with as well.
func correctStatuses(method, path string, operation *openapi3.Operation) {
	for _, status := range beyondDescription {
		if operation.Responses.Value(status) == nil {
			operation.Responses.Set(status, operation.Responses.Value("401"))
		}
	}
	// 200 is described, and 201 recorded.
	if ok := operation.Responses.Value("200"); method == "POST" && strings.HasSuffix(path, "/linkTokens") && ok != nil {
		operation.Responses.Set("201", ok)
	}
}

// correctSchemas visits everything that an operation's bodies can have.
func correctSchemas(operation *openapi3.Operation) {
	seen := map[*openapi3.Schema]bool{}
	contents := []openapi3.Content{}
	if operation.RequestBody != nil {
		contents = append(contents, operation.RequestBody.Value.Content)
	}
	for _, response := range operation.Responses.Map() {
		contents = append(contents, response.Value.Content)
	}
	for _, content := range contents {
		for _, media := range content {
			correctSchema(media.Schema, seen)
		}
	}
}

func correctSchema(ref *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) {
	if ref == nil || ref.Value == nil || seen[ref.Value] {
		return
	}
	schema := ref.Value
	seen[schema] = true
	switch {
	case isUnknownObject(schema):
		// The description says object of the values of a shard key, and of an
		// error's parameters: the official client sends 1 and "hashed", and
		// recorded parameters are strings and numbers.
		schema.Type = nil
	case len(schema.Properties) > 0 && schema.AdditionalProperties.Has == nil:
		// A misspelt name would pass as an additional one.
		schema.WithoutAdditionalProperties()
	}
	correctSchema(schema.Items, seen)
	correctSchema(schema.AdditionalProperties.Schema, seen)
	for _, property := range schema.Properties {
		correctSchema(property, seen)
	}
}

// isUnknownObject reports whether a schema says object and nothing else.
func isUnknownObject(schema *openapi3.Schema) bool {
	return schema.Type.Is("object") && len(schema.Properties) == 0 &&
		schema.AdditionalProperties.Schema == nil && schema.AdditionalProperties.Has == nil &&
		len(schema.AllOf)+len(schema.OneOf)+len(schema.AnyOf) == 0
}
