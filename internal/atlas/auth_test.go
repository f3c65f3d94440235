// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

func TestRequestsOneAfterTheOtherNeedOneChallengeAndTheCutoverNone(t *testing.T) {
	for _, algorithm := range []string{"MD5", "MD5-sess", "SHA-256", "SHA-256-sess"} {
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
	for _, algorithm := range []string{"MD5", "SHA-256-sess"} {
		t.Run(algorithm, func(t *testing.T) {
			server := newDigestServer()
			server.uses, server.algorithms = 1, []string{algorithm}
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
		})
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
