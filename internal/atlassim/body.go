// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
)

// codedFieldError is one thing that is wrong with a request's body.
type codedFieldError struct {
	code  string
	field fieldError
}

// fieldErrors are all that is wrong with one body.
type fieldErrors []codedFieldError

func (c *fieldErrors) missing(field string) {
	*c = append(*c, codedFieldError{"MISSING_ATTRIBUTE", fieldError{field, "must not be missing"}})
}

func (c *fieldErrors) invalid(field, why string) {
	*c = append(*c, codedFieldError{"INVALID_ATTRIBUTE", fieldError{field, why}})
}

// unknown complains of a name that is the client's own, and so kept out of the log.
func (c *fieldErrors) unknown(field string) {
	*c = append(*c, codedFieldError{"INVALID_ATTRIBUTE", fieldError{field, notAnAttribute}})
}

const notAnAttribute = "is not an attribute of this resource"

// refusal is the 400 that tells all fieldErrors; nil if there are none.
func (c fieldErrors) refusal() *action {
	if len(c) == 0 {
		return nil
	}
	first := c[0]
	detail := fmt.Sprintf("Invalid attribute %s specified.", first.field.Field)
	if first.code == "MISSING_ATTRIBUTE" {
		detail = fmt.Sprintf("The required attribute %s was not specified.", first.field.Field)
	}
	object := badRequestDetail{}
	for _, one := range c {
		object.Fields = append(object.Fields, one.field)
	}
	why := "wrong field " + first.field.Field
	if first.field.Description == notAnAttribute {
		why = "a field that is not known"
	}
	a := refuseFields(first.code, detail, why, object)
	return &a
}

// readBody reads a request's JSON body into a form; it returns the refusal, or
// nil. Names are taken by the letter, upper and lower case included.
func readBody(in *request, form any) *action {
	tree, ok := in.bodyTree()
	if !ok {
		a := refuse(http.StatusBadRequest, "MALFORMED_JSON", "Received JSON is malformed.", "the body is no JSON object")
		return &a
	}
	var wrong fieldErrors
	_, unknown := splitNames(tree, reflect.TypeOf(form).Elem(), "")
	for _, name := range unknown {
		wrong.unknown(name)
	}
	if len(wrong) > 0 {
		return wrong.refusal()
	}
	var mismatch *json.UnmarshalTypeError
	err := json.Unmarshal(in.body, form)
	if errors.As(err, &mismatch) {
		a := refuseFields("INVALID_JSON_ATTRIBUTE", fmt.Sprintf("Received JSON for the %s attribute does not match expected format.", mismatch.Field),
			"wrong type of field "+mismatch.Field, badRequestDetail{[]fieldError{{mismatch.Field, "has a wrong type"}}})
		return &a
	}
	return nil
}

// bodyTree returns the JSON object that a body is; false if it is none, or more than that.
func (in *request) bodyTree() (map[string]any, bool) {
	var tree map[string]any
	decoder := json.NewDecoder(bytes.NewReader(in.body))
	if decoder.Decode(&tree) != nil || tree == nil {
		return nil, false
	}
	_, err := decoder.Token()
	return tree, errors.Is(err, io.EOF)
}

// fieldNames returns the names of the fields that a JSON body has, sorted, as
// far as the call knows them: what it does not know might be a secret.
func (in *request) fieldNames() []string {
	tree, ok := in.bodyTree()
	if in.route == nil || in.route.form == nil || !ok {
		return nil
	}
	known, _ := splitNames(tree, reflect.TypeOf(in.route.form), "")
	slices.Sort(known)
	return slices.Compact(known)
}

// splitNames returns the full names of a JSON value's fields ("source.ssl"),
// those that a type has and those that it has not.
func splitNames(value any, kind reflect.Type, at string) (known, unknown []string) {
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	add := func(value any, kind reflect.Type, at string) {
		k, u := splitNames(value, kind, at)
		known, unknown = append(known, k...), append(unknown, u...)
	}
	switch v := value.(type) {
	case []any:
		for i := 0; kind.Kind() == reflect.Slice && i < len(v); i++ {
			add(v[i], kind.Elem(), at)
		}
	case map[string]any:
		if kind.Kind() != reflect.Struct {
			return nil, nil
		}
		if at != "" {
			at += "."
		}
		fields := fieldTypes(kind)
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if fields[name] == nil {
				unknown = append(unknown, at+name)
				continue
			}
			known = append(known, at+name)
			add(v[name], fields[name], at+name)
		}
	}
	return known, unknown
}

// fieldTypes returns the types of a struct's fields by their names in JSON.
func fieldTypes(kind reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for i := range kind.NumField() {
		fields[kind.Field(i).Tag.Get("json")] = kind.Field(i).Type
	}
	return fields
}
