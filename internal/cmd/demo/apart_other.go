// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package main

import "os/exec"

// standApart does nothing if there are no process groups.
func standApart(*exec.Cmd) {}
