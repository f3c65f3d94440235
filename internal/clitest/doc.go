// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package clitest is for tests with a real CLI, Terraform or OpenTofu: it says
// which one there is, and skips a test whose language that one does not know.
//
// The tests run with every supported version, so whatever a configuration uses
// that the oldest does not have is a [Feature] that its test [Needs].
package clitest
