// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"errors"
	"testing"
)

func TestJudgePassesOnlyOneCutoverAndASecondApplyThatDoesNothing(t *testing.T) {
	good := observation{status: "SUCCESS", state: []byte("{}"), accepted: 1, changes: 1, requests: 12}
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

func TestOnlyWhatAtlasAcceptedIsCounted(t *testing.T) {
	log := []entry{
		{Call: "migration"},
		{Call: "cutover"}, // challenged or refused
		{Call: "cutover", Accepted: true},
		{Call: "job"},
		{Call: "start", Accepted: true},
	}
	if cutovers, changes := count(log, entry.startsCutover), count(log, entry.changesAtlas); cutovers != 1 || changes != 2 {
		t.Errorf("counted %d cutovers and %d changes, want 1 and 2", cutovers, changes)
	}
}

func TestHelloMustNameAnAddress(t *testing.T) {
	for _, row := range []struct {
		name, line string
		ok         bool
	}{
		{"all there", `{"base_url":"http://127.0.0.1:1","live_migration_id":"6296fb4c7c7aa997cf94e9a8"}`, true},
		{"no live migration yet", `{"base_url":"http://127.0.0.1:1","live_migration_id":""}`, true},
		{"no address", `{"live_migration_id":"6296fb4c7c7aa997cf94e9a8"}`, false},
		{"no JSON", `listening`, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if _, err := parseHello([]byte(row.line)); (err == nil) != row.ok {
				t.Errorf("parseHello() error = %v, want one: %v", err, !row.ok)
			}
		})
	}
}

func TestStreamShowsWholeLinesUnderTheSpeakersName(t *testing.T) {
	var out bytes.Buffer
	s := newConsole(&out).stream("Atlas")
	for _, piece := range []string{"PUT cut", "over\n\n  \nGET\nunfinished"} {
		if _, err := s.Write([]byte(piece)); err != nil {
			t.Fatal(err)
		}
	}
	if want := "    Atlas │ PUT cutover\n    Atlas │ GET\n"; out.String() != want {
		t.Errorf("shown:\n%swant:\n%s", out.String(), want)
	}
}

func TestTheExampleIsTheOneThatIsNamed(t *testing.T) {
	for _, row := range []struct {
		args []string
		want string
	}{{nil, "cutover"}, {[]string{""}, "cutover"}, {[]string{"journey"}, "journey"}, {[]string{"else"}, ""}, {[]string{"cutover", "journey"}, ""}} {
		if got, err := choose(row.args); got.name != row.want || (err == nil) != (row.want != "") {
			t.Errorf("choose(%q) = %q, %v", row.args, got.name, err)
		}
	}
}

func TestAJourneyMayLookAgainButChangeNothing(t *testing.T) {
	first := observation{status: "SUCCESS", accepted: 1, changes: 4, requests: 10, state: []byte("a")}
	refreshed := observation{status: "SUCCESS", accepted: 1, changes: 4, requests: 12, state: []byte("b")}
	if err := judge(examples["journey"], first, refreshed); err != nil {
		t.Error(err)
	}
	refreshed.changes = 5
	if judge(examples["journey"], first, refreshed) == nil {
		t.Error("passes a second start of the live migration")
	}
}
