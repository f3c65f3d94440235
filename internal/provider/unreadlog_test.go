// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import "testing"

func TestWhatAsksForLogs(t *testing.T) {
	for entry, want := range map[string]bool{
		"TF_LOG=TRACE":                        true,
		"TF_LOG=json":                         true,
		"tf_log=TRACE":                        true,
		"TF_LOG_PROVIDER=DEBUG":               true,
		"TF_LOG_PROVIDER_ATLASMIGRATION=INFO": true,
		"TF_LOG_SDK=TRACE":                    true,
		"TF_LOG_SDK_PROTO=TRACE":              true,
		"TF_LOG_SDK_PROTO_DATA_DIR=somewhere": true,
		"TF_TEMP_LOG_PATH=/tmp/crash.log":     true,
		"TF_LOG=":                             false,
		"TF_LOG_CORE=TRACE":                   false,
		"TF_LOG_PATH=/var/log/terraform":      false,
		"TF_VAR_log=TF_LOG":                   false,
		"":                                    false,
	} {
		if got := asksForLogs(entry); got != want {
			t.Errorf("asksForLogs(%q) = %t, want %t", entry, got, want)
		}
	}
}
