// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// slow is a server whose calls wait for their end, whatever is cancelled, as one
// does that has a request on its way.
type slow struct {
	server
	began, end, stopped chan struct{}
}

func newSlow() (*calls, *slow) {
	s := &slow{began: make(chan struct{}), end: make(chan struct{}), stopped: make(chan struct{})}
	return &calls{server: s}, s
}

func (s *slow) ApplyResourceChange(context.Context, *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	close(s.began)
	<-s.end
	return nil, nil
}

func (s *slow) InvokeAction(context.Context, *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	return &tfprotov6.InvokeActionServerStream{Events: func(func(tfprotov6.InvokeActionEvent) bool) {
		close(s.began)
		<-s.end
	}}, nil
}

func (s *slow) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	close(s.stopped)
	return nil, nil
}

var callsThatChange = map[string]func(*calls){
	"an apply": func(c *calls) { _, _ = c.ApplyResourceChange(context.Background(), nil) },
	"an action": func(c *calls) {
		stream, _ := c.InvokeAction(context.Background(), nil)
		stream.Events(nil)
	},
}

func TestTheEndCancelsACallAndWaitsForIt(t *testing.T) {
	for name, run := range callsThatChange {
		t.Run(name, func(t *testing.T) {
			c, s := newSlow()
			go run(c)
			<-s.began
			over := make(chan struct{})
			go func() { c.stop(time.Hour); close(over) }()
			<-s.stopped
			select {
			case <-over:
				t.Error("it did not wait")
			default:
			}
			close(s.end)
			<-over
		})
	}
}

func TestTheEndDoesNotWaitForEver(t *testing.T) {
	for name, run := range callsThatChange {
		t.Run(name, func(t *testing.T) {
			c, s := newSlow()
			defer close(s.end)
			go run(c)
			<-s.began
			c.stop(time.Millisecond)
		})
	}
}

func TestNoCallBeginsAfterTheEnd(t *testing.T) {
	c, _ := newSlow()
	c.stop(time.Hour)
	if c.running.TryRLock() {
		t.Error("a call can begin")
	}
}
