// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Command bench-donothing is the provider that does nothing, as a program, for
// the bench program to compare with.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/bench/donothing"
)

func main() {
	options := providerserver.ServeOpts{Address: "registry.terraform.io/atlasmigration/donothing"}
	if err := providerserver.Serve(context.Background(), donothing.New, options); err != nil {
		log.Fatal(err)
	}
}
