// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"sync"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
)

// closeTime is what the end of the process may take. Terraform kills a provider
// that takes two seconds.
const closeTime = time.Second

// Clients are the clients of a process, to be closed at its end.
type Clients struct {
	mu   sync.Mutex
	made []*atlas.Client
}

func (c *Clients) add(client *atlas.Client) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made = append(c.made, client)
}

// Close gives back what the clients hold at Atlas: the token of a service
// account is revoked. A token that is not ends by itself within the hour, so an
// error is of no consequence.
func (c *Clients) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, client := range c.made {
		_ = client.Close(ctx)
	}
}
