// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package migration is the state machine of a cutover, of the start of a live
// migration and of a validation: what Atlas's statuses mean, what to do about an
// observation, when to read again, and how a run ends.
//
// It knows nothing of HTTP or Terraform. It calls Atlas through an interface,
// whose implementation says with a [*CallError] what a failed call means. Time is
// the standard library's; tests run in fake time (testing/synctest).
//
// All runs share one loop (run.go): read, decide, perhaps send the one request,
// wait. They differ in a small value, [operation]. These rules are kept here and
// nowhere else:
//
//   - A run sends at most one request whose effect is not known to be nil.
//   - Nothing is sent after a limit of the run or an interrupt, whatever took its
//     time before.
//   - A cutover is [Completed] only after Atlas served the live migration as
//     complete.
//   - Whatever ends a run, [Outcome] says what is known of its request, so that
//     the next run can begin by reading instead of by requesting again.
package migration

//go:generate go tool -modfile=../tools/go.mod stringer -type=Action,Reason,RequestState,ErrorKind,End,Step -output=strings.go
