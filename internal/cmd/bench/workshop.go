// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/cmd/internal/terraformcli"
)

//go:embed testdata
var configurations embed.FS

// subject is one of the two providers that are compared, or another resource of
// the second.
type subject struct {
	// name is that of its configuration in testdata.
	name, source, binary string
}

// workshop is what is measured, and what it is measured with.
type workshop struct {
	settings
	root, dir string
	cutover   subject
	nothing   subject
	alike     subject
	cli       string
	product   terraformcli.Product
	cliConfig string
}

// prepare builds both providers as a release does, and finds a CLI.
func (w *workshop) prepare(ctx context.Context) error {
	w.cutover = subject{"cutover", ".", filepath.Join(w.dir, "cutover", "terraform-provider-atlasmigration"+executable())}
	w.nothing = subject{"nothing", "./internal/cmd/bench-donothing", filepath.Join(w.dir, "nothing", "terraform-provider-donothing"+executable())}
	w.alike = subject{name: "alike", binary: w.nothing.binary}
	for _, s := range w.subjects() {
		build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath", "-ldflags", "-s -w -X main.version=0.0.0",
			"-o", s.binary, s.source)
		build.Dir, build.Env = w.root, append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("unable to build %s: %w\n%s", s.source, err, out)
		}
	}
	return w.findCLI(ctx)
}

// findCLI finds a CLI and makes it use the binaries that were built, in place of
// what a registry has.
func (w *workshop) findCLI(ctx context.Context) (err error) {
	if w.cli, err = terraformcli.Ensure(ctx, w.root); err != nil {
		return err
	}
	w.cliConfig = filepath.Join(w.dir, "cli.tfrc")
	if err := os.WriteFile(w.cliConfig, nil, 0o600); err != nil {
		return err
	}
	if w.product, err = terraformcli.Identify(ctx, w.cli, w.environment()); err != nil {
		return err
	}
	config := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n    %q = %q\n  }\n}\n",
		w.product.RegistryHost+"/atlasmigration/atlasmigration", filepath.ToSlash(filepath.Dir(w.cutover.binary)),
		w.product.RegistryHost+"/atlasmigration/donothing", filepath.ToSlash(filepath.Dir(w.nothing.binary)))
	return os.WriteFile(w.cliConfig, []byte(config), 0o600)
}

func (w *workshop) subjects() []subject { return []subject{w.cutover, w.nothing} }

func (w *workshop) environment() []string {
	return terraformcli.Environment(os.Environ(), w.cliConfig)
}

func executable() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

// machine says in words what was measured on.
func (w *workshop) machine() string {
	return fmt.Sprintf("%s, %d processors, %s/%s; %s", strings.Replace(runtime.Version(), "go", "Go ", 1), runtime.NumCPU(),
		runtime.GOOS, runtime.GOARCH, w.product.Words)
}

// sizes measures the binaries.
func (w *workshop) sizes(_ context.Context, r *results) error {
	for i, s := range w.subjects() {
		info, err := os.Stat(s.binary)
		if err != nil {
			return err
		}
		r.size[i] = float64(info.Size()) / 1e6
	}
	say("binary, stripped: %.1f MB; doing nothing: %.1f MB", r.size[0], r.size[1])
	return nil
}

// layOut writes a configuration with those live migrations to a folder.
func (w *workshop) layOut(s subject, dir string, projectID string, ids []string) error {
	if err := freshDir(dir); err != nil {
		return err
	}
	config, err := fs.Sub(configurations, "testdata/"+s.name)
	if err != nil {
		return err
	}
	variables, err := json.Marshal(map[string]any{"project_id": projectID, "live_migration_ids": ids})
	if err != nil {
		return err
	}
	return errors.Join(os.CopyFS(dir, config), os.WriteFile(filepath.Join(dir, "terraform.tfvars.json"), variables, 0o600))
}

func median[T time.Duration | float64](of []T) T {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}

// say tells a figure as soon as it is known.
func say(format string, args ...any) { fmt.Printf(format+"\n", args...) }
