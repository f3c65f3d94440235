// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package terraformcli

import (
	"errors"
	"os/exec"
	"slices"
	"testing"
)

func TestFindPrefersWhatTheUserNamedAndThenTerraformToTofu(t *testing.T) {
	for _, row := range []struct {
		name      string
		terraform string
		onPath    []string
		want      string
		err       error
	}{
		{"the named one wins over PATH", "/opt/tf", []string{"/opt/tf", "terraform", "tofu"}, "/opt/tf", nil},
		{"terraform before tofu", "", []string{"terraform", "tofu"}, "/bin/terraform", nil},
		{"tofu where there is no terraform", "", []string{"tofu"}, "/bin/tofu", nil},
		{"a name that leads nowhere is not passed over", "/opt/gone", []string{"terraform"}, "", exec.ErrNotFound},
		{"none at all", "", nil, "", ErrNone},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := Find(machineWith(row.terraform, row.onPath))
			if got != row.want || !errors.Is(err, row.err) {
				t.Errorf("Find() = %q, %v; want %q, %v", got, err, row.want, row.err)
			}
		})
	}
}

func machineWith(terraform string, onPath []string) Lookup {
	return Lookup{
		Getenv: func(name string) string {
			if name == "TERRAFORM" {
				return terraform
			}
			return ""
		},
		LookPath: func(name string) (string, error) {
			if !slices.Contains(onPath, name) {
				return "", exec.ErrNotFound
			}
			if name[0] == '/' {
				return name, nil
			}
			return "/bin/" + name, nil
		},
	}
}

func TestEnvironmentKeepsTheUsersOwnSetUpOut(t *testing.T) {
	base := []string{
		"PATH=/bin",
		"TF_CLI_ARGS=-refresh=false",
		"TF_CLI_CONFIG_FILE=/home/user/.terraformrc",
		"TF_ACC_LOG=TRACE",
		"MONGODB_ATLAS_PRIVATE_API_KEY=secret",
		"MCLI_PUBLIC_API_KEY=key",
	}
	got := Environment(base, "empty.tfrc", "TF_ACC_")
	want := []string{"PATH=/bin", "TF_ACC_LOG=TRACE", "TF_CLI_CONFIG_FILE=empty.tfrc", "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1"}
	if !slices.Equal(got, want) {
		t.Errorf("Environment() = %q, want %q", got, want)
	}
}

func TestIdentifyTellsTheProductsApart(t *testing.T) {
	for _, row := range []struct {
		name, output string
		want         Product
	}{
		{"terraform", "Terraform v1.11.4\non linux_amd64\n", Product{"Terraform v1.11.4", "registry.terraform.io"}},
		{"tofu", "OpenTofu v1.10.6\non linux_amd64\n", Product{"OpenTofu v1.10.6", "registry.opentofu.org"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := identify(row.output); got != row.want {
				t.Errorf("identify() = %+v, want %+v", got, row.want)
			}
		})
	}
}
