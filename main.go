// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-atlasmigration is a Terraform provider for the
// cutover of MongoDB Atlas live migrations. Terraform starts it; a person who
// runs it by hand wants -version or -debug.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
)

const address = "registry.terraform.io/atlasmigration/atlasmigration"

// version is set by the linker in a release.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run so that a debugger can attach, and print how Terraform reaches this process")
	printVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()

	if *printVersion {
		fmt.Println(version)
		return
	}

	if !*debug {
		if err := provider.SilenceUnreadLogs(); err != nil {
			log.Fatal(err)
		}
	}

	var clients provider.Clients
	serve := provider.New(version, provider.WithClients(&clients))
	err := providerserver.Serve(context.Background(), serve, providerserver.ServeOpts{Address: address, Debug: *debug})
	clients.Close()
	if err != nil {
		log.Fatal(err)
	}
}
