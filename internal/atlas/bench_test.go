// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

const benchChallenge = `Digest realm="MMS Public API", domain="", nonce="7Qm8Jb4qUwmRZ4zTx9b4Yw", algorithm=MD5, qop="auth", stale=false`

// signedOnly answers a request that is signed with a body, and challenges others.
func signedOnly(body func() io.ReadCloser) http.RoundTripper {
	return wire(func(req *http.Request) (*http.Response, error) {
		connect(req)
		if req.Header.Get("Authorization") == "" {
			return answer(http.StatusUnauthorized, "", "WWW-Authenticate", benchChallenge), nil
		}
		resp := answer(http.StatusOK, "", "Content-Type", "application/json")
		resp.Body = body()
		return resp, nil
	})
}

// BenchmarkRead is what waiting repeats: one signed request and its answer.
func BenchmarkRead(b *testing.B) {
	const complete = `{"_id":"` + migration + `","status":"COMPLETE","readyForCutover":false,"lagTimeSeconds":null,"migrationHosts":["h"]}`
	c := benchClient(b, signedOnly(func() io.ReadCloser { return io.NopCloser(strings.NewReader(complete)) }))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.LiveMigration(b.Context(), project, migration); err != nil {
			b.Fatal(err)
		}
	}
}

// blank is a body without end.
type blank struct{}

func (blank) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// BenchmarkBodyWithoutEnd is a read that is answered with one.
func BenchmarkBodyWithoutEnd(b *testing.B) {
	c := benchClient(b, signedOnly(func() io.ReadCloser { return io.NopCloser(blank{}) }))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.LiveMigration(b.Context(), project, migration); err == nil {
			b.Fatal("a body without end was read to its end")
		}
	}
}

func benchClient(b *testing.B, network http.RoundTripper) *Client {
	c, err := New(Config{Auth: APIKey("public", "private"), Base: network})
	if err != nil {
		b.Fatal(err)
	}
	return c
}
