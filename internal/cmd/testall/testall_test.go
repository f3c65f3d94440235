// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCountTakesTestsAndTheirRowsButNotPackages(t *testing.T) {
	events := `{"Action":"run","Test":"TestA"}
{"Action":"output","Test":"TestA","Output":"x"}
{"Action":"pass","Test":"TestA/row"}
{"Action":"pass","Test":"TestA"}
{"Action":"skip","Package":"p","Test":"TestB/row"}
{"Action":"pass","Package":"p"}
`
	got, err := count(strings.NewReader(events))
	if err != nil || got.passed != 2 || !slices.Equal(got.skipped, []test{{"p", "TestB/row"}}) {
		t.Errorf("count() = %+v, %v; want 2 passed and one row of TestB skipped", got, err)
	}
}

func TestCountRefusesResultsThatBreakOff(t *testing.T) {
	if _, err := count(strings.NewReader(`{"Action":"pass"`)); err == nil {
		t.Error("count() took results that break off in the middle")
	}
}

func TestSummarySaysWhatPassedAndWhatDidNotRun(t *testing.T) {
	results := []result{
		{part{name: "unit and bubble"}, counts{passed: 412}, 14200 * time.Millisecond},
		{part{name: "acceptance"}, counts{passed: 37}, 95 * time.Second},
	}
	for _, row := range []struct {
		name string
		race bool
		want string
	}{
		{"with the race detector", true, "All tests passed: unit and bubble (412 tests, 14s) and acceptance (37 tests, 1m35s), " +
			"with Terraform v1.11.4 and with the race detector. Skipped: TestX."},
		{"without it", false, "All tests passed: unit and bubble (412 tests, 14s) and acceptance (37 tests, 1m35s), " +
			"with Terraform v1.11.4 and without the race detector, since there is no C compiler here. Skipped: TestX."},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := summary(results, []test{{"p", "TestX"}}, "Terraform v1.11.4", row.race); got != row.want {
				t.Errorf("summary() =\n%s\nwant\n%s", got, row.want)
			}
		})
	}
}

func TestAcceptanceHoldsExactlyTheTestsThatSkippedThemselves(t *testing.T) {
	got := acceptance([]test{{"b", "TestZ"}, {"a", "TestA/row 1"}, {"a", "TestA/row 2"}}, nil)
	if want := "^(TestA|TestZ)$"; got.only != want {
		t.Errorf("it runs %q, want %q", got.only, want)
	}
	if want := []string{"a", "b"}; !slices.Equal(got.packages, want) {
		t.Errorf("it runs the packages %q, want %q", got.packages, want)
	}
}
