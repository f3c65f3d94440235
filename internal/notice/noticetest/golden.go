// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package noticetest holds the diagnostics of a package as one text, so that they
// can be read, and edited, as one: testdata/diagnostics.golden.
package noticetest

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

var update = flag.Bool("update", false, "write the golden file")

const golden = "testdata/diagnostics.golden"

// Case is a diagnostic, and when a user meets it.
type Case struct {
	When       string
	Diagnostic diag.Diagnostic
}

// Check compares the cases with the golden file of the package that the test runs
// in, and fails when the package's code has a sentence that the file lacks. Files
// whose words are for documentation or logs are left out by name.
func Check(t *testing.T, cases []Case, leaveOut ...string) {
	t.Helper()
	text := render(cases)
	Compare(t, golden, text)
	for _, sentence := range sentences(t, leaveOut) {
		if !strings.Contains(flat(text), flat(sentence)) {
			t.Errorf("no case shows %q", sentence)
		}
	}
}

// Compare compares what users are told with a golden file, or writes that with -update.
func Compare(t *testing.T, path, text string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path) //nolint:gosec // The test names its own file.
	if err != nil {
		t.Fatal(err)
	}
	if text != string(want) {
		t.Errorf("the diagnostics differ from %s; read the difference, then run the test with -update", path)
	}
}

func render(cases []Case) string {
	var b strings.Builder
	for _, c := range cases {
		severity := strings.ToUpper(c.Diagnostic.Severity().String())
		b.WriteString("## " + c.When + "\n" + severity + ": " + c.Diagnostic.Summary() + "\n\n" + c.Diagnostic.Detail() + "\n\n")
	}
	return b.String()
}

func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// verb is what a format string leaves open.
var verb = regexp.MustCompile(`%[-+#0-9.]*[a-zA-Z]`)

// sentences are the texts in the package's code that are long enough to be words
// for a user.
func sentences(t *testing.T, leaveOut []string) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") || slices.Contains(leaveOut, path) {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range verb.Split(text, -1) {
				if len(part) >= 12 && strings.Contains(strings.TrimSpace(part), " ") {
					found = append(found, part)
				}
			}
			return true
		})
	}
	return found
}
