// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package notice

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// longestPanic bounds what is repeated of a panic, in runes. It can quote
// anything.
const longestPanic = 200

// Panicked is an operation that a panic ended. It must be made by the deferred
// function that recovered, whose stack it logs.
func Panicked(ctx context.Context, recovered any, state string) Notice {
	text := []rune(fmt.Sprint(recovered))
	if len(text) > longestPanic {
		text = append(text[:longestPanic-1], '…')
	}
	tflog.Error(ctx, "Provider panicked", map[string]any{"panic": string(text), "stack": string(debug.Stack())})
	return Notice{
		Summary:  "Provider hit a bug",
		Observed: "The provider, or a library in it, panicked: " + string(text) + ".",
		State:    state,
		Advice: "Run the command again. If that does not help, please report the bug, with the log of " +
			"TF_LOG_PROVIDER=DEBUG.",
	}
}
