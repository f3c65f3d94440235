// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Command testall runs every test of the provider: the unit tests, those in
// fake-time bubbles, and the acceptance tests with a real CLI. It needs no
// variable set and no file from an earlier run, and its last line says in words
// how it went.
//
// An acceptance test is one that skips itself where TF_ACC is not set. So the
// tests run without it first, and then those that skipped run with it: every
// test runs once, whatever it is called.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/cmd/internal/terraformcli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	sentence, err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "\nThe tests did not pass: %v.\n", err)
		os.Exit(1)
	}
	fmt.Printf("\n%s\n", sentence)
}

// run returns the sentence to end with.
func run(ctx context.Context) (string, error) {
	root, err := terraformcli.Root(ctx)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(terraformcli.BuildDir(root), "test")
	if err := freshDir(filepath.Join(dir, "tmp")); err != nil {
		return "", err
	}
	env, product, err := environment(ctx, root, dir)
	if err != nil {
		return "", err
	}
	race := raceDetector(ctx)
	runner := runner{root: root, dir: dir, race: race}

	first, err := runner.run(ctx, part{name: "unit and bubble", env: env, packages: []string{"./..."}})
	if err != nil {
		return "", err
	}
	second, err := runner.run(ctx, acceptance(first.counts.skipped, append(env, "TF_ACC=1")))
	if err != nil {
		return "", err
	}
	return summary([]result{first, second}, second.counts.skipped, product.Words, race), nil
}

// environment makes the test framework use the CLI that was found, without any
// of the user's settings, and under the address that the examples name.
func environment(ctx context.Context, root, dir string) ([]string, terraformcli.Product, error) {
	path, err := terraformcli.Ensure(ctx, root)
	if err != nil {
		return nil, terraformcli.Product{}, err
	}
	config, err := terraformcli.EmptyConfig(root)
	if err != nil {
		return nil, terraformcli.Product{}, err
	}
	env := terraformcli.Environment(os.Environ(), config, "TF_ACC_LOG", "TF_LOG")
	product, err := terraformcli.Identify(ctx, path, env)
	return append(env,
		"TF_ACC_TERRAFORM_PATH="+path,
		"TF_ACC_TEMP_DIR="+filepath.Join(dir, "tmp"),
		"TF_ACC_PROVIDER_HOST="+product.RegistryHost,
		"TF_ACC_PROVIDER_NAMESPACE=atlasmigration",
	), product, err
}

func freshDir(path string) error {
	if err := os.RemoveAll(path); err != nil {
		return err
	}
	return os.MkdirAll(path, 0o750)
}
