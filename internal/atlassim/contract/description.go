// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// description is one version of the API as published.
type description struct {
	doc   *openapi3.T
	paths []path // of two that fit a request, the more exact one comes first
}

// path is one path of a description.
type path struct {
	pattern string
	form    *regexp.Regexp
}

var parameter = regexp.MustCompile(`\{(\w+)\}`)

func newDescription(doc *openapi3.T) *description {
	d := &description{doc: doc}
	for _, pattern := range doc.Paths.InMatchingOrder() {
		form := regexp.MustCompile("^" + parameter.ReplaceAllString(pattern, "(?P<$1>[^/]+)") + "$")
		d.paths = append(d.paths, path{pattern, form})
	}
	return d
}

// mayBeMissing are the described headers that an answer can lack.
var mayBeMissing = []string{"Retry-After"}

// violations compares an exchange with the description.
func (d *description) violations(x atlassim.Exchange, u *url.URL) []string {
	route, parameters, err := d.find(x.Method, u.Path)
	if err != nil {
		return []string{err.Error()}
	}
	request := &http.Request{Method: x.Method, URL: u, Header: x.RequestHeader, Body: io.NopCloser(bytes.NewReader(x.RequestBody))}
	input := &openapi3filter.RequestValidationInput{
		Request: request, PathParams: parameters, Route: route,
		Options: &openapi3filter.Options{
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true,
			SkipSettingDefaults: true, MultiError: true,
		},
	}
	found := append(undescribedQuery(route, u), unacceptable(route, x)...)
	if route.Operation.RequestBody == nil && len(x.RequestBody) > 0 {
		found = append(found, "request: it has a body, and none is described")
	}
	if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
		found = append(found, "request: "+plain(err))
	}
	if x.Status != 0 {
		found = append(found, answered(x, input)...)
	}
	for i := range found {
		found[i] = fmt.Sprintf("%s %s (%d): %s", x.Method, u.Path, x.Status, found[i])
	}
	return found
}

// find returns the operation that a request names, and what stands for the
// parameters of its path.
func (d *description) find(method, requested string) (*routers.Route, map[string]string, error) {
	for _, p := range d.paths {
		values := p.form.FindStringSubmatch(requested)
		item := d.doc.Paths.Value(p.pattern)
		if values == nil || item.GetOperation(method) == nil {
			continue
		}
		parameters := map[string]string{}
		for i, name := range p.form.SubexpNames()[1:] {
			parameters[name] = values[i+1]
		}
		return &routers.Route{
			Spec: d.doc, Path: p.pattern, PathItem: item, Method: method, Operation: item.GetOperation(method),
		}, parameters, nil
	}
	return nil, nil, fmt.Errorf("%s %s is not described", method, requested)
}

// undescribedQuery finds query parameters that the operation does not have.
func undescribedQuery(route *routers.Route, u *url.URL) (found []string) {
	for name := range u.Query() {
		if route.Operation.Parameters.GetByInAndName("query", name) == nil {
			found = append(found, "request: the query parameter "+name+" is not described")
		}
	}
	return found
}

// unacceptable finds an Accept header that none of the operation's successes has.
func unacceptable(route *routers.Route, x atlassim.Exchange) []string {
	var described []string
	for status, response := range route.Operation.Responses.Map() {
		if strings.HasPrefix(status, "2") {
			for media := range response.Value.Content {
				described = append(described, media)
			}
		}
	}
	accept := x.RequestHeader.Get("Accept")
	if !slices.Contains(described, accept) {
		return []string{fmt.Sprintf("request: the header Accept is %q, and described are %q", accept, described)}
	}
	return nil
}

// answered compares an answer with the description.
func answered(x atlassim.Exchange, request *openapi3filter.RequestValidationInput) (found []string) {
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: request, Status: x.Status, Header: x.ResponseHeader, Options: request.Options,
	}
	if err := openapi3filter.ValidateResponse(context.Background(), input.SetBodyBytes(x.ResponseBody)); err != nil {
		found = append(found, "answer: "+plain(err))
	}
	described := request.Route.Operation.Responses.Status(x.Status)
	if described == nil {
		return found
	}
	for name := range described.Value.Headers {
		if x.ResponseHeader.Get(name) == "" && !slices.Contains(mayBeMissing, name) {
			found = append(found, "answer: the header "+name+" is missing")
		}
	}
	media, _, _ := strings.Cut(x.ResponseHeader.Get("Content-Type"), ";")
	if accept := x.RequestHeader.Get("Accept"); x.Status < 300 && media != accept {
		found = append(found, fmt.Sprintf("answer: its media type is %q, and asked for was %q", media, accept))
	}
	if content := described.Value.Content.Get(media); (content == nil || content.Schema == nil) && len(x.ResponseBody) > 0 {
		found = append(found, "answer: it has a body, and none is described")
	}
	return found
}

// plain is the text of an error without the schema and the value, which can be long.
func plain(err error) string {
	if several, ok := err.(openapi3.MultiError); ok { //nolint:errorlint // What wraps several is looked at first.
		var texts []string
		for _, one := range several {
			texts = append(texts, plain(one))
		}
		slices.Sort(texts)
		return strings.Join(slices.Compact(texts), "; ")
	}
	var request *openapi3filter.RequestError
	if errors.As(err, &request) && request.Err != nil {
		if p := request.Parameter; p != nil {
			return p.In + " parameter " + p.Name + ": " + plain(request.Err)
		}
		return cmp.Or(request.Reason, "request") + ": " + plain(request.Err)
	}
	var answer *openapi3filter.ResponseError
	if errors.As(err, &answer) && answer.Err != nil {
		return answer.Reason + ": " + plain(answer.Err)
	}
	var schema *openapi3.SchemaError
	if errors.As(err, &schema) {
		return "/" + strings.Join(schema.JSONPointer(), "/") + ": " + schema.Reason
	}
	return err.Error()
}
