// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// life is a configuration from the first plan to the time after its destruction.
type life struct {
	*clitest.Workspace
	t     *testing.T
	atlas *clitest.Atlas
}

func newLife(t *testing.T, files ...string) *life {
	t.Helper()
	t.Parallel()
	atlas := clitest.NewAtlas(t, 1)
	atlas.SetLink(func(script *atlassim.LinkScript) { script.PastedAfter = atlassim.Forever })
	l := &life{Workspace: atlas.Workspace(t, paths(files)...), t: t, atlas: atlas}
	l.Set("project_id", atlas.Credentials().ProjectID)
	l.Set("organization_id", atlas.Credentials().OrgID)
	l.Set("source_password", "a password of the source")
	return l
}

// notForUsers is what no command may print at any stage.
var notForUsers = regexp.MustCompile(`Provider hit a bug|reported to the provider developer|crashed|null value|Unsupported attribute`)

// ends runs a command, and asserts its exit status.
func (l *life) ends(status int, arguments ...string) string {
	l.t.Helper()
	printed := l.Terraform(status, arguments...)
	if found := notForUsers.FindString(printed); found != "" {
		l.t.Errorf("terraform %s says %q:\n%s", strings.Join(arguments, " "), found, printed)
	}
	return printed
}

// plans asserts the detailed exit status of a plan: 0 for no changes, 2 for some.
func (l *life) plans(status int) {
	l.t.Helper()
	l.ends(status, "plan", "-detailed-exitcode")
}

func (l *life) applies(status int, arguments ...string) string {
	l.t.Helper()
	return l.ends(status, append([]string{"apply", "-auto-approve"}, arguments...)...)
}

func (l *life) destroys(status int) { l.t.Helper(); l.ends(status, "destroy", "-auto-approve") }

// interrupts applies until a requested cutover runs and a text is printed, and
// interrupts that.
func (l *life) interrupts(text string) {
	l.t.Helper()
	run := l.Start("apply", "-auto-approve")
	put := l.atlas.Sees(l.t, "the request", func(e atlassim.Entry) bool { return e.Call == cutsOver && e.Accepted })
	l.atlas.Sees(l.t, "a read after it", func(e atlassim.Entry) bool { return e.N > put.N && e.ServedStatus != "" })
	run.Says(text)
	run.Signal(syscall.SIGINT, false)
	run.Ends(1)
}

// is changes a live migration at Atlas.
func (l *life) is(id string, m atlassim.Migration) {
	l.atlas.Update(id, func(current *atlassim.Migration) {
		m.ID, m.ProjectID, m.Destination = current.ID, current.ProjectID, current.Destination
		m.SourceProjectID, m.Hosts = current.SourceProjectID, current.Hosts
		*current = m
	})
}

// accepts asserts what Atlas did for it, from the first plan to the last.
func (l *life) accepts(want ...string) {
	l.t.Helper()
	if got := accepted(l.atlas.Sim); !slices.Equal(got, want) {
		l.t.Errorf("Atlas accepted %q, want %q", got, want)
	}
}

// The stages of a live migration.
var (
	copying = atlassim.Migration{Copying: atlassim.Forever}
	lagging = atlassim.Migration{InitialLag: 900, SteadyLag: 900, ReadyLag: 10}
	ready   = atlassim.Migration{InitialLag: 1, SteadyLag: 1, ReadyLag: 10, CutoverTakes: atlassim.Forever}
	over    = atlassim.Migration{BegunElsewhere: true}
)

// complete makes a cutover that runs end at once.
func (l *life) complete(id string) {
	l.atlas.Update(id, func(m *atlassim.Migration) { m.CutoverTakes = time.Nanosecond })
}

// cutoverLives are the configurations with a cutover.
var cutoverLives = map[string]struct {
	files []string
	needs clitest.Feature
	// guarded is set if the configuration refuses what is not ready, and restless
	// if every plan has something to do.
	guarded, restless bool
}{
	"the demo":             {files: []string{"cutover/main.tf"}},
	"the resource":         {files: []string{shell, cutover + "resource.tf"}},
	"the fleet":            {files: []string{"fleet/main.tf"}},
	"runbook":              {files: []string{runbook + "3-cut-over/main.tf"}, needs: clitest.TerraformData},
	"action or resource":   {files: []string{either + "resource/main.tf"}, needs: clitest.TerraformData},
	"with a precondition":  {files: []string{shell, look + "data-source.tf", look + "precondition.tf"}, needs: clitest.Conditions, guarded: true},
	"with a postcondition": {files: []string{shell, look + "data-source.tf", look + "postcondition.tf", cutover + "resource.tf"}, needs: clitest.Conditions},
	"with a check":         {files: []string{shell, look + "data-source.tf", look + "check.tf", cutover + "resource.tf"}, needs: clitest.CheckBlocks, restless: true},
}

