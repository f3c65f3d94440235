// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"go.uber.org/goleak"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// What is about the provider as a whole: bugs, leaks, secrets, many at once.

// explosive panics in the hands of anyone who reads the answer to a PUT.
type explosive struct{ next http.RoundTripper }

func (e explosive) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := e.next.RoundTrip(req)
	if err == nil && req.Method == http.MethodPut && resp.StatusCode < 300 {
		resp.Body = bomb{resp.Body}
	}
	return resp, err
}

type bomb struct{ io.Closer }

func (bomb) Read([]byte) (int, error) { panic("a bug in the decoder") }

func TestPanicAfterTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newHarness(t, simtest.New(t, atlassim.Options{}), takes(time.Minute))
		sound := s.Server
		s.Server = s.Serve(explosive{s.Sim.Transport()})
		r := s.Apply()
		s.CheckApply(r, coretest.Create, unableToConfirm)
		s.CheckState("PENDING tainted")
		if !strings.Contains(providertest.Details(r), "a bug in the decoder") {
			t.Errorf("does not name the bug: %s", providertest.Details(r))
		}
		s.Server = sound
		s.CheckApply(s.Apply(), coretest.Replace, notUndone, alreadyUnderWay)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
	})
}

func TestNoSecretIsShown(t *testing.T) {
	s := newCLIHarness(t, atlassim.Migration{})
	s.Trace()
	printed := map[string]string{
		"the plan's output":  s.Terraform(0, "plan", "-out=plan"),
		"the apply's output": s.Terraform(0, "apply", "plan"),
	}
	s.checkCutovers(1)
	s.Sim.RevokeKey()
	s.Terraform(0, "destroy", "-auto-approve")
	printed["a refusal"] = s.Apply(1)
	texts := s.looksInto("trace.log", "terraform.tfstate.backup", "plan/tfplan", "plan/tfstate")
	maps.Copy(texts, printed)
	ledger, err := json.Marshal(s.Sim.Log())
	must(t, err)
	texts["the simulator's log"] = string(ledger)
	keys := s.Sim.Credentials()
	if !strings.Contains(texts["trace.log"], "/cutover") || !strings.Contains(texts["the simulator's log"], "cutover") {
		t.Error("the logs do not tell of the cutover, so this proves nothing")
	}
	for name, text := range texts {
		for _, secret := range []string{keys.PrivateKey, `response="`, "Digest username"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s has %q in it", name, secret)
			}
		}
	}
}

// looksInto is everything in the folder, of which some files must be there.
func (s *cliHarness) looksInto(files ...string) map[string]string {
	s.T.Helper()
	texts := s.Files()
	for _, file := range files {
		if texts[file] == "" {
			s.T.Errorf("%s was not looked into", file)
		}
	}
	return texts
}

func TestNoGoroutineOutlivesACancelledRun(t *testing.T) {
	sim := simtest.New(t, atlassim.Options{})
	server := httptest.NewServer(sim)
	s := newHarness(t, sim, long)
	s.Provider = map[string]any{"base_url": server.URL}
	network := &http.Transport{}
	s.Server = s.Serve(network)
	before := goleak.IgnoreCurrent()
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		_, _ = sim.WaitFor(context.Background(), func(e atlassim.Entry) bool { return e.Accepted })
	}()
	s.CheckApply(s.Do(ctx, s.Workspace.Apply), coretest.Create, cutoverGoesOn)
	s.CheckState("PENDING")
	network.CloseIdleConnections()
	server.Close()
	goleak.VerifyNone(t, before)
}

// shared is one provider process that many resources use, as in one apply.
type shared struct {
	tfprotov6.ProviderServer
	once sync.Once
	resp *tfprotov6.ConfigureProviderResponse
	err  error
}

func (s *shared) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	s.once.Do(func() { s.resp, s.err = s.ProviderServer.ConfigureProvider(ctx, req) })
	return s.resp, s.err
}

func TestManyCutoversWithinARateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const cutovers, atOnce = 200, 10
		sim := simtest.New(t, atlassim.Options{RateLimit: atlassim.Bucket{Capacity: 100, PerMinute: 100}})
		one := &shared{}
		slots, done := make(chan struct{}, atOnce), sync.WaitGroup{}
		stages := make([]*harness, cutovers)
		for i := range stages {
			stages[i] = newHarness(t, sim, takes(5*time.Minute))
			if one.ProviderServer == nil {
				one.ProviderServer = stages[i].Server()
			}
			stages[i].Server = func() tfprotov6.ProviderServer { return one }
			done.Go(func() {
				slots <- struct{}{}
				defer func() { <-slots }()
				stages[i].CheckApply(stages[i].Apply(), coretest.Create)
			})
		}
		done.Wait()
		for _, s := range stages {
			s.CheckState("SUCCESS")
			if got := sim.AcceptedCutovers(s.id); got != 1 {
				t.Errorf("Atlas accepted %d cutovers of one migration", got)
			}
		}
		// As many calls as the bucket holds are made in seconds, and many more
		// follow: they are made at the pace at which Atlas refills it.
		if sent, limited := len(sim.Log()), stages[0].count(func(e atlassim.Entry) bool {
			return e.Status == http.StatusTooManyRequests
		}); sent < 10*100 || limited > sent/100 {
			t.Errorf("%d of %d calls were refused", limited, sent)
		}
	})
}
