// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"crypto/tls"
	"net/http"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

func TestAWorldIsServedOnLoopback(t *testing.T) {
	s := atlassim.New(atlassim.Options{})
	status(t, &http.Transport{}, Start(t, s))
	url, trust := StartTLS(t, s)
	status(t, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust, MinVersion: tls.VersionTLS12}}, url)
	if n := len(s.Log()); n != 2 {
		t.Errorf("%d requests in the log", n)
	}
}

func status(t *testing.T, transport *http.Transport, baseURL string) {
	t.Helper()
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, baseURL+"/api/atlas/v1.0/groups", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Error(err)
	}
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("status %d", res.StatusCode)
	}
}
