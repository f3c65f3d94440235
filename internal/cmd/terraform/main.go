// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform runs the CLI that the house's programs use, wherever it
// comes from, with the arguments given: `go run ./internal/cmd/terraform fmt`.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/cmd/internal/terraformcli"
)

func main() {
	err := run(context.Background(), os.Args[1:])
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		os.Exit(exit.ExitCode())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	root, err := terraformcli.Root(ctx)
	if err != nil {
		return err
	}
	path, err := terraformcli.Ensure(ctx, root)
	if err != nil {
		return err
	}
	config, err := terraformcli.EmptyConfig(root)
	if err != nil {
		return err
	}
	cli := exec.CommandContext(ctx, path, args...)
	cli.Env = terraformcli.Environment(os.Environ(), config)
	cli.Stdin, cli.Stdout, cli.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cli.Run()
}
