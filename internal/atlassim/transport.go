// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"strconv"
	"syscall"
	"time"
)

// Transport returns a round tripper that reaches this world, whatever the
// host, without any socket. It works in a synctest test: a request runs in
// its caller's goroutine. It calls the hooks of httptrace where a real
// transport does; above all GotConn only if a connection was had.
func (s *Sim) Transport() http.RoundTripper { return memory{sim: s} }

type memory struct{ sim *Sim }

// RoundTrip implements http.RoundTripper.
func (m memory) RoundTrip(r *http.Request) (*http.Response, error) {
	defer closeBody(r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if isAdmin(r.URL.Path) {
		return response(r, m.sim.administer(r)), nil
	}
	in, err := m.send(r)
	if err != nil {
		return nil, err
	}
	return receive(r, m.sim.exchange(r.Context(), in))
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close() // which a round tripper must do, and nobody looks at
	}
}

// send gets a connection and writes a request to it, as a real transport would.
func (m memory) send(r *http.Request) (*request, error) {
	trace := httptrace.ContextClientTrace(r.Context())
	if trace == nil {
		trace = &httptrace.ClientTrace{}
	}
	if err := m.connect(r, trace); err != nil {
		return nil, err
	}
	in, err := read(r)
	if err == nil && trace.WroteHeaders != nil {
		trace.WroteHeaders()
	}
	if trace.WroteRequest != nil {
		trace.WroteRequest(httptrace.WroteRequestInfo{Err: err})
	}
	return in, err
}

// connect calls the hooks of a connection that is had, or fails as the fault says.
func (m memory) connect(r *http.Request, trace *httptrace.ClientTrace) error {
	address := r.URL.Host
	if trace.GetConn != nil {
		trace.GetConn(address)
	}
	if err := m.sim.dial(r, address, trace); err != nil {
		return err
	}
	if trace.GotConn != nil {
		connection, _ := net.Pipe() // something that a hook can look at; nothing is sent through it
		trace.GotConn(httptrace.GotConnInfo{Conn: connection})
		// A hook that closes the connection keeps the request from being written.
		return connection.SetDeadline(time.Time{})
	}
	return nil
}

// dial fails if a fault lets no connection be made.
func (s *Sim) dial(r *http.Request, address string, trace *httptrace.ClientTrace) error {
	probe := &request{method: r.Method, path: r.URL.Path}
	probe.resolve()
	s.mu.Lock()
	fault := s.pick(probe.call(), true, false)
	s.mu.Unlock()
	switch {
	case fault == nil:
		return nil
	case fault.Do.Wire == TLSUntrusted:
		err := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
		if trace.TLSHandshakeDone != nil {
			trace.TLSHandshakeDone(tls.ConnectionState{}, err)
		}
		return err
	}
	err := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	if trace.ConnectDone != nil {
		trace.ConnectDone("tcp", address, err)
	}
	return err
}

// receive turns what a request gets into what a real transport returns for it.
func receive(r *http.Request, out outcome) (*http.Response, error) {
	if out.gone {
		return nil, r.Context().Err()
	}
	switch out.wire {
	case Reset:
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	case Close:
		return nil, io.EOF
	case NoWire, CloseMidBody, EndlessBody, Hang, RefuseDial, TLSUntrusted:
	}
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.GotFirstResponseByte != nil {
		trace.GotFirstResponseByte()
	}
	res := response(r, out.answer)
	switch out.wire {
	case CloseMidBody:
		begin, declared := cutShort(out.answer.body)
		res.Body = io.NopCloser(io.MultiReader(bytes.NewReader(begin), brokenOff{}))
		res.ContentLength = int64(declared)
		res.Header.Set("Content-Length", strconv.Itoa(declared))
	case EndlessBody:
		begin, _ := cutShort(out.answer.body)
		res.Body = io.NopCloser(io.MultiReader(bytes.NewReader(begin), endless{gone: r.Context().Done(), ended: out.ended}))
		res.ContentLength = -1
		res.Header.Del("Content-Length")
	case NoWire, Reset, Close, Hang, RefuseDial, TLSUntrusted:
	}
	return res, nil
}

// response returns an answer as a response that was received.
func response(r *http.Request, a answer) *http.Response {
	a.frame()
	return &http.Response{
		Status:        strconv.Itoa(a.status) + " " + http.StatusText(a.status),
		StatusCode:    a.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        a.header,
		Body:          io.NopCloser(bytes.NewReader(a.body)),
		ContentLength: int64(len(a.body)),
		Request:       r,
	}
}

// shortest is the Content-Length of an answer that is cut short although there was nothing to cut.
const shortest = 64

// cutShort returns the first half of a body and the length that it is said to have.
func cutShort(body []byte) (begin []byte, declared int) {
	return body[:len(body)/2], max(len(body), shortest)
}

// brokenOff is what is left of a body once its connection is gone.
type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// endless is a body that continues until its reader goes away or its fault is released.
type endless struct{ gone, ended <-chan struct{} }

func (e endless) Read(p []byte) (int, error) {
	select {
	case <-e.gone:
		return 0, context.Canceled
	case <-e.ended:
		return 0, io.EOF
	default:
	}
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
