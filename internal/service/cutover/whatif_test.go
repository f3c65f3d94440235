// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const whatIf = "../../../templates/guides/what-if.md.tmpl"

// Every situation in the guide names the tests that it is backed by.
func TestEveryRowOfTheWhatIfGuideIsBackedByATest(t *testing.T) {
	text, err := os.ReadFile(whatIf)
	must(t, err)
	tests := declaredTests(t)
	name := regexp.MustCompile(`\bTest\w+`)
	comment := regexp.MustCompile(`<!-- (.*?) -->`)
	rows := 0
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| What happened") {
			continue
		}
		rows++
		named := []string{}
		for _, match := range comment.FindAllStringSubmatch(line, -1) {
			named = append(named, name.FindAllString(match[1], -1)...)
		}
		if len(named) == 0 {
			t.Errorf("names no test: %.80s", line)
		}
		for _, n := range named {
			if !tests[n] {
				t.Errorf("names a test that does not exist: %s", n)
			}
		}
	}
	if rows < 10 {
		t.Errorf("found %d rows: is the table still there?", rows)
	}
}

// Every diagnostic of what runs long is in the guide by its summary.
func TestEveryDiagnosticIsInTheWhatIfGuide(t *testing.T) {
	guide, err := os.ReadFile(whatIf)
	must(t, err)
	summary := regexp.MustCompile(`(?m)^(?:ERROR|WARNING): (\w.*)$`)
	for _, room := range []string{".", "../livemigration", "../validation"} {
		golden, err := os.ReadFile(filepath.Join(room, "testdata", "diagnostics.golden"))
		must(t, err)
		found := summary.FindAllStringSubmatch(string(golden), -1)
		if len(found) < 10 {
			t.Errorf("%s has %d diagnostics", room, len(found))
		}
		for _, match := range found {
			if !strings.Contains(string(guide), "*"+match[1]+"*") {
				t.Errorf("the guide has no row for %q", match[1])
			}
		}
	}
}

// declaredTests are the tests that back the guide, by name.
func declaredTests(t *testing.T) map[string]bool {
	t.Helper()
	var files []string
	for _, folder := range []string{".", "../livemigration", "../validation", "../../provider"} {
		found, err := filepath.Glob(folder + "/*_test.go")
		must(t, err)
		files = append(files, found...)
	}
	tests := map[string]bool{}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		must(t, err)
		for name := range declared(file) {
			tests[name] = true
		}
	}
	return tests
}

// declared are the names of a file's functions.
func declared(file *ast.File) map[string]bool {
	names := map[string]bool{}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
			names[f.Name.Name] = true
		}
	}
	return names
}
