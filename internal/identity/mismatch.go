// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package identity

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/notice"
)

// Difference is an argument that an import fixed, and whose configured value is
// another one.
type Difference struct {
	Argument             string
	Imported, Configured attr.Value
}

// Differences are those of the arguments whose two values are known and differ. An
// argument that the import knows nothing of can have any value.
func Differences(ctx context.Context, arguments ...Difference) []Difference {
	var found []Difference
	for _, d := range arguments {
		configured, err := d.Configured.ToTerraformValue(ctx)
		if err == nil && configured.IsFullyKnown() && !d.Imported.IsNull() && !d.Imported.Equal(d.Configured) {
			found = append(found, d)
		}
	}
	return found
}

// Mismatch refuses a configuration that does not fit what was imported. The
// differences are at least one.
func Mismatch(imported Identity, differences []Difference) notice.Notice {
	var seen, set []string
	for _, d := range differences {
		seen = append(seen, d.Argument+" is "+d.Imported.String()+" in Atlas and "+d.Configured.String()+" in the configuration.")
		set = append(set, d.Argument+" to "+d.Imported.String())
	}
	return notice.Notice{
		Summary:  "Import does not match the configuration",
		Observed: "The resource was imported as " + imported.String() + ". Its " + strings.Join(seen, " Its "),
		State:    "Nothing was changed, at Atlas or in the state.",
		Advice: "Set " + strings.Join(set, " and ") + ", or import what the configuration describes. If the resource is in the " +
			"state by mistake, remove it with terraform state rm and its address.",
	}
}

// NothingImported is what every import that fails leaves.
const NothingImported = "Nothing was imported."

// UnableToRead is an import, of a resource that is called this way, whose live
// migration cannot be read.
func UnableToRead(resource string, id Identity, err error) notice.Notice {
	return notice.Notice{
		Summary:  "Unable to import " + resource,
		Observed: "The live migration " + id.String() + " cannot be read. " + notice.DescribeError(err),
		State:    NothingImported,
		Advice:   notice.Remedy(err, notice.LiveMigration()) + " Then import again.",
	}
}
