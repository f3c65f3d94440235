// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package provider puts the provider together: its schema, its credentials and
// the list of what it serves.
package provider

import (
	"cmp"
	"context"
	"net/http"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/progress"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providerdata"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/availableprojects"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/cutover"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/linktoken"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/livemigration"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/service/validation"
)

var (
	_ provider.Provider                   = (*Provider)(nil)
	_ provider.ProviderWithActions        = (*Provider)(nil)
	_ provider.ProviderWithValidateConfig = (*Provider)(nil)
)

// Provider is the provider.
type Provider struct {
	version string
	getenv  func(string) string
	base    http.RoundTripper
	clients *Clients
}

// Option changes what a provider is made of.
type Option func(*Provider)

// WithEnvironment replaces the process's environment.
func WithEnvironment(getenv func(string) string) Option {
	return func(p *Provider) { p.getenv = getenv }
}

// WithTransport replaces the network.
func WithTransport(base http.RoundTripper) Option {
	return func(p *Provider) { p.base = base }
}

// WithClients remembers the clients that the provider makes.
func WithClients(clients *Clients) Option {
	return func(p *Provider) { p.clients = clients }
}

// New is the constructor that the server calls for each configuration.
func New(version string, options ...Option) func() provider.Provider {
	return func() provider.Provider {
		p := &Provider{version: version, getenv: os.Getenv, clients: &Clients{}}
		for _, option := range options {
			option(p)
		}
		return p
	}
}

// Metadata names the provider.
func (p *Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "atlasmigration"
	resp.Version = p.version
}

// ValidateConfig refuses arguments that could not work whatever is in the
// environment.
func (p *Provider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var config configuration
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || !config.known() {
		return
	}
	if config.Government.ValueBool() && config.BaseURL.ValueString() != "" {
		resp.Diagnostics.Append(twoAddresses())
	}
	report(choose(config.place(), nil), &resp.Diagnostics)
}

// Configure makes the client. While an argument is not known, as in a plan before
// its source is applied, and without credentials, it makes one whose every call
// fails.
func (p *Provider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config configuration
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !config.known() {
		provide(providerdata.Unknown(), resp)
		if req.ClientCapabilities.DeferralAllowed {
			resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
		}
		return
	}
	chosen := choose(config.place(), p.environment())
	report(chosen, &resp.Diagnostics)
	client, err := p.newClient(chosen, apiVersion(config), userAgent(p.version, req.TerraformVersion))
	if err != nil {
		resp.Diagnostics.Append(unusableAddress(err, chosen))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	file, err := p.openProgress(config)
	if err != nil {
		resp.Diagnostics.Append(unusableProgressFile(err))
		return
	}
	logConfigured(ctx, chosen)
	p.clients.add(client)
	provide(&providerdata.Data{Client: client, Progress: file}, resp)
}

// openProgress opens the progress file, nil if there is none. The process keeps it
// open to its end.
func (p *Provider) openProgress(config configuration) (*progress.File, error) {
	name := cmp.Or(config.ProgressFile.ValueString(), p.getenv(progressVariable))
	if name == "" {
		return nil, nil //nolint:nilnil // A nil file takes no lines.
	}
	return progress.Open(name)
}

func unusableProgressFile(err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("progress_file"), "Unable to open progress file",
		"The progress file cannot be opened: "+err.Error()+".\n\nNothing was sent to Atlas, and the state is unchanged.\n\n"+
			"Correct argument progress_file or environment variable "+progressVariable+", or remove it.")
}

// environment is what each family of variables holds.
func (p *Provider) environment() []place {
	var places []place
	for _, f := range families {
		places = append(places, f.read(p.getenv))
	}
	return places
}

func (p *Provider) newClient(chosen choice, apiVersion atlas.APIVersion, agent string) (*atlas.Client, error) {
	if chosen.method == noMethod {
		_, err := atlas.ParseBaseURL(cmp.Or(chosen.address.value, atlas.DefaultBaseURL))
		return atlas.Unavailable(noCredentials()), err
	}
	return atlas.New(atlas.Config{
		BaseURL:    chosen.address.value,
		APIVersion: apiVersion,
		Auth:       chosen.auth(),
		Source:     chosen.source(),
		UserAgent:  agent,
		Base:       p.base,
	})
}

// provide hands the data to everything that is served.
func provide(data *providerdata.Data, resp *provider.ConfigureResponse) {
	resp.ResourceData, resp.DataSourceData, resp.ActionData = data, data, data
}

// report says what is wrong with a choice of credentials, or ambiguous.
func report(c choice, diags *diag.Diagnostics) {
	for _, found := range c.problems {
		diags.AddAttributeError(path.Root(found.argument), "Unusable credentials", found.text)
	}
	if c.warning != "" {
		diags.AddWarning("More than one credential", c.warning+" Remove the others.")
	}
}

// unusableAddress is about a value that can come from the environment, where no
// validator of an argument has seen it.
func unusableAddress(err error, c choice) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("base_url"), "Invalid base_url",
		err.Error()+"\n\nThe value is that of "+c.address.String()+".")
}

func twoAddresses() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root(governmentArgument), "Two addresses",
		"Both base_url and "+governmentArgument+" are set, and each names an address. Set one of them.")
}

// noCredentials is no error until a call is made: what has finished is planned,
// destroyed and removed without one.
func noCredentials() *atlas.UnavailableError {
	return &atlas.UnavailableError{
		Reason: "The provider has no credentials.",
		Advice: "Set client_id and client_secret, or public_key and private_key, or access_token: as arguments of the " +
			"provider, or in the environment, for example as MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY.",
	}
}

func (c choice) auth() atlas.Auth {
	switch c.method {
	case byAccessToken:
		return atlas.AccessToken(c.held.value("access_token"))
	case byServiceAccount:
		return atlas.ServiceAccount(c.held.value("client_id"), c.held.value("client_secret"))
	default:
		return atlas.APIKey(c.held.value("public_key"), c.held.value("private_key"))
	}
}

func apiVersion(config configuration) atlas.APIVersion {
	if given := config.APIVersion.ValueString(); given != "" {
		return atlas.APIVersion(given)
	}
	return atlas.V1
}

func userAgent(version, terraform string) string {
	if terraform == "" {
		terraform = "unknown"
	}
	return "terraform-provider-atlasmigration/" + version + " Terraform/" + terraform
}

// Resources lists the resources.
func (p *Provider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		cutover.New,
		linktoken.New,
		livemigration.New,
		validation.New,
	}
}

// DataSources lists the data sources.
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		availableprojects.New,
		livemigration.NewDataSource,
	}
}

// Actions lists the actions.
func (p *Provider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{cutover.NewAction}
}
