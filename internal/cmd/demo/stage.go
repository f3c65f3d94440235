// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/cmd/internal/terraformcli"
)

// builtVersion is what the provider is called in the demo's mirror. A
// configuration without a version constraint accepts no pre-release.
const builtVersion = "0.1.0"

// stage is all that lies on disk for one rehearsal.
type stage struct {
	dir       string // removed at the end
	release   string // a folder of archives to take the programs from; empty to build them
	simulator string // the simulator's binary
	binary    string // the CLI's binary
	product   terraformcli.Product
}

// prepare provides both programs, finds a CLI and lays out a folder to work in.
func prepare(ctx context.Context, c *console, shown example, release string) (_ *stage, err error) {
	root, err := terraformcli.Root(ctx)
	if err != nil {
		return nil, err
	}
	s := &stage{dir: filepath.Join(terraformcli.BuildDir(root), "demo"), release: release}
	if err := s.remove(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.remove())
		}
	}()
	if err := s.find(ctx, root); err != nil {
		return nil, err
	}
	c.say("The CLI is %s, at %s.", s.product.Words, s.binary)
	if err := s.provide(ctx, root, c); err != nil {
		return nil, err
	}
	return s, s.layOut(root, shown.name)
}

func (s *stage) provide(ctx context.Context, root string, c *console) error {
	s.simulator = filepath.Join(s.dir, "simulator", "atlas-sim"+executableSuffix())
	if s.release != "" {
		c.say("The provider and the simulator are those of the release in %s.", s.release)
		return s.takeRelease()
	}
	c.say("The provider and the simulator are built from this clone.")
	return s.build(ctx, root)
}

func (s *stage) find(ctx context.Context, root string) (err error) {
	if s.binary, err = terraformcli.Ensure(ctx, root); err != nil {
		return err
	}
	config, err := terraformcli.EmptyConfig(root)
	if err != nil {
		return err
	}
	s.product, err = terraformcli.Identify(ctx, s.binary, terraformcli.Environment(os.Environ(), config))
	return err
}

func (s *stage) build(ctx context.Context, root string) error {
	for binary, source := range map[string]string{s.simulator: "./internal/cmd/atlas-sim", s.provider(): "."} {
		build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath",
			"-ldflags", "-X main.version="+builtVersion, "-o", binary, source)
		build.Dir = root
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("unable to build %s: %w\n%s", source, err, out)
		}
	}
	return nil
}

// layOut copies the example, so that nothing is written beside it, and writes
// the CLI configuration by which the CLI finds the provider.
func (s *stage) layOut(root, name string) error {
	if err := os.MkdirAll(s.work(), 0o750); err != nil {
		return err
	}
	source := os.DirFS(filepath.Join(root, "examples", name))
	if err := os.CopyFS(s.work(), source); err != nil {
		return fmt.Errorf("unable to copy examples/%s: %w", name, err)
	}
	config := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(s.mirror()))
	return os.WriteFile(s.config(), []byte(config), 0o600)
}

func (s *stage) remove() error  { return os.RemoveAll(s.dir) }
func (s *stage) work() string   { return filepath.Join(s.dir, "work") }
func (s *stage) mirror() string { return filepath.Join(s.dir, "mirror") }
func (s *stage) config() string { return filepath.Join(s.dir, "cli.tfrc") }

// shelf is where the mirror keeps the provider.
func (s *stage) shelf() string {
	return filepath.Join(s.mirror(), s.product.RegistryHost, "atlasmigration", "atlasmigration")
}

// provider is where a mirror in the unpacked layout keeps the binary.
func (s *stage) provider() string {
	return filepath.Join(s.shelf(), builtVersion, platform(), "terraform-provider-atlasmigration_v"+builtVersion+executableSuffix())
}

func platform() string { return runtime.GOOS + "_" + runtime.GOARCH }

func executableSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
