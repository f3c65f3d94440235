// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// wiretap puts a script between the CLI and its provider, which keeps what the
// provider logs in a file.
func wiretap(t *testing.T, w *clitest.Workspace) (log string) {
	t.Helper()
	hidden, log := w.Provider+".hidden", filepath.Join(t.TempDir(), "log")
	if err := os.Rename(w.Provider, hidden); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\nexec '" + hidden + "' 2>>'" + log + "'\n"
	if err := os.WriteFile(w.Provider, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return log
}

// The plugin library's own two lines at a start name no module.
func TestALogIsWrittenWhereSomebodyAskedForIt(t *testing.T) {
	const provider, framework = `"@module":"atlasmigration`, `"@module":"sdk`
	for _, row := range []struct {
		name, variable, value string
		asked                 bool
	}{
		{"nobody asked", "TF_LOG_CORE", "TRACE", false},
		{"for everything", "TF_LOG", "TRACE", true},
		{"for the provider's", "TF_LOG_PROVIDER", "DEBUG", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			a := clitest.NewAtlas(t, 1000)
			w := a.Workspace(t, "../../examples/cutover/main.tf")
			w.Set("project_id", a.Credentials().ProjectID)
			w.Set("live_migration_id", a.Add(atlassim.Migration{}))
			log := wiretap(t, w)
			for _, name := range []string{"TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER", "TF_LOG_SDK"} {
				w.Env[name] = ""
			}
			w.Env[row.variable], w.Env["TF_LOG_PATH"] = row.value, filepath.Join(w.Dir, "cli.log")
			w.Apply(0)
			written, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			for _, module := range []string{provider, framework} {
				if got := strings.Contains(string(written), module); got != row.asked {
					t.Errorf("%s is there: %t, want %t:\n%s", module, got, row.asked, written)
				}
			}
		})
	}
}
