// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Command demo rehearses one cutover from beginning to end: a real Terraform CLI,
// a provider that it installs from a filesystem mirror, and a simulated Atlas on
// a loopback port. It exits with 0 only if Atlas accepted exactly one cutover and
// a second apply changed nothing there.
//
// `make demo` runs it at the root of a clone. It writes to the clone's .build
// folder only, and leaves no process behind, also after Ctrl-C.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	mirror := flag.String("mirror", "", "`folder` with a filesystem mirror of the provider")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	status := run(ctx, *mirror, flag.Arg(0))
	stop()
	os.Exit(status)
}

// run returns the exit status: 0 passed, 1 failed, 130 interrupted.
func run(ctx context.Context, mirror, example string) int {
	began := time.Now()
	err := rehearse(ctx, mirror, example)
	switch {
	case ctx.Err() != nil:
		say("\nThe demo was interrupted; it has cleaned up after itself.")
		return 130
	case errors.Is(err, errFailed):
		say("\nThe demo failed: %v.", err)
		return 1
	case err != nil:
		say("\nThe demo could not run: %v.", err)
		return 1
	}
	say("\nThe demo passed: one cutover requested, confirmed by Atlas and kept in state; a second apply changed nothing (%s).",
		time.Since(began).Round(time.Second))
	return 0
}

func say(format string, args ...any) { fmt.Printf(format+"\n", args...) }
