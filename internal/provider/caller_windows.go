// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import "os"

// callerGone is closed at the end of the process that started this one. Windows
// keeps the number of a parent that has ended, but lets any process be waited
// for. A parent that may not be waited for is taken to live.
func callerGone() <-chan struct{} {
	gone := make(chan struct{})
	parent, err := os.FindProcess(os.Getppid())
	if err != nil {
		return gone
	}
	go func() {
		if _, err := parent.Wait(); err == nil {
			close(gone)
		}
	}()
	return gone
}
