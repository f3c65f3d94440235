// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
)

// strict checks every digest as strictly as a server may.
func strict(algorithm atlassim.Algorithm) atlassim.Options {
	return atlassim.Options{Algorithms: []atlassim.Algorithm{algorithm}, StrictNonceCount: true}
}

var digestAlgorithms = []atlassim.Algorithm{atlassim.MD5, atlassim.MD5Session, atlassim.SHA256, atlassim.SHA256Session}

func TestRequestsOneAfterTheOtherNeedOneChallengeAndTheCutoverNone(t *testing.T) {
	for _, algorithm := range digestAlgorithms {
		t.Run(string(algorithm), func(t *testing.T) {
			simulate(t, strict(algorithm), func(t *testing.T, sim *atlassim.Sim, client func(APIVersion) *Client) {
				c, p, id := client(V1), sim.Credentials().ProjectID, sim.Add(atlassim.Migration{})
				for range 3 {
					if _, err := c.LiveMigration(t.Context(), p, id); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := c.StartCutover(t.Context(), p, id); err != nil {
					t.Fatal(err)
				}
				if len(sim.Log()) != 5 || challenges(sim) != 1 || puts(sim) != 1 || sim.AcceptedCutovers(id) != 1 {
					t.Errorf("the simulator saw %v", sim.Log())
				}
			})
		})
	}
}

func TestAStaleNonceAtTheCutoverIsAnsweredOnceAndTheCutoverAcceptedOnce(t *testing.T) {
	for _, algorithm := range digestAlgorithms {
		t.Run(string(algorithm), func(t *testing.T) {
			o := strict(algorithm)
			o.NonceLife = time.Second
			simulate(t, o, func(t *testing.T, sim *atlassim.Sim, client func(APIVersion) *Client) {
				c, p, id := client(V1), sim.Credentials().ProjectID, sim.Add(atlassim.Migration{})
				if _, err := c.LiveMigration(t.Context(), p, id); err != nil {
					t.Fatal(err)
				}
				<-time.After(2 * time.Second)
				if _, err := c.StartCutover(t.Context(), p, id); err != nil {
					t.Fatal(err)
				}
				if puts(sim) != 2 || sim.AcceptedCutovers(id) != 1 || stale(sim) != 1 {
					t.Errorf("the simulator saw %v", sim.Log())
				}
			})
		})
	}
}

func Test401ForEverIsTwoRequestsAndAtlassOwnText(t *testing.T) {
	simulate(t, atlassim.Options{}, func(t *testing.T, sim *atlassim.Sim, _ func(APIVersion) *Client) {
		keys, id := sim.Credentials(), sim.Add(atlassim.Migration{})
		c := newClient(t, Config{Auth: APIKey(keys.PublicKey, "wrong"), Base: sim.Transport()})
		for call := 1; call <= 2; call++ {
			_, err := c.StartCutover(t.Context(), keys.ProjectID, id)
			if e, ok := asAPIError(err); !ok || e.Detail != "You are not authorized for this resource." || puts(sim) != 2*call {
				t.Errorf("got %v after %d requests", err, puts(sim))
			}
		}
	})
}

func TestConcurrentRequestsNeverOvertakeEachOthersNonceCount(t *testing.T) {
	const workers, rounds = 50, 6
	sim := simtest.New(t, strict(atlassim.MD5))
	keys := sim.Credentials()
	c := newClient(t, Config{BaseURL: simtest.Start(t, sim), Auth: APIKey(keys.PublicKey, keys.PrivateKey)})
	var wg sync.WaitGroup
	for range workers {
		id := sim.Add(atlassim.Migration{})
		wg.Go(func() {
			for range rounds {
				if _, err := c.LiveMigration(t.Context(), keys.ProjectID, id); err != nil {
					t.Error(err)
				}
			}
			if _, err := c.StartCutover(t.Context(), keys.ProjectID, id); err != nil || sim.AcceptedCutovers(id) != 1 {
				t.Errorf("Atlas accepted %d cutovers: %v", sim.AcceptedCutovers(id), err)
			}
		})
	}
	wg.Wait()
	issued := challenges(sim)
	if stale(sim) != 0 || issued > workers || len(sim.Log()) != workers*(rounds+1)+issued {
		t.Errorf("%d replays and %d challenges in %d requests", stale(sim), issued, len(sim.Log()))
	}
}

func TestASlowRequestHoldsUpNoOther(t *testing.T) {
	simulate(t, atlassim.Options{}, func(t *testing.T, sim *atlassim.Sim, client func(APIVersion) *Client) {
		c, p, id := client(V1), sim.Credentials().ProjectID, sim.Add(atlassim.Migration{})
		release := sim.Inject(atlassim.Fault{Call: atlassim.CallCutover, Do: atlassim.Effect{Wire: atlassim.Hang}})
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := c.StartCutover(t.Context(), p, id); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		begin := time.Now()
		if _, err := c.LiveMigration(t.Context(), p, id); err != nil || time.Since(begin) > 0 {
			t.Errorf("read after %s: %v", time.Since(begin), err)
		}
		release()
		wg.Wait()
	})
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
	for name, auth := range map[string]Auth{"key": APIKey("public", "private"), "token": AccessToken("token")} {
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
