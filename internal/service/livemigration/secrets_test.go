// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// written is everything in the folder, by name, with what is packed unpacked.
func (s *shop) written() map[string][]byte {
	s.t.Helper()
	found := map[string][]byte{}
	files, err := os.ReadDir(s.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, file := range files {
		if file.IsDir() {
			continue
		}
		text, err := os.ReadFile(filepath.Join(s.dir, file.Name()))
		if err != nil {
			s.t.Fatal(err)
		}
		found[file.Name()] = text
		packed, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
		if err != nil {
			continue
		}
		for _, entry := range packed.File {
			found[file.Name()+"/"+entry.Name] = s.unpack(entry)
		}
	}
	return found
}

func (s *shop) unpack(entry *zip.File) []byte {
	s.t.Helper()
	reader, err := entry.Open()
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	text, err := io.ReadAll(reader)
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

// The password is in no state, no plan, nothing that Terraform prints and nothing
// that the provider logs; nor is what the provider authenticates with.
func TestAcceptanceNoFileHasThePasswordInIt(t *testing.T) {
	for name, file := range map[string]string{
		"a live migration": migrations + "resource.tf",
		"a validation":     examples + "resources/atlasmigration_live_migration_validation/resource.tf",
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, file)
			s.sim.SetTemplate(copies(time.Hour))
			printed := map[string][]byte{
				"the plan":             s.terraform("plan", "-out=first.tfplan"),
				"the apply":            s.terraform("apply", "first.tfplan"),
				"the second plan":      s.terraform("plan", "-out=second.tfplan", "-detailed-exitcode"),
				"the plan as it shows": s.terraform("show", "-json", "first.tfplan"),
				"the state":            s.terraform("show", "-json"),
			}
			files := s.written()
			for _, expected := range []string{"terraform.tfstate", "first.tfplan/tfplan", "first.tfplan/tfstate", "second.tfplan/tfstate", "trace.log"} {
				if len(files[expected]) == 0 {
					t.Errorf("%s was not looked into", expected)
				}
			}
			for name, text := range files {
				printed[name] = text
			}
			for name, text := range printed {
				for _, secret := range []string{password, s.sim.Credentials().PrivateKey} {
					if bytes.Contains(text, []byte(secret)) {
						t.Errorf("%s has %q in it", name, secret)
					}
				}
			}
		})
	}
}
