// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package linktoken_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

func TestATokenWhoseAnswerIsLostIsNotAskedForTwiceInOneApply(t *testing.T) {
	for name, row := range map[string]struct {
		do    atlassim.Effect
		after bool
		says  string
		saw   string
	}{
		"reset before Atlas acted":   {reset, false, "Whether Atlas created a link token is not known", "link"},
		"reset after Atlas acted":    {reset, true, "Whether Atlas created a link token is not known", "link!"},
		"503 before Atlas acted":     {unavailable, false, "Whether Atlas created a link token is not known", "link"},
		"503 after Atlas acted":      {unavailable, true, "Whether Atlas created a link token is not known", "link!"},
		"cut short":                  {atlassim.Effect{Wire: atlassim.CloseMidBody}, true, "The token is lost", "link!"},
		"an answer without a token":  {atlassim.Effect{Garble: "{}"}, true, "The token is lost", "link!"},
		"an answer that is no JSON":  {atlassim.Effect{Garble: "<html>"}, true, "The token is lost", "link!"},
		"a token of the wrong type":  {atlassim.Effect{Garble: `{"linkToken":1}`}, true, "The token is lost", "link!"},
		"an answer that has no body": {atlassim.Effect{Garble: " "}, true, "The token is lost", "link!"},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, atlassim.Options{}, func(s *harness) {
				s.inject(atlassim.CallLink, row.do, row.after)
				r := s.Apply()
				s.Check(r, coretest.Create, unableToCreate)
				s.checkEmpty()
				if said := providertest.Details(r); !strings.Contains(said, row.says) {
					t.Errorf("does not say %q: %s", row.says, said)
				}
				s.checkCalls(row.saw)
				s.Check(s.Apply(), coretest.Create)
				s.checkToken()
				s.checkCalls(row.saw, "link!")
			})
		})
	}
}

func TestWhatDidNotReachAtlasIsAskedAgain(t *testing.T) {
	for name, row := range map[string]struct {
		do  atlassim.Effect
		saw []string
	}{
		"a dial that failed": {atlassim.Effect{Wire: atlassim.RefuseDial}, []string{"link!", "unlink!"}},
		"a rate limit":       {limited, []string{"link", "link!", "unlink", "unlink!"}},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, atlassim.Options{}, func(s *harness) {
				s.inject(atlassim.CallLink, row.do, false)
				s.inject(atlassim.CallUnlink, row.do, false)
				s.Check(s.Apply(), coretest.Create)
				s.checkToken()
				s.Check(s.Destroy(), coretest.Delete)
				s.checkCalls(row.saw...)
			})
		})
	}
}

func TestARemovalWhoseAnswerIsLostIsRepeatedWithoutHarm(t *testing.T) {
	for name, row := range map[string]struct {
		do    atlassim.Effect
		after bool
		saw   []string
	}{
		"reset before Atlas acted": {reset, false, []string{"link!", "unlink", "unlink!"}},
		"reset after Atlas acted":  {reset, true, []string{"link!", "unlink!", "unlink"}},
		"503 after Atlas acted":    {unavailable, true, []string{"link!", "unlink!", "unlink"}},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, atlassim.Options{}, func(s *harness) {
				s.Apply()
				s.inject(atlassim.CallUnlink, row.do, row.after)
				r := s.Destroy()
				s.Check(r, coretest.Delete, unableToRemove)
				s.checkToken()
				if said := providertest.Details(r); !strings.Contains(said, "Whether Atlas removed the link is not known") {
					t.Errorf("claims to know: %s", said)
				}
				s.Check(s.Destroy(), coretest.Delete)
				s.checkEmpty()
				s.checkCalls(row.saw...)
			})
		})
	}
}

func TestAnInterruptEndsTheWaitToAskAgainAtOnce(t *testing.T) {
	inFakeTime(t, atlassim.Options{}, func(s *harness) {
		busy := limited
		busy.Header = http.Header{"Retry-After": {"30"}}
		s.inject(atlassim.CallLink, busy, false)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		begin := time.Now()
		r := s.Do(ctx, s.Workspace.Apply)
		s.Check(r, coretest.Create, unableToCreate)
		s.checkEmpty()
		if took := time.Since(begin); took > 6*time.Second {
			t.Errorf("took %s", took)
		}
		if said := providertest.Details(r); !strings.Contains(said, "The apply was interrupted") {
			t.Errorf("does not say so: %s", said)
		}
		s.checkCalls("link")
	})
}

func TestATokenThatIsOnItsWayDuringAnInterruptIsStored(t *testing.T) {
	inFakeTime(t, atlassim.Options{}, func(s *harness) {
		release := s.inject(atlassim.CallLink, atlassim.Effect{Wire: atlassim.Hang}, true)
		time.AfterFunc(10*time.Second, release)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		s.Check(s.Do(ctx, s.Workspace.Apply), coretest.Create)
		s.checkToken()
		s.checkCalls("link!")
	})
}

func TestTheTokenIsInNoDiagnosticAndNoLogLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newHarness(t, simtest.New(t, atlassim.Options{}))
		var log bytes.Buffer
		ctx := tfsdklogtest.RootLogger(tflogtest.RootLogger(t.Context(), &log), &log)
		var said strings.Builder
		note := func(r coretest.Result) {
			for _, d := range r.Diagnostics {
				said.WriteString(d.Summary + "\n" + d.Detail + "\n")
			}
		}
		const secret = atlassim.LinkTokenPrefix
		for _, garble := range []string{
			`{"linkToken":"` + secret + `1"`, `{"linkToken":{"` + secret + `2":1}}`, `["` + secret + `3"]`, secret + "4",
		} {
			s.inject(atlassim.CallLink, atlassim.Effect{Garble: garble}, true)
			note(s.Workspace.Apply(ctx))
		}
		note(s.Workspace.Apply(ctx))
		s.checkToken()
		note(s.Workspace.Plan(ctx))
		s.Sim.Add(atlassim.Migration{})
		note(s.Workspace.Destroy(ctx))
		note(s.Import(ctx, "x"))
		if n := strings.Count(log.String(), "/linkTokens"); n < 6 {
			t.Errorf("the log tells of %d requests, so this proves nothing", n)
		}
		if !strings.Contains(said.String(), unableToCreate) || !strings.Contains(said.String(), unableToRemove) {
			t.Errorf("nothing went wrong, so this proves nothing: %s", said.String())
		}
		for name, text := range map[string]string{"the log": log.String(), "what was said": said.String()} {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("%s has a token in it: %s", name, text[max(0, i-200):i])
			}
		}
	})
}
