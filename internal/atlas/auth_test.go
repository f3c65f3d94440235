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
	"testing"
)

const unauthorized = `{"error":401,"reason":"Unauthorized","detail":"You are not authorized for this resource."}`

// digestServer is a server of its own reading of RFC 7616: it checks everything
// that a strict server may check.
type digestServer struct {
	public, private string
	algorithms      []string
	// uses is how often a nonce may be used; 0 is without end.
	uses int64

	mu     sync.Mutex
	issued int
	nonces map[string]int64 // the last count of each
	stale  int
	good   map[string]int // accepted, by method
}

func newDigestServer() *digestServer {
	return &digestServer{
		public: "pubpubpub", private: "distinctive-private-key", algorithms: []string{"MD5"},
		nonces: map[string]int64{}, good: map[string]int{},
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
	s.issued++
	for _, algorithm := range s.algorithms {
		nonce := fmt.Sprintf("nonce-%d-%s", s.issued, algorithm)
		s.nonces[nonce] = 0
		w.Header().Add("WWW-Authenticate", fmt.Sprintf(
			`Digest realm="MMS Public API", domain="", nonce="%s", algorithm=%s, qop="auth", stale=%t`, nonce, algorithm, stale))
	}
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = io.WriteString(w, unauthorized)
}

var parameter = regexp.MustCompile(`(\w+)=(?:"([^"]*)"|([^,\s]+))`)

// check tells whether a request is signed rightly, and if not whether only its
// nonce is to blame. A count that does not increase is a replay.
func (s *digestServer) check(r *http.Request) (ok, stale bool) {
	p := map[string]string{}
	for _, m := range parameter.FindAllStringSubmatch(r.Header.Get("Authorization"), -1) {
		p[m[1]] = m[2] + m[3]
	}
	sum := func(text string) string { return fmt.Sprintf("%x", md5.Sum([]byte(text))) }
	if p["algorithm"] == "SHA-256" {
		sum = func(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }
	}
	ha1 := sum(s.public + ":MMS Public API:" + s.private)
	ha2 := sum(r.Method + ":" + r.RequestURI)
	want := sum(strings.Join([]string{ha1, p["nonce"], p["nc"], p["cnonce"], "auth", ha2}, ":"))
	last, known := s.nonces[p["nonce"]]
	if p["response"] != want || p["uri"] != r.RequestURI || !known || !strings.HasSuffix(p["nonce"], p["algorithm"]) {
		return false, false
	}
	count, err := strconv.ParseInt(p["nc"], 16, 64)
	if err != nil || count <= last || (s.uses > 0 && count > s.uses) {
		return false, true
	}
	s.nonces[p["nonce"]] = count
	return true, false
}

func TestRequestsOneAfterTheOtherNeedOneChallengeAndTheCutoverNone(t *testing.T) {
	for _, algorithm := range []string{"MD5", "SHA-256"} {
		t.Run(algorithm, func(t *testing.T) {
			server := newDigestServer()
			server.algorithms = []string{algorithm}
			url, l := serve(t, server.serve)
			c := newClient(t, Config{BaseURL: url, Auth: server.key()})
			for range 3 {
				if _, err := c.LiveMigration(t.Context(), project, migration); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := c.StartCutover(t.Context(), project, migration); err != nil {
				t.Fatal(err)
			}
			if server.issued != 1 || l.count("GET") != 4 || l.count("PUT") != 1 || server.good["PUT"] != 1 {
				t.Errorf("%d challenges, %d GETs, %d PUTs, accepted %v", server.issued, l.count("GET"), l.count("PUT"), server.good)
			}
		})
	}
}

func TestAStaleNonceAtTheCutoverIsAnsweredOnceAndTheCutoverAcceptedOnce(t *testing.T) {
	server := newDigestServer()
	server.uses = 1
	url, l := serve(t, server.serve)
	c := newClient(t, Config{BaseURL: url, Auth: server.key()})
	if _, err := c.LiveMigration(t.Context(), project, migration); err != nil {
		t.Fatal(err)
	}
	if _, err := c.StartCutover(t.Context(), project, migration); err != nil {
		t.Fatal(err)
	}
	if l.count("PUT") != 2 || server.good["PUT"] != 1 || server.stale != 1 {
		t.Errorf("%d PUTs, accepted %v, %d stale", l.count("PUT"), server.good, server.stale)
	}
}

func Test401ForEverIsTwoRequestsAndAtlassOwnText(t *testing.T) {
	server := newDigestServer()
	url, l := serve(t, server.serve)
	c := newClient(t, Config{BaseURL: url, Auth: APIKey(server.public, "wrong")})
	for call := 1; call <= 2; call++ {
		_, err := c.StartCutover(t.Context(), project, migration)
		if e, ok := asAPIError(err); !ok || e.Detail != "You are not authorized for this resource." || l.count("PUT") != 2*call {
			t.Errorf("got %v after %d requests", err, l.count("PUT"))
		}
	}
}

func TestA401WithoutAUsableChallengeIsOneRequestAndAtlassOwnText(t *testing.T) {
	for name, challenges := range map[string][]string{
		"no challenge":                     nil,
		"basic":                            {`Basic realm="r"`},
		"bearer":                           {`Bearer`},
		"digest without anything":          {`Digest`},
		"a quote without end":              {`Digest realm="r", nonce="n`},
		"an unquoted value with odd signs": {`Digest realm="r", nonce=a/b`},
		"no nonce":                         {`Digest realm="r", qop="auth"`},
		"an unsupported algorithm":         {`Digest realm="r", nonce="n", algorithm=SHA3-256, qop="auth"`},
		"a session algorithm":              {`Digest realm="r", nonce="n", algorithm=MD5-sess, qop="auth"`},
		"an unsupported qop":               {`Digest realm="r", nonce="n", algorithm=MD5, qop="auth-conf"`},
		"several of them":                  {`Basic realm="r"`, `Digest realm="r`, `Digest realm="r", nonce="n", algorithm=X`},
	} {
		t.Run(name, func(t *testing.T) {
			url, l := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Www-Authenticate"] = challenges
				w.WriteHeader(http.StatusUnauthorized)
				_, _ = io.WriteString(w, unauthorized)
			})
			_, err := newClient(t, Config{BaseURL: url, Auth: APIKey("public", "private")}).StartCutover(t.Context(), project, migration)
			if err == nil || err.Error() != "401 Unauthorized: You are not authorized for this resource." || len(l.all()) != 1 {
				t.Errorf("got %v after %d requests", err, len(l.all()))
			}
		})
	}
}

