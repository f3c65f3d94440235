// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
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
	return callsOf(s), s
}

func (s *slow) ApplyResourceChange(ctx context.Context, _ *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	close(s.began)
	<-s.end
	return nil, ctx.Err()
}

func (s *slow) InvokeAction(context.Context, *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	return &tfprotov6.InvokeActionServerStream{Events: func(push func(tfprotov6.InvokeActionEvent) bool) {
		close(s.began)
		<-s.end
		push(tfprotov6.InvokeActionEvent{Type: tfprotov6.ProgressInvokeActionEventType{}})
		push(tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{}})
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
		stream.Events(func(tfprotov6.InvokeActionEvent) bool { return true })
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
		t.Run(name, func(*testing.T) {
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
	if c.ending.TryRLock() {
		t.Error("a call can begin")
	}
}

func TestAnActionThatIsStoppedReportsItsEndAndNoProgress(t *testing.T) {
	c, s := newSlow()
	stream, err := c.InvokeAction(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var events []any
	over := make(chan struct{})
	go func() {
		stream.Events(func(e tfprotov6.InvokeActionEvent) bool { events = append(events, e.Type); return true })
		close(over)
	}()
	<-s.began
	if _, err := c.StopProvider(context.Background(), nil); err == nil {
		t.Error("the plugin library is let to drop the action's end")
	}
	close(s.end)
	<-over
	if len(events) != 1 {
		t.Fatalf("reported %v", events)
	}
	if _, completed := events[0].(tfprotov6.CompletedInvokeActionEventType); !completed {
		t.Errorf("reported %T", events[0])
	}
}

func TestAnApplyIsStopped(t *testing.T) {
	c, s := newSlow()
	ended := make(chan error)
	go func() {
		_, err := c.ApplyResourceChange(context.Background(), nil)
		ended <- err
	}()
	<-s.began
	if _, err := c.StopProvider(context.Background(), nil); err != nil {
		t.Error(err)
	}
	close(s.end)
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the apply ended with %v", err)
	}
}

// cancelledAt reports whether the context of a call is cancelled when it begins.
type cancelledAt struct {
	server
	cancelled bool
}

func (s *cancelledAt) ApplyResourceChange(ctx context.Context, _ *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	s.cancelled = ctx.Err() != nil
	return nil, nil
}

func (s *cancelledAt) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return nil, nil
}

func (s *cancelledAt) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return nil, nil
}

// An interrupt can arrive between the last call of a plan and the first of its
// apply. It holds until the provider is configured again.
func TestAnInterruptBetweenTwoCallsCancelsTheNext(t *testing.T) {
	s := &cancelledAt{}
	c := callsOf(s)
	_, _ = c.StopProvider(t.Context(), nil)
	_, _ = c.ApplyResourceChange(t.Context(), nil)
	if !s.cancelled {
		t.Error("the interrupt was forgotten")
	}
	_, _ = c.ConfigureProvider(t.Context(), nil)
	_, _ = c.ApplyResourceChange(t.Context(), nil)
	if s.cancelled {
		t.Error("the interrupt of another command counts")
	}
}
