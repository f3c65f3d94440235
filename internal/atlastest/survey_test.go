// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlastest

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
)

// surveyed compares a simulated Atlas with one that has default options.
func surveyed(t *testing.T, version string, o atlassim.Options, s state, prepare func(*atlassim.Sim, *target)) ([]string, *atlassim.Sim) {
	t.Helper()
	var a *target
	var sim *atlassim.Sim
	var found *report
	synctest.Test(t, func(t *testing.T) {
		sim = atlassim.New(o)
		a = simulated(t, sim, version, s)
		if prepare != nil {
			prepare(sim, a)
		}
		found = survey(t.Context(), t, a)
	})
	lines := found.compared(twin(t, a, atlassim.Options{}))
	keys := sim.Credentials()
	if err := checkSecrets(lines, []string{
		keys.PublicKey, keys.PrivateKey, keys.OrgID, keys.ProjectID, a.liveMigrationID, atlassim.LinkTokenPrefix, unknownID,
	}); err != nil {
		t.Error(err)
	}
	return lines, sim
}

func everything(_ *atlassim.Sim, a *target) { a.link, a.cutOver = true, true }

func count(lines []string, prefix string) int {
	n := 0
	for _, line := range lines {
		if strings.HasPrefix(line, prefix) {
			n++
		}
	}
	return n
}

func TestASimulatorHoldsEveryAssumptionOfItself(t *testing.T) {
	states := map[string]*atlassim.Migration{
		"none":      nil,
		"ready":     inSync(),
		"scheduled": {Scheduled: time.Hour},
		"copying":   {Copying: time.Hour},
		"behind":    {InitialLag: 900, SteadyLag: 900, ReadyLag: 10},
		"complete":  {BegunElsewhere: true},
		"failed":    {Age: time.Hour, FailsAfter: time.Minute},
		"expired":   {Age: 200 * time.Hour},
	}
	for _, version := range []string{"v1.0", "v2"} {
		for name, m := range states {
			for _, projects := range []bool{false, true} {
				t.Run(version+", "+name, func(t *testing.T) {
					lines, _ := surveyed(t, version, atlassim.Options{}, state{projects, m}, everything)
					// Nobody but the twin can be at an address that is not on the list.
					if count(lines, "differs") > 0 || count(lines, "not seen: "+version+", address") != 1 || count(lines, "holds") < 24 {
						t.Errorf("got\n%s", strings.Join(lines, "\n"))
					}
				})
			}
		}
	}
}

func TestASimulatorThatIsToldToDifferIsFoundOut(t *testing.T) {
	changed := func(change func(*atlassim.Migration)) state {
		m := inSync()
		change(m)
		return state{migration: m}
	}
	ready := state{migration: inSync()}
	for _, tt := range []struct {
		name    string
		options atlassim.Options
		state   state
		prepare func(*atlassim.Sim, *target)
		want    []string
	}{
		{"another algorithm", atlassim.Options{Algorithms: []atlassim.Algorithm{atlassim.SHA256}}, ready, nil,
			[]string{"request without credentials: challenge", "API key that nobody has: challenge"}},
		{"another status of a link token", atlassim.Options{Link: atlassim.LinkScript{CreatedStatus: 202}}, ready, everything,
			[]string{"link token: status", "second link token: status"}},
		{"a second link token is refused", atlassim.Options{Link: atlassim.LinkScript{Again: atlassim.Conflict409}}, ready, everything,
			[]string{"second link token: status", "second link token: fields"}},
		{"no answer body of a cutover", atlassim.Options{}, changed(func(m *atlassim.Migration) { m.PutAnswer = atlassim.NoContent204 }), everything,
			[]string{"cutover: status"}},
		{"ready for a while after the request", atlassim.Options{}, changed(func(m *atlassim.Migration) { m.ReadyAfterPut = 10 * time.Second }), everything,
			[]string{"after the request of the cutover: readyForCutover: the simulator has false, Atlas true, then false"}},
		{"a lag for a while after the request", atlassim.Options{}, changed(func(m *atlassim.Migration) { m.LagAfterPut = 10 * time.Second }), everything,
			[]string{"after the request of the cutover: lagTimeSeconds: the simulator has null, Atlas a number, then null"}},
		{"a cutover that fails", atlassim.Options{}, changed(func(m *atlassim.Migration) { m.CutoverEnds = atlassim.Fails }), everything,
			[]string{"after the request of the cutover: status: the simulator has WORKING, then COMPLETE, Atlas WORKING, then FAILED"}},
		{"old words", atlassim.Options{}, changed(func(m *atlassim.Migration) { m.Words.OldWords = true }), nil,
			[]string{"live migration: fields"}},
		{"an address that is not on the access list", atlassim.Options{}, ready,
			func(sim *atlassim.Sim, _ *target) { sim.SetKey(func(k *atlassim.Key) { k.OnAccessList = false }) },
			[]string{"unknown live migration of an unknown project: status", "live migration: status", "available projects: status"}},
		{"a version that was removed", atlassim.Options{GoneVersions: []string{"2020-01-01"}}, ready, nil,
			[]string{"version date before the first: status"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lines, _ := surveyed(t, "v2", tt.options, tt.state, tt.prepare)
			for _, want := range tt.want {
				if !slices.ContainsFunc(lines, func(line string) bool {
					return strings.HasPrefix(line, "differs: ") && strings.Contains(line, want)
				}) {
					t.Errorf("%q is missing in\n%s", want, strings.Join(lines, "\n"))
				}
			}
		})
	}
}

