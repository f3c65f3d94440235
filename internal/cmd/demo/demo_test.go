// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

func TestJudgePassesOnlyOneCutoverAndASecondApplyThatDoesNothing(t *testing.T) {
	good := observation{status: "SUCCESS", state: []byte("{}"), cutovers: 1, changes: 1, requests: 12}
	for _, row := range []struct {
		name          string
		first, second observation
		want          error
	}{
		{"the story as it should be", good, good, nil},
		{"the state says PENDING", observation{"PENDING", good.state, 1, 1, 12}, good, errFailed},
		{"Atlas accepted none", observation{"SUCCESS", good.state, 0, 0, 12}, good, errFailed},
		{"Atlas accepted two in the first apply", observation{"SUCCESS", good.state, 2, 2, 12}, good, errFailed},
		{"Atlas accepted one more in the second apply", good, observation{"SUCCESS", good.state, 2, 2, 12}, errFailed},
		{"the second apply asked Atlas", good, observation{"SUCCESS", good.state, 1, 1, 13}, errFailed},
		{"the second apply wrote the state", good, observation{"SUCCESS", []byte("{ }"), 1, 1, 12}, errFailed},
	} {
		t.Run(row.name, func(t *testing.T) {
			if err := judge(examples["cutover"], row.first, row.second); !errors.Is(err, row.want) {
				t.Errorf("judge() = %v, want %v", err, row.want)
			}
		})
	}
}

func TestAJourneyMayReadAgainButChangeNothing(t *testing.T) {
	first := observation{status: "SUCCESS", cutovers: 1, changes: 4, requests: 10, state: []byte("a")}
	refreshed := observation{status: "SUCCESS", cutovers: 1, changes: 4, requests: 12, state: []byte("b")}
	if err := judge(examples["journey"], first, refreshed); err != nil {
		t.Error(err)
	}
	refreshed.changes = 5
	if judge(examples["journey"], first, refreshed) == nil {
		t.Error("passes a second start of the live migration")
	}
}

func TestOnlyWhatAtlasAcceptedIsCounted(t *testing.T) {
	log := []atlassim.Entry{
		{Call: atlassim.CallMigration},
		{Call: atlassim.CallCutover}, // challenged or refused
		{Call: atlassim.CallCutover, Accepted: true},
		{Call: atlassim.CallStart, Accepted: true},
	}
	got, err := observe([]byte(`{"outputs":{"status":{"value":"SUCCESS"},"names":{"value":["a"]}}}`), log)
	if err != nil || got.status != "SUCCESS" || got.cutovers != 1 || got.changes != 2 || got.requests != 4 {
		t.Errorf("observe() = %+v, %v", got, err)
	}
	if _, err := observe([]byte("{"), log); err == nil {
		t.Error("observe() took a state that breaks off")
	}
}

func TestLinesAreShownWholeUnderTheProgramsName(t *testing.T) {
	var shown []string
	s := speaker{show: func(line string) { shown = append(shown, line) }}
	for _, piece := range []string{"PUT cut", "over\n\n  \nGET\nunfinished"} {
		if _, err := s.Write([]byte(piece)); err != nil {
			t.Fatal(err)
		}
	}
	if len(shown) != 2 || shown[0] != "PUT cutover" || shown[1] != "GET" {
		t.Errorf("shown: %q", shown)
	}
}

func TestEveryExampleAndItsScenarioExist(t *testing.T) {
	for name, e := range examples {
		if _, found := atlassim.FindScenario(e.scenario); !found {
			t.Errorf("there is no scenario %q", e.scenario)
		}
		if _, err := os.Stat(filepath.Join("..", "..", "..", "examples", name, "main.tf")); err != nil {
			t.Error(err)
		}
	}
	if err := rehearse(t.Context(), "", "else"); err == nil {
		t.Error("an example that does not exist was shown")
	}
}
