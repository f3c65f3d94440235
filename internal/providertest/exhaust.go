// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// Exhaust is all short sequences of events, over all kinds of Atlas. Most faults show
// within a few steps.
type Exhaust[K, E fmt.Stringer] struct {
	Kinds  []K
	Events []E
	// Try carries out a sequence in fake time of its own.
	Try func(t *testing.T, kind K, sequence []E) Exhausted
	// Exception names the known case in which a sequence breaks an invariant; "" is a
	// violation. Nil knows none.
	Exception func(broken string, kind K, sequence []E) string
}

// Exhausted is what came of a sequence.
type Exhausted struct {
	// Broken are the invariants that it broke.
	Broken []string
	// State is all that the next event depends on.
	State string
	Log   []atlassim.Entry
}

// Depth is how many events a sequence has at most: EXHAUST, or else 2.
func Depth() int {
	depth, err := strconv.Atoi(cmp.Or(os.Getenv("EXHAUST"), "2"))
	if err != nil {
		panic("EXHAUST: " + err.Error())
	}
	return depth
}

// Tried are all kinds of Atlas if EXHAUST is set, and few otherwise.
func Tried[K any](all, few []K) []K {
	if os.Getenv("EXHAUST") == "" {
		return few
	}
	return all
}

// Run tries every sequence of up to [Depth] events, and returns how often each
// exception was met. A sequence is not continued if another one of at most its length
// led to the same state: whatever follows was tried there.
func (x Exhaust[K, E]) Run(t *testing.T) map[string]int {
	t.Helper()
	depth := Depth()
	sequences, states := make([]atomic.Int64, depth+1), make([]atomic.Int64, depth+1)
	var mu sync.Mutex
	met := map[string]int{}
	t.Run("kinds", func(t *testing.T) {
		for _, kind := range x.Kinds {
			t.Run(kind.String(), func(t *testing.T) {
				t.Parallel()
				seen := map[string]bool{}
				for level := [][]E{nil}; len(level) > 0 && len(level[0]) < depth; {
					var next [][]E
					for sequence := range x.longer(level) {
						e := x.Try(t, kind, sequence)
						sequences[len(sequence)].Add(1)
						for _, name := range x.judge(t, kind, sequence, e) {
							mu.Lock()
							met[name]++
							mu.Unlock()
						}
						if !seen[e.State] {
							seen[e.State] = true
							states[len(sequence)].Add(1)
							next = append(next, sequence)
						}
					}
					level = next
				}
			})
		}
	})
	for i := 1; i <= depth; i++ {
		t.Logf("%d sequences of %d events over %d kinds of Atlas, which led to %d new states", sequences[i].Load(), i, len(x.Kinds), states[i].Load())
	}
	return met
}

// longer yields each sequence with each event after it.
func (x Exhaust[K, E]) longer(level [][]E) func(yield func([]E) bool) {
	return func(yield func([]E) bool) {
		for _, prefix := range level {
			for _, event := range x.Events {
				if !yield(append(slices.Clone(prefix), event)) {
					return
				}
			}
		}
	}
}

// judge fails on the first violation, which is one of the shortest. It returns the
// exceptions that were met.
func (x Exhaust[K, E]) judge(t *testing.T, kind K, sequence []E, e Exhausted) (met []string) {
	t.Helper()
	var violations []string
	for _, broken := range e.Broken {
		name := ""
		if x.Exception != nil {
			name = x.Exception(broken, kind, sequence)
		}
		if name == "" {
			violations = append(violations, broken)
			continue
		}
		met = append(met, name)
	}
	if len(violations) > 0 {
		var names []string
		for _, event := range sequence {
			names = append(names, event.String())
		}
		t.Fatalf("%s:\n%s\n%s", strings.Join(names, ", then "), strings.Join(violations, "\n"), strings.Join(Brief(e.Log), "\n"))
	}
	return met
}

// Brief is the server's log with repeated lines counted, without challenges.
func Brief(log []atlassim.Entry) []string {
	var lines []string
	var last string
	again := 0
	for _, e := range log {
		if e.Challenged {
			continue
		}
		if e.String() == last {
			again++
			continue
		}
		if again > 0 {
			lines = append(lines, fmt.Sprintf("    … %d more", again))
		}
		last, again = e.String(), 0
		lines = append(lines, e.At.Format(time.DateTime)+" "+last)
	}
	if again > 0 {
		lines = append(lines, fmt.Sprintf("    … %d more", again))
	}
	return lines
}
