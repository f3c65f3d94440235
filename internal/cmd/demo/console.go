// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
)

// console interleaves what several processes print, one whole line at a time.
type console struct {
	mu  sync.Mutex
	out io.Writer
}

func newConsole(out io.Writer) *console { return &console{out: out} }

func (c *console) heading(text string) {
	c.line("\n" + text + "\n" + strings.Repeat("─", len([]rune(text))))
}

func (c *console) say(format string, args ...any) {
	c.line(fmt.Sprintf(format, args...))
}

func (c *console) line(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = fmt.Fprintln(c.out, text)
}

// stream returns a writer whose lines appear under the speaker's name. Empty
// lines are left out.
func (c *console) stream(speaker string) io.Writer {
	return &stream{console: c, prefix: fmt.Sprintf("%9s │ ", speaker)}
}

type stream struct {
	console *console
	prefix  string

	mu      sync.Mutex
	pending []byte
}

// Write shows every line that is complete and keeps the rest for later.
func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = append(s.pending, p...)
	for {
		line, rest, complete := bytes.Cut(s.pending, []byte("\n"))
		if !complete {
			return len(p), nil
		}
		s.pending = rest
		if text := strings.TrimRight(string(line), " \r"); text != "" {
			s.console.line(s.prefix + text)
		}
	}
}
