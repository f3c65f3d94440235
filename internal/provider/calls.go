// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// server is what the framework makes of a provider.
type server interface {
	tfprotov6.ProviderServer
	tfprotov6.ActionServer
}

// calls is a server that knows whether a call runs that can change something at
// Atlas.
type calls struct {
	server

	// running is held for reading by each such call, and for writing by the end
	// of the process.
	running sync.RWMutex
}

func newCalls(p provider.Provider) *calls {
	return &calls{server: providerserver.NewProtocol6(p)().(server)}
}

// ApplyResourceChange creates, updates or deletes.
func (c *calls) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	defer c.begin()()
	return c.server.ApplyResourceChange(ctx, req)
}

// InvokeAction invokes an action, which runs while its events are read.
func (c *calls) InvokeAction(ctx context.Context, req *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	stream, err := c.server.InvokeAction(ctx, req)
	if err != nil {
		return nil, err
	}
	return &tfprotov6.InvokeActionServerStream{Events: func(push func(tfprotov6.InvokeActionEvent) bool) {
		defer c.begin()()
		stream.Events(push)
	}}, nil
}

// begin waits for ever once the process is about to end, so that no call begins
// then. From the first one on, a log that nobody reads any more does not end the
// process: the call in hand may have a request on its way.
func (c *calls) begin() (end func()) {
	c.running.RLock()
	signal.Ignore(syscall.SIGPIPE)
	return c.running.RUnlock
}

// stop cancels all calls, lets none begin, and waits for those that run.
func (c *calls) stop(limit time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	_, _ = c.StopProvider(ctx, &tfprotov6.StopProviderRequest{}) // Cannot fail.
	stopped := make(chan struct{})
	go func() {
		c.running.Lock() // For good.
		close(stopped)
	}()
	select {
	case <-stopped:
	case <-ctx.Done():
	}
}
