// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// watchPeak watches the provider that a CLI of this program's will start. The
// function it returns ends the watch, and gives the most memory that was
// resident, in MiB; 0 where the system does not tell.
func watchPeak(name string) func() float64 {
	end, peak := make(chan struct{}), make(chan float64)
	go func() {
		most, pid := 0.0, -1
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-end:
				peak <- most
				return
			case <-tick.C:
			}
			// The kernel keeps the maximum itself, so that nothing is missed but
			// the last moment.
			now := memory(pid, "VmHWM")
			if now == 0 { // A CLI starts one for each phase.
				pid = childOf(os.Getpid(), name)
			}
			most = max(most, now)
		}
	}()
	return func() float64 {
		close(end)
		return <-peak
	}
}

// childOf finds the process of that name among the descendants of another; 0
// where there is none.
func childOf(ancestor int, name string) int {
	processes, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return 0
	}
	for _, process := range processes {
		pid, err := strconv.Atoi(filepath.Base(process))
		if err == nil && runs(pid, name) && descends(pid, ancestor) {
			return pid
		}
	}
	return 0
}

func descends(pid, ancestor int) bool {
	for pid > 1 && pid != ancestor {
		pid = parent(pid)
	}
	return pid == ancestor
}
