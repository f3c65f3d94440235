// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

func TestA307ToAnotherHostThatSendsAChallengeReachesItWithoutAuthorization(t *testing.T) {
	challenging := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Digest realm="MMS Public API", nonce="n", algorithm=MD5, qop="auth"`)
		w.WriteHeader(http.StatusUnauthorized)
	}
	for name, auth := range map[string]Auth{
		"key": APIKey("public", "private"), "token": AccessToken("token"), "account": ServiceAccount(clientID, clientSecret),
	} {
		t.Run("with a "+name, func(t *testing.T) {
			elsewhere, reached := serve(t, challenging)
			elsewhere = strings.Replace(elsewhere, "127.0.0.1", "localhost", 1)
			url, l := serveToken(t, func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, elsewhere+r.URL.Path, http.StatusTemporaryRedirect)
			})
			_, err := newClient(t, Config{BaseURL: url, Auth: auth}).StartCutover(t.Context(), project, migration)
			if StatusOf(err) != http.StatusTemporaryRedirect || l.count("PUT") != 1 {
				t.Errorf("got %v after %d PUTs", err, l.count("PUT"))
			}
			if got := reached.all(); len(got) != 0 {
				t.Errorf("the other host saw %+v", got)
			}
		})
	}
}

// resetter offers HTTP/2 and resets every stream with PROTOCOL_ERROR as soon as
// its headers have arrived. Over HTTP/1.1 it closes the connection instead. It
// counts the requests of both.
func resetter(t *testing.T) (base *http.Transport, url string, requests *atomic.Int32) {
	t.Helper()
	// Only its certificate is of use.
	certified := httptest.NewUnstartedServer(nil)
	certified.StartTLS()
	t.Cleanup(certified.Close)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: certified.TLS.Certificates, NextProtos: []string{"h2", "http/1.1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	requests = new(atomic.Int32)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go reset(conn, requests)
		}
	}()
	base = newBase()
	base.TLSClientConfig.RootCAs = x509.NewCertPool()
	base.TLSClientConfig.RootCAs.AddCert(certified.Certificate())
	return base, "https://" + listener.Addr().String(), requests
}

func reset(conn net.Conn, requests *atomic.Int32) {
	defer func() { _ = conn.Close() }()
	secured, ok := conn.(*tls.Conn)
	if !ok || secured.Handshake() != nil {
		return
	}
	if secured.ConnectionState().NegotiatedProtocol == "h2" {
		resetStreams(secured, requests)
		return
	}
	if _, err := http.ReadRequest(bufio.NewReader(secured)); err == nil {
		requests.Add(1)
	}
}

func resetStreams(conn net.Conn, requests *atomic.Int32) {
	const (
		preface                           = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
		headers, resetStream, settings, a = 0x1, 0x3, 0x4, 0x1 // a is the flag of an acknowledgement
		protocolError                     = 1
	)
	frame := func(kind, flags byte, stream uint32, payload []byte) {
		head := []byte{0, 0, byte(len(payload)), kind, flags, 0, 0, 0, 0}
		binary.BigEndian.PutUint32(head[5:], stream)
		_, _ = conn.Write(append(head, payload...))
	}
	if _, err := io.ReadFull(conn, make([]byte, len(preface))); err != nil {
		return
	}
	frame(settings, 0, 0, nil)
	for head := make([]byte, 9); ; {
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		length := int64(head[0])<<16 | int64(head[1])<<8 | int64(head[2])
		if _, err := io.CopyN(io.Discard, conn, length); err != nil {
			return
		}
		switch {
		case head[3] == headers:
			requests.Add(1)
			frame(resetStream, 0, binary.BigEndian.Uint32(head[5:]), binary.BigEndian.AppendUint32(nil, protocolError))
		case head[3] == settings && head[4]&a == 0:
			frame(settings, a, 0, nil)
		}
	}
}

func TestAnHTTP2PeerThatResetsTheStreamGetsOneCutover(t *testing.T) {
	base, url, requests := resetter(t)
	_, err := newClient(t, Config{BaseURL: url, Base: base}).StartCutover(t.Context(), project, migration)
	if err == nil || isUnsent(err) || StatusOf(err) != 0 || requests.Load() != 1 {
		t.Errorf("got %v after %d requests", err, requests.Load())
	}
}
