// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package clitest

import (
	"os"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/terraformcli"
)

func TestTheUsersOwnSettingsReachNoAcceptanceTest(t *testing.T) {
	for _, name := range []string{
		"TF_CLI_ARGS", "TF_CLI_CONFIG_FILE", "MONGODB_ATLAS_BASE_URL", "MCLI_PRIVATE_API_KEY",
		"TF_ACC_TERRAFORM_PATH", "TF_ACC_PROVIDER_HOST", "TF_ACC_PROVIDER_NAMESPACE",
	} {
		t.Setenv(name, "the user's own")
	}
	t.Setenv("TF_ACC_LOG", "TRACE")
	tofu, err := terraformcli.Parse("OpenTofu v1.12.0\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := isolate("/opt/tofu", tofu); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"TF_CLI_ARGS": "", "TF_CLI_CONFIG_FILE": os.DevNull, "MONGODB_ATLAS_BASE_URL": "", "MCLI_PRIVATE_API_KEY": "",
		"TF_ACC_LOG": "TRACE", "TF_ACC_TERRAFORM_PATH": "/opt/tofu",
		"TF_ACC_PROVIDER_HOST": "registry.opentofu.org", "TF_ACC_PROVIDER_NAMESPACE": "atlasmigration",
	} {
		if got := os.Getenv(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}
