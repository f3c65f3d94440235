// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package clitest

import (
	"errors"
	"os/exec"
	"syscall"
)

func ownGroup(*exec.Cmd) {}

// kill has no way to do that here, so that a test fails by what it needs.
func kill(int, syscall.Signal) error { return errors.ErrUnsupported }
