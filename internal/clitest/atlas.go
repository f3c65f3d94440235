// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package clitest

import (
	"context"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/provider"
)

// Atlas is a simulated one that a real CLI can reach.
type Atlas struct {
	*atlassim.Sim

	// Env is the environment of a provider that has an API key to it.
	Env map[string]string
}

// NewAtlas serves an Atlas until the test ends, so many times faster than real.
// It skips a test that may run no CLI.
func NewAtlas(t testing.TB, speed float64) *Atlas {
	t.Helper()
	SkipUnless(t)
	// A nonce lives long, since a CLI is no faster in a fast world.
	sim := simtest.New(t, atlassim.Options{Speed: speed, NonceLife: time.Hour})
	keys := sim.Credentials()
	return &Atlas{Sim: sim, Env: map[string]string{
		"MONGODB_ATLAS_BASE_URL":        simtest.Start(t, sim),
		"MONGODB_ATLAS_PUBLIC_API_KEY":  keys.PublicKey,
		"MONGODB_ATLAS_PRIVATE_API_KEY": keys.PrivateKey,
	}}
}

// AsServiceAccount gives the environment a service account in place of the key.
func (a *Atlas) AsServiceAccount() *Atlas {
	keys := a.Credentials()
	delete(a.Env, "MONGODB_ATLAS_PUBLIC_API_KEY")
	delete(a.Env, "MONGODB_ATLAS_PRIVATE_API_KEY")
	a.Env["MONGODB_ATLAS_CLIENT_ID"], a.Env["MONGODB_ATLAS_CLIENT_SECRET"] = keys.ClientID, keys.ClientSecret
	return a
}

// Sees waits until the log has an entry that matches.
func (a *Atlas) Sees(t testing.TB, what string, match func(atlassim.Entry) bool) atlassim.Entry {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	entry, err := a.WaitFor(ctx, match)
	if err != nil {
		t.Fatalf("Atlas never saw %s: %s", what, err)
	}
	return entry
}

// Step applies files, which together are one configuration, with a provider in
// process.
func (a *Atlas) Step(t testing.TB, variables config.Variables, files ...string) resource.TestStep {
	t.Helper()
	serve := providerserver.NewProtocol6WithError(provider.New("test",
		provider.WithEnvironment(func(name string) string { return a.Env[name] }))())
	return resource.TestStep{
		ConfigDirectory:          config.StaticDirectory(Folder(t, files...)),
		ConfigVariables:          variables,
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){"atlasmigration": serve},
	}
}
