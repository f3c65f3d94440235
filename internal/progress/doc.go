// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package progress tells people how a run goes while it lasts, which can be
// hours: in the provider's log, in the progress file and in an action's progress
// events, in the same sentences.
package progress
