// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package client hands the provider's client to resources, data sources and
// actions.
package client

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
)

// From takes the client out of what the provider configured. It is nil while the
// provider's configuration is not wholly known, as in some plans, and before it
// is configured at all.
func From(providerData any) (*atlas.Client, diag.Diagnostics) {
	if providerData == nil {
		return nil, nil
	}
	client, ok := providerData.(*atlas.Client)
	if !ok {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("Unable to configure provider", fmt.Sprintf(
			"Expected an Atlas client, got %T. This is a bug of the provider; please report it.", providerData))}
	}
	return client, nil
}
