// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package terraformcli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

func TestFindPrefersWhatTheUserNamedAndThenTerraformToTofu(t *testing.T) {
	for _, row := range []struct {
		name   string
		env    map[string]string
		onPath []string
		want   string
		err    error
	}{
		{"the named one wins over PATH", map[string]string{"TERRAFORM": "/opt/tf"}, []string{"/opt/tf", "terraform", "tofu"}, "/opt/tf", nil},
		{"so does the one for plugin-testing", map[string]string{"TF_ACC_TERRAFORM_PATH": "/opt/tf"}, []string{"/opt/tf", "terraform"}, "/opt/tf", nil},
		{"TERRAFORM wins over the one for plugin-testing", map[string]string{"TERRAFORM": "tofu", "TF_ACC_TERRAFORM_PATH": "/opt/tf"}, []string{"/opt/tf", "tofu"}, "/bin/tofu", nil},
		{"terraform before tofu", nil, []string{"terraform", "tofu"}, "/bin/terraform", nil},
		{"tofu if there is no terraform", nil, []string{"tofu"}, "/bin/tofu", nil},
		{"a name that leads nowhere is not passed over", map[string]string{"TERRAFORM": "/opt/gone"}, []string{"terraform"}, "", exec.ErrNotFound},
		{"none at all", nil, nil, "", ErrNone},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := find(func(name string) string { return row.env[name] }, on(row.onPath))
			if got != row.want || !errors.Is(err, row.err) {
				t.Errorf("find() = %q, %v; want %q, %v", got, err, row.want, row.err)
			}
		})
	}
}

// on looks names up on a PATH that holds only these.
func on(path []string) func(string) (string, error) {
	return func(name string) (string, error) {
		switch {
		case !slices.Contains(path, name):
			return "", exec.ErrNotFound
		case filepath.IsAbs(name):
			return name, nil
		}
		return "/bin/" + name, nil
	}
}

func TestEnvironmentKeepsTheUsersOwnSettingsOut(t *testing.T) {
	base := []string{
		"PATH=/bin",
		"TF_CLI_ARGS=-refresh=false",
		"TF_CLI_CONFIG_FILE=/home/user/.terraformrc",
		"TF_ACC_LOG=TRACE",
		"MONGODB_ATLAS_PRIVATE_API_KEY=secret",
		"MCLI_PUBLIC_API_KEY=key",
	}
	got := Environment(base, "TF_ACC_")
	want := []string{"PATH=/bin", "TF_ACC_LOG=TRACE", "TF_CLI_CONFIG_FILE=" + os.DevNull, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1"}
	if !slices.Equal(got, want) {
		t.Errorf("Environment() = %q, want %q", got, want)
	}
}

func TestParseTellsTheProductsApart(t *testing.T) {
	for _, row := range []struct{ printed, product, host string }{
		{"Terraform v1.11.4\non linux_amd64\n", "Terraform 1.11.4", "registry.terraform.io"},
		{"OpenTofu v1.10.6\non linux_amd64\n", "OpenTofu 1.10.6", "registry.opentofu.org"},
	} {
		got, err := Parse(row.printed)
		if err != nil || got.String() != row.product || got.RegistryHost() != row.host {
			t.Errorf("Parse(%q) = %s of %s, %v; want %s of %s", row.printed, got, got.RegistryHost(), err, row.product, row.host)
		}
	}
}

func TestParseRefusesWhatIsNeitherTerraformNorOpenTofu(t *testing.T) {
	for _, printed := range []string{"", "Packer v1.9.0\n", "Terraform\n"} {
		if cli, err := Parse(printed); err == nil {
			t.Errorf("Parse(%q) = %s, want an error", printed, cli)
		}
	}
}
