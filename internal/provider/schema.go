// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
)

// configuration is the provider's configuration.
type configuration struct {
	AccessToken  types.String `tfsdk:"access_token"`
	ClientID     types.String `tfsdk:"client_id"`
	ClientSecret types.String `tfsdk:"client_secret"`
	PublicKey    types.String `tfsdk:"public_key"`
	PrivateKey   types.String `tfsdk:"private_key"`
	BaseURL      types.String `tfsdk:"base_url"`
	Government   types.Bool   `tfsdk:"is_mongodbgov_cloud"`
	APIVersion   types.String `tfsdk:"api_version"`
	ProgressFile types.String `tfsdk:"progress_file"`
}

// progressVariable is the environment variable of progress_file.
const progressVariable = "ATLASMIGRATION_PROGRESS_FILE"

// governmentArgument is what the official provider calls it.
const governmentArgument = "is_mongodbgov_cloud"

// place is the arguments that are set. Atlas for Government is an address.
func (c configuration) place() place {
	p := place{settings: map[string]setting{}}
	for argument, value := range map[string]types.String{
		"access_token": c.AccessToken, "client_id": c.ClientID, "client_secret": c.ClientSecret,
		"public_key": c.PublicKey, "private_key": c.PrivateKey, "base_url": c.BaseURL,
	} {
		if given := value.ValueString(); given != "" {
			p.settings[argument] = setting{given, argumentKind, argument}
		}
	}
	if c.Government.ValueBool() {
		p.settings["base_url"] = setting{governmentURL, argumentKind, governmentArgument}
	}
	return p
}

// known reports whether no argument waits for another resource.
func (c configuration) known() bool {
	for _, v := range []attr.Value{
		c.AccessToken, c.ClientID, c.ClientSecret, c.PublicKey, c.PrivateKey, c.BaseURL, c.Government, c.APIVersion, c.ProgressFile,
	} {
		if v.IsUnknown() {
			return false
		}
	}
	return true
}

// Schema describes the provider's arguments.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Cuts over MongoDB Atlas live migrations: starts the cutover once and proves that it " +
			"completed.",
		Attributes: map[string]schema.Attribute{
			"access_token": schema.StringAttribute{
				MarkdownDescription: "A bearer token that you obtained elsewhere. It is not renewed and can expire during a " +
					"cutover: prefer a service account or an API key. " + alternatively("access_token"),
				Optional:  true,
				Sensitive: true,
			},
			"client_id": schema.StringAttribute{
				MarkdownDescription: "Client ID of a service account, with `client_secret`. " + alternatively("client_id"),
				Optional:            true,
			},
			"client_secret": schema.StringAttribute{
				MarkdownDescription: "Secret of the service account. " + alternatively("client_secret"),
				Optional:            true,
				Sensitive:           true,
			},
			"public_key": schema.StringAttribute{
				MarkdownDescription: "Public key of an API key with the role Organization Owner, with `private_key`. " +
					alternatively("public_key"),
				Optional: true,
			},
			"private_key": schema.StringAttribute{
				MarkdownDescription: "Private key of the API key. It never leaves this machine: requests are signed with " +
					"HTTP digest. " + alternatively("private_key"),
				Optional:  true,
				Sensitive: true,
			},
			"base_url": schema.StringAttribute{
				MarkdownDescription: "Address of the API, without a path. Defaults to `" + atlas.DefaultBaseURL + "`. It " +
					"must be `https`, except on the loopback interface. " + alternatively("base_url") + " A variable is used with " +
					"the credentials of its own family only: see [Authentication](#authentication).",
				Optional:   true,
				Validators: []validator.String{baseURL{}},
			},
			governmentArgument: schema.BoolAttribute{
				MarkdownDescription: "Whether the destination is in Atlas for Government, `" + governmentURL + "`. Conflicts " +
					"with `base_url`. Alternatively, environment variable `MONGODB_ATLAS_SERVICE` with the value `cloudgov`.",
				Optional: true,
			},
			"progress_file": schema.StringAttribute{
				MarkdownDescription: "A file to append to while a cutover, a live migration or a validation runs: a line for " +
					"each change and at least one a minute, with the time in UTC. `/dev/tty` shows it live. Alternatively, " +
					"environment variable `" + progressVariable + "`.",
				Optional: true,
			},
			"api_version": schema.StringAttribute{
				MarkdownDescription: "Version of the Atlas API: `\"v1.0\"` (the default) or `\"v2\"`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf(string(atlas.V1), string(atlas.V2))},
			},
		},
	}
}

func alternatively(argument string) string {
	text := "Alternatively, environment variable "
	for i, name := range environment(argument) {
		if i > 0 {
			text += ", or "
		}
		text += "`" + name + "`"
	}
	return text + "."
}

// baseURL validates the argument of that name.
type baseURL struct{}

var _ validator.String = baseURL{}

// Description says what is valid.
func (baseURL) Description(context.Context) string {
	return "an https address without a path, like " + atlas.DefaultBaseURL
}

// MarkdownDescription says what is valid.
func (b baseURL) MarkdownDescription(ctx context.Context) string { return b.Description(ctx) }

// ValidateString refuses what the client would refuse.
func (baseURL) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsUnknown() || req.ConfigValue.ValueString() == "" {
		return
	}
	if _, err := atlas.ParseBaseURL(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid base_url", err.Error())
	}
}
