// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
)

// simulate runs a test against a simulated Atlas in fake time.
func simulate(t *testing.T, o atlassim.Options, test func(*testing.T, *atlassim.Sim, func(APIVersion) *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sim := simtest.New(t, o)
		keys := sim.Credentials()
		test(t, sim, func(d APIVersion) *Client {
			return newClient(t, Config{APIVersion: d, Auth: APIKey(keys.PublicKey, keys.PrivateKey), Base: sim.Transport()})
		})
	})
}

// entries counts the entries of the simulator's log that match.
func entries(sim *atlassim.Sim, match func(atlassim.Entry) bool) int {
	n := 0
	for _, e := range sim.Log() {
		if match(e) {
			n++
		}
	}
	return n
}

func puts(sim *atlassim.Sim) int {
	return entries(sim, func(e atlassim.Entry) bool { return e.Method == "PUT" })
}

func challenges(sim *atlassim.Sim) int {
	return entries(sim, func(e atlassim.Entry) bool { return e.Challenged })
}

// stale counts the challenges that blame a nonce.
func stale(sim *atlassim.Sim) int {
	return entries(sim, func(e atlassim.Entry) bool { return strings.Contains(e.Did, "stale nonce") })
}

func TestACutoverFromLookToCompletion(t *testing.T) {
	for _, apiVersion := range []APIVersion{V1, V2} {
		for _, algorithm := range []atlassim.Algorithm{atlassim.MD5, atlassim.SHA256} {
			t.Run(string(apiVersion)+" with "+string(algorithm), func(t *testing.T) {
				o := atlassim.Options{Algorithms: []atlassim.Algorithm{algorithm}, StrictNonceCount: true}
				simulate(t, o, func(t *testing.T, sim *atlassim.Sim, client func(APIVersion) *Client) {
					c, p := client(apiVersion), sim.Credentials().ProjectID
					id := sim.Add(atlassim.Migration{CutoverTakes: 5 * time.Minute})
					m, err := c.LiveMigration(t.Context(), p, id)
					if err != nil || m.ID != id || m.Status != "WORKING" || m.ReadyForCutover == nil || !*m.ReadyForCutover || m.LagTimeSeconds == nil {
						t.Fatalf("before: %+v, %v", m, err)
					}
					job, err := c.StartCutover(t.Context(), p, id)
					want := Job{}
					if apiVersion == V1 { // v2 answers without a job
						want = Job{ID: sim.CutoverLedger(id)[0].JobID, ProjectID: p, SourceProjectID: job.SourceProjectID, Status: "PENDING"}
					}
					if err != nil || *job != want {
						t.Fatalf("requested: %+v, %v", job, err)
					}
					<-time.After(5 * time.Minute)
					m, err = c.LiveMigration(t.Context(), p, id)
					if err != nil || m.Status != "COMPLETE" {
						t.Errorf("after: %+v, %v", m, err)
					}
					job, err = c.Validation(t.Context(), p, sim.CutoverLedger(id)[0].JobID)
					if err != nil || job.Status != "SUCCESS" {
						t.Errorf("job: %+v, %v", job, err)
					}
					// One challenge at first, one when the nonce had ended.
					if puts(sim) != 1 || sim.AcceptedCutovers(id) != 1 || len(sim.Log()) != 6 {
						t.Errorf("the simulator saw %+v", sim.Log())
					}
				})
			})
		}
	}
}

func TestWhatHappensToACutoverOnTheWireHasItsShape(t *testing.T) {
	unsent := func(err error) bool { return isUnsent(err) && !Untrusted(err) }
	unknown := func(err error) bool {
		var unreadable *DecodeError
		return err != nil && !isUnsent(err) && StatusOf(err) == 0 && !errors.As(err, &unreadable)
	}
	unreadable := func(err error) bool {
		var e *DecodeError
		return errors.As(err, &e)
	}
	for _, tt := range []struct {
		name     string
		fault    atlassim.Fault
		want     func(error) bool
		accepted int
	}{
		{"refused is unsent", atlassim.Fault{Do: atlassim.Effect{Wire: atlassim.RefuseDial}}, unsent, 0},
		{"an untrusted certificate is untrusted", atlassim.Fault{Do: atlassim.Effect{Wire: atlassim.TLSUntrusted}}, Untrusted, 0},
		{"reset before it was acted on is unknown", atlassim.Fault{Do: atlassim.Effect{Wire: atlassim.Reset}}, unknown, 0},
		{"reset after it was acted on is unknown", atlassim.Fault{After: true, Do: atlassim.Effect{Wire: atlassim.Reset}}, unknown, 1},
		{"closed after it was acted on is unknown", atlassim.Fault{After: true, Do: atlassim.Effect{Wire: atlassim.Close}}, unknown, 1},
		{"hanging after it was acted on is unknown", atlassim.Fault{After: true, Do: atlassim.Effect{Wire: atlassim.Hang}}, unknown, 1},
		{"closed within the body is unreadable", atlassim.Fault{After: true, Do: atlassim.Effect{Wire: atlassim.CloseMidBody}}, unreadable, 1},
		{"a body without end is unreadable", atlassim.Fault{After: true, Do: atlassim.Effect{Wire: atlassim.EndlessBody}}, unreadable, 1},
		{"a page is unreadable", atlassim.Fault{After: true, Do: atlassim.Effect{Garble: "<html>"}}, unreadable, 1},
		{"503 after it was acted on is a 503", atlassim.Fault{After: true, Do: atlassim.Effect{Status: 503, Body: "<html>"}},
			func(err error) bool { return StatusOf(err) == 503 }, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			simulate(t, atlassim.Options{}, func(t *testing.T, sim *atlassim.Sim, client func(APIVersion) *Client) {
				c, p, id := client(V1), sim.Credentials().ProjectID, sim.Add(atlassim.Migration{})
				if _, err := c.LiveMigration(t.Context(), p, id); err != nil {
					t.Fatal(err)
				}
				tt.fault.Call = "cutover"
				defer sim.Inject(tt.fault)()
				begin := time.Now()
				_, err := c.StartCutover(t.Context(), p, id)
				if !tt.want(err) || sim.AcceptedCutovers(id) != tt.accepted || puts(sim) > 1 || time.Since(begin) > time.Minute {
					t.Errorf("got %v after %v, and the simulator saw %+v", err, time.Since(begin), sim.Log())
				}
			})
		})
	}
}

func TestARefusalByAtlasIsTold(t *testing.T) {
	simulate(t, atlassim.Options{}, func(t *testing.T, sim *atlassim.Sim, client func(APIVersion) *Client) {
		p, id := sim.Credentials().ProjectID, sim.Add(atlassim.Migration{})
		_, err := client(V2).LiveMigration(t.Context(), p, strings.Repeat("0", 24))
		if e, ok := asAPIError(err); !ok || e.Status != 404 || e.Code != "RESOURCE_NOT_FOUND" || e.Detail == "" {
			t.Errorf("unknown: %v", err)
		}
		sim.SetKey(func(k *atlassim.Key) { k.Revoked = true })
		before := len(sim.Log())
		_, err = client(V1).StartCutover(t.Context(), p, id)
		if e, ok := asAPIError(err); !ok || e.Status != 401 || e.Detail == "" || len(sim.Log())-before != 2 {
			t.Errorf("revoked: %v after %+v", err, sim.Log()[before:])
		}
	})
}
