// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package providerdata is what the configured provider hands to its resources,
// data sources and actions.
package providerdata

import (
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/progress"
)

// Data is the same for everything that one configuration of the provider serves.
type Data struct {
	// Client makes the calls. It is never nil: if it cannot make any, each fails
	// with an [*atlas.UnavailableError].
	Client *atlas.Client
	// Unknown is set while the provider's configuration depends on values that are
	// not known yet, as in some plans: what can be left out is left out then.
	Unknown bool
	// Progress is the progress file; nil for none.
	Progress *progress.File
	// Memory is what one operation tells a later one in the same process, by keys
	// of types that are private to their packages. Terraform refreshes and plans in
	// one process, and gives an operation on a tainted resource nothing else.
	Memory sync.Map
}

// Unknown is the data before the provider is configured, and while its
// configuration is not known.
func Unknown() *Data {
	return &Data{Unknown: true, Client: atlas.Unavailable(&atlas.UnavailableError{
		Reason: "The provider's configuration depends on values that are not known before apply.",
		Advice: "Give the provider its credentials and base_url as known values or in the environment, or apply first what " +
			"they depend on.",
	})}
}

// From takes the data out of what the provider configured. It is never nil.
func From(configured any) (*Data, diag.Diagnostics) {
	switch data := configured.(type) {
	case nil:
		return Unknown(), nil
	case *Data:
		return data, nil
	default:
		return Unknown(), diag.Diagnostics{diag.NewErrorDiagnostic("Unable to configure provider", fmt.Sprintf(
			"Expected the provider's data, got %T. This is a bug of the provider; please report it.", configured))}
	}
}

// Deferred defers a read if the provider's configuration is not known and
// Terraform supports that, and reports whether it did. All of the data is then
// unknown, as it is when the framework itself defers.
func (d *Data) Deferred(req datasource.ReadRequest, resp *datasource.ReadResponse) bool {
	if !d.Unknown || !req.ClientCapabilities.DeferralAllowed {
		return false
	}
	resp.State.Raw = tftypes.NewValue(resp.State.Raw.Type(), tftypes.UnknownValue)
	resp.Deferred = &datasource.Deferred{Reason: datasource.DeferredReasonProviderConfigUnknown}
	return true
}
