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
			inBubble(t, atlassim.Options{}, func(s *stage) {
				s.fails(atlassim.CallLink, row.do, row.after)
				r := s.apply()
				s.ends(r, coretest.Create, unableToCreate)
				s.forgot()
				if said := details(r); !strings.Contains(said, row.says) {
					t.Errorf("does not say %q: %s", row.says, said)
				}
				s.saw(row.saw)
				s.ends(s.apply(), coretest.Create)
				s.holds()
				s.saw(row.saw, "link!")
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
			inBubble(t, atlassim.Options{}, func(s *stage) {
				s.fails(atlassim.CallLink, row.do, false)
				s.fails(atlassim.CallUnlink, row.do, false)
				s.ends(s.apply(), coretest.Create)
				s.holds()
				s.ends(s.destroy(), coretest.Delete)
				s.saw(row.saw...)
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
			inBubble(t, atlassim.Options{}, func(s *stage) {
				s.apply()
				s.fails(atlassim.CallUnlink, row.do, row.after)
				r := s.destroy()
				s.ends(r, coretest.Delete, unableToRemove)
				s.holds()
				if said := details(r); !strings.Contains(said, "Whether Atlas removed the link is not known") {
					t.Errorf("claims to know: %s", said)
				}
				s.ends(s.destroy(), coretest.Delete)
				s.forgot()
				s.saw(row.saw...)
			})
		})
	}
}

func TestAnInterruptEndsTheWaitToAskAgainAtOnce(t *testing.T) {
	inBubble(t, atlassim.Options{}, func(s *stage) {
		busy := limited
		busy.Header = http.Header{"Retry-After": {"30"}}
		s.fails(atlassim.CallLink, busy, false)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		begin := time.Now()
		r := s.Apply(ctx)
		s.ends(r, coretest.Create, unableToCreate)
		s.forgot()
		if took := time.Since(begin); took > 6*time.Second {
			t.Errorf("took %s", took)
		}
		if said := details(r); !strings.Contains(said, "The apply was interrupted") {
			t.Errorf("does not say so: %s", said)
		}
		s.saw("link")
	})
}

func TestATokenThatIsOnItsWayDuringAnInterruptIsStored(t *testing.T) {
	inBubble(t, atlassim.Options{}, func(s *stage) {
		release := s.fails(atlassim.CallLink, atlassim.Effect{Wire: atlassim.Hang}, true)
		time.AfterFunc(10*time.Second, release)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		s.ends(s.Apply(ctx), coretest.Create)
		s.holds()
		s.saw("link!")
	})
}

func TestTheTokenIsInNoDiagnosticAndNoLogLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, simtest.New(t, atlassim.Options{}))
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
			s.fails(atlassim.CallLink, atlassim.Effect{Garble: garble}, true)
			note(s.Apply(ctx))
		}
		note(s.Apply(ctx))
		s.holds()
		note(s.Plan(ctx))
		s.sim.Add(atlassim.Migration{})
		note(s.Destroy(ctx))
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
