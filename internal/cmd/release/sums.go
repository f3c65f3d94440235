// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// inspectSums wants the sums of the provider's archive and of the manifest, and
// nothing else: the registry refuses a release whose sums name a file that it
// was not told about.
func (s snapshot) inspectSums(manifest string) error {
	content, err := os.ReadFile(filepath.Join(s.dist, s.sums()))
	if err != nil {
		return err
	}
	listed, err := parseSums(string(content))
	if err != nil {
		return err
	}
	files := map[string]string{
		s.archive(providerName): filepath.Join(s.dist, s.archive(providerName)),
		s.publishedManifest():   manifest,
	}
	found, want := slices.Sorted(maps.Keys(listed)), slices.Sorted(maps.Keys(files))
	if !slices.Equal(found, want) {
		return unexpected("the sums name %s, not %s", strings.Join(found, " "), strings.Join(want, " "))
	}
	var problems []error
	for name, path := range files {
		sum, err := sumOf(path)
		if err == nil && sum != listed[name] {
			err = unexpected("the sum of %s is %s, but %s is listed", name, sum, listed[name])
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// parseSums reads lines of "<64 hex digits>  <name>", by name.
func parseSums(text string) (map[string]string, error) {
	sums := map[string]string{}
	for line := range strings.Lines(text) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok || len(sum) != 2*sha256.Size {
			return nil, unexpected("%q is not a line of sums", line)
		}
		sums[name] = sum
	}
	return sums, nil
}

func sumOf(path string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", sha256.Sum256(content)), nil
}

// same wants two folders to hold the same files, byte for byte, as far as they
// are published.
func same(first, second string) error {
	names, err := published(first)
	if err != nil {
		return err
	}
	again, err := published(second)
	if err != nil {
		return err
	}
	if !slices.Equal(names, again) {
		return unexpected("a second build holds %s, not %s", strings.Join(again, " "), strings.Join(names, " "))
	}
	var problems []error
	for _, name := range names {
		one, errOne := sumOf(filepath.Join(first, name))
		other, errOther := sumOf(filepath.Join(second, name))
		problems = append(problems, errOne, errOther)
		if one != other {
			problems = append(problems, unexpected("a second build of the same commit gave another %s", name))
		}
	}
	return errors.Join(problems...)
}
