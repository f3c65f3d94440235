// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package linktoken_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// All short sequences of what can happen to a link token, which Atlas shows only once.

// kind is a kind of Atlas.
type kind struct {
	name   string
	script atlassim.LinkScript
}

func (k kind) String() string { return k.name }

var kinds = []kind{
	{"a second token is created", atlassim.LinkScript{}},
	{"a second token is refused", atlassim.LinkScript{Again: atlassim.Conflict409}},
	{"the token is in a list", atlassim.LinkScript{TokenInList: true}},
	{"a link that is gone is not found", atlassim.LinkScript{Gone: atlassim.ResourceNotFound}},
}

var events = append(providertest.Events(atlassim.CallLink),
	providertest.Event{Name: "change the list", Do: func(s *providertest.Sequence) {
		list := []string{"203.0.113.10"}
		if len(s.Config["access_list_ips"].([]string)) == 1 {
			list = append(list, "198.51.100.0/24")
		}
		s.Set("access_list_ips", list)
	}},
	providertest.Event{Name: "an error before Atlas removes", Do: func(s *providertest.Sequence) {
		s.Sim.Inject(atlassim.Fault{Call: atlassim.CallUnlink, Do: atlassim.Effect{Status: 503}})
	}},
	providertest.Event{Name: "an error after Atlas removed", Do: func(s *providertest.Sequence) {
		s.Sim.Inject(atlassim.Fault{Call: atlassim.CallUnlink, After: true, Do: atlassim.Effect{Wire: atlassim.Reset}})
	}},
)

// checkStored checks that a command created one token at most, and that it is in the
// state or said to be lost. One that was killed says nothing.
func checkStored(s *providertest.Sequence) func(coretest.Result, int) {
	return func(r coretest.Result, from int) {
		created := 0
		for _, e := range s.Sim.Log()[from:] {
			if e.Call == atlassim.CallLink && e.Accepted {
				created++
			}
		}
		if created > 1 {
			s.Violates("one command created %d tokens", created)
		}
		lost := created == 1 && s.State.String("link_token") == "" && !s.Transport.Killed()
		if said := coretest.Summaries(r.Diagnostics); lost && !slices.Contains(said, unableToCreate) {
			s.Violates("the token was lost, and nobody said so: %q", said)
		}
	}
}

func exhaust(t *testing.T, k kind, sequence []providertest.Event) (e providertest.Exhausted) {
	t.Helper()
	inFakeTime(t, atlassim.Options{}, func(h *harness) {
		s := &providertest.Sequence{Harness: h.Harness}
		s.Check = checkStored(s)
		s.Sim.SetLink(func(link *atlassim.LinkScript) { *link = k.script })
		for _, event := range sequence {
			token, list, held := h.token(), h.State.String("access_list_ips"), h.State != nil && !h.State.Tainted
			event.Do(s)
			another := h.token() != "" && h.token() != token
			if held && !event.Asks && another && h.State.String("access_list_ips") == list {
				s.Violates("another token was created, and nobody asked for it")
			}
		}
		e.State = s.Fingerprint(sequence, []string{"id", "link_token"}, h.Config["access_list_ips"], count(h, atlassim.CallLink), count(h, atlassim.CallUnlink))
		s.Converge(func(said string) {
			if strings.Contains(said, "remove it in the Atlas console") {
				s.Sim.Unlink()
			}
		})
		e.Broken, e.Log = s.Broken, s.Sim.Log()
	})
	return e
}

// count is how many requests of a kind Atlas accepted.
func count(h *harness, call string) int {
	return len(slices.DeleteFunc(h.Calls(call), func(e atlassim.Entry) bool { return !e.Accepted }))
}

// TestExhaust tries the first kind of Atlas alone unless EXHAUST is set.
func TestExhaust(t *testing.T) {
	providertest.Exhaust[kind, providertest.Event]{Kinds: providertest.Tried(kinds, kinds[:1]), Events: events, Try: exhaust}.Run(t)
}
