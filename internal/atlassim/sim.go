// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"time"
)

// Options says what kind of Atlas to simulate. The zero value is the Atlas that
// is recorded and documented: real time, MD5 digest with nonces that live 60 s,
// and its rate limits. Assumptions lists what can be answered in another way.
type Options struct {
	// Speed is how many times faster than real time the simulated clock runs; 0 means 1.
	Speed float64
	// Algorithms are the digest algorithms offered, in this order, one challenge
	// header line each; empty means MD5 only.
	Algorithms []Algorithm
	// Challenges writes the challenges in another form, as other servers and proxies
	// do; nil leaves one to a line.
	Challenges func(lines []string) []string
	// NonceLife is how long a nonce is accepted, on the simulated clock; 0 means
	// 60 s, but at least a second of real time, because a faster clock makes no
	// client faster.
	NonceLife time.Duration
	// StrictNonceCount answers 401 with stale=true to a nonce count that is not
	// higher than the last one seen with the same nonce.
	StrictNonceCount bool
	// RateLimit is the token bucket that each project has; zero means the one that
	// is documented, Unlimited none.
	RateLimit Bucket
	// OrgRateLimit is the token bucket that the organization's own calls take
	// from; zero means the one that is documented, Unlimited none.
	OrgRateLimit Bucket
	// TokenBucket is the token bucket of the OAuth token endpoint; what it refuses
	// is answered before the client's credentials are looked at. Zero means no
	// limit, since none is documented.
	TokenBucket Bucket
	// TokenLife is how long an access token lives that the token endpoint issued,
	// on the simulated clock; 0 means 1 h.
	TokenLife time.Duration
	// Link and Start say how the calls go whose details are not published; see
	// also SetStart.
	Link  LinkScript
	Start StartScript
	// Replies say how Atlas answers where no script says it.
	Replies
	// GoneVersions are the v2 version dates ("2022-10-31") that are answered 410 VERSION_GONE.
	GoneVersions []string
	// OnEntry is called with each log entry once it is complete, outside of all
	// locks and before the answer goes out. It may be called concurrently.
	OnEntry func(Entry)
	// OnExchange is called after OnEntry with the request and its answer, secrets
	// included, for tests that compare them with the API's description. An answer
	// that was not sent is left out: its client went away or a fault kept it back.
	OnExchange func(Exchange)
}

// Credentials are what a client needs to be let into a world. They are the
// same for every world and look like nothing else, so that a search of logs
// and state for them is meaningful.
type Credentials struct {
	PublicKey    string `json:"public_key"`
	PrivateKey   string `json:"private_key"`
	AccessToken  string `json:"access_token"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	OrgID        string `json:"org_id"`
	ProjectID    string `json:"project_id"`
}

// Sim is one simulated Atlas: a clock, projects, live migrations, credentials,
// faults, and a ledger of every request. Its methods may be called concurrently.
type Sim struct {
	options Options
	clock   clock
	nonces  nonces
	tokens  tokens

	mu          sync.Mutex // guards everything below; never held while waiting
	key         Key
	limits      limits
	link        link
	projects    []AvailableProject
	start       StartScript
	template    Migration
	validation  ValidationScript
	migrations  map[string]*liveMigration
	jobs        map[string]*job
	validations map[string]*validation
	starts      []Start
	ids         map[string]int
	faults      []*liveFault
	ledger      ledger
	firstPut    time.Time // when the first cutover was accepted, simulated
}

// New returns a world without any live migration. Its clock starts at
// time.Now() and runs Options.Speed times as fast as real time.
func New(o Options) *Sim {
	if o.Speed <= 0 {
		o.Speed = 1
	}
	if len(o.Algorithms) == 0 {
		o.Algorithms = []Algorithm{MD5}
	}
	if o.NonceLife == 0 {
		o.NonceLife = max(time.Minute, time.Duration(o.Speed*float64(time.Second)))
	}
	if o.TokenLife == 0 {
		o.TokenLife = time.Hour
	}
	return &Sim{
		options:     o,
		clock:       startClock(o.Speed),
		nonces:      nonces{life: o.NonceLife, strict: o.StrictNonceCount, issued: map[string]*nonce{}},
		tokens:      tokens{life: o.TokenLife, issued: map[string]issuedToken{}},
		key:         Key{OrgOwner: true, Member: true, OnAccessList: true},
		limits:      newLimits(o),
		link:        link{script: o.Link},
		start:       o.Start,
		migrations:  map[string]*liveMigration{},
		jobs:        map[string]*job{},
		validations: map[string]*validation{},
		ids:         map[string]int{},
	}
}

// Credentials returns the API key, the access token, the service account, and
// the IDs of the organization and of the project that live migrations are added
// to by default.
func (s *Sim) Credentials() Credentials {
	secret := fingerprint("private key", 0)
	return Credentials{
		PublicKey:    "simulkey",
		PrivateKey:   fmt.Sprintf("%s-%s-%s-%s-%s", secret[:8], secret[8:12], secret[12:16], secret[16:20], secret[20:32]),
		AccessToken:  "simulated-access-token-" + fingerprint("access token", 0)[:40],
		ClientID:     "mdb_sa_id_" + objectID("service account", 1),
		ClientSecret: "mdb_sa_sk_" + fingerprint("client secret", 0)[:40],
		OrgID:        objectID("organization", 1),
		ProjectID:    objectID("project", 1),
	}
}

// Now returns the time on the simulated clock.
func (s *Sim) Now() time.Time { return s.clock.now() }

// nextID takes an ID that no other object of this world has. The caller holds s.mu.
func (s *Sim) nextID(kind string) string {
	id := s.peekID(kind)
	s.ids[kind]++
	return id
}

// peekID returns the ID that nextID would take.
func (s *Sim) peekID(kind string) string { return objectID(kind, s.ids[kind]+1) }

// objectID returns the n-th id of a kind: 24 lower-case hex digits, the same in every run.
func objectID(kind string, n int) string { return fingerprint(kind, n)[:24] }

func fingerprint(kind string, n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "atlas-sim/%s/%d", kind, n))
	return hex.EncodeToString(sum[:])
}
