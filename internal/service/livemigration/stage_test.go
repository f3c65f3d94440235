// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration_test

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
)

const (
	migrationType  = "atlasmigration_live_migration"
	validationType = "atlasmigration_live_migration_validation"

	cluster = "orders-atlas"
	// password looks like nothing else, so that a search for it means something.
	password = "s3cr3t-0f-the-s0urce-cluster"
)

// stage is a simulated Atlas, and a configuration that migrates into it.
type stage struct {
	*coretest.Workspace
	t    *testing.T
	sim  *atlassim.Sim
	life *coretest.Mortal
	logs *bytes.Buffer
	said []string
}

// inBubble runs a test in fake time.
func inBubble(t *testing.T, typeName string, test func(*stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, typeName)
		test(s)
		s.keepsSecrets()
		if t.Failed() {
			last := ""
			for _, e := range s.requests() {
				if e.String() != last {
					t.Log(e.At.Format(time.TimeOnly), e)
				}
				last = e.String()
			}
		}
	})
}

func newStage(t *testing.T, typeName string) *stage {
	t.Helper()
	sim := simtest.New(t, atlassim.Options{})
	keys := sim.Credentials()
	s := &stage{t: t, sim: sim, life: &coretest.Mortal{Next: sim.Transport()}, logs: &bytes.Buffer{}}
	env := map[string]string{
		"MONGODB_ATLAS_PUBLIC_API_KEY": keys.PublicKey, "MONGODB_ATLAS_PRIVATE_API_KEY": keys.PrivateKey,
	}
	s.Workspace = &coretest.Workspace{
		Type: typeName,
		Server: providerserver.NewProtocol6(provider.New("test", provider.WithTransport(s.life),
			provider.WithEnvironment(func(name string) string { return env[name] }))()),
		Provider: map[string]any{},
		Config:   requestOf(keys.ProjectID),
	}
	return s
}

// requestOf is a configuration whose source wants a user and a password.
func requestOf(projectID string) map[string]any {
	return map[string]any{
		"project_id": projectID,
		"source": map[string]any{
			"project_id": "5ff4a1d4e21b3f0001a7c9e2", "cluster_name": "orders", "tls_enabled": true,
			"managed_authentication": false, "username": "migrator", "password": password,
		},
		"destination":     map[string]any{"cluster_name": cluster, "hostname_schema_type": "PUBLIC"},
		"migration_hosts": []string{"migration-host-1.example.net"},
	}
}

// with sets an argument.
func (s *stage) with(argument string, value any) *stage {
	s.Config[argument] = value
	return s
}

// within sets an argument of a nested one; nil leaves it out.
func (s *stage) within(argument, nested string, value any) *stage {
	object, ok := s.Config[argument].(map[string]any)
	if !ok {
		s.t.Fatalf("%s is no object", argument)
	}
	object = maps.Clone(object)
	object[nested] = value
	return s.with(argument, object)
}

func (s *stage) timeout(limit string) *stage {
	return s.with("timeouts", map[string]any{"create": limit, "update": limit})
}

// run runs a command, and listens to all it says.
func (s *stage) run(ctx context.Context, command func(context.Context) coretest.Result) coretest.Result {
	r := command(tflogtest.RootLogger(ctx, s.logs))
	s.said = append(s.said, details(r))
	return r
}

func (s *stage) apply() coretest.Result { return s.run(context.Background(), s.Apply) }

func (s *stage) plan() coretest.Result { return s.run(context.Background(), s.Plan) }

func (s *stage) destroy() coretest.Result { return s.run(context.Background(), s.Destroy) }

// interrupted applies, and interrupts the apply after so long.
func (s *stage) interrupted(after time.Duration) coretest.Result {
	ctx, cancel := context.WithTimeout(context.Background(), after)
	defer cancel()
	return s.run(ctx, s.Apply)
}

// killed applies with a provider that dies, and of which the core keeps nothing.
func (s *stage) killed(dies coretest.Death) {
	s.t.Helper()
	kept := s.State
	ctx, end := context.WithCancel(context.Background())
	defer end()
	s.life.Live(dies, end)
	s.run(ctx, s.Apply)
	if !s.life.Dead() {
		s.t.Error("the provider was never killed")
	}
	s.State = kept
	s.life.Live(nil, nil)
}

// authorized tells whether a request is one that its server lets in.
func authorized(req *http.Request) bool { return req.Header.Get("Authorization") != "" }

// ends asserts what a plan was to do and what was said, by summary and in order.
func (s *stage) ends(r coretest.Result, action coretest.Action, summaries ...string) {
	s.t.Helper()
	if r.Action != action {
		s.t.Errorf("the plan was to %q, want %q", r.Action, action)
	}
	if got := coretest.Summaries(r.Diagnostics); !slices.Equal(got, append([]string{}, summaries...)) {
		s.t.Errorf("said %q, want %q", got, summaries)
		for _, d := range r.Diagnostics {
			s.t.Logf("%s: %s\n%s", d.Severity, d.Summary, d.Detail)
		}
	}
}

