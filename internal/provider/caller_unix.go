// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import (
	"os"
	"time"
)

// callerGone is closed within a second of the end of the process that started
// this one: its children get another parent then.
//
// The parent is watched rather than the connection. The plugin library takes the
// process that it started for the provider, so the parent is the CLI; and a
// connection shows nothing before the first call.
func callerGone() <-chan struct{} {
	parent, gone := os.Getppid(), make(chan struct{})
	go func() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for os.Getppid() == parent {
			<-ticker.C
		}
		close(gone)
	}()
	return gone
}
