// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// secure serves TLS, with HTTP/2 on offer, and gives a base that trusts it.
func secure(t *testing.T, handler http.HandlerFunc, adjust func(*httptest.Server)) (string, *http.Transport) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2 = true
	server.Config.ErrorLog = nil
	adjust(server)
	server.StartTLS()
	t.Cleanup(server.Close)
	base := newBase()
	base.TLSClientConfig.RootCAs = x509.NewCertPool()
	base.TLSClientConfig.RootCAs.AddCert(server.Certificate())
	return server.URL, base
}

func TestOnlyHTTP1IsSpoken(t *testing.T) {
	l := &ledger{}
	url, base := secure(t, l.record(func(http.ResponseWriter, *http.Request) {}), func(*httptest.Server) {})
	if _, err := newClient(t, Config{BaseURL: url, Base: base}).StartCutover(t.Context(), project, migration); err != nil {
		t.Fatal(err)
	}
	if got := l.all(); len(got) != 1 || got[0].Proto != 1 {
		t.Errorf("the server saw %+v", got)
	}
}

func TestTLSBefore12IsRefused(t *testing.T) {
	l := &ledger{}
	url, base := secure(t, l.record(func(http.ResponseWriter, *http.Request) {}), func(s *httptest.Server) {
		s.Config.ErrorLog = discardLog()
		s.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	})
	_, err := newClient(t, Config{BaseURL: url, Base: base}).StartCutover(t.Context(), project, migration)
	if !isUnsent(err) || len(l.all()) != 0 {
		t.Errorf("got %v, and the server saw %+v", err, l.all())
	}
}

func TestAnUntrustedCertificateIsNotTriedAgain(t *testing.T) {
	var connections atomic.Int32
	l := &ledger{}
	url, _ := secure(t, l.record(func(http.ResponseWriter, *http.Request) {}), func(s *httptest.Server) {
		s.Config.ErrorLog = discardLog()
		s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				connections.Add(1)
			}
		}
	})
	_, err := newClient(t, Config{BaseURL: url}).LiveMigration(t.Context(), project, migration)
	if !Untrusted(err) || !isUnsent(err) || connections.Load() != 1 || len(l.all()) != 0 {
		t.Errorf("got %v after %d connections and %+v", err, connections.Load(), l.all())
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere, reached := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Digest realm="r", nonce="n", qop="auth"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, location := range []string{elsewhere + "/", "/api/atlas/v1.0", "", "http://%zz"} {
			for name, auth := range map[string]Auth{"key": APIKey("public", "private"), "token": AccessToken("token")} {
				t.Run(http.StatusText(status)+" to "+location+" with a "+name, func(t *testing.T) {
					url, l := serve(t, func(w http.ResponseWriter, _ *http.Request) {
						w.Header().Set("Location", location)
						w.WriteHeader(status)
					})
					c := newClient(t, Config{BaseURL: url, Auth: auth})
					_, looked := c.LiveMigration(t.Context(), project, migration)
					_, requested := c.StartCutover(t.Context(), project, migration)
					if StatusOf(looked) != status || StatusOf(requested) != status || len(l.all()) != 2 {
						t.Errorf("got %v and %v after %d requests", looked, requested, len(l.all()))
					}
				})
			}
		}
	}
	if got := reached.all(); len(got) != 0 {
		t.Errorf("the other host saw %+v", got)
	}
}

// fickle serves connections by hand: it answers GETs and keeps the connection,
// and closes it when a PUT has arrived.
func fickle(t *testing.T) (string, *atomic.Int32) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	puts := new(atomic.Int32)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serveUntilPut(conn, puts)
		}
	}()
	return "http://" + listener.Addr().String(), puts
}

func serveUntilPut(conn net.Conn, puts *atomic.Int32) {
	defer func() { _ = conn.Close() }()
	reader := bufio.NewReader(conn)
	for {
		req, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		if req.Method == http.MethodPut {
			puts.Add(1)
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
	}
}

func TestAKeptConnectionThatClosesOnACutoverDoesNotSendItAgain(t *testing.T) {
	url, puts := fickle(t)
	c := newClient(t, Config{BaseURL: url})
	if _, err := c.LiveMigration(t.Context(), project, migration); err != nil {
		t.Fatal(err)
	}
	_, err := c.StartCutover(t.Context(), project, migration)
	if err == nil || isUnsent(err) || StatusOf(err) != 0 || puts.Load() != 1 {
		t.Errorf("got %v after %d PUTs", err, puts.Load())
	}
}

func TestHeadersWithoutEndAreCutOff(t *testing.T) {
	url, _ := serve(t, raw("HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", 128<<10)+"\r\nContent-Length: 0\r\n\r\n"))
	_, err := newClient(t, Config{BaseURL: url}).StartCutover(t.Context(), project, migration)
	if err == nil || isUnsent(err) {
		t.Errorf("got %v", err)
	}
}

func TestClosingReachesTheNetwork(t *testing.T) {
	for name, closing := range map[string]func(*Client){
		"its idle connections": (*Client).CloseIdleConnections,
		"all of it":            func(c *Client) { _ = c.Close(t.Context()) },
	} {
		t.Run(name, func(t *testing.T) { closingReachesTheNetwork(t, closing) })
	}
}

func closingReachesTheNetwork(t *testing.T, closing func(*Client)) {
	t.Helper()
	closed := make(chan struct{}, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}
	server.Start()
	defer server.Close()
	c := newClient(t, Config{BaseURL: server.URL})
	if _, err := c.StartCutover(t.Context(), project, migration); err != nil {
		t.Fatal(err)
	}
	closing(c)
	<-closed
}
