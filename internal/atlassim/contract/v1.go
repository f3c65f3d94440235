// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// call is one call of v1.0, of which no machine-readable description exists.
type call struct {
	method, path string
	sent         *openapi3.Schema         // nil if the request has no body
	answers      map[int]*openapi3.Schema // the successes; nil if there is no body
}

// callsOfV1 is what the pages of v1.0 say. 201 for a link token is recorded.
func callsOfV1() []call {
	const group, org = "/api/atlas/v1.0/groups/{groupId}", "/api/atlas/v1.0/orgs/{orgId}"
	return []call{
		{http.MethodPut, group + "/liveMigrations/{liveMigrationId}/cutover", nil, map[int]*openapi3.Schema{200: job(), 202: nil, 204: nil}},
		{http.MethodGet, group + "/liveMigrations/{liveMigrationId}", nil, map[int]*openapi3.Schema{200: liveMigration()}},
		{http.MethodPost, group + "/liveMigrations", migrationRequest(), map[int]*openapi3.Schema{201: liveMigration()}},
		{http.MethodPost, group + "/liveMigrations/validate", migrationRequest(), map[int]*openapi3.Schema{200: job()}},
		{http.MethodGet, group + "/liveMigrations/validate/{validationId}", nil, map[int]*openapi3.Schema{200: job()}},
		{
			http.MethodPost, org + "/liveMigrations/linkTokens", object("accessListIps!", list(text())),
			map[int]*openapi3.Schema{200: object("linkToken!", text()), 201: object("linkToken!", text())},
		},
		{http.MethodDelete, org + "/liveMigrations/linkTokens", nil, map[int]*openapi3.Schema{204: nil}},
		{http.MethodGet, org + "/liveMigrations/availableProjects", nil, map[int]*openapi3.Schema{200: list(availableProject())}},
	}
}

func job() *openapi3.Schema {
	return object(
		"_id", id(), "groupId!", id(), "sourceGroupId!", id(),
		"status!", oneOf("PENDING", "SUCCESS", "FAILED"), "errorMessage", text().WithNullable(),
	)
}

// liveMigration has PENDING, and can lack what later answers have, as in old examples.
func liveMigration() *openapi3.Schema {
	return object(
		"_id!", id(), "status!", oneOf("NEW", "WORKING", "COMPLETE", "FAILED", "EXPIRED", "PENDING"),
		"readyForCutover", openapi3.NewBoolSchema(), "lagTimeSeconds", openapi3.NewInt64Schema().WithNullable(),
		"migrationHosts", list(text()),
	)
}

func migrationRequest() *openapi3.Schema {
	flag := openapi3.NewBoolSchema
	kind := openapi3.NewSchema().WithEnum(1.0, -1.0, "hashed")
	part := openapi3.NewObjectSchema().WithMinProperties(1).WithMaxProperties(1).WithAdditionalProperties(kind)
	entry := object(
		"database!", text(), "collection!", text(),
		"shardCollection!", object("key!", list(part).WithMinItems(1)),
	)
	return object(
		"source!", object(
			"groupId!", id(), "clusterName!", text(), "ssl!", flag(), "managedAuthentication!", flag(),
			"username", text(), "password", text(), "caCertificatePath", text(),
		),
		"destination!", object(
			"groupId!", id(), "clusterName!", text(), "hostnameSchemaType!", oneOf("PUBLIC", "PRIVATE_LINK", "VPC_PEERING"),
			"privateLinkId", text(),
		),
		"migrationHosts!", list(text()).WithMinItems(1).WithMaxItems(1),
		"dropEnabled!", flag(),
		"sharding", object("createSupportingIndexes!", flag(), "shardingEntries!", list(entry)),
	)
}

func availableProject() *openapi3.Schema {
	flag, number := openapi3.NewBoolSchema, openapi3.NewInt64Schema
	return object(
		"projectId!", id(), "name!", text(), "migrationHosts!", list(text()),
		"deployments!", list(object(
			"clusterId", id(), "name!", text(), "mongoDBVersion!", openapi3.NewStringSchema(),
			"featureCompatibilityVersion!", openapi3.NewStringSchema(), "agentVersion", openapi3.NewStringSchema(),
			"managed!", flag(), "sharded!", flag(), "shardsSize", number(), "tlsEnabled!", flag(),
			"dbSizeBytes", number(), "oplogSizeMB", number(),
		)),
	)
}

// apiError can lack its code, as in old recordings.
func apiError() *openapi3.Schema {
	return object(
		"error!", openapi3.NewInt32Schema(), "errorCode", text(), "reason", text(), "detail", text(),
		"parameters", list(openapi3.NewSchema()),
		"badRequestDetail", object("fields", list(object("field!", text(), "description!", text()))),
	)
}

// failures are the statuses that every call can be answered with.
var failures = []int{400, 401, 403, 404, 405, 409, 415, 429, 500}

// describeV1 makes a description of the calls.
func describeV1() *description {
	doc := &openapi3.T{OpenAPI: "3.0.1", Info: &openapi3.Info{Title: "Atlas v1.0", Version: "1.0"}, Paths: openapi3.NewPaths()}
	for _, c := range callsOfV1() {
		item := doc.Paths.Value(c.path)
		if item == nil {
			item = &openapi3.PathItem{}
			doc.Paths.Set(c.path, item)
		}
		item.SetOperation(c.method, c.operation())
	}
	return newDescription(doc)
}

func (c *call) operation() *openapi3.Operation {
	operation := openapi3.NewOperation()
	for _, found := range parameter.FindAllStringSubmatch(c.path, -1) {
		operation.AddParameter(openapi3.NewPathParameter(found[1]).WithSchema(id()))
	}
	for _, name := range []string{"pretty", "envelope"} {
		operation.AddParameter(openapi3.NewQueryParameter(name).WithSchema(openapi3.NewBoolSchema()))
	}
	if c.sent != nil {
		operation.RequestBody = &openapi3.RequestBodyRef{Value: openapi3.NewRequestBody().WithRequired(true).WithContent(inJSON(c.sent))}
	}
	operation.Responses = openapi3.NewResponsesWithCapacity(len(c.answers) + len(failures))
	for status, schema := range c.answers {
		operation.AddResponse(status, openapi3.NewResponse().WithContent(inJSON(schema)))
	}
	for _, status := range failures {
		operation.AddResponse(status, openapi3.NewResponse().WithContent(inJSON(apiError())))
	}
	return operation
}

func inJSON(schema *openapi3.Schema) openapi3.Content {
	media := openapi3.NewMediaType()
	if schema != nil {
		media.WithSchema(schema)
	}
	return openapi3.Content{"application/json": media}
}

func id() *openapi3.Schema   { return openapi3.NewStringSchema().WithPattern("^[a-f0-9]{24}$") }
func text() *openapi3.Schema { return openapi3.NewStringSchema().WithMinLength(1) }

func list(of *openapi3.Schema) *openapi3.Schema { return openapi3.NewArraySchema().WithItems(of) }

func oneOf(words ...any) *openapi3.Schema { return openapi3.NewStringSchema().WithEnum(words...) }

// object has the fields of the names and schemas that take turns, and no
// others; a name that ends in "!" is required.
func object(fields ...any) *openapi3.Schema {
	schema := openapi3.NewObjectSchema().WithoutAdditionalProperties()
	for field := range slices.Chunk(fields, 2) {
		name, required := strings.CutSuffix(field[0].(string), "!")
		schema.WithProperty(name, field[1].(*openapi3.Schema))
		if required {
			schema.Required = append(schema.Required, name)
		}
	}
	return schema
}
