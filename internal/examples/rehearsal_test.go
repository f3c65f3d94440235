// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
)

func TestTheRehearsalGuideNamesEveryScenario(t *testing.T) {
	guide := read(t, templates, "guides/rehearsal.md.tmpl")
	for _, scenario := range atlassim.Scenarios() {
		if !strings.Contains(guide, "`"+scenario.Name+"`") {
			t.Errorf("the guide does not say what `%s` is for: %s", scenario.Name, scenario.Rehearses)
		}
	}
}

// What is a guess is listed once in the code and once for users, and both say the same.
func TestTheRehearsalGuideListsWhatTheSimulatorAssumes(t *testing.T) {
	_, section, _ := strings.Cut(read(t, templates, "guides/rehearsal.md.tmpl"), "\n## What the simulator assumes\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var said, assumed []string
	for line := range strings.Lines(section) {
		if strings.HasPrefix(line, "| `") {
			said = append(said, strings.TrimSpace(line))
		}
	}
	for _, a := range atlassim.Assumptions() {
		name := "-" + a.Name
		if len(a.Answers) == 1 {
			name = a.Name
		}
		assumed = append(assumed, fmt.Sprintf("| `%s` | %s | `%s` | %s |", name, a.Question, strings.Join(a.Answers, "`, `"), a.Basis))
	}
	if !slices.Equal(said, assumed) {
		t.Errorf("the guide says\n%s\nand the simulator assumes\n%s", strings.Join(said, "\n"), strings.Join(assumed, "\n"))
	}
}

func TestTheSimulatorTakesWhatTheRehearsalGuideSendsIt(t *testing.T) {
	calls := map[string]string{"migration.json": "migrations", "lost-answer.json": "faults", "outage.json": "faults"}
	files := filesOf(t, examples+"/guides/rehearsal", ".json")
	if len(files) != len(calls) {
		t.Errorf("there are %q", files)
	}
	url := simtest.Start(t, simtest.New(t, atlassim.Options{}))
	client := &http.Client{Timeout: time.Minute}
	defer client.CloseIdleConnections()
	for _, file := range files {
		story := strings.NewReader(read(t, examples, "guides/rehearsal", file))
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/_sim/"+calls[file], story)
		must(t, err)
		answer, err := client.Do(request)
		must(t, err)
		must(t, answer.Body.Close())
		if answer.StatusCode >= http.StatusBadRequest {
			t.Errorf("%s is answered %s", file, answer.Status)
		}
	}
}