// A survey only reads, unless it is told to change something.
func TestNothingIsChangedThatWasNotAllowed(t *testing.T) {
	ready := state{migration: inSync()}
	for _, tt := range []struct {
		name                 string
		state                state
		prepare              func(*atlassim.Sim, *target)
		posts, deletes, puts int
		noted                string
	}{
		{name: "reading", state: ready},
		{name: "link", state: ready, prepare: func(_ *atlassim.Sim, a *target) { a.link = true }, posts: 3, deletes: 3},
		{name: "a link that is in use", state: state{true, inSync()}, prepare: func(_ *atlassim.Sim, a *target) { a.link = true }, noted: "left alone"},
		{name: "a link that cannot be read", state: ready, prepare: failingProjects(403), noted: "left alone"},
		{name: "an organization whose projects are not found", state: ready, prepare: failingProjects(404), posts: 3, deletes: 3},
		{name: "cutover", state: ready, prepare: func(_ *atlassim.Sim, a *target) { a.cutOver = true }, puts: 1, noted: "after the request"},
		{name: "cutover before it is ready", state: state{migration: &atlassim.Migration{Copying: time.Hour}},
			prepare: func(_ *atlassim.Sim, a *target) { a.cutOver = true }, noted: "nothing was requested"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lines, sim := surveyed(t, "v1.0", atlassim.Options{}, tt.state, tt.prepare)
			got := map[string]int{}
			for _, e := range sim.Log() {
				got[e.Method]++
			}
			if got["POST"] != tt.posts || got["DELETE"] != tt.deletes || got["PUT"] != tt.puts {
				t.Errorf("the log has %v", got)
			}
			if text := strings.Join(lines, "\n"); !strings.Contains(text, tt.noted) {
				t.Errorf("%q is missing in\n%s", tt.noted, text)
			}
		})
	}
}

func TestARefusedCutoverIsNotFollowedForLong(t *testing.T) {
	lines, sim := surveyed(t, "v2", atlassim.Options{}, state{migration: inSync()}, func(sim *atlassim.Sim, a *target) {
		a.cutOver = true
		sim.Inject(atlassim.Fault{Call: atlassim.CallCutover, Do: atlassim.Effect{Status: 409, Body: `{"errorCode":"CONFLICT"}`}})
	})
	last := sim.Log()[len(sim.Log())-1]
	if took := last.At.Sub(sim.Log()[0].At); took > 2*time.Minute || count(lines, "differs: v2, cutover: status: ") != 1 {
		t.Errorf("took %s, and\n%s", took, strings.Join(lines, "\n"))
	}
}

// failingProjects allows a link, and makes every read of the projects fail.
func failingProjects(status int) func(*atlassim.Sim, *target) {
	return func(sim *atlassim.Sim, a *target) {
		a.link = true
		sim.Inject(atlassim.Fault{Call: atlassim.CallProjects, Times: -1, Do: atlassim.Effect{Status: status}})
	}
}

func TestACutoverIsNotedAnswerByAnswer(t *testing.T) {
	m := inSync()
	m.ReadyAfterPut, m.CutoverTakes = 3*time.Second, 90*time.Second
	lines, _ := surveyed(t, "v1.0", atlassim.Options{}, state{migration: m}, everything)
	for _, want := range []string{
		"noted: v1.0, before the request: live migration WORKING, readyForCutover true, lagTimeSeconds 1; job none",
		"noted: v1.0, request answered after 0.0 s",
		"noted: v1.0, 0.0 s after the request, answer 1: live migration WORKING, readyForCutover true, lagTimeSeconds null; job ",
		"noted: v1.0, 3.0 s after the request, answer 4: live migration WORKING, readyForCutover false, lagTimeSeconds null; job ",
		"noted: v1.0, 90.0 s after the request, answer 67: live migration COMPLETE, readyForCutover false, lagTimeSeconds null; job ",
		"noted: v1.0, 90.0 s after the request, answer 67: the last one",
	} {
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, want) }) {
			t.Errorf("%q is missing in\n%s", want, strings.Join(lines, "\n"))
		}
	}
}

