// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package coretest

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
)

// KillableTransport is the network of a provider process that can be killed. After
// that nothing leaves the process, and nothing reaches it.
type KillableTransport struct {
	// Next is the network until then.
	Next http.RoundTripper

	killed atomic.Bool
	at     Kill
	onKill context.CancelFunc
}

// Kill reports whether a process is killed at a request: before it is sent, or
// before its response arrives. A nil Kill never does.
type Kill func(*http.Request) (before, after bool)

var errKilled = errors.New("the process was killed")

// RoundTrip sends a request, unless the process was killed.
func (t *KillableTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	before, after := false, false
	if t.at != nil {
		before, after = t.at(req)
	}
	if t.killed.Load() || before {
		t.Kill()
		return nil, errKilled
	}
	resp, err := t.Next.RoundTrip(req)
	if t.killed.Load() || after {
		if err == nil {
			_ = resp.Body.Close()
		}
		t.Kill()
		return nil, errKilled
	}
	return resp, err
}

// Start starts a new process, and calls onKill when that is killed.
func (t *KillableTransport) Start(at Kill, onKill context.CancelFunc) {
	t.killed.Store(false)
	t.at, t.onKill = at, onKill
}

// Kill kills the process.
func (t *KillableTransport) Kill() {
	t.killed.Store(true)
	t.onKill()
}

// Killed reports whether the process was killed.
func (t *KillableTransport) Killed() bool { return t.killed.Load() }
