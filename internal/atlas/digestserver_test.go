// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

const unauthorized = `{"error":401,"reason":"Unauthorized","detail":"You are not authorized for this resource."}`

// digestServer is a server of its own reading of RFC 7616: it checks everything
// that a strict server may check.
type digestServer struct {
	public, private string
	algorithms      []string
	// form is how the lines of the challenges are written; nil is one each.
	form func(lines []string) []string
	// uses is how often a nonce may be used; 0 is without end.
	uses int64

	mu     sync.Mutex
	issued int
	nonces map[string]*usedNonce
	stale  int
	good   map[string]int // accepted, by method
}

// usedNonce is the last count of a nonce, and the cnonce of its first use.
type usedNonce struct {
	count  int64
	cnonce string
}

func newDigestServer() *digestServer {
	return &digestServer{
		public: "pubpubpub", private: "distinctive-private-key", algorithms: []string{"MD5"},
		nonces: map[string]*usedNonce{}, good: map[string]int{},
	}
}

func (s *digestServer) key() Auth { return APIKey(s.public, s.private) }

func (s *digestServer) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ok, stale := s.check(r)
	if ok {
		s.good[r.Method]++
		_, _ = io.WriteString(w, "{}")
		return
	}
	if stale {
		s.stale++
	}
	w.Header()["Www-Authenticate"] = s.challenges(stale)
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = io.WriteString(w, unauthorized)
}

func (s *digestServer) challenges(stale bool) []string {
	var lines []string
	s.issued++
	for _, algorithm := range s.algorithms {
		nonce := fmt.Sprintf("nonce-%d-%s", s.issued, algorithm)
		s.nonces[nonce] = &usedNonce{}
		lines = append(lines, fmt.Sprintf(
			`Digest realm="MMS Public API", domain="", nonce="%s", algorithm=%s, qop="auth", stale=%t`, nonce, algorithm, stale))
	}
	if s.form != nil {
		return s.form(lines)
	}
	return lines
}

var parameter = regexp.MustCompile(`(\w+)=(?:"([^"]*)"|([^,\s]+))`)

// check reports whether a request is signed rightly, and if not whether only its
// nonce is to blame. A count that does not increase is a replay.
func (s *digestServer) check(r *http.Request) (ok, stale bool) {
	p := map[string]string{}
	for _, m := range parameter.FindAllStringSubmatch(r.Header.Get("Authorization"), -1) {
		p[m[1]] = m[2] + m[3]
	}
	nonce, known := s.nonces[p["nonce"]]
	if !known || p["uri"] != r.RequestURI || !strings.HasSuffix(p["nonce"], "-"+p["algorithm"]) {
		return false, false
	}
	if nonce.count == 0 {
		nonce.cnonce = p["cnonce"]
	}
	if p["response"] != s.response(r, p, nonce.cnonce) {
		return false, false
	}
	count, err := strconv.ParseInt(p["nc"], 16, 64)
	if err != nil || count <= nonce.count || (s.uses > 0 && count > s.uses) {
		return false, true
	}
	nonce.count = count
	return true, false
}

// response is the right response to the parameters of a request.
func (s *digestServer) response(r *http.Request, p map[string]string, firstCnonce string) string {
	base, isSession := strings.CutSuffix(p["algorithm"], "-sess")
	sum := md5Of
	if base == "SHA-256" {
		sum = func(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }
	}
	ha1 := sum(s.public + ":MMS Public API:" + s.private)
	if isSession {
		ha1 = sum(ha1 + ":" + p["nonce"] + ":" + firstCnonce)
	}
	ha2 := sum(r.Method + ":" + r.RequestURI)
	return sum(strings.Join([]string{ha1, p["nonce"], p["nc"], p["cnonce"], "auth", ha2}, ":"))
}

func md5Of(text string) string { return fmt.Sprintf("%x", md5.Sum([]byte(text))) }
