// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
)

// asServiceAccount makes the harness's provider use the service account.
func (s *harness) asServiceAccount() *harness {
	keys := s.Sim.Credentials()
	s.Provider = map[string]any{"client_id": keys.ClientID, "client_secret": keys.ClientSecret}
	return s
}

// tokens counts the tokens that were issued.
func (s *harness) tokens() int {
	return s.count(func(e atlassim.Entry) bool { return e.Call == atlassim.CallToken && e.Status == http.StatusOK })
}

func TestTokenEndsDuringTheWait(t *testing.T) {
	t.Run("renewed however long the wait lasts", func(t *testing.T) {
		inFakeTime(t, takes(5*time.Hour), func(s *harness) {
			s.asServiceAccount().CheckApply(s.Apply(), coretest.Create)
			s.CheckState("SUCCESS")
			s.checkCutovers(1, 1)
			if got := s.tokens(); got < 5 || got > 7 {
				t.Errorf("%d tokens for five hours", got)
			}
			if refused := s.count(func(e atlassim.Entry) bool { return e.Status == http.StatusUnauthorized }); refused != 0 {
				t.Errorf("%d calls were made with a token that had ended", refused)
			}
		})
	})
	for name, effect := range map[string]atlassim.Effect{
		"the token endpoint answers 429": {Status: http.StatusTooManyRequests},
		"the token endpoint answers 500": {Status: http.StatusInternalServerError},
		"the token endpoint hangs up":    {Wire: atlassim.Close},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, takes(3*time.Hour), func(s *harness) {
				s.asServiceAccount()
				s.Sim.Inject(atlassim.Fault{Call: atlassim.CallToken, Skip: 1, Times: 12, Do: effect})
				s.CheckApply(s.Apply(), coretest.Create)
				s.CheckState("SUCCESS")
				s.checkCutovers(1, 1)
				if got := s.tokens(); got < 2 {
					t.Errorf("%d tokens: it was never renewed, so this proves nothing", got)
				}
			})
		})
	}
	t.Run("the secret was wrong all along", func(t *testing.T) {
		inFakeTime(t, takes(0), func(s *harness) {
			s.asServiceAccount().Provider["client_secret"] = "mdb_sa_sk_wrong"
			s.CheckApply(s.Apply(), "", unableToRead)
			s.CheckState("")
			s.checkCutovers(0, 0)
		})
	})
	t.Run("the token was revoked during the wait", func(t *testing.T) {
		inFakeTime(t, takes(time.Hour), func(s *harness) {
			s.asServiceAccount()
			s.Sim.SetKey(func(k *atlassim.Key) { k.RevokedAfterPut = 10 * time.Minute })
			s.CheckApply(s.Apply(), coretest.Create, unableToConfirm)
			s.CheckState("PENDING tainted")
			s.checkCutovers(1, 1)
		})
	})
}

// A 401 of somebody who let the request through does not make the client send it
// again with another token: the next run looks first.
func TestARequestThatActedAndWasAnsweredWith401IsNotRepeated(t *testing.T) {
	inFakeTime(t, takes(time.Minute), func(s *harness) {
		s.asServiceAccount()
		s.Sim.Inject(atlassim.Fault{Call: atlassim.CallCutover, After: true, Do: atlassim.Effect{Status: http.StatusUnauthorized}})
		s.CheckApply(s.Apply(), coretest.Create, unableToStart)
		s.checkCutovers(1, 1)
		s.CheckApply(s.Apply(), coretest.Create, alreadyUnderWay)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
	})
}

// A token that cannot be had is no reason to doubt a request.
func TestARequestWithoutATokenWasNeverSent(t *testing.T) {
	inFakeTime(t, atlassim.Migration{CutoverTakes: time.Minute, Words: atlassim.Words{NoLag: true}}, func(s *harness) {
		s.asServiceAccount()
		s.Sim.Inject(atlassim.Fault{Call: atlassim.CallToken, Times: 2, Do: atlassim.Effect{Status: http.StatusServiceUnavailable}})
		s.CheckApply(s.Apply(), coretest.Create)
		s.CheckState("SUCCESS")
		s.checkCutovers(1, 1)
	})
}

func TestTheTokenOfAServiceAccountIsRevokedAtTheEnd(t *testing.T) {
	s := newCLIHarnessWith(t, clitest.NewAtlas(t, 1).AsServiceAccount(), atlassim.Migration{}, example)
	s.Apply(0)
	s.CheckState("SUCCESS")
	s.checkCutovers(1)
	revoked := s.sees("the revocation", func(e atlassim.Entry) bool { return e.Call == atlassim.CallRevoke })
	if revoked.Status != http.StatusOK {
		t.Errorf("the revocation was answered with %d", revoked.Status)
	}
}
