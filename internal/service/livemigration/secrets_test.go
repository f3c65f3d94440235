// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration_test

import (
	"archive/zip"
	"bytes"
	"cmp"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// shop is a folder with examples in it, a provider of its own, and a simulated
// Atlas, for a real Terraform whose files can be looked into.
type shop struct {
	t   *testing.T
	sim *atlassim.Sim
	dir string
	env []string
}

func newShop(t *testing.T, files ...string) *shop {
	t.Helper()
	needsTerraform(t)
	sim := atlassim.New(atlassim.Options{Speed: 1000, NonceLife: time.Hour})
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	s := &shop{t: t, sim: sim, dir: folder(t, files...)}
	bin := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(bin, "terraform-provider-atlasmigration"),
		"github.com/atlasmigration/terraform-provider-atlasmigration")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s\n%s", err, out)
	}
	cli := filepath.Join(bin, "cli.tfrc")
	overrides := "provider_installation {\n  dev_overrides {\n    \"atlasmigration/atlasmigration\" = \"" + bin + "\"\n  }\n  direct {}\n}\n"
	if err := os.WriteFile(cli, []byte(overrides), 0o600); err != nil {
		t.Fatal(err)
	}
	keys := sim.Credentials()
	s.env = append(os.Environ(),
		"TF_CLI_CONFIG_FILE="+cli, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(s.dir, "trace.log"),
		"TF_VAR_project_id="+keys.ProjectID, "TF_VAR_source_password="+password,
		"MONGODB_ATLAS_BASE_URL="+server.URL,
		"MONGODB_ATLAS_PUBLIC_API_KEY="+keys.PublicKey, "MONGODB_ATLAS_PRIVATE_API_KEY="+keys.PrivateKey)
	return s
}

// terraform runs a command to its end, and gives what it printed.
func (s *shop) terraform(arguments ...string) []byte {
	s.t.Helper()
	command := exec.Command(cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"), append(arguments, "-no-color")...)
	command.Dir, command.Env = s.dir, s.env
	out, err := command.CombinedOutput()
	if err != nil {
		s.t.Fatalf("terraform %s: %s\n%s", strings.Join(arguments, " "), err, out)
	}
	return out
}

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
	defer reader.Close()
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
