// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
)

// ServeHTTP serves this world on a socket. The wire effects of faults need
// HTTP/1.1; over HTTP/2 a Reset and a Close reset the stream.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isAdmin(r.URL.Path) {
		a := s.administer(r)
		_ = a.write(w) // its client is gone, and so is anyone who could be told
		return
	}
	in, err := read(r)
	if err != nil {
		panic(http.ErrAbortHandler) // the request has no end, or one that cannot be read
	}
	out := s.exchange(r.Context(), in)
	switch {
	case out.gone:
		panic(http.ErrAbortHandler)
	case out.wire.silent():
		hangUp(w, out.wire == Reset)
	case out.wire == CloseMidBody:
		writeCutShort(w, out.answer)
	case out.wire == EndlessBody:
		writeEndless(w, r, out)
	default:
		if out.answer.write(w) != nil {
			s.untold(out)
		}
	}
}

// write writes an answer whole.
func (a *answer) write(w http.ResponseWriter) error {
	a.frame()
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	if len(a.body) > 0 {
		if _, err := w.Write(a.body); err != nil {
			return err
		}
	}
	err := http.NewResponseController(w).Flush()
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

// hangUp ends the connection without an answer, with a reset (RST) or politely (FIN).
func hangUp(w http.ResponseWriter, reset bool) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if reset {
		lingerNot(connection)
	}
	_ = connection.Close() // which is all there is to do
}

// lingerNot makes a connection's Close send a reset.
func lingerNot(connection net.Conn) {
	if secured, ok := connection.(interface{ NetConn() net.Conn }); ok {
		connection = secured.NetConn()
	}
	if plain, ok := connection.(*net.TCPConn); ok {
		_ = plain.SetLinger(0) // fails only on a connection that is gone already
	}
}

// writeCutShort declares more than it sends, then closes the connection.
func writeCutShort(w http.ResponseWriter, a answer) {
	begin, declared := cutShort(a.body)
	a.body = begin
	a.frame()
	maps.Copy(w.Header(), a.header)
	w.Header().Set("Content-Length", strconv.Itoa(declared))
	w.WriteHeader(a.status)
	_, _ = w.Write(begin)
	_ = http.NewResponseController(w).Flush() // so that what there is arrives
	panic(http.ErrAbortHandler)               // which closes the connection short of the length
}

// writeEndless sends a body until its client goes away or the fault is released.
func writeEndless(w http.ResponseWriter, r *http.Request, out outcome) {
	begin, _ := cutShort(out.answer.body)
	maps.Copy(w.Header(), out.answer.header)
	w.WriteHeader(out.answer.status)
	if _, err := w.Write(begin); err != nil {
		return
	}
	_, _ = io.Copy(w, endless{gone: r.Context().Done(), ended: out.ended}) // ends when its client has had enough
}
