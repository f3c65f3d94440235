// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package notice is how every diagnostic of the provider is built: from what was
// seen, what is in the state now, and what to do next.
package notice

import (
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Notice is a diagnostic in its three parts. The summary is static and has no
// ids in it.
type Notice struct {
	Warning  bool
	Summary  string
	Observed string
	State    string
	Advice   string
}

// Diagnostic is the notice as Terraform shows it.
func (n Notice) Diagnostic() diag.Diagnostic {
	var parts []string
	for _, part := range []string{n.Observed, n.State, n.Advice} {
		if part = strings.TrimSpace(printable(part)); part != "" {
			parts = append(parts, part)
		}
	}
	detail := strings.Join(parts, "\n\n")
	if n.Warning {
		return diag.NewWarningDiagnostic(n.Summary, detail)
	}
	return diag.NewErrorDiagnostic(n.Summary, detail)
}

// printable makes spaces of what a terminal could take for a command. Atlas's own
// words are in diagnostics, and anyone who answers in its place can write anything.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
}
