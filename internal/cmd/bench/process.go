// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// What Linux says about a process. Elsewhere all of it is zero.

// memory is a process's VmRSS (resident now) or VmHWM (the most so far), in MiB;
// 0 where the system does not tell, or the process is gone.
func memory(pid int, which string) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != which+":" {
			continue
		}
		kib, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			return 0
		}
		return kib / 1024
	}
	return 0
}

// parent is 0 for a process that is gone.
func parent(pid int) int { return statistic(pid, 1) }

// processorTime is what a process has taken of the processors' time, the
// kernel's included.
func processorTime(pid int) time.Duration {
	const tick = 10 * time.Millisecond // The kernel's own clock may be finer.
	return time.Duration(statistic(pid, 11)+statistic(pid, 12)) * tick
}

// statistic is a number of a process's line "pid (name) state parent …",
// counted from the state; 0 for a process that is gone.
func statistic(pid, n int) int {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// The name can have anything in it.
	fields := strings.Fields(string(line[bytes.LastIndexByte(line, ')')+1:]))
	if len(fields) <= n {
		return 0
	}
	value, err := strconv.Atoi(fields[n])
	if err != nil {
		return 0
	}
	return value
}

// runs tells whether a process runs the binary of that name.
func runs(pid int, name string) bool {
	binary, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	return err == nil && filepath.Base(binary) == name
}
