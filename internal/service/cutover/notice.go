// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// notice is a diagnostic in the three parts that every one of them has: what
// was seen, what is in the state now, and what to do next.
type notice struct {
	warning bool
	summary string
	seen    string
	state   string
	next    string
}

func (n notice) diagnostic() diag.Diagnostic {
	detail := strings.Join([]string{n.seen, n.state, n.next}, "\n\n")
	if n.warning {
		return diag.NewWarningDiagnostic(n.summary, detail)
	}
	return diag.NewErrorDiagnostic(n.summary, detail)
}
