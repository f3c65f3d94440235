// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"crypto/md5" // #nosec G501 -- what Atlas asks for
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"net/http"
	"strings"

	"github.com/icholy/digest"
)

// sessionHashes are the hashes of the "-sess" algorithms, which the digest
// library does not have.
var sessionHashes = map[string]func() hash.Hash{"MD5": md5.New, "SHA-256": sha256.New}

// cutSession splits an algorithm into the hash it is made of, in upper case, and
// whether it is a session algorithm.
func cutSession(algorithm string) (base string, isSession bool) {
	return strings.CutSuffix(strings.ToUpper(algorithm), "-SESS")
}

// canAnswer reports whether [session.sign] can answer a challenge.
func canAnswer(c *digest.Challenge) bool {
	base, isSession := cutSession(c.Algorithm)
	if !isSession {
		return digest.CanDigest(c)
	}
	// Without a qop the answer has no cnonce, which the server needs.
	return sessionHashes[base] != nil && c.SupportsQOP("auth")
}

// session answers the challenges of one digest transport, which never has two
// requests at once. Its cnonce lives as long as the nonce: the key of a "-sess"
// algorithm is made from both, by some servers from those of the first request
// and by others from those of each.
type session struct{ cnonce string }

func (s *session) sign(_ *http.Request, c *digest.Challenge, o digest.Options) (*digest.Credentials, error) {
	base, isSession := cutSession(c.Algorithm)
	if !isSession {
		return digest.Digest(c, o)
	}
	if o.Count == 1 {
		s.cnonce = rand.Text()
	}
	h := sessionHashes[base]()
	o.Cnonce = s.cnonce
	o.A1 = hashed(h, hashed(h, o.Username, c.Realm, o.Password), c.Nonce, s.cnonce)
	plain := *c
	plain.Algorithm = base
	credentials, err := digest.Digest(&plain, o)
	if err != nil {
		return nil, err
	}
	credentials.Algorithm = c.Algorithm
	return credentials, nil
}

// hashed is the hash of the parts joined by colons.
func hashed(h hash.Hash, parts ...string) string {
	h.Reset()
	_, _ = h.Write([]byte(strings.Join(parts, ":"))) // never fails
	return hex.EncodeToString(h.Sum(nil))
}
