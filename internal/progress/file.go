// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package progress

import (
	"os"
	"strings"
	"sync"
	"time"
	"unicode"
)

// File is the progress file: one line for each thing that people are told,
// appended with one write each, so that lines of several runs and processes stay
// whole. It never holds a secret. A nil File takes no lines.
type File struct {
	mu   sync.Mutex
	file *os.File
}

// Open opens a file to append to; a terminal such as /dev/tty is one too.
func Open(name string) (*File, error) {
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // The user names the file.
	if err != nil {
		return nil, err
	}
	return &File{file: file}, nil
}

// Append writes a line: the time in UTC, what it is about, and the sentence.
func (f *File) Append(subject, text string) error {
	if f == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	line := time.Now().UTC().Format(time.RFC3339) + " " + subject + " " + oneLine(text) + "\n"
	_, err := f.file.WriteString(line)
	return err
}

// Close closes the file.
func (f *File) Close() error {
	if f == nil {
		return nil
	}
	return f.file.Close()
}

// oneLine makes spaces of everything that a terminal could take for a command,
// or a reader for the end of the line.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
}
