// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package attribute validates what the resources and data sources have in
// common: ids and durations.
package attribute

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var objectID = regexp.MustCompile(`^[a-f0-9]{24}$`)

// IsObjectID reports whether an ID is as Atlas writes every one: 24 lower-case
// hexadecimal digits.
func IsObjectID(id string) bool { return objectID.MatchString(id) }

// ObjectID validates an ID; what names it in the error, for example "a project
// id".
func ObjectID(what string) validator.String {
	return stringvalidator.RegexMatches(objectID,
		what+` is 24 lower-case hexadecimal digits, for example "507f1f77bcf86cd799439011"`)
}
