// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package clitest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/terraformcli"
)

// cli is the one that all tests of a package run.
type cli struct {
	path    string
	product terraformcli.Product
}

// theCLI finds it once, and settles the environment for it.
var theCLI = sync.OnceValues(func() (cli, error) {
	path, err := terraformcli.Find()
	if err != nil {
		return cli{}, err
	}
	product, err := terraformcli.Identify(context.Background(), path)
	if err != nil {
		return cli{}, err
	}
	return cli{path, product}, isolate(path, product)
})

// isolate removes the user's own settings and credentials from the environment of
// this process, and makes plugin-testing use the CLI with the address that the
// examples name. So a plain `TF_ACC=1 go test` needs nothing else to be set.
func isolate(path string, product terraformcli.Product) error {
	env := append(terraformcli.Environment(os.Environ(), "TF_ACC", "TF_LOG"),
		"TF_ACC_TERRAFORM_PATH="+path,
		resource.EnvTfAccProviderHost+"="+product.RegistryHost(),
		resource.EnvTfAccProviderNamespace+"=atlasmigration")
	var problems []error
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); !slices.Contains(env, entry) {
			problems = append(problems, os.Unsetenv(name))
		}
	}
	for _, entry := range env {
		if name, value, _ := strings.Cut(entry, "="); name != "" {
			problems = append(problems, os.Setenv(name, value))
		}
	}
	return errors.Join(problems...)
}

// Path is the absolute path of the CLI. If there is none the test fails.
func Path(t testing.TB) string {
	t.Helper()
	found, err := theCLI()
	must(t, err)
	return found.path
}

// SkipUnless skips a test if no CLI may be run, or if the CLI is older than one of the
// features. The reason names what is missing.
func SkipUnless(t testing.TB, features ...Feature) {
	t.Helper()
	if os.Getenv(resource.EnvTfAcc) == "" {
		t.Skipf("needs a Terraform CLI: set %s=1, or run make test", resource.EnvTfAcc)
	}
	found, err := theCLI()
	must(t, err)
	for _, f := range features {
		if !f.in(found.product) {
			t.Skipf("needs %s; this is %s", f, found.product)
		}
	}
}

// Has reports whether the CLI has a feature, for a test that does less without it.
func Has(t testing.TB, f Feature) bool {
	t.Helper()
	found, err := theCLI()
	must(t, err)
	return f.in(found.product)
}

// Other is the absolute path of a second CLI, $OTHER_TERRAFORM, for a state that
// two CLIs work on. It skips a test if there is none.
func Other(t testing.TB) string {
	t.Helper()
	SkipUnless(t)
	named := os.Getenv("OTHER_TERRAFORM")
	if named == "" {
		t.Skip("needs a second Terraform CLI: set OTHER_TERRAFORM to the path of one")
	}
	path, err := exec.LookPath(named)
	must(t, err)
	path, err = filepath.Abs(path)
	must(t, err)
	return path
}