// Every configuration with a cutover, from copying to the time after its
// destruction: it plans at every stage, guards let what runs be resumed, and one
// cutover is accepted.
func TestAcceptanceACutoversConfigurationWorksAtEveryStage(t *testing.T) {
	clitest.SkipUnless(t)
	for name, c := range cutoverLives {
		if c.needs.Name != "" {
			name += ", which needs " + c.needs.Name
		}
		t.Run(name, func(t *testing.T) {
			if c.needs.Name != "" {
				clitest.SkipUnless(t, c.needs)
			}
			l := newLife(t, c.files...)
			m := copying
			m.ID, m.ProjectID = ordersID, knownProject
			id := l.atlas.Add(m)
			l.Set("project_id", knownProject)
			l.Set("live_migration_id", id)
			l.Set("clusters", `{"orders": {"live_migration_id": "`+id+`", "wave": 1}}`)
			nothing := 0
			if c.restless {
				nothing = 2
			}
			l.plans(2)
			l.is(id, lagging)
			if c.guarded {
				l.plans(1)
				l.applies(1)
			} else {
				l.plans(2)
			}
			l.is(id, ready)
			l.plans(2)
			l.interrupts("Creating...")
			l.plans(2)
			l.interrupts("Modifying...") // It watches the cutover again.
			l.plans(2)
			l.complete(id)
			l.applies(0)
			l.plans(nothing)
			l.applies(0)
			l.destroys(0)
			l.plans(2)
			l.applies(0) // It adopts.
			l.accepts(cutsOver)
		})
	}
}

// startLives are the configurations that start a live migration or validate.
var startLives = map[string]struct {
	files []string
	needs clitest.Feature
	does  []string
	// stages follow after it was started; an apply that waits until it is ready
	// leaves out the copying.
	stages []atlassim.Migration
}{
	"the validation":     {[]string{shell, validation + "resource.tf"}, clitest.WriteOnly, []string{validates}, nil},
	"the live migration": {[]string{shell, migration + "resource.tf"}, clitest.WriteOnly, []string{starts}, []atlassim.Migration{ready, over}},
	"two, one sharded":   {[]string{shell, migration + "resource.tf", migration + "sharding.tf"}, clitest.WriteOnly, []string{starts, starts}, []atlassim.Migration{ready, over}},
	"runbook":            {[]string{runbook + "2-migrate/main.tf"}, clitest.Conditions, []string{validates, starts}, []atlassim.Migration{copying, lagging, ready, over}},
}

// Every configuration that starts a live migration, from nothing linked to the time
// after its destruction.
func TestAcceptanceAStartsConfigurationWorksAtEveryStage(t *testing.T) {
	clitest.SkipUnless(t)
	for name, c := range startLives {
		t.Run(name+", which needs "+c.needs.Name, func(t *testing.T) {
			clitest.SkipUnless(t, c.needs)
			l := newLife(t, c.files...)
			l.atlas.SetStart(func(start *atlassim.StartScript) { start.NeedsLink = true })
			l.atlas.SetTemplate(atlassim.Migration{InitialLag: 1, SteadyLag: 1, ReadyLag: 10})
			l.plans(2)
			l.applies(1) // Nothing is linked.
			l.atlas.AddProject(atlassim.AvailableProject{
				ProjectID: "5ff4a1d4e21b3f0001a7c9e2", MigrationHosts: []string{"migration-host-1.example.net"},
				Deployments: []atlassim.Deployment{{Name: "orders"}, {Name: "events"}},
			})
			l.plans(2)
			l.applies(0)
			for _, stage := range c.stages {
				for _, s := range l.atlas.Starts() {
					l.is(s.LiveMigrationID, stage)
				}
				l.plans(0)
				l.applies(0)
			}
			l.atlas.Unlink()
			l.plans(0)
			l.destroys(0)
			l.plans(2)
			l.accepts(c.does...)
		})
	}
}

// linkLives are the configurations with a link token.
var linkLives = map[string][]string{
	"the token": {shell, linkToken + "resource.tf"},
	"runbook":   {runbook + "1-link/main.tf"},
}

