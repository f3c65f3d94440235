// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package simtest puts a simulated Atlas on a socket for the length of a test.
package simtest

import (
	"crypto/x509"
	"net/http/httptest"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// Start serves a world on a free port of 127.0.0.1, HTTP/1.1 only, until the
// test ends, and returns its base URL.
func Start(t testing.TB, s *atlassim.Sim) (baseURL string) {
	t.Helper()
	server := httptest.NewServer(s)
	stopWith(t, s, server)
	return server.URL
}

// StartTLS does the same with TLS, and offers HTTP/2 as well. It returns also
// a pool with the certificate to trust.
func StartTLS(t testing.TB, s *atlassim.Sim) (baseURL string, trust *x509.CertPool) {
	t.Helper()
	server := httptest.NewUnstartedServer(s)
	server.EnableHTTP2 = true
	server.StartTLS()
	stopWith(t, s, server)
	trust = x509.NewCertPool()
	trust.AddCert(server.Certificate())
	return server.URL, trust
}

// stopWith stops a server at the end of a test; requests that a fault holds
// are let go on first, since a server waits for them.
func stopWith(t testing.TB, s *atlassim.Sim, server *httptest.Server) {
	t.Cleanup(func() {
		s.ClearFaults()
		server.CloseClientConnections()
		server.Close()
	})
}
