// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package linktoken_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
)

const address = "atlasmigration_link_token.this"

// socket is a stage that a real Terraform can reach.
type socket struct {
	*stage
	variables config.Variables
	providers map[string]func() (tfprotov6.ProviderServer, error)
}

func newSocket(t *testing.T) *socket {
	t.Helper()
	clitest.Needs(t)
	sim := atlassim.New(atlassim.Options{NonceLife: time.Hour})
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	keys := sim.Credentials()
	env := map[string]string{
		"MONGODB_ATLAS_BASE_URL":        server.URL,
		"MONGODB_ATLAS_PUBLIC_API_KEY":  keys.PublicKey,
		"MONGODB_ATLAS_PRIVATE_API_KEY": keys.PrivateKey,
	}
	serve := providerserver.NewProtocol6WithError(provider.New("test",
		provider.WithEnvironment(func(name string) string { return env[name] }))())
	return &socket{
		stage:     &stage{t: t, sim: sim},
		variables: config.Variables{"organization_id": config.StringVariable(keys.OrgID)},
		providers: map[string]func() (tfprotov6.ProviderServer, error){"atlasmigration": serve},
	}
}

func (s *socket) step(files config.TestStepConfigFunc) resource.TestStep {
	return resource.TestStep{ConfigDirectory: files, ConfigVariables: s.variables, ProtoV6ProviderFactories: s.providers}
}

// folder is a configuration of copied files.
func folder(t *testing.T, files ...string) config.TestStepConfigFunc {
	t.Helper()
	dir := t.TempDir()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(file)), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return config.StaticDirectory(dir)
}

func example(t *testing.T) config.TestStepConfigFunc {
	t.Helper()
	return folder(t, "../../../examples/provider/provider.tf", "../../../examples/resources/atlasmigration_link_token/resource.tf")
}

func TestAcceptanceTheExampleCreatesOneTokenAndRemovesItsLink(t *testing.T) {
	clitest.Needs(t, clitest.Marks)
	s := newSocket(t)
	files := example(t)
	value := func(attribute string, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want)
	}
	first, second := s.step(files), s.step(files)
	first.ConfigPlanChecks.PreApply = []plancheck.PlanCheck{
		plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate),
		plancheck.ExpectUnknownValue(address, tfjsonpath.New("link_token")),
		plancheck.ExpectSensitiveValue(address, tfjsonpath.New("link_token")),
	}
	first.ConfigStateChecks = []statecheck.StateCheck{
		value("id", knownvalue.StringExact(s.sim.Credentials().OrgID)),
		value("link_token", knownvalue.StringRegexp(regexp.MustCompile("^"+atlassim.LinkTokenPrefix))),
		statecheck.ExpectSensitiveValue(address, tfjsonpath.New("link_token")),
	}
	second.ConfigPlanChecks.PreApply = []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{first, second}})
	s.saw("link!", "unlink!")
}

func TestAcceptanceTheArgumentsAreValidatedAtPlanTime(t *testing.T) {
	for name, row := range map[string]struct {
		organization string
		list         []string
		says         string
	}{
		"an organization id": {"my-org", []string{"203.0.113.10"}, `24 lower-case[\s│]+hexadecimal`},
		"an address":         {"", []string{"203.0.113.10", "ops.example.com"}, `must be an IP[\s│]+address or a CIDR block`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSocket(t)
			var list []config.Variable
			for _, entry := range row.list {
				list = append(list, config.StringVariable(entry))
			}
			s.variables["access_list_ips"] = config.SetVariable(list...)
			if row.organization != "" {
				s.variables["organization_id"] = config.StringVariable(row.organization)
			}
			step := s.step(folder(t, "testdata/bad_arguments.tf"))
			step.PlanOnly, step.ExpectError = true, regexp.MustCompile(row.says)
			resource.Test(t, resource.TestCase{Steps: []resource.TestStep{step}})
			s.saw()
		})
	}
}

// Terraform's own log is made by another process, from what the provider tells
// it.
func TestAcceptanceTheTokenIsInNoLog(t *testing.T) {
	s := newSocket(t)
	log := filepath.Join(t.TempDir(), "trace.log")
	t.Setenv("TF_ACC_LOG", "TRACE")
	t.Setenv("TF_ACC_LOG_PATH", log)
	files := example(t)
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{s.step(files), s.step(files)}})
	s.saw("link!", "unlink!")
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), address) {
		t.Error("the log does not tell of the resource, so this proves nothing")
	}
	if i := strings.Index(string(text), atlassim.LinkTokenPrefix); i >= 0 {
		t.Errorf("the log has the token in it: %s", text[max(0, i-300):i])
	}
}
