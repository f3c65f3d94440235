// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package atlastest compares the real Atlas with the simulated one: it makes the
// same calls to both and reports, a line for each thing that an answer shows,
// whether the simulator's assumption holds. It is for people who have an account;
// CONTRIBUTING.md says how to run it. All of it is in its tests.
package atlastest
