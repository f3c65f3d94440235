// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package clitest

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// Path is the absolute path of the CLI: the one that plugin-testing uses too,
// else terraform on PATH. Where there is none the test fails.
func Path(t testing.TB) string {
	t.Helper()
	path, err := find()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Needs skips a test where no CLI may be run, and where the CLI is older than one
// of the features. The reason names what is missing.
func Needs(t testing.TB, features ...Feature) {
	t.Helper()
	if os.Getenv(resource.EnvTfAcc) == "" {
		t.Skipf("needs a Terraform CLI: set %s=1, or run make test", resource.EnvTfAcc)
	}
	if len(features) == 0 {
		return
	}
	cli, err := identify()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range features {
		if !f.in(cli) {
			t.Skipf("needs %s; this is %s", f, cli)
		}
	}
}

func find() (string, error) {
	path, err := exec.LookPath(cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"))
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}

// product is a CLI, as it calls itself.
type product struct {
	name    string
	version *version.Version
}

const (
	terraform = "Terraform"
	openTofu  = "OpenTofu"
)

func (p product) String() string { return fmt.Sprintf("%s %s", p.name, p.version) }

// identify asks the CLI who it is, once.
var identify = sync.OnceValues(func() (product, error) {
	path, err := find()
	if err != nil {
		return product{}, err
	}
	said, err := exec.Command(path, "version").Output()
	if err != nil {
		return product{}, fmt.Errorf("unable to run %s: %w", path, err)
	}
	return parse(string(said))
})

// parse reads "Terraform v1.11.4", the first line of what a CLI says to version.
func parse(said string) (product, error) {
	line, _, _ := strings.Cut(said, "\n")
	name, number, _ := strings.Cut(strings.TrimSpace(line), " ")
	if name != terraform && name != openTofu {
		return product{}, fmt.Errorf("neither %s nor %s: %q", terraform, openTofu, line)
	}
	v, err := version.NewVersion(number)
	if err != nil {
		return product{}, err
	}
	return product{name, v}, nil
}
