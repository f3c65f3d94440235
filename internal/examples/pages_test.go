// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	root      = "../.."
	templates = root + "/templates"
	docs      = root + "/docs"
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

func TestEveryLinkLeadsToAPageAndToAHeadingOfIt(t *testing.T) {
	pages := []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "CHANGELOG.md", ".github/decisions/README.md"}
	for _, page := range filesOf(t, docs, ".md") {
		pages = append(pages, "docs/"+page)
	}
	link := regexp.MustCompile(`\]\(([^)#:]*)(?:#([^)]*))?\)`)
	for _, page := range pages {
		for _, found := range link.FindAllStringSubmatch(read(t, root, page), -1) {
			target, heading := page, found[2]
			if found[1] != "" {
				target = path.Join(path.Dir(page), found[1])
			}
			if !exists(filepath.Join(root, target)) {
				t.Errorf("%s links to %s, which is not there", page, found[1])
			} else if heading != "" && !headings(read(t, root, target))[heading] {
				t.Errorf("%s links to %s#%s, and there is no such heading", page, found[1], heading)
			}
		}
	}
}

// headings are the names by which a page's headings, and the anchors that are
// generated into it, can be linked to.
func headings(text string) map[string]bool {
	known := map[string]bool{}
	for _, anchor := range regexp.MustCompile(`<a id="([^"]+)">`).FindAllStringSubmatch(text, -1) {
		known[anchor[1]] = true
	}
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(text, -1) {
		words := regexp.MustCompile(`[^\w -]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		known[strings.ReplaceAll(words, " ", "-")] = true
	}
	return known
}

// What is linked in has a reason that can be said aloud.
func TestContributingSaysWhatEachDirectDependencyIsFor(t *testing.T) {
	_, section, _ := strings.Cut(read(t, root, "CONTRIBUTING.md"), "\n## Dependencies\n")
	section, _, _ = strings.Cut(section, "\n## ")
	said := names(regexp.MustCompile("(?m)^\\| `([^`]+)` \\| \\S"), section)
	// An indirect one has a comment behind its version.
	taken := names(regexp.MustCompile(`(?m)^(?:require |\t)(\S+) v\S+$`), read(t, root, "go.mod"))
	if !slices.Equal(said, taken) {
		t.Errorf("CONTRIBUTING.md has reasons for\n%s\nand go.mod takes\n%s", strings.Join(said, "\n"), strings.Join(taken, "\n"))
	}
}

// What tests need is not linked into what people run with their credentials.
func TestNothingThatIsForTestsIsShipped(t *testing.T) {
	_, section, _ := strings.Cut(read(t, root, "CONTRIBUTING.md"), "\n| In tests and tools only |")
	section, _, _ = strings.Cut(section, "\n\n")
	modules := names(regexp.MustCompile("(?m)^\\| `([^`]+)`"), section)
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", ".", "./internal/cmd/atlas-sim")
	list.Dir = root
	shipped, err := list.Output()
	must(t, err)
	if len(modules) < 2 || !strings.Contains(string(shipped), "icholy/digest") {
		t.Fatalf("compared %q with %s", modules, shipped)
	}
	for _, module := range modules {
		if strings.Contains("\n"+string(shipped), "\n"+module) {
			t.Errorf("%s is shipped", module)
		}
	}
}

// names are what a pattern's group matches, sorted.
func names(pattern *regexp.Regexp, text string) []string {
	var found []string
	for _, match := range pattern.FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	slices.Sort(found)
	return found
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
