// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Command demo rehearses one cutover from beginning to end: the provider built
// from this clone, a real Terraform CLI, and a simulated Atlas on a loopback
// port. It exits with 0 only if Atlas accepted exactly one cutover and a second
// apply changed nothing there.
//
// With -release it takes both programs from the archives of a release instead,
// and installs the provider as a user would who has no registry.
//
// It writes to the clone's .build folder only, and leaves no process behind,
// whether it ends by itself or by Ctrl-C.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	release := flag.String("release", "", "`folder` with the archives of a release, to rehearse with those")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	status := run(ctx, flag.Args(), *release, os.Stdout)
	stop()
	os.Exit(status)
}

// run returns the exit status: 0 passed, 1 failed, 130 interrupted.
func run(ctx context.Context, args []string, release string, out io.Writer) int {
	began := time.Now()
	shown, err := choose(args)
	if err == nil {
		err = rehearse(ctx, newConsole(out), shown, release)
	}
	switch {
	case ctx.Err() != nil:
		_, _ = fmt.Fprintln(out, "\nThe demo was interrupted; it has cleaned up after itself.")
		return 130
	case errors.Is(err, errFailed):
		_, _ = fmt.Fprintf(out, "\nThe demo failed: %v.\n", err)
		return 1
	case err != nil:
		_, _ = fmt.Fprintf(out, "\nThe demo could not run: %v.\n", err)
		return 1
	}
	_, _ = fmt.Fprintf(out, "\nThe demo passed: one cutover requested, confirmed by Atlas and kept in state; a second apply changed nothing (%s).\n",
		time.Since(began).Round(time.Second))
	return 0
}
