// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"time"
)

// durationsInNumbers rewrites JSON that is to be decoded into a script: where
// the script has a duration, its string ("2m30s", "forever") becomes the
// number of nanoseconds that encoding/json wants.
func durationsInNumbers(data []byte, script any) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return nil, err
	}
	if _, ok := tree.(map[string]any); !ok {
		return nil, fmt.Errorf("a JSON object is wanted, not %T", tree)
	}
	tree, err := withNumbers(tree, reflect.TypeOf(script).Elem())
	if err != nil {
		return nil, err
	}
	return json.Marshal(tree)
}

// withNumbers returns the JSON value for a type with its durations as numbers.
func withNumbers(value any, kind reflect.Type) (any, error) {
	if kind == reflect.TypeFor[time.Duration]() {
		return nanoseconds(value)
	}
	switch v := value.(type) {
	case []any:
		if kind.Kind() == reflect.Slice {
			return v, eachWithNumbers(v, kind.Elem())
		}
	case map[string]any:
		if kind.Kind() == reflect.Struct {
			return v, fieldsWithNumbers(v, kind)
		}
	}
	return value, nil
}

func eachWithNumbers(values []any, kind reflect.Type) error {
	for i := range values {
		var err error
		if values[i], err = withNumbers(values[i], kind); err != nil {
			return err
		}
	}
	return nil
}

func fieldsWithNumbers(object map[string]any, kind reflect.Type) error {
	for i := range kind.NumField() {
		name := kind.Field(i).Tag.Get("json")
		value, ok := object[name]
		if !ok {
			continue
		}
		value, err := withNumbers(value, kind.Field(i).Type)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		object[name] = value
	}
	return nil
}

func nanoseconds(value any) (any, error) {
	text, ok := value.(string)
	if !ok {
		return nil, fmt.Errorf(`a duration is a string such as "2m30s", not %v`, value)
	}
	if text == "forever" {
		return int64(Forever), nil
	}
	d, err := time.ParseDuration(text)
	return int64(d), err
}
