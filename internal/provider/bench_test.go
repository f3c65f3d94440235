// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/donothing"
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

// subjects are this provider's cutover, and what it is compared with: a resource
// that does nothing, and one that does nothing with the attributes of a cutover.
var subjects = map[string]func(testing.TB) *core{
	"cutover": func(tb testing.TB) *core {
		return startCore(tb, provider.New("bench",
			provider.WithTransport(canned{}), provider.WithEnvironment(keys("public", "private")))(), cutoverType)
	},
	"nothing": func(tb testing.TB) *core { return startCore(tb, donothing.New(), "donothing_thing") },
	"twin":    func(tb testing.TB) *core { return startCore(tb, donothing.New(), "donothing_twin") },
}

// BenchmarkCall is one call of Terraform to a provider in the same process.
func BenchmarkCall(b *testing.B) {
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
		for _, name := range []string{"cutover", "nothing", "twin"} {
			b.Run(call.name+"/provider="+name, func(b *testing.B) { call.measure(b, subjects[name](b)) })
		}
	}
}

// Without this, what is compared with would fall behind the cutover's schema.
func TestTheTwinHasTheAttributesOfACutoverAndALife(t *testing.T) {
	twin := subjects["twin"](t)
	if of := subjects["cutover"](t).typ; !twin.typ.Equal(of) {
		t.Errorf("the twin is %s, and a cutover %s", twin.typ, of)
	}
	config := twin.config(project, migrated)
	created := twin.create(t.Context(), config, twin.plan(config))
	if got := twin.attribute(created.NewState, "status"); got != "SUCCESS" {
		t.Errorf("it has the status %q", got)
	}
	twin.read(created)
	if again := twin.planFrom(created.NewState, created.NewState, config, created.NewIdentity); !bytes.Equal(again.PlannedState.MsgPack, created.NewState.MsgPack) {
		t.Error("a second plan changes something")
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

// measureCreate adopts a cutover that is complete: one read, and no wait.
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