// Every configuration with a link token, from nothing linked to the time after its
// destruction.
func TestAcceptanceALinksConfigurationWorksAtEveryStage(t *testing.T) {
	clitest.SkipUnless(t)
	for name, files := range linkLives {
		t.Run(name, func(t *testing.T) {
			l := newLife(t, files...)
			l.plans(2)
			l.applies(0)
			l.plans(0)
			l.atlas.Paste()
			l.applies(0)
			l.plans(0)
			id := l.atlas.Add(ready)
			l.destroys(1) // A live migration runs. Terraform has removed the outputs,
			l.plans(2)
			l.applies(0) // and makes them again.
			l.plans(0)
			l.is(id, over)
			l.atlas.Unlink()
			l.applies(0)
			l.destroys(0) // A link that is gone counts as removed.
			l.plans(2)
			l.accepts(links)
		})
	}
}

// The journey, as its file says to apply it.
func TestAcceptanceTheJourneyWorksAtEveryStage(t *testing.T) {
	clitest.SkipUnless(t, clitest.WriteOnly)
	l := newLife(t, "journey/main.tf")
	l.atlas.SetStart(func(start *atlassim.StartScript) { start.NeedsLink = true })
	l.atlas.SetTemplate(copying)
	const choose = "-target=data.atlasmigration_available_projects.this"
	l.applies(0, choose)
	if text := l.applies(1); !strings.Contains(text, "Set the variable source_cluster") {
		t.Errorf("does not say what to choose:\n%s", text)
	}
	l.atlas.Paste()
	if text := l.applies(0, choose); !strings.Contains(text, `"cluster_name" = "orders"`) {
		t.Errorf("does not list what is available:\n%s", text)
	}
	l.Set("source_cluster", `{"project_id": "a95a72942bbf2f261dd23e02", "cluster_name": "orders", `+
		`"migration_host": "migration-host.example.net", "tls_enabled": true}`)
	l.Set("source_username", "mms")
	l.plans(2)
	l.applies(0, "-target=atlasmigration_live_migration.this")
	id := l.atlas.Starts()[0].LiveMigrationID
	l.plans(2) // The cutover is left.
	l.is(id, ready)
	l.interrupts("Creating...")
	l.plans(2)
	l.complete(id)
	l.applies(0)
	l.plans(0)
	l.atlas.AddProject(atlassim.AvailableProject{Deployments: []atlassim.Deployment{{Name: "events"}}})
	l.plans(2) // The list drifts: an output changes,
	l.applies(0)
	l.atlas.Unlink()
	l.plans(2)
	l.applies(0) // and nothing else.
	l.destroys(0)
	l.accepts(links, validates, starts, cutsOver)
}

// The module of the guide about tests, which starts and cuts over.
func TestAcceptanceTheModuleWithTestsWorksAtEveryStage(t *testing.T) {
	clitest.SkipUnless(t)
	l := newLife(t, tested+"main.tf")
	l.Set("source_project_id", "5ff4a1d4e21b3f0001a7c9e2")
	l.Set("cluster", "orders")
	l.Set("migration_host", "migration-host-1.example.net")
	l.atlas.SetTemplate(copying)
	l.plans(2)
	l.applies(0, "-target=atlasmigration_live_migration.this")
	id := l.atlas.Starts()[0].LiveMigrationID
	for _, stage := range []atlassim.Migration{copying, lagging, ready} {
		l.is(id, stage)
		l.plans(2)
	}
	l.interrupts("Creating...")
	l.plans(2)
	l.complete(id)
	l.applies(0)
	l.plans(0)
	l.destroys(0)
	l.plans(2)
	l.accepts(starts, cutsOver)
}

// importLives are the configurations that import.
var importLives = map[string]struct {
	files []string
	needs []clitest.Feature
	// before is what a plan ends with before there is anything to complete: an import
	// of a cutover is refused then, one of a live migration is not.
	before int
	// does is what an apply does beside the import.
	does []string
}{
	"migration by id":   {[]string{shell, migration + "resource.tf", migration + "import-by-string-id.tf"}, []clitest.Feature{clitest.WriteOnly}, 2, nil},
	"migration by name": {[]string{shell, migration + "resource.tf", migration + "import-by-identity.tf"}, []clitest.Feature{clitest.Identities}, 2, nil},
	"cutover by id":     {[]string{shell, cutover + "resource.tf", cutover + "import-by-string-id.tf"}, []clitest.Feature{clitest.ImportBlocks}, 1, nil},
	"cutover by name":   {[]string{shell, cutover + "resource.tf", cutover + "import-by-identity.tf"}, []clitest.Feature{clitest.Identities}, 1, nil},
	"from the console":  {[]string{"guides/from-console-or-cli/main.tf"}, []clitest.Feature{clitest.ImportBlocks}, 1, []string{cutsOver}},
}

