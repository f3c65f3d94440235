// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Command program is the provider that does nothing, for benchmarks of whole
// processes to compare with.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/donothing"
)

func main() {
	options := providerserver.ServeOpts{Address: "registry.terraform.io/atlasmigration/donothing"}
	if err := providerserver.Serve(context.Background(), donothing.New, options); err != nil {
		log.Fatal(err)
	}
}
