// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlastest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	ours "github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
)

// prefix is what the variables begin with that say what may be asked; without
// anything after it, that something may be asked at all.
const prefix = "ATLASMIGRATION_TESTACC"

// account is whose Atlas it is and what may be done to it.
type account struct{ organizationID, projectID, liveMigrationID, link, cutOver string }

// accountOf reads the variables. Why there is none is for a person.
func accountOf(getenv func(string) string) (a account, why string) {
	if getenv(prefix) != "yes" {
		return a, prefix + " is not set to yes, nor are credentials for an Atlas organization; CONTRIBUTING.md says what is asked of it"
	}
	a = account{
		organizationID: getenv(prefix + "_ORGANIZATION_ID"), projectID: getenv(prefix + "_PROJECT_ID"),
		liveMigrationID: getenv(prefix + "_LIVE_MIGRATION_ID"), link: getenv(prefix + "_LINK"), cutOver: getenv(prefix + "_CUTOVER"),
	}
	switch {
	case a.link != "" && a.link != "yes":
		return a, prefix + "_LINK is yes or not set"
	case a.link != "" && a.organizationID == "":
		return a, prefix + "_LINK needs " + prefix + "_ORGANIZATION_ID"
	case a.cutOver != "" && a.cutOver != "v1.0" && a.cutOver != "v2":
		return a, prefix + "_CUTOVER is the API version in which to request the cutover, v1.0 or v2, or not set"
	case a.cutOver != "" && (a.projectID == "" || a.liveMigrationID == ""):
		return a, prefix + "_CUTOVER needs " + prefix + "_PROJECT_ID and " + prefix + "_LIVE_MIGRATION_ID"
	}
	return a, ""
}

// aim lets an Atlas be asked what the account allows.
func (a account) aim(at *target) {
	at.organizationID, at.projectID, at.liveMigrationID = a.organizationID, a.projectID, a.liveMigrationID
	at.link, at.cutOver = a.link == "yes", a.cutOver == at.version
}

// secrets are what no line may hold.
func (a account) secrets(getenv func(string) string) []string {
	found := []string{a.organizationID, a.projectID, a.liveMigrationID}
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if isCredential(name) {
			found = append(found, getenv(name))
		}
	}
	return found
}

func isCredential(name string) bool {
	if !strings.HasPrefix(name, "MONGODB_ATLAS_") && !strings.HasPrefix(name, "MCLI_") {
		return false
	}
	for _, end := range []string{"_KEY", "_TOKEN", "_SECRET", "_CLIENT_ID"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// newTarget is an Atlas with the credentials that the provider would use.
func newTarget(t *testing.T, version string, getenv func(string) string, network http.RoundTripper) *target {
	t.Helper()
	a := &target{version: version, recorder: &recorder{next: network}}
	p := ours.New("testacc", ours.WithEnvironment(getenv), ours.WithTransport(a.recorder))()
	var described provider.SchemaResponse
	p.Schema(t.Context(), provider.SchemaRequest{}, &described)
	typ := described.Schema.Type().TerraformType(t.Context())
	values := map[string]tftypes.Value{}
	for name, attribute := range described.Schema.Attributes {
		values[name] = tftypes.NewValue(attribute.GetType().TerraformType(t.Context()), nil)
	}
	values["api_version"] = tftypes.NewValue(tftypes.String, version)
	var configured provider.ConfigureResponse
	p.Configure(t.Context(), provider.ConfigureRequest{
		TerraformVersion: "testacc",
		Config:           tfsdk.Config{Schema: described.Schema, Raw: tftypes.NewValue(typ, values)},
	}, &configured)
	for _, d := range configured.Diagnostics.Errors() {
		t.Fatalf("%s: %s", d.Summary(), d.Detail())
	}
	a.client = configured.ResourceData.(*providerdata.Data).Client
	return a
}

// direct is the network as the provider uses it: a request is never sent twice
// by itself.
func direct() *http.Transport {
	network := http.DefaultTransport.(*http.Transport).Clone()
	network.Protocols = new(http.Protocols)
	network.Protocols.SetHTTP1(true)
	network.DisableCompression = true
	return network
}

// compare says, in both versions of the API, how the account's Atlas compares
// with the simulated one.
func (a account) compare(t *testing.T, getenv func(string) string, tell func(string)) []string {
	t.Helper()
	lines := []string{"Atlas beside its simulator, " + time.Now().UTC().Format(time.DateOnly)}
	var rows []row
	var found []*target
	for _, version := range []string{"v1.0", "v2"} {
		network := direct()
		at := newTarget(t, version, getenv, network)
		a.aim(at)
		at.tell = tell
		surveyed := survey(t.Context(), t, at)
		lines = append(lines, surveyed.compared(twin(t, at, atlassim.Options{}))...)
		rows, found = append(rows, surveyed.rows...), append(found, at)
		closing, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		_ = at.client.Close(closing) // of no consequence: a token ends by itself
		cancel()
	}
	return append(lines, judge(rows, twins(t, found))...)
}

// TestAccAtlas compares the real Atlas with the simulated one. A difference is
// not a failure: it is what the report is for.
func TestAccAtlas(t *testing.T) {
	a, why := accountOf(os.Getenv)
	if why != "" && os.Getenv(prefix) == "yes" {
		t.Fatal(why)
	}
	if why != "" {
		t.Skip(why)
	}
	say := func(text string) { _, _ = fmt.Fprintln(t.Output(), text) }
	lines := a.compare(t, os.Getenv, say)
	if err := checkSecrets(lines, a.secrets(os.Getenv)); err != nil {
		t.Fatal(err)
	}
	say(strings.Join(lines, "\n"))
}
