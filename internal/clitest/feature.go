// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package clitest

import (
	"github.com/hashicorp/go-version"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/terraformcli"
)

// Feature is what not every supported CLI has. Both products count their versions
// by themselves, so each has its own.
type Feature struct {
	// Name is what it is called, in the plural.
	Name string

	terraform string // the first version with it
	openTofu  string // "" if there is none yet
}

// What the tests need beyond the oldest versions. OpenTofu began as a Terraform
// 1.6, with all that came before.
var (
	DestroyPlans  = Feature{"plans that show a provider what they destroy", "1.3.0", "1.6.0"}
	Conditions    = Feature{"preconditions and postconditions", "1.2.0", "1.6.0"}
	TerraformData = Feature{"terraform_data resources", "1.4.0", "1.6.0"}
	Marks         = Feature{"marks of what is sensitive in a plan", "1.4.6", "1.6.0"}
	ImportBlocks  = Feature{"import blocks", "1.5.0", "1.6.0"}
	CheckBlocks   = Feature{"check blocks", "1.5.0", "1.6.0"}
	MovedBlocks   = Feature{"moved blocks", "1.1.0", "1.6.0"}
	ImportForEach = Feature{"import blocks with for_each", "1.7.0", "1.7.0"}
	RemovedBlocks = Feature{"removed blocks that say what becomes of the object", "1.7.0", "1.10.0"}
	MockProviders = Feature{"tests with mock providers", "1.7.0", "1.8.0"}
	Ephemeral     = Feature{"ephemeral values", "1.10.0", "1.11.0"}
	WriteOnly     = Feature{"write-only arguments", "1.11.0", "1.11.0"}
	Identities    = Feature{"resource identities", "1.12.0", "1.12.0"}
	Actions       = Feature{"actions that run after what they follow", "1.14.1", ""}

	ProviderForEach = Feature{"provider configurations with for_each", "", "1.9.0"}
	Enabled         = Feature{"resources that are enabled by an expression", "", "1.11.0"}
)

// String names the feature, and the versions that it came with.
func (f Feature) String() string {
	return f.Name + ", which came with " + since(terraformcli.Terraform, f.terraform) + " and " + since(terraformcli.OpenTofu, f.openTofu)
}

func since(product, version string) string {
	if version == "" {
		return "no " + product
	}
	return product + " " + version
}

// in reports whether a CLI has the feature. A pre-release counts as what it leads
// up to.
func (f Feature) in(cli terraformcli.Product) bool {
	since := f.terraform
	if cli.Name == terraformcli.OpenTofu {
		since = f.openTofu
	}
	return since != "" && cli.Version.Core().GreaterThanOrEqual(version.Must(version.NewVersion(since)))
}
