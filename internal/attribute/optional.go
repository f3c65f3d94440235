// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package attribute

import "github.com/hashicorp/terraform-plugin-framework/types"

// OptionalString is null for an empty string.
func OptionalString(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}
