// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	templates = "../../templates"
	docs      = "../../docs"
)

func read(t *testing.T, elements ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(elements...))
	must(t, err)
	return string(text)
}

// What is written into a page is applied by nobody.
func TestNoPageHasAConfigurationOfItsOwn(t *testing.T) {
	fence := regexp.MustCompile("(?m)^\\s*```\\s*(terraform|tf|hcl)\\b")
	for _, page := range filesOf(t, templates, ".tmpl") {
		if found := fence.FindString(read(t, templates, page)); found != "" {
			t.Errorf("templates/%s has a block %q: put it into a file of examples/ and include that by tffile", page, strings.TrimSpace(found))
		}
	}
}

func TestEveryLinkBetweenPagesLeadsToOne(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+\.md)(#[^)]*)?\)`)
	for _, page := range filesOf(t, docs, ".md") {
		for _, found := range link.FindAllStringSubmatch(read(t, docs, page), -1) {
			if target := path.Join(path.Dir(page), found[1]); !exists(filepath.Join(docs, target)) {
				t.Errorf("docs/%s links to %s, which is not there", page, found[1])
			}
		}
	}
}

func TestTheFirstPageLinksToEveryGuide(t *testing.T) {
	index := read(t, templates, "index.md.tmpl")
	for _, guide := range filesOf(t, filepath.Join(templates, "guides"), ".tmpl") {
		if link := "(guides/" + strings.TrimSuffix(guide, ".tmpl") + ")"; !strings.Contains(index, link) {
			t.Errorf("templates/index.md.tmpl has no link to %s", link)
		}
	}
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
