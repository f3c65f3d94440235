// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Command bench measures what the provider costs and how soon it notices the
// end of a cutover, and compares it with a provider that does nothing, measured
// in the same run. It judges nothing: on a busy machine every time is longer,
// and only the ratios mean anything.
//
// It writes to the clone's .build folder only, and with -into also between the
// markers of a document.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/cmd/internal/terraformcli"
)

// settings are the program's flags.
type settings struct {
	sizes      []int
	repeat     int
	handshakes int
	into       string
}

func main() {
	s, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err = run(ctx, s)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "\nThe benchmarks could not be finished: %v.\n", err)
		os.Exit(1)
	}
}

func parse(args []string) (settings, error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	s := settings{sizes: []int{1, 100, 1000}}
	flags.Func("sizes", "how many cutovers are in a configuration (default 1,100,1000)", func(list string) error {
		s.sizes = nil
		for _, word := range strings.Split(list, ",") {
			n, err := strconv.Atoi(word)
			if err != nil {
				return err
			}
			s.sizes = append(s.sizes, n)
		}
		return nil
	})
	flags.IntVar(&s.repeat, "repeat", 3, "how often each command is run; the median counts")
	flags.IntVar(&s.handshakes, "handshakes", 41, "how often each provider is started; the median counts")
	flags.StringVar(&s.into, "into", "", "also write the tables between the markers of this document of the clone")
	return s, flags.Parse(args)
}

// run measures everything, and prints it.
func run(ctx context.Context, s settings) error {
	root, err := terraformcli.Root(ctx)
	if err != nil {
		return err
	}
	dir := filepath.Join(terraformcli.BuildDir(root), "bench")
	if err := freshDir(dir); err != nil {
		return err
	}
	w := workshop{root: root, dir: dir, settings: s}
	if err := w.prepare(ctx); err != nil {
		return err
	}
	var r results
	for _, measure := range []func(context.Context, *results) error{w.sizes, w.handshakes, w.commands, w.atOnce, w.inProcess} {
		if err := measure(ctx, &r); err != nil {
			return err
		}
	}
	document := r.markdown(w.machine())
	fmt.Printf("\n%s\n", document)
	if err := os.WriteFile(filepath.Join(dir, "results.md"), []byte(document), 0o600); err != nil {
		return err
	}
	if s.into == "" {
		return nil
	}
	return insert(root, s.into, document)
}

func freshDir(path string) error {
	if err := os.RemoveAll(path); err != nil {
		return err
	}
	return os.MkdirAll(path, 0o750)
}
