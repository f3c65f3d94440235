// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"cmp"
	"fmt"
	"net/http"
	"net/netip"
	"time"
)

// LinkTokenPrefix is what every link token of a world begins with, for a search
// of logs and state.
const LinkTokenPrefix = "simulated-link-token-"

// LinkScript is how the calls about the organization's link go, where their
// behaviour is not published. A world begins without a link.
type LinkScript struct {
	// CreatedStatus is the status that a new token is answered with: 201 as
	// recorded unless set, 200 as documented.
	CreatedStatus int
	// AddressesRequired refuses a request without accessListIps, as the page of
	// v1.0 has it. The official clients send none.
	AddressesRequired bool
	// TokenInList answers {"linkToken": ["…"]}, as the page of v1.0 has it.
	TokenInList bool
	// Again is what asking for a token gets while there already is one: another
	// token unless set.
	Again Refusal
	// Gone is how the 404 of a link that is not there looks.
	Gone GoneShape
	// ProjectsNeedLink answers 404 to the available projects of an organization that
	// has no link, instead of an empty list.
	ProjectsNeedLink bool
	// UnlinkWithoutType leaves Content-Type out of the answer to the removal.
	UnlinkWithoutType bool
	// PastedAfter is how long after a token was created, on the simulated clock,
	// somebody pastes it into Cloud Manager. Until then no project is available.
	PastedAfter time.Duration
}

// GoneShape is a form of the 404 that removing a link gets which is not there.
type GoneShape int

// Recorded is UNEXPECTED_ERROR with a text about the external organization
// link; RESOURCE_NOT_FOUND is what other resources answer.
const (
	UnexpectedError GoneShape = iota
	ResourceNotFound
)

// link is the link between the organization and Cloud Manager. The Sim's lock guards it.
type link struct {
	script LinkScript
	exists bool
	works  time.Time // simulated; from when on projects are available
	tokens int       // how many were created
}

// SetLink changes how the calls about the organization's link go. The function must
// not call the Sim.
func (s *Sim) SetLink(change func(*LinkScript)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.link.script)
}

// Unlink removes the organization's link, as a person in the console does.
func (s *Sim) Unlink() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.link.exists = false
}

// Paste makes the link of the newest token work, as pasting it into Cloud Manager
// does.
func (s *Sim) Paste() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.link.works = s.Now()
}

// linked reports whether projects are available now. The caller holds s.mu.
func (s *Sim) linked() bool { return s.link.exists && !s.Now().Before(s.link.works) }

// linkTokenRequest is the body that asks for a link token.
type linkTokenRequest struct {
	AccessListIPs []string `json:"accessListIps"`
}

// check returns what is wrong with a request for a link token.
func (r *linkTokenRequest) check(script LinkScript) (wrong fieldErrors) {
	if script.AddressesRequired && len(r.AccessListIPs) == 0 {
		wrong.missing("accessListIps")
	}
	for i, entry := range r.AccessListIPs {
		_, notAddress := netip.ParseAddr(entry)
		_, notPrefix := netip.ParsePrefix(entry)
		if notAddress != nil && notPrefix != nil {
			wrong.invalid(fmt.Sprintf("accessListIps[%d]", i), "must be an IP address or a CIDR block")
		}
	}
	return wrong
}

// postLinkToken creates a link token, or refuses to.
func postLinkToken(s *Sim, in *request) action {
	var form linkTokenRequest
	if refusal := readBody(in, &form); refusal != nil {
		return *refusal
	}
	if refusal := form.check(s.link.script).refusal(); refusal != nil {
		return *refusal
	}
	l := &s.link
	if refused := l.script.Again.status(); l.exists && refused != 0 {
		return refuse(refused, "", "The organization already has a link token.", "there already is a link token")
	}
	token := LinkTokenPrefix + fingerprint("link token", l.tokens+1)[:40]
	object := map[string]any{"linkToken": token}
	if l.script.TokenInList {
		object["linkToken"] = []string{token}
	}
	created := jsonAnswer(cmp.Or(l.script.CreatedStatus, http.StatusCreated), object)
	created.unpublished = l.script.TokenInList
	return action{
		answer: created, accepted: true, did: "created a link token",
		commit: func(int) {
			if !l.exists {
				l.exists, l.works = true, s.Now().Add(l.script.PastedAfter)
			}
			l.tokens++
		},
	}
}

// deleteLink removes the link, unless a live migration of the organization needs it.
func deleteLink(s *Sim, in *request) action {
	switch {
	case !s.link.exists && s.link.script.Gone == UnexpectedError:
		return noLink()
	case !s.link.exists:
		return refuse(404, "RESOURCE_NOT_FOUND", fmt.Sprintf("Cannot find resource %s.", in.path), "there is no link")
	case s.migrating():
		return refuse(409, "CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK",
			"The link cannot be removed while a live migration of the organization is active.", "a live migration runs")
	}
	bare := s.link.script.UnlinkWithoutType
	return action{
		answer: answer{status: 204, untyped: bare, unpublished: bare}, accepted: true, did: "removed the link",
		commit: func(int) { s.link.exists = false },
	}
}

// noLink is the 404 that is recorded of a link that does not exist.
func noLink() action {
	return refuse(404, "UNEXPECTED_ERROR", "Could not find the requested external organization link.", "there is no link")
}

// migrating reports whether a live migration runs. The caller holds s.mu.
func (s *Sim) migrating() bool {
	for _, l := range s.migrations {
		if l.at(s.Now()).phase != over {
			return true
		}
	}
	return false
}
