// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package coretest is as much of Terraform's core as a provider can tell from
// the real one: it validates, refreshes, plans, replaces, applies, taints,
// imports and forgets one resource over the provider protocol, in process. It
// lets a test run hours of applies in fake time (testing/synctest), where no real
// Terraform can live.
//
// Like the core it starts a new provider for every command, keeps state and
// private state between commands and nothing else, and refuses a result that
// breaks the plan's promises.
package coretest
