// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package clitest is for tests with a real CLI, Terraform or OpenTofu: it says
// which one there is, skips a test whose language that one does not know, and
// gives it a simulated [Atlas] on loopback. A [Atlas.Step] of plugin-testing runs
// against that with the provider in process; a [Workspace] is a folder in which
// the CLI is run as a user runs it, with the provider as a process.
//
// The tests run with every supported version, so whatever a configuration uses
// that the oldest does not have is a [Feature] that its test [SkipUnless].
package clitest
