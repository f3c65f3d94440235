// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package migration is the clockwork of a cutover: what the words of Atlas
// mean, what to do about what was seen, when to look again, and how a run ends.
//
// It knows nothing of HTTP or Terraform. It sees Atlas through the interface
// [Atlas], and whoever implements that tells it what a failed call means with a
// [*CallError]. Time is the standard library's; tests run in synctest bubbles.
//
// Three invariants are kept here and nowhere else:
//
//   - A run sends at most one PUT whose effect is not known to be nil.
//   - [Completed] is reported only after Atlas served the live migration as
//     complete.
//   - Whatever ends a run, [Outcome] says whether a request was sent, so that
//     the next run can begin by looking instead of by asking again.
package migration
