// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"os/signal"
	"syscall"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

const (
	address = "registry.terraform.io/atlasmigration/atlasmigration"

	// stopTime is what calls that still run may take after the CLI asked this
	// process to end. Terraform kills a provider that takes two seconds, and
	// [Clients.Close] needs some of them.
	stopTime = time.Second

	// orphanTime is what calls that still run may take after the CLI is gone. A
	// request on its way is not cancelled, and its answer is worth some seconds.
	orphanTime = 5 * time.Second
)

// Serve serves the provider to the CLI that started this process, until the CLI
// asks it to end or is gone.
//
// Signals do not end it. A terminal, a container and a pipeline send them to the
// whole process group, and only the CLI can store what a call returns: it stops
// the calls, stores what they know, and then ends the provider. That holds
// between two calls too. The answer to the last one may still be on its way, and
// a provider that lost its CLI ends by itself within seconds.
func Serve(version string) error {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	if err := silenceUnreadLogs(); err != nil {
		return err
	}
	var clients Clients
	defer clients.Close()
	calls := newCalls(New(version, WithClients(&clients))())
	orphaned := callerGone()
	served := make(chan error, 1)
	go func() { served <- tf6server.Serve(address, func() tfprotov6.ProviderServer { return calls }) }()
	select {
	case err := <-served:
		calls.stop(stopTime)
		return err
	case <-orphaned:
		calls.stop(orphanTime)
		return nil
	}
}

// Debug serves the provider to a CLI that a person attaches to this process. No
// signal is ignored and no parent watched, since both are that person's.
func Debug(version string) error {
	var clients Clients
	defer clients.Close()
	return providerserver.Serve(context.Background(), New(version, WithClients(&clients)),
		providerserver.ServeOpts{Address: address, Debug: true})
}