// Every configuration that imports, from nothing there to the time after its
// destruction.
func TestAcceptanceAnImportsConfigurationWorksAtEveryStage(t *testing.T) {
	clitest.SkipUnless(t)
	for name, c := range importLives {
		t.Run(name+", which needs "+c.needs[0].Name, func(t *testing.T) {
			clitest.SkipUnless(t, c.needs...)
			l := newLife(t, c.files...)
			l.Set("project_id", knownProject)
			l.plans(1) // There is nothing.
			add := func(id string, m atlassim.Migration) {
				m.ID, m.ProjectID, m.Hosts = id, knownProject, []string{"migration-host-1.example.net"}
				l.atlas.Add(m)
			}
			add(ordersID, copying)
			add(invoicesID, atlassim.Migration{})
			for _, stage := range []atlassim.Migration{copying, lagging, ready} {
				l.is(ordersID, stage)
				l.plans(c.before)
			}
			l.is(ordersID, over)
			l.plans(2)
			l.applies(0)
			l.plans(0)
			l.destroys(0)
			l.plans(2)
			l.applies(0)
			l.plans(0)
			l.accepts(c.does...)
		})
	}
}

// actionLives are the configurations with an action, and what invokes it again.
var actionLives = map[string][]string{
	"the action":         {shell, action + "action.tf", action + "trigger.tf"},
	"action or resource": {either + "action/main.tf"},
}

// Every configuration with an action, from copying to the time after its destruction.
// A trigger that failed is over for Terraform: the action is invoked again by hand.
func TestAcceptanceAnActionsConfigurationWorksAtEveryStage(t *testing.T) {
	clitest.SkipUnless(t, clitest.Actions)
	for name, files := range actionLives {
		t.Run(name, func(t *testing.T) {
			l := newLife(t, files...)
			m := copying
			m.ID, m.ProjectID = ordersID, knownProject
			l.Set("project_id", knownProject)
			l.Set("live_migration_id", l.atlas.Add(m))
			const again = "-invoke=action.atlasmigration_live_migration_cutover.orders"
			for _, stage := range []atlassim.Migration{copying, lagging, ready} {
				l.is(ordersID, stage)
				l.plans(2)
			}
			// Between two events in one moment, an interrupt crashes Terraform 1.14 and 1.15.
			l.interrupts("Atlas is finishing the cutover")
			l.plans(0)
			l.complete(ordersID)
			l.applies(0, again)
			l.plans(0)
			l.applies(0, again) // It adopts.
			l.destroys(0)
			l.plans(2)
			l.applies(0)
			l.accepts(cutsOver)
		})
	}
}

// lookLives are the configurations that only read.
var lookLives = map[string][]string{
	"the provider":           {shell},
	"the available projects": {shell, projects + "data-source.tf"},
}

// Every configuration that only reads, from nothing linked to the time after its
// destruction.
func TestAcceptanceALooksConfigurationWorksAtEveryStage(t *testing.T) {
	clitest.SkipUnless(t)
	for name, files := range lookLives {
		t.Run(name, func(t *testing.T) {
			l := newLife(t, files...)
			for _, stage := range []func(){
				func() {},
				func() {
					l.atlas.AddProject(atlassim.AvailableProject{Deployments: []atlassim.Deployment{{Name: "orders"}}})
				},
				l.atlas.Unlink,
			} {
				stage()
				l.applies(0)
				l.plans(0)
			}
			l.destroys(0)
			l.applies(0)
			l.accepts()
		})
	}
}

// livesElsewhere are the files of which another test tries the stages.
var livesElsewhere = map[string]string{
	"journey/main.tf":    "lifecycle_test.go",
	tested + "main.tf":   "lifecycle_test.go",
	pipeline + "main.tf": "pipeline_test.go",
}

func TestEveryExampleIsTriedAtEveryStage(t *testing.T) {
	lives := [][]string{slices.Collect(maps.Keys(livesElsewhere))}
	for file, test := range livesElsewhere {
		if _, err := os.Stat(test); err != nil {
			t.Errorf("%s is said to try examples/%s: %s", test, file, err)
		}
	}
	for _, c := range cutoverLives {
		lives = append(lives, c.files)
	}
	for _, c := range startLives {
		lives = append(lives, c.files)
	}
	for _, c := range importLives {
		lives = append(lives, c.files)
	}
	for _, more := range []map[string][]string{linkLives, actionLives, lookLives} {
		lives = slices.AppendSeq(lives, maps.Values(more))
	}
	tried := slices.Concat(lives...)
	for _, file := range filesOf(t, examples, ".tf") {
		if !slices.Contains(tried, file) {
			t.Errorf("no test tries examples/%s at every stage", file)
		}
	}
}
