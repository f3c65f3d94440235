// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/bench"
)

// benchmark is one line of go test -bench, each for one operation.
type benchmark struct {
	took             time.Duration
	bytes, allocated float64
}

// inProcess runs the Go benchmarks, and what is measured in fake time.
func (w *workshop) inProcess(ctx context.Context, r *results) error {
	test := exec.CommandContext(ctx, "go", "test", "./internal/bench", "-count=1", "-timeout=0",
		"-bench=.", "-args", "-figures="+w.dir)
	test.Dir = w.root
	var out bytes.Buffer
	test.Stdout, test.Stderr = io.MultiWriter(os.Stdout, &out), os.Stderr
	if err := test.Run(); err != nil {
		return fmt.Errorf("go test: %w", err)
	}
	r.benchmarks = parseBenchmarks(out.String())
	return errors.Join(
		bench.Read(w.dir, bench.NoticingFile, &r.noticing),
		bench.Read(w.dir, bench.BudgetFile, &r.budget),
		bench.Read(w.dir, bench.AtOnceFile, &r.paced),
	)
}

// parseBenchmarks reads lines such as
//
//	BenchmarkCall/read/cutover-2    7352    156430 ns/op    142970 B/op    2101 allocs/op
//
// by name, without the first word and the number of processors.
func parseBenchmarks(output string) map[string]benchmark {
	all := map[string]benchmark{}
	for line := range strings.Lines(output) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(fields[0], "Benchmark"), "-")
		var b benchmark
		for i := 2; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				break
			}
			switch fields[i+1] {
			case "ns/op":
				b.took = time.Duration(value)
			case "B/op":
				b.bytes = value
			case "allocs/op":
				b.allocated = value
			}
		}
		all[name] = b
	}
	return all
}
