// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package terraformcli

import (
	"os"
	"slices"
	"strings"
)

// Environment returns base without the variables that configure a CLI or the
// provider, so that no rehearsal meets a real organization, and with a CLI
// configuration file that is empty: without one the CLI reads the user's.
// Variables that begin with one of keep stay.
func Environment(base []string, keep ...string) []string {
	env := slices.DeleteFunc(slices.Clone(base), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return hasPrefix(name, "TF_", "TOFU_", "MONGODB_ATLAS_", "MCLI_", "CHECKPOINT_DISABLE") && !hasPrefix(name, keep...)
	})
	return append(env, "TF_CLI_CONFIG_FILE="+os.DevNull, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
}

func hasPrefix(name string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}
