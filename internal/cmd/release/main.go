// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Command release builds a release of the last commit as it would be published,
// for this machine's platform, and checks what came out: the names, what the
// archives hold, the sums, the version that the provider prints; that a second
// build in another folder gives the same bytes; and that the archives install
// through a filesystem mirror and rehearse a cutover.
//
// It publishes nothing, signs nothing, and writes to the clone's .build folder
// only.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/cmd/internal/terraformcli"
)

func main() {
	version := flag.String("version", "", "what the release is called, for example 0.1.0")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Stdout, *version)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "\nThe snapshot did not pass: %v.\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, version string) error {
	if version == "" {
		return errors.New("-version is missing")
	}
	root, err := terraformcli.Root(ctx)
	if err != nil {
		return err
	}
	commit, err := lastCommit(ctx, root, out)
	if err != nil {
		return err
	}
	dir := filepath.Join(terraformcli.BuildDir(root), "release")
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	// Two folders whose names differ in length, so that a path which found its
	// way into a binary shows.
	first := build{source: root, commit: commit, dir: filepath.Join(dir, "first"), version: version}
	second := build{source: root, commit: commit, dir: filepath.Join(dir, "and-once-more-elsewhere"), version: version}
	for _, b := range []build{first, second} {
		say(out, "Building %s of commit %.12s in %s", version, commit, b.dir)
		if err := b.run(ctx); err != nil {
			return err
		}
	}
	return check(ctx, out, root, first, second)
}

func check(ctx context.Context, out io.Writer, root string, first, second build) error {
	s := snapshot{dist: first.dist(), version: first.version, os: runtime.GOOS, arch: runtime.GOARCH}
	if err := errors.Join(s.inspect(first.manifest()), same(first.dist(), second.dist())); err != nil {
		return err
	}
	if err := s.try(ctx, filepath.Join(first.dir, ".build", "unpacked")); err != nil {
		return err
	}
	if err := first.demo(ctx, root, out); err != nil {
		return err
	}
	say(out, "\nThe snapshot passed: two builds gave the same bytes, and the archives rehearsed a cutover. They are in %s:", s.dist)
	for _, name := range s.names() {
		say(out, "  %s", name)
	}
	return nil
}

func say(out io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
