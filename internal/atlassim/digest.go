// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"crypto/md5" // #nosec G501 -- what the API's digest challenge asks for
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Algorithm is a digest algorithm, spelled as in a challenge.
type Algorithm string

// The digest algorithms that Atlas and other deployments offer.
const (
	MD5           Algorithm = "MD5"
	MD5Session    Algorithm = "MD5-sess"
	SHA256        Algorithm = "SHA-256"
	SHA256Session Algorithm = "SHA-256-sess"
)

const realm = "MMS Public API"

// nonces are the nonces that were given out. The Sim's lock guards them.
type nonces struct {
	life   time.Duration
	strict bool
	count  int
	issued map[string]*nonce
}

type nonce struct {
	at     time.Time // simulated
	count  uint64    // the highest nonce count seen
	cnonce string    // of the first request, which a session is bound to
}

// keptNonces is how many nonces there may be before those that ended are forgotten.
const keptNonces = 4096

// issue returns a fresh nonce.
func (n *nonces) issue(now time.Time) string {
	if len(n.issued) >= keptNonces {
		for value, old := range n.issued {
			if now.Sub(old.at) >= n.life {
				delete(n.issued, value)
			}
		}
	}
	n.count++
	value := fingerprint("nonce", n.count)[:44]
	n.issued[value] = &nonce{at: now}
	return value
}

// session is the first cnonce that was used with a nonce.
func (n *nonces) session(value, cnonce string) string {
	known, ok := n.issued[value]
	if !ok {
		return cnonce
	}
	if known.cnonce == "" {
		known.cnonce = cnonce
	}
	return known.cnonce
}

// fresh reports whether a nonce, used for the count-th time, is still accepted.
func (n *nonces) fresh(value string, count uint64, now time.Time) bool {
	known, ok := n.issued[value]
	if !ok || now.Sub(known.at) >= n.life || n.strict && count <= known.count {
		return false
	}
	known.count = max(known.count, count)
	return true
}

// challenge is the 401 that asks for a digest.
func (s *Sim) challenge(e *Entry, stale bool, did string) *action {
	a := unauthorized(did)
	value := s.nonces.issue(s.Now())
	var lines []string
	for _, algorithm := range s.options.Algorithms {
		lines = append(lines, fmt.Sprintf(
			`Digest realm="%s", domain="", nonce="%s", algorithm=%s, qop="auth", stale=%t`,
			realm, value, algorithm, stale))
	}
	if s.options.Challenges != nil {
		lines = s.options.Challenges(lines)
	}
	for _, line := range lines {
		a.answer.header.Add("WWW-Authenticate", line)
	}
	e.Challenged = true
	return a
}

// checkDigest verifies a digest answer in full: a wrong one gets a fresh
// challenge, a right one to a nonce that ended gets one with stale=true.
func (s *Sim) checkDigest(in *request, parameters string, e *Entry) *action {
	p := digestParameters(parameters)
	count, err := strconv.ParseUint(p["nc"], 16, 32)
	e.NonceCount = int(count) // #nosec G115 -- 32 bits at most
	if why := s.digestFault(in, p); why != "" || err != nil {
		if why == "" {
			why = "malformed nonce count"
		}
		return s.challenge(e, false, "refused: "+why)
	}
	if !s.nonces.fresh(p["nonce"], count, s.Now()) {
		return s.challenge(e, true, "challenged: stale nonce")
	}
	return nil
}

// digestFault returns what is wrong with a digest answer, or "".
func (s *Sim) digestFault(in *request, p map[string]string) string {
	algorithm := Algorithm(p["algorithm"])
	if algorithm == "" {
		algorithm = MD5
	}
	known := s.Credentials()
	switch {
	case p["username"] != known.PublicKey:
		return "unknown public key"
	case s.revoked():
		return "revoked key"
	case p["realm"] != realm:
		return "digest for another realm"
	case p["uri"] != in.uri:
		return "digest for another URI"
	case p["qop"] != "auth" || len(p["nc"]) != 8 || p["cnonce"] == "":
		return "digest without the quality of protection asked for"
	case !slices.Contains(s.options.Algorithms, algorithm):
		return "digest by an algorithm that was not offered"
	}
	h := algorithm.new()
	a1 := hexHash(h, known.PublicKey, realm, known.PrivateKey)
	if algorithm == MD5Session || algorithm == SHA256Session {
		a1 = hexHash(h, a1, p["nonce"], s.nonces.session(p["nonce"], p["cnonce"]))
	}
	a2 := hexHash(h, in.method, in.uri)
	want := hexHash(h, a1, p["nonce"], p["nc"], p["cnonce"], "auth", a2)
	if subtle.ConstantTimeCompare([]byte(want), []byte(p["response"])) != 1 {
		return "wrong private key"
	}
	return ""
}

func (a Algorithm) new() hash.Hash {
	if a == SHA256 || a == SHA256Session {
		return sha256.New()
	}
	return md5.New() // #nosec G401 -- as above
}

// hexHash returns the hash of the parts joined by colons.
func hexHash(h hash.Hash, parts ...string) string {
	h.Reset()
	h.Write([]byte(strings.Join(parts, ":"))) // a hash never fails to write
	return hex.EncodeToString(h.Sum(nil))
}

// digestParameters reads `name=value, name="quoted value"`. What cannot be
// read is left out, and then missed.
func digestParameters(text string) map[string]string {
	parameters := map[string]string{}
	for text != "" {
		name, rest, ok := strings.Cut(text, "=")
		if !ok {
			break
		}
		var value string
		value, text = digestValue(strings.TrimSpace(rest))
		parameters[strings.ToLower(strings.Trim(name, " ,\t"))] = value
	}
	return parameters
}

// digestValue returns the value that a text begins with, and the rest after its comma.
func digestValue(text string) (value, rest string) {
	if !strings.HasPrefix(text, `"`) {
		value, rest, _ = strings.Cut(text, ",")
		return strings.TrimSpace(value), rest
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case text[i] == '"':
			_, rest, _ = strings.Cut(text[i:], ",")
			return b.String(), rest
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String(), ""
}
