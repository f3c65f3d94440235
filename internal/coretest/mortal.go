// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package coretest

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
)

// Mortal is the network of a provider that can be killed: from then on nothing
// leaves it, and nothing reaches it.
type Mortal struct {
	// Next is the network while it lives.
	Next http.RoundTripper

	dead atomic.Bool
	dies Death
	end  context.CancelFunc
}

// Death says whether a provider dies at a request: before it is sent, or before
// its answer arrives. A nil one never strikes.
type Death func(*http.Request) (before, after bool)

var errDead = errors.New("the process is dead")

// RoundTrip sends a request as long as the process lives.
func (m *Mortal) RoundTrip(req *http.Request) (*http.Response, error) {
	before, after := false, false
	if m.dies != nil {
		before, after = m.dies(req)
	}
	if m.dead.Load() || before {
		m.Die()
		return nil, errDead
	}
	resp, err := m.Next.RoundTrip(req)
	if m.dead.Load() || after {
		if err == nil {
			_ = resp.Body.Close()
		}
		m.Die()
		return nil, errDead
	}
	return resp, err
}

// Live is a new process, which dies as it is told; end is called when it does.
func (m *Mortal) Live(dies Death, end context.CancelFunc) {
	m.dead.Store(false)
	m.dies, m.end = dies, end
}

// Die kills the process.
func (m *Mortal) Die() {
	m.dead.Store(true)
	m.end()
}

// Dead tells whether it was killed.
func (m *Mortal) Dead() bool { return m.dead.Load() }