func TestAnAccountIsSurveyedInBothVersionsOverTheNetwork(t *testing.T) {
	sim := atlassim.New(atlassim.Options{Speed: 60, NonceLife: time.Hour})
	keys, id := sim.Credentials(), sim.Add(*inSync())
	environment := map[string]string{
		"MONGODB_ATLAS_BASE_URL": simtest.Start(t, sim), "MONGODB_ATLAS_PUBLIC_API_KEY": keys.PublicKey, "MONGODB_ATLAS_PRIVATE_API_KEY": keys.PrivateKey,
		prefix: "yes", prefix + "_ORGANIZATION_ID": keys.OrgID, prefix + "_PROJECT_ID": keys.ProjectID,
		prefix + "_LIVE_MIGRATION_ID": id, prefix + "_LINK": "yes", prefix + "_CUTOVER": "v2",
	}
	getenv := func(name string) string { return environment[name] }
	a, why := accountOf(getenv)
	if why != "" {
		t.Fatal(why)
	}
	var told []string
	lines := a.compare(t, getenv, func(note string) { told = append(told, note) })
	text := strings.Join(lines, "\n")
	if count(lines, "holds: v1.0") < 24 || count(lines, "holds: v2") < 24 || count(lines, "differs") > 0 || len(told) < 4 || !strings.Contains(text, told[0]) {
		t.Errorf("got\n%s", text)
	}
	if sim.AcceptedCutovers(id) != 1 || !strings.Contains(text, "holds: v2, cutover: status") || strings.Contains(text, "v1.0, cutover: status") {
		t.Errorf("%d cutovers, and\n%s", sim.AcceptedCutovers(id), text)
	}
}

// Whatever the credentials, the answers are the same.
func TestASurveyCanBeMadeWithAnyCredentials(t *testing.T) {
	for _, names := range [][]string{{"MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET"}, {"MONGODB_ATLAS_ACCESS_TOKEN"}} {
		t.Run(names[0], func(t *testing.T) {
			lines, _ := surveyed(t, "v2", atlassim.Options{}, state{migration: inSync()}, func(sim *atlassim.Sim, a *target) {
				keys := sim.Credentials()
				values := map[string]string{
					"MONGODB_ATLAS_CLIENT_ID": keys.ClientID, "MONGODB_ATLAS_CLIENT_SECRET": keys.ClientSecret,
					"MONGODB_ATLAS_ACCESS_TOKEN": keys.AccessToken,
				}
				other := newTarget(t, "v2", func(name string) string {
					if slices.Contains(names, name) {
						return values[name]
					}
					return ""
				}, sim.Transport())
				a.client, a.recorder = other.client, other.recorder
			})
			if count(lines, "differs") > 0 || count(lines, "holds") < 24 {
				t.Errorf("got\n%s", strings.Join(lines, "\n"))
			}
		})
	}
}

func TestWhatIsNotAllowedIsSaid(t *testing.T) {
	for _, tt := range []struct {
		name      string
		variables map[string]string
		why       string
	}{
		{"nothing", nil, "ATLASMIGRATION_TESTACC is not set to yes"},
		{"another word", map[string]string{"": "true"}, "ATLASMIGRATION_TESTACC is not set to yes"},
		{"reading", map[string]string{"": "yes"}, ""},
		{"a link", map[string]string{"": "yes", "_LINK": "yes", "_ORGANIZATION_ID": "o"}, ""},
		{"a link of nobody", map[string]string{"": "yes", "_LINK": "yes"}, "ATLASMIGRATION_TESTACC_LINK needs"},
		{"perhaps a link", map[string]string{"": "yes", "_LINK": "no", "_ORGANIZATION_ID": "o"}, "is yes or not set"},
		{"a cutover", map[string]string{"": "yes", "_CUTOVER": "v2", "_PROJECT_ID": "p", "_LIVE_MIGRATION_ID": "m"}, ""},
		{"a cutover of nothing", map[string]string{"": "yes", "_CUTOVER": "v2", "_PROJECT_ID": "p"}, "ATLASMIGRATION_TESTACC_CUTOVER needs"},
		{"perhaps a cutover", map[string]string{"": "yes", "_CUTOVER": "yes", "_PROJECT_ID": "p", "_LIVE_MIGRATION_ID": "m"}, "v1.0 or v2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, why := accountOf(func(name string) string { return tt.variables[strings.TrimPrefix(name, prefix)] })
			if (tt.why == "") != (why == "") || !strings.Contains(why, tt.why) {
				t.Errorf("got %q", why)
			}
			for _, version := range []string{"v1.0", "v2"} {
				at := &target{version: version}
				a.aim(at)
				if why == "" && (at.link != (tt.variables["_LINK"] == "yes") || at.cutOver != (tt.variables["_CUTOVER"] == version)) {
					t.Errorf("%s: link %t, cutover %t", version, at.link, at.cutOver)
				}
			}
		})
	}
}

func TestALineWithASecretIsNotPrinted(t *testing.T) {
	for _, name := range []string{"MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_CLIENT_SECRET", "MONGODB_ATLAS_ACCESS_TOKEN", "MCLI_PUBLIC_API_KEY"} {
		t.Setenv(name, "s3cret")
		secrets := account{projectID: "an-id"}.secrets(func(n string) string { return map[string]string{name: "s3cret"}[n] })
		if checkSecrets([]string{"holds", "differs: s3cret"}, secrets) == nil || checkSecrets([]string{"an-id"}, secrets) == nil || checkSecrets([]string{"holds"}, secrets) != nil {
			t.Errorf("%s: %q", name, secrets)
		}
	}
}
