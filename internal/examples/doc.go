// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package examples has only tests: they apply what is in examples/ with a real
// CLI to a simulated Atlas, so that nobody copies what does not work, and hold
// the documentation to what it shows.
package examples
