// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package bench_test

import (
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/bench/donothing"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
)

const (
	project     = "7e68e12770616e75e6df43d0"
	migrated    = "6296fb4c7c7aa997cf94e9a8"
	cutoverType = "atlasmigration_live_migration_cutover"
	complete    = `{"_id":"` + migrated + `","status":"COMPLETE","readyForCutover":false,"lagTimeSeconds":null,"migrationHosts":["migration-host.example.net"]}`
	challenge   = `Digest realm="MMS Public API", domain="", nonce="7Qm8Jb4qUwmRZ4zTx9b4Yw", algorithm=MD5, qop="auth", stale=false`
)

// canned is Atlas without any work in it: it answers every signed request with
// a live migration that is complete.
type canned struct{}

// RoundTrip answers.
func (canned) RoundTrip(r *http.Request) (*http.Response, error) {
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	if r.Header.Get("Authorization") == "" {
		return answer(r, http.StatusUnauthorized, http.Header{"Www-Authenticate": {challenge}}, ""), nil
	}
	return answer(r, http.StatusOK, http.Header{"Content-Type": {"application/json"}}, complete), nil
}

func answer(r *http.Request, status int, header http.Header, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header, Request: r,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
}

// keys are what the provider finds in its environment.
func keys(public, private string) func(string) string {
	env := map[string]string{"MONGODB_ATLAS_PUBLIC_API_KEY": public, "MONGODB_ATLAS_PRIVATE_API_KEY": private}
	return func(name string) string { return env[name] }
}

// BenchmarkCall is one call of Terraform to a provider in the same process: this
// one, and the one that does nothing.
func BenchmarkCall(b *testing.B) {
	cutovers := func(b *testing.B) *core {
		return startCore(b, provider.New("bench",
			provider.WithTransport(canned{}), provider.WithEnvironment(keys("public", "private")))(), cutoverType)
	}
	things := func(b *testing.B) *core { return startCore(b, donothing.New(), "donothing_thing") }
	alike := func(b *testing.B) *core { return startCore(b, donothing.New(), "donothing_alike") }
	for _, call := range []struct {
		name    string
		measure func(*testing.B, *core)
	}{
		{"schema", measureSchema},
		{"validate", measureValidate},
		{"plan", measurePlan},
		{"create", measureCreate},
		{"read", measureRead},
		{"replan", measureReplan},
	} {
		b.Run(call.name+"/cutover", func(b *testing.B) { call.measure(b, cutovers(b)) })
		b.Run(call.name+"/nothing", func(b *testing.B) { call.measure(b, things(b)) })
		b.Run(call.name+"/alike", func(b *testing.B) { call.measure(b, alike(b)) })
	}
}

// measureSchema asks for everything that the provider has, as every command does
// once.
func measureSchema(b *testing.B, c *core) {
	b.ReportAllocs()
	for b.Loop() {
		c.schema()
	}
}

func measureValidate(b *testing.B, c *core) {
	config := c.config(project, migrated)
	b.ReportAllocs()
	for b.Loop() {
		c.validate(config)
	}
}

func measurePlan(b *testing.B, c *core) {
	config := c.config(project, migrated)
	b.ReportAllocs()
	for b.Loop() {
		c.plan(config)
	}
}

// measureCreate adopts a cutover that is complete: one look, and no wait.
func measureCreate(b *testing.B, c *core) {
	config := c.config(project, migrated)
	plan := c.plan(config)
	b.ReportAllocs()
	for b.Loop() {
		c.create(b.Context(), config, plan)
	}
}

func measureRead(b *testing.B, c *core) {
	config := c.config(project, migrated)
	created := c.create(b.Context(), config, c.plan(config))
	b.ReportAllocs()
	for b.Loop() {
		c.read(created)
	}
}

func measureReplan(b *testing.B, c *core) {
	config := c.config(project, migrated)
	created := c.create(b.Context(), config, c.plan(config))
	b.ReportAllocs()
	for b.Loop() {
		c.replan(created.NewState, config, created.NewIdentity)
	}
}

// BenchmarkLook is what waiting repeats: one signed request and its answer.
func BenchmarkLook(b *testing.B) {
	client := clientOf(b, canned{})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.LiveMigration(b.Context(), project, migrated); err != nil {
			b.Fatal(err)
		}
	}
}

// endless answers with a body that does not end.
type endless struct{ canned }

// RoundTrip answers.
func (e endless) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := e.canned.RoundTrip(r)
	if err == nil && resp.StatusCode == http.StatusOK {
		resp.Body, resp.ContentLength = io.NopCloser(blank{}), -1
	}
	return resp, err
}

type blank struct{}

// Read reads.
func (blank) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// BenchmarkBodyWithoutEnd is a look that is answered with one.
func BenchmarkBodyWithoutEnd(b *testing.B) {
	client := clientOf(b, endless{})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.LiveMigration(b.Context(), project, migrated); err == nil {
			b.Fatal("a body without end was read to its end")
		}
	}
}

func clientOf(b *testing.B, network http.RoundTripper) *atlas.Client {
	client, err := atlas.New(atlas.Config{Auth: atlas.APIKey("public", "private"), Base: network})
	if err != nil {
		b.Fatal(err)
	}
	return client
}
