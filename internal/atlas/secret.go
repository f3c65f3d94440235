// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

// Secret is a value that no printing shows, however deep in another value it
// is. The zero value is the empty secret.
type Secret struct {
	// A pointer, because the fmt package prints what is in a string wherever it
	// cannot call a method, such as below an unexported field.
	value *string
}

const redacted = "(redacted)"

// NewSecret keeps a value from being printed.
func NewSecret(value string) Secret { return Secret{value: &value} }

func (s Secret) reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// String never shows the value.
func (Secret) String() string { return redacted }

// GoString never shows the value.
func (Secret) GoString() string { return redacted }

// MarshalText never shows the value, in JSON and logs.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
