// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlastest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// simulation is what a simulator shows that gives one answer to one assumption,
// by the names of the rows.
type simulation func(a *atlassim.Assumption, answer string) map[string]string

// judge says of each assumption of the simulator whether it holds.
func judge(rows []row, simulated simulation) []string {
	var lines []string
	for _, a := range atlassim.Assumptions() {
		lines = append(lines, judgeOne(&a, rows, simulated))
	}
	return lines
}

// judgeOne finds the answers that show what Atlas shows. Which rows tell the
// answers apart is seen by giving them. A row that is like none of them differs
// for another reason, and has a line of its own.
func judgeOne(a *atlassim.Assumption, rows []row, simulated simulation) string {
	var answers []map[string]string
	for _, answer := range a.Answers {
		answers = append(answers, simulated(a, answer))
	}
	var telling []row
	for _, r := range rows {
		alike := func(answer map[string]string) bool { return answer[r.name] == r.value }
		if r.value != "" && slices.ContainsFunc(answers, alike) && !all(answers, alike) {
			telling = append(telling, r)
		}
	}
	about := "assumption " + a.Name + ": "
	if len(telling) == 0 {
		return "not seen: " + about + a.Question
	}
	var fit []string
	for i, answer := range answers {
		if all(telling, func(r row) bool { return answer[r.name] == r.value }) {
			fit = append(fit, a.Answers[i])
		}
	}
	switch {
	case slices.Contains(fit, a.Answers[0]):
		return "holds: " + about + a.Answers[0]
	case len(fit) == 0:
		fit = []string{"none of " + strings.Join(a.Answers, ", ")}
	}
	return fmt.Sprintf("differs: %sthe simulator has %s, Atlas %s", about, a.Answers[0], strings.Join(fit, " or "))
}

func all[T any](list []T, holds func(T) bool) bool {
	return !slices.ContainsFunc(list, func(one T) bool { return !holds(one) })
}

// twins simulates Atlases in the state in which others were found, once for each
// answer. The first one is the default of every assumption.
func twins(t *testing.T, like []*target) simulation {
	t.Helper()
	known := map[string]map[string]string{}
	return func(a *atlassim.Assumption, answer string) map[string]string {
		key := a.Name + " " + answer
		if answer == a.Answers[0] {
			key = ""
		}
		if known[key] == nil {
			known[key] = map[string]string{}
			for _, one := range like {
				for _, r := range twin(t, one, optionsFor(t, a, answer)).rows {
					known[key][r.name] = r.value
				}
			}
		}
		return known[key]
	}
}

// optionsFor make a simulator give an answer, if there is more than one.
func optionsFor(t *testing.T, a *atlassim.Assumption, answer string) (o atlassim.Options) {
	t.Helper()
	if len(a.Answers) > 1 {
		if err := a.Set(&o, answer); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// notSeen are the assumptions that no call of a survey shows: it starts nothing,
// and sends one request for a cutover, if Atlas is ready.
var notSeen = []string{
	"second-cutover", "early-cutover", "empty-strings", "link-before-start", "other-destination", "start-status", "challenge-counts",
	"nonce-life", "drop-destination-data", "sharding-entries", "repeated-keys", "deprecation-headers", "envelope", "refusal-codes",
}

// alike are answers that a survey cannot tell apart: they differ in how long, which
// its notes have.
var alike = map[string]string{"10s": "10s or forever", "forever": "10s or forever"}

func TestEveryAnswerToAnAssumptionIsToldFromTheOthers(t *testing.T) {
	assumptions := atlassim.Assumptions()
	for _, unlinked := range []bool{false, true} {
		s := state{migration: inSync()}
		if unlinked { // a link is not removed while a live migration runs
			s = state{}
		}
		_, like := toldToDiffer(t, &assumptions[0], assumptions[0].Answers[0], s)
		simulated := twins(t, like)
		for _, a := range assumptions {
			if strings.Contains(a.Name, "link") == unlinked {
				tellApart(t, &a, s, simulated)
			}
		}
	}
}

// tellApart gives each answer to an assumption, and wants it to be found out.
func tellApart(t *testing.T, a *atlassim.Assumption, s state, simulated simulation) {
	t.Helper()
	for i, answer := range a.Answers {
		want := fmt.Sprintf("differs: assumption %s: the simulator has %s, Atlas %s", a.Name, a.Answers[0], cmp.Or(alike[answer], answer))
		switch {
		case slices.Contains(notSeen, a.Name):
			want = "not seen: assumption " + a.Name + ": " + a.Question
		case i == 0:
			want = "holds: assumption " + a.Name + ": " + answer
		}
		rows, _ := toldToDiffer(t, a, answer, s)
		if got := judgeOne(a, rows, simulated); got != want {
			t.Errorf("%s: got %q, want %q", answer, got, want)
		}
	}
}

func TestWhatDiffersInOneWayIsNotSaidToDifferInAnother(t *testing.T) {
	assumptions := atlassim.Assumptions()
	_, like := toldToDiffer(t, &assumptions[0], assumptions[0].Answers[0], state{})
	simulated := twins(t, like)
	for _, a := range assumptions {
		if slices.Contains(notSeen, a.Name) || strings.Contains(a.Name, "cutover") || a.Name == "later-version" {
			continue // without a live migration nothing is seen of it
		}
		for _, answer := range a.Answers[1:] {
			rows, _ := toldToDiffer(t, &a, answer, state{})
			if lines := judge(rows, simulated); count(lines, "differs: ") != 1 || len(lines) != len(assumptions) {
				t.Errorf("%s %s: got\n%s", a.Name, answer, strings.Join(lines, "\n"))
			}
		}
	}
}

// toldToDiffer surveys a simulator that gives an answer, in both versions of the API.
func toldToDiffer(t *testing.T, a *atlassim.Assumption, answer string, s state) (rows []row, found []*target) {
	t.Helper()
	for _, version := range []string{"v1.0", "v2"} {
		synctest.Test(t, func(t *testing.T) {
			at := simulated(t, atlassim.New(optionsFor(t, a, answer)), version, s)
			everything(nil, at)
			rows, found = append(rows, survey(t.Context(), t, at).rows...), append(found, at)
		})
	}
	return rows, found
}
