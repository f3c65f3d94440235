// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-atlasmigration is a Terraform provider for the
// cutover of MongoDB Atlas live migrations. Terraform starts it; a person who
// runs it by hand wants -version or -debug.
package main

import (
	"flag"
	"fmt"
	"log"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
)

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

	serve := provider.Serve
	if *debug {
		serve = provider.Debug
	}
	if err := serve(version); err != nil {
		log.Fatal(err)
	}
}
