// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// simulation is a simulated Atlas on a loopback port.
type simulation struct {
	*atlassim.Sim
	url    string
	server *http.Server
	// opened counts the connections.
	opened atomic.Int64
}

func startSimulation(o atlassim.Options) (*simulation, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // It is there at once, or not at all.
	if err != nil {
		return nil, err
	}
	s := &simulation{Sim: atlassim.New(o), url: "http://" + listener.Addr().String()}
	s.server = &http.Server{Handler: s.Sim, ReadHeaderTimeout: time.Minute, ConnState: func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.opened.Add(1)
		}
	}}
	go func() { _ = s.server.Serve(listener) }() // It ends when it is closed.
	return s, nil
}

func (s *simulation) stop() { _ = s.server.Close() }

func (s *simulation) add(n int, m atlassim.Migration) []string {
	ids := make([]string, 0, n)
	for range n {
		ids = append(ids, s.Add(m))
	}
	return ids
}