func TestTheStrongestChallengeIsAnswered(t *testing.T) {
	md5, sha := `Digest realm="r", nonce="weak", algorithm=MD5, qop="auth"`, `Digest realm="r", nonce="strong", algorithm=SHA-256, qop="auth"`
	for _, tt := range []struct {
		name       string
		challenges []string
		want       string
	}{
		{"the weaker first", []string{md5, sha}, "strong"},
		{"the stronger first", []string{sha, md5}, "strong"},
		{"in small letters", []string{md5, strings.ToLower(sha)}, "strong"},
		{"no algorithm is MD5", []string{`Digest realm="r", nonce="bare"`, sha}, "strong"},
		{"of two alike the first", []string{md5, `Digest realm="r", nonce="bare"`}, "weak"},
		{"a stronger that cannot be answered", []string{`Digest realm="r", nonce="x", algorithm=SHA-256, qop="y"`, md5}, "weak"},
		{"a malformed one before it", []string{`Digest realm="r`, md5}, "weak"},
		{"another scheme before it", []string{`Bearer`, md5}, "weak"},
		{"a list of qop with blanks", []string{`Digest realm="r", nonce="blank", qop="x, auth"`}, "blank"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := strongestChallenge(http.Header{"Www-Authenticate": tt.challenges})
			if err != nil || got.Nonce != tt.want {
				t.Errorf("got %+v, %v; want %s", got, err, tt.want)
			}
		})
	}
}

func TestBothAlgorithmsOfferedIsOneSHA256Answer(t *testing.T) {
	server := newDigestServer()
	server.algorithms = []string{"MD5", "SHA-256"}
	url, l := serve(t, server.serve)
	if _, err := newClient(t, Config{BaseURL: url, Auth: server.key()}).StartCutover(t.Context(), project, migration); err != nil {
		t.Fatal(err)
	}
	all := l.all()
	if len(all) != 2 || !strings.Contains(all[1].Header.Get("Authorization"), "algorithm=SHA-256") {
		t.Errorf("the server saw %+v", all)
	}
}

func TestConcurrentRequestsNeverOvertakeEachOthersNonceCount(t *testing.T) {
	server := newDigestServer()
	url, l := serve(t, server.serve)
	c := newClient(t, Config{BaseURL: url, Auth: server.key()})
	const workers, rounds = 50, 6
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range rounds {
				if _, err := c.LiveMigration(t.Context(), project, migration); err != nil {
					t.Error(err)
				}
			}
			if _, err := c.StartCutover(t.Context(), project, migration); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if server.stale != 0 || server.issued > workers {
		t.Errorf("%d replays and %d challenges", server.stale, server.issued)
	}
	if server.good["GET"] != workers*rounds || server.good["PUT"] != workers || len(l.all()) != workers*(rounds+1)+server.issued {
		t.Errorf("accepted %v of %d", server.good, len(l.all()))
	}
}

func TestASlowRequestHoldsUpNoOther(t *testing.T) {
	server := newDigestServer()
	arrived, release := make(chan struct{}), make(chan struct{})
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && r.Header.Get("Authorization") != "" {
			close(arrived)
			<-release
		}
		server.serve(w, r)
	})
	c := newClient(t, Config{BaseURL: url, Auth: server.key()})
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := c.StartCutover(t.Context(), project, migration); err != nil {
			t.Error(err)
		}
	})
	<-arrived
	if _, err := c.LiveMigration(t.Context(), project, migration); err != nil {
		t.Error(err)
	}
	close(release)
	wg.Wait()
}

func TestAChallengeIsAnsweredOverANetworkThatDoesNotSayWhatItAnswers(t *testing.T) {
	requests := 0
	base := wire(func(*http.Request) (*http.Response, error) {
		requests++
		return answer(401, unauthorized, "WWW-Authenticate", `Digest realm="r", nonce="n", qop="auth"`), nil
	})
	_, err := newClient(t, Config{Base: base, Auth: APIKey("public", "private")}).StartCutover(t.Context(), project, migration)
	if StatusOf(err) != 401 || requests != 2 {
		t.Errorf("got %v after %d requests", err, requests)
	}
}

func TestCredentialsAreNotLeftOnTheRequest(t *testing.T) {
	for name, auth := range map[string]Auth{"key": newDigestServer().key(), "token": AccessToken("token")} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, DefaultBaseURL, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := auth.wrap(attempt(answering(401, "", "WWW-Authenticate", `Digest nonce="n"`)), req.URL).RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if len(req.Header) != 0 {
				t.Errorf("the request has %v", req.Header)
			}
		})
	}
}

func TestCredentialsAreNotPrinted(t *testing.T) {
	for _, auth := range []Auth{APIKey("public", "secret"), AccessToken("secret"), ServiceAccount("id", "secret")} {
		for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
			if text := fmt.Sprintf(format, Config{Auth: auth}); strings.Contains(text, "secret") {
				t.Errorf("%s prints %s", format, text)
			}
		}
	}
}
