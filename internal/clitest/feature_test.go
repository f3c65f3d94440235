// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package clitest

import (
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/terraformcli"
)

func TestAFeatureIsInTheVersionsSinceItCame(t *testing.T) {
	for _, row := range []struct {
		said    string
		feature Feature
		want    bool
	}{
		{"Terraform v1.10.5\non linux_amd64\n", WriteOnly, false},
		{"Terraform v1.11.0\non linux_amd64\n", WriteOnly, true},
		{"Terraform v1.11.0-rc1\n", WriteOnly, true},
		{"Terraform v1.4.5\n", Marks, false},
		{"Terraform v1.4.6\n", Marks, true},
		{"Terraform v1.14.0\n", Actions, false},
		{"Terraform v1.14.1\n", Actions, true},
		{"OpenTofu v1.6.3\n", CheckBlocks, true},
		{"OpenTofu v1.10.6\non linux_amd64\n", WriteOnly, false},
		{"OpenTofu v1.11.0\n", WriteOnly, true},
		{"OpenTofu v1.20.0\n", Actions, false},
		{"OpenTofu v1.11.0\n", Enabled, true},
		{"Terraform v1.20.0\n", Enabled, false},
	} {
		cli, err := terraformcli.Parse(row.said)
		if err != nil {
			t.Fatal(err)
		}
		if got := row.feature.in(cli); got != row.want {
			t.Errorf("%s has %s: %t", cli, row.feature.Name, got)
		}
	}
}

func TestAReasonNamesBothProductsVersions(t *testing.T) {
	for feature, want := range map[Feature]string{
		WriteOnly: "write-only arguments, which came with Terraform 1.11.0 and OpenTofu 1.11.0",
		Enabled:   "resources that are enabled by an expression, which came with no Terraform and OpenTofu 1.11.0",
		Actions:   "actions that run after what they follow, which came with Terraform 1.14.1 and no OpenTofu",
	} {
		if got := feature.String(); got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	}
}
