// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package clitest

import (
	"bytes"
	"strings"
	"sync"
)

// transcript is what a command prints, as it prints it.
type transcript struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

// Write adds to the transcript.
func (p *transcript) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
	return p.text.Write(b)
}

// String is all of it so far.
func (p *transcript) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// count is how often the text has been printed, beside a channel that is closed
// when more is printed.
func (p *transcript) count(text string) (int, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.changed == nil {
		p.changed = make(chan struct{})
	}
	return strings.Count(p.text.String(), text), p.changed
}

// Unwrap joins the lines that a CLI makes of a diagnostic, and takes off its
// frame.
func Unwrap(printed string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(printed)), " ")
}
