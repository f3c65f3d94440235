// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

const pipeline = "guides/pipeline/"

// remote is a place for a state, as the http backend of the CLI wants it.
type remote struct {
	mu     sync.Mutex
	state  []byte
	locked bool
	locks  int
}

// ServeHTTP keeps, gives, locks and unlocks the state.
func (r *remote) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch req.Method {
	case "LOCK":
		if r.locked {
			w.WriteHeader(http.StatusLocked)
			return
		}
		r.locked = true
		r.locks++
	case "UNLOCK":
		r.locked = false
	case http.MethodPost:
		r.state, _ = io.ReadAll(req.Body)
	default:
		if r.state == nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write(r.state)
	}
}

// A look takes a member of the organization, a cutover its owner; and the exit
// status is all that a pipeline has to go by.
func TestAcceptanceThePipelineOfTheGuidePlansForAMemberAndAppliesForAnOwner(t *testing.T) {
	atlas := clitest.NewAtlas(t, speed)
	state := &remote{}
	server := httptest.NewServer(state)
	t.Cleanup(server.Close)
	maps.Copy(atlas.Env, map[string]string{
		"TF_HTTP_ADDRESS": server.URL, "TF_HTTP_LOCK_ADDRESS": server.URL, "TF_HTTP_UNLOCK_ADDRESS": server.URL,
		"TF_VAR_project_id": atlas.Credentials().ProjectID, "TF_VAR_live_migration_id": atlas.Add(inSync),
	})
	job := newJob(t, atlas.Env, pipeline+"main.tf", pipeline+"plan.sh", pipeline+"apply.sh")
	there := job.env["TF_VAR_live_migration_id"]
	job.env["TF_VAR_live_migration_id"] = invoicesID // which is not there
	if status, output := job.run("plan.sh"); status != 1 {
		t.Errorf("a plan that can never succeed ended with %d:\n%s", status, output)
	}
	job.env["TF_VAR_live_migration_id"] = there
	for _, stage := range []struct {
		script  string
		owner   bool
		status  int
		accepts []string
	}{
		{"plan.sh", false, 2, nil},
		{"apply.sh", false, 1, nil}, // the plan may be applied by an owner only
		{"plan.sh", false, 2, nil},
		{"apply.sh", true, 0, []string{cutsOver}},
		{"plan.sh", false, 0, []string{cutsOver}},
	} {
		atlas.SetKey(func(key *atlassim.Key) { key.OrgOwner = stage.owner })
		if status, output := job.run(stage.script); status != stage.status {
			t.Fatalf("%s ended with %d, want %d:\n%s", stage.script, status, stage.status, output)
		}
		if got := accepted(atlas.Sim); !slices.Equal(got, stage.accepts) {
			t.Errorf("after %s Atlas has accepted %q, want %q", stage.script, got, stage.accepts)
		}
	}
	if state.locked || state.locks < 4 {
		t.Errorf("the state was locked %d times; is it still? %t", state.locks, state.locked)
	}
}

// The action is invoked by itself as well as by a trigger.
func TestAcceptanceTheActionIsInvokedByTheExamplesCommand(t *testing.T) {
	clitest.SkipUnless(t, clitest.Actions)
	atlas := clitest.NewAtlas(t, speed)
	named(inSync)(atlas.Sim)
	atlas.Env["TF_CLI_ARGS_apply"] = "-auto-approve"
	job := newJob(t, atlas.Env, shell, action+"action.tf", action+"invoke.sh")
	if status, output := job.terraform("init"); status != 0 {
		t.Fatalf("init ended with %d:\n%s", status, output)
	}
	for range 2 {
		if status, output := job.run("invoke.sh"); status != 0 {
			t.Errorf("ended with %d:\n%s", status, output)
		}
	}
	if got := accepted(atlas.Sim); !slices.Equal(got, []string{cutsOver}) {
		t.Errorf("Atlas accepted %q, want one cutover", got)
	}
}