// fails asserts whether a command fails, which is Terraform's exit status.
func (s *stage) fails(r coretest.Result, want bool) {
	s.t.Helper()
	if r.Failed() != want {
		s.t.Errorf("failed: %t, want %t", r.Failed(), want)
	}
}

// state asserts what is in the state: "" for nothing, else the status, followed
// by "tainted" where it is.
func (s *stage) state(want string) {
	s.t.Helper()
	got := ""
	if s.State != nil {
		got = s.State.String("status")
		if s.State.Tainted {
			got += " tainted"
		}
	}
	if got != want {
		s.t.Errorf("the state is %q, want %q", got, want)
	}
}

// started asserts, on the server's own ledger, how many live migrations were
// started, and how many requests to start one reached it with valid credentials.
func (s *stage) started(accepted, asked int) {
	s.t.Helper()
	if got := s.sim.AcceptedStarts(cluster); got != accepted {
		s.t.Errorf("Atlas started %d live migrations, want %d", got, accepted)
	}
	s.sent(atlassim.CallStart, asked)
}

// sent asserts how many requests of a call reached the server with valid
// credentials.
func (s *stage) sent(call string, want int) {
	s.t.Helper()
	if got := len(s.log(call)); got != want {
		s.t.Errorf("Atlas was asked to %s %d times, want %d", call, got, want)
	}
}

// log is the server's log of a call, without the challenges.
func (s *stage) log(call string) []atlassim.Entry {
	return slices.DeleteFunc(s.requests(), func(e atlassim.Entry) bool { return e.Call != call })
}

// requests are all of the server's log, without the challenges.
func (s *stage) requests() []atlassim.Entry {
	return slices.DeleteFunc(s.sim.Log(), func(e atlassim.Entry) bool { return e.Challenged })
}

// silent asserts that a command sends nothing.
func (s *stage) silent(command func() coretest.Result) coretest.Result {
	s.t.Helper()
	before := len(s.sim.Log())
	r := command()
	if sent := len(s.sim.Log()) - before; sent != 0 {
		s.t.Errorf("sent %d requests, want none", sent)
	}
	return r
}

// says asserts that a diagnostic has a text in it.
func (s *stage) says(r coretest.Result, text string) {
	s.t.Helper()
	if !strings.Contains(details(r), text) {
		s.t.Errorf("never says %q:\n%s", text, details(r))
	}
}

// keepsSecrets asserts that no secret was shown anywhere.
func (s *stage) keepsSecrets() {
	s.t.Helper()
	texts := map[string]string{"diagnostics": strings.Join(s.said, "\n"), "log": s.logs.String()}
	if s.State != nil {
		texts["state"] = s.State.Value.String() + string(s.State.Private)
	}
	for where, text := range texts {
		for _, secret := range []string{password, s.sim.Credentials().PrivateKey, "Digest ", "response="} {
			if strings.Contains(text, secret) {
				s.t.Errorf("the %s has %q in it:\n%s", where, secret, text)
			}
		}
	}
}

// migrationID is the id of the first live migration that was started.
func (s *stage) migrationID() string {
	s.t.Helper()
	starts := s.sim.Starts()
	if len(starts) == 0 {
		s.t.Fatal("no live migration was started")
	}
	return starts[0].LiveMigrationID
}

// pass lets time pass, which in a bubble takes none.
func pass(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // Fake time: nobody waits.
}

// details joins the diagnostics' texts.
func details(r coretest.Result) string {
	var all []string
	for _, d := range r.Diagnostics {
		all = append(all, d.Summary, d.Detail)
	}
	return strings.Join(all, "\n")
}

// What the diagnostics are called.
const (
	unableToStart        = "Unable to start live migration"
	unableToConfirmStart = "Unable to confirm start of live migration"
	unableToWait         = "Unable to wait for live migration"
	unableToChange       = "Unable to change live migration"
	unableToRefresh      = "Unable to refresh live migration"
	unableToImport       = "Unable to import live migration"
	notReady             = "Live migration is not ready for cutover"
	migrationFailed      = "Live migration failed"
	hasFailed            = "Live migration has failed"
	goesOn               = "Live migration goes on without Terraform"
	dropsData            = "Destination data will be deleted"
	completedAlready     = "Live migration has completed and is not started again"
	wouldDropMigrated    = "Refusing to delete a migrated database"
	importMismatch       = "Import does not match the configuration"
	notStopped           = "Live migration is not stopped"
	notUndone            = "Live migration is not undone"
	invalid              = "Invalid live migration"

	unableToValidate  = "Unable to start validation"
	unableToConfirm   = "Unable to confirm validation"
	validationFailed  = "Validation failed"
	validationGoesOn  = "Validation goes on without Terraform"
	validationRefresh = "Unable to refresh validation"
)
