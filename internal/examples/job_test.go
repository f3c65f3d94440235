// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// job is a folder in which scripts run as in a pipeline: with a CLI called
// terraform, and the provider in a mirror that it installs from.
type job struct {
	t   *testing.T
	dir string
	env map[string]string
}

func newJob(t *testing.T, env map[string]string, files ...string) *job {
	t.Helper()
	j := &job{t: t, dir: clitest.Folder(t, paths(files)...), env: env}
	tools := t.TempDir()
	must(t, os.Symlink(clitest.Path(t), filepath.Join(tools, "terraform")))
	mirror := filepath.Join(tools, "mirror")
	installInto(t, mirror)
	config := filepath.Join(tools, "cli.tfrc")
	must(t, os.WriteFile(config, []byte("provider_installation {\n  filesystem_mirror {\n    path = \""+mirror+"\"\n  }\n}\n"), 0o600))
	for name, value := range map[string]string{
		"PATH":               tools + string(os.PathListSeparator) + os.Getenv("PATH"),
		"TF_CLI_CONFIG_FILE": config, "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1",
	} {
		j.env[name] = value
	}
	return j
}

// installInto puts the provider into a mirror, for the registry of either CLI.
func installInto(t *testing.T, mirror string) {
	t.Helper()
	const name, address = "terraform-provider-atlasmigration_v0.1.0", "atlasmigration/atlasmigration/0.1.0"
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		clitest.InstallProvider(t, filepath.Join(mirror, host, address, runtime.GOOS+"_"+runtime.GOARCH, name))
	}
}

// run runs a script of the folder, and returns its exit status and all that it
// said.
func (j *job) run(script string) (status int, output string) {
	j.t.Helper()
	return j.command("sh", script)
}

// terraform runs the CLI itself.
func (j *job) terraform(arguments ...string) (status int, output string) {
	j.t.Helper()
	return j.command(clitest.Path(j.t), arguments...)
}

func (j *job) command(name string, arguments ...string) (status int, output string) {
	j.t.Helper()
	command := exec.CommandContext(j.t.Context(), name, arguments...)
	command.Dir = j.dir
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "TERRAFORM=") {
			command.Env = append(command.Env, entry)
		}
	}
	for name, value := range j.env {
		command.Env = append(command.Env, name+"="+value)
	}
	text, err := command.CombinedOutput()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		j.t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), string(text)
}
