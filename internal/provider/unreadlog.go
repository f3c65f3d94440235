// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"os"
	"slices"
	"strings"
)

// Log levels of a provider's process: of its own log, and of that of the plugin
// framework and the protocol.
const (
	ownLevel       = "TF_LOG_PROVIDER_ATLASMIGRATION"
	frameworkLevel = "TF_LOG_SDK"
)

// silenceUnreadLogs switches the logs off where nobody asked for any. Otherwise
// this process writes all of them, down to every step of the framework, for the
// CLI to read and to throw away, which takes half of the processors' time of a
// plan of many finished cutovers. The CLI hands its environment down to the
// providers that it starts, so what it was asked for is known here.
//
// It is not for a provider that was started by hand for a debugger: its log goes
// to a person, and the environment that asks for logs is another process's.
func silenceUnreadLogs() error {
	if slices.ContainsFunc(os.Environ(), asksForLogs) {
		return nil
	}
	return errors.Join(os.Setenv(ownLevel, "off"), os.Setenv(frameworkLevel, "off"))
}

// asksForLogs reports whether an entry of the environment, "name=value", asks for a
// log that a provider writes. The file for a crash is one: the CLI keeps all logs
// there, whatever the level of those that it shows.
func asksForLogs(entry string) bool {
	name, value, _ := strings.Cut(entry, "=")
	if value == "" {
		return false
	}
	name = strings.ToUpper(name) // Windows does not tell tf_log from TF_LOG.
	return name == "TF_LOG" || name == "TF_TEMP_LOG_PATH" || strings.HasPrefix(name, "TF_LOG_PROVIDER") || strings.HasPrefix(name, "TF_LOG_SDK")
}
