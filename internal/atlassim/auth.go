// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"time"
)

// Key is what a world's one set of credentials may do, whether it is presented
// as API key, as access token or as service account. In a new world it is an
// Organization Owner's and on the access list.
type Key struct {
	// Revoked credentials are answered 401.
	Revoked bool
	// RevokedAfterPut is how long after the first accepted cutover, on the
	// simulated clock, they are revoked by themselves; 0 means never.
	RevokedAfterPut time.Duration
	// OrgOwner is the role that all calls need but the one that reads a live
	// migration: otherwise 401 NOT_ORG_OWNER.
	OrgOwner bool
	// Member is the membership of the organization that reading a live migration
	// needs: otherwise 401 NOT_IN_GROUP. Who is no member is no owner either.
	Member bool
	// OnAccessList lets the caller's address in: otherwise 403 IP_ADDRESS_NOT_ON_ACCESS_LIST.
	OnAccessList bool
}

// SetKey changes what the credentials may do. The function must not call the Sim.
func (s *Sim) SetKey(change func(*Key)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.key)
}

// RevokeKey makes the credentials invalid.
func (s *Sim) RevokeKey() { s.SetKey(func(k *Key) { k.Revoked = true }) }

// RestoreKey makes revoked credentials valid again.
func (s *Sim) RestoreKey() { s.SetKey(func(k *Key) { k.Revoked, k.RevokedAfterPut = false, 0 }) }

// revoked reports whether the credentials are invalid now. The caller holds s.mu.
func (s *Sim) revoked() bool {
	k := s.key
	return k.Revoked || k.RevokedAfterPut > 0 && !s.firstPut.IsZero() && s.Now().Sub(s.firstPut) >= k.RevokedAfterPut
}

// authenticate checks who sends a request and notes it in the entry; it
// returns the refusal, or nil.
func (s *Sim) authenticate(in *request, e *Entry) *action {
	authorization := in.header.Get("Authorization")
	scheme, rest, _ := strings.Cut(authorization, " ")
	switch {
	case strings.EqualFold(scheme, "Bearer"):
		e.Credential = "bearer"
		return s.checkBearer(rest, e)
	case strings.EqualFold(scheme, "Digest"):
		e.Credential = "digest"
		return s.checkDigest(in, rest, e)
	}
	return s.challenge(e, false, "challenged")
}

// checkBearer verifies an access token: the one that somebody else obtained, or
// one that the token endpoint issued and that still lives.
func (s *Sim) checkBearer(token string, e *Entry) *action {
	known := subtle.ConstantTimeCompare([]byte(token), []byte(s.Credentials().AccessToken)) == 1
	if issued, ok := s.tokens.issued[token]; ok {
		e.TokenNumber = issued.n
		known = s.tokens.alive(issued, s.Now())
	}
	if !known || s.revoked() {
		return unauthorized("refused: wrong, expired or revoked access token")
	}
	return nil
}

// authorize checks whether the sender's address may; it returns the refusal, or nil.
func (s *Sim) authorize() *action {
	if s.key.OnAccessList {
		return nil
	}
	a := refuse(http.StatusForbidden, "IP_ADDRESS_NOT_ON_ACCESS_LIST",
		"IP address 192.0.2.1 is not allowed to access this resource.", "the address is not on the access list")
	return &a
}

// unauthorized is the 401 of a failed authentication, without a challenge.
func unauthorized(did string) *action {
	a := refuse(http.StatusUnauthorized, "", "You are not authorized for this resource.", "")
	a.did, a.answer.err.unauthenticated = did, true
	return &a
}
