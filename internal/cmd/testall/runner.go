// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// part is a share of the tests that is run and timed by itself.
type part struct {
	name     string
	env      []string
	only     string // a pattern for go test -run; all where empty
	packages []string
}

// acceptance is the part that holds the tests which skipped themselves.
func acceptance(skipped []test, env []string) part {
	var names, packages []string
	for _, t := range skipped {
		names = append(names, t.root())
		packages = append(packages, t.Package)
	}
	return part{
		name:     "acceptance",
		env:      env,
		only:     "^(" + strings.Join(unique(names), "|") + ")$",
		packages: unique(packages),
	}
}

func unique(words []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(words)))
}

var errNoTests = errors.New("no test of this kind ran")

type runner struct {
	root string
	dir  string // for results
	race bool
}

// result is how a part that passed went.
type result struct {
	part    part
	counts  counts
	elapsed time.Duration
}

// run fails if a test fails, and also if not one passes: a part that silently
// ran nothing must not count as good news.
func (r runner) run(ctx context.Context, p part) (result, error) {
	file := filepath.Join(r.dir, "results.json")
	tests := exec.CommandContext(ctx, "go", r.arguments(p, file)...)
	tests.Dir, tests.Env = r.root, p.env
	tests.Stdout, tests.Stderr = os.Stdout, os.Stderr
	tests.Cancel = func() error { return tests.Process.Signal(os.Interrupt) }
	fmt.Printf("\nRunning the %s tests\n", p.name)

	began := time.Now()
	if err := tests.Run(); err != nil {
		return result{}, fmt.Errorf("%s: %w", p.name, err)
	}
	elapsed := time.Since(began)
	counts, err := countFile(file)
	if err == nil && counts.passed == 0 {
		err = errNoTests
	}
	if err != nil {
		return result{}, fmt.Errorf("%s: %w", p.name, err)
	}
	return result{part: p, counts: counts, elapsed: elapsed}, nil
}

func (r runner) arguments(p part, file string) []string {
	args := []string{
		"tool", "-modfile=internal/tools/go.mod", "gotestsum",
		"--format=pkgname-and-test-fails", "--format-hide-empty-pkg", "--hide-summary=skipped", "--jsonfile=" + file,
		"--", "-count=1", "-timeout=30m",
	}
	if r.race {
		args = append(args, "-race")
	}
	if p.only != "" {
		args = append(args, "-run="+p.only)
	}
	return append(args, p.packages...)
}

// raceDetector says whether this machine can build with the race detector,
// which on most systems takes a C compiler.
func raceDetector(ctx context.Context) bool {
	out, err := exec.CommandContext(ctx, "go", "env", "CGO_ENABLED", "CC").Output()
	if err != nil {
		return false
	}
	enabled, compiler, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	words := strings.Fields(compiler)
	if enabled != "1" || len(words) == 0 {
		return false
	}
	_, err = exec.LookPath(words[0])
	return err == nil
}
