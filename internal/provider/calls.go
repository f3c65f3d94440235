// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
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

// calls is a server that keeps track of the calls that can change something at
// Atlas: applies, and actions that are invoked.
type calls struct {
	server

	// ending is held for reading by each such call, and for writing by the end of
	// the process.
	ending sync.RWMutex

	mu sync.Mutex // guards what follows
	// stopped is set from an interrupt until the provider is configured again.
	stopped bool
	applies map[*context.CancelFunc]bool
	actions map[*context.CancelFunc]bool
}

func newCalls(p provider.Provider) *calls {
	return callsOf(guard{providerserver.NewProtocol6(p)().(server)})
}

func callsOf(s server) *calls {
	return &calls{server: s, applies: map[*context.CancelFunc]bool{}, actions: map[*context.CancelFunc]bool{}}
}

// ConfigureProvider begins a command.
func (c *calls) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	c.mu.Lock()
	c.stopped = false
	c.mu.Unlock()
	return c.server.ConfigureProvider(ctx, req)
}

// ApplyResourceChange creates, updates or deletes.
func (c *calls) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	ctx, end := c.begin(ctx, c.applies)
	defer end()
	return c.server.ApplyResourceChange(ctx, req)
}

// InvokeAction invokes an action, which runs while its events are read. It tells
// of no progress once it is stopped: Terraform 1.14 and 1.15 crash if anything
// follows on that.
func (c *calls) InvokeAction(ctx context.Context, req *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	ctx, end := c.begin(ctx, c.actions)
	stream, err := c.server.InvokeAction(ctx, req)
	if err != nil {
		end()
		return nil, err
	}
	return &tfprotov6.InvokeActionServerStream{Events: func(push func(tfprotov6.InvokeActionEvent) bool) {
		defer end()
		stream.Events(func(e tfprotov6.InvokeActionEvent) bool {
			_, progress := e.Type.(tfprotov6.ProgressInvokeActionEventType)
			return progress && ctx.Err() != nil || push(e)
		})
	}}, nil
}

// begin waits for ever once the process is about to end, so that no call begins
// then. From the first call on, a log that nobody reads any more does not end
// the process: a request may be on its way.
func (c *calls) begin(ctx context.Context, running map[*context.CancelFunc]bool) (context.Context, func()) {
	c.ending.RLock()
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := context.WithCancel(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	running[&cancel] = true
	if c.stopped {
		// The interrupt arrived between two calls of the same command, where the
		// framework would forget it.
		cancel()
	}
	return ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(running, &cancel)
		cancel()
		c.ending.RUnlock()
	}
}

var errActionRuns = errors.New("an action is about to report its end")

// StopProvider cancels all calls. If an action runs, it fails, which Terraform
// ignores. After a success the plugin library would drop the rest of the action's
// events, its errors among them, and Terraform 1.14 and 1.15 take an action that
// reports no end for one that succeeded.
func (c *calls) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
	for cancel := range c.applies {
		(*cancel)()
	}
	for cancel := range c.actions {
		(*cancel)()
	}
	resp, err := c.server.StopProvider(ctx, req)
	if err == nil && len(c.actions) > 0 {
		err = errActionRuns
	}
	return resp, err
}

// stop cancels all calls, lets none begin, and waits for those that run.
func (c *calls) stop(limit time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	_, _ = c.StopProvider(ctx, &tfprotov6.StopProviderRequest{}) // Nothing is left to be done about an error.
	stopped := make(chan struct{})
	go func() {
		c.ending.Lock() // For good.
		close(stopped)
	}()
	select {
	case <-stopped:
	case <-ctx.Done():
	}
}
