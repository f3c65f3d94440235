// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestEveryRequestHasItsOwnTime(t *testing.T) {
	for _, tt := range []struct {
		method string
		want   time.Duration
	}{{"GET", 30 * time.Second}, {"PUT", time.Minute}, {"POST", time.Minute}, {"DELETE", time.Minute}} {
		t.Run(tt.method, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				req, err := http.NewRequestWithContext(t.Context(), tt.method, DefaultBaseURL, nil)
				if err != nil {
					t.Fatal(err)
				}
				begin := time.Now()
				resp, err := attempt(roundTrip(hangs)).RoundTrip(req)
				if err == nil {
					_ = resp.Body.Close()
				}
				if time.Since(begin) != tt.want || err == nil || isUnsent(err) {
					t.Errorf("got %v after %v, want %v", err, time.Since(begin), tt.want)
				}
				if errors.Is(err, context.DeadlineExceeded) {
					t.Error("the caller would take it for its own deadline")
				}
			})
		})
	}
}

func TestTheTimeIncludesTheBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		c := newClient(t, Config{Base: wire(func(req *http.Request) (*http.Response, error) {
			resp := answer(200, "")
			resp.Body = io.NopCloser(readFunc(func([]byte) (int, error) {
				<-req.Context().Done()
				return 0, req.Context().Err()
			}))
			return resp, nil
		})})
		_, err := c.StartCutover(t.Context(), project, migration)
		var unreadable *DecodeError
		if !errors.As(err, &unreadable) || time.Since(begin) != time.Minute {
			t.Errorf("got %v after %v", err, time.Since(begin))
		}
		if errors.Is(err, context.DeadlineExceeded) {
			t.Error("the caller would take it for its own deadline")
		}
	})
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func TestUnsentIsWhatNeverHadAConnection(t *testing.T) {
	running := func(t *testing.T) context.Context { return t.Context() }
	cancelled := func(t *testing.T) context.Context {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		return ctx
	}
	late := func(t *testing.T) context.Context {
		ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
		t.Cleanup(cancel)
		return ctx
	}
	silent := func(*http.Request) (*http.Response, error) { return nil, io.EOF }
	for _, tt := range []struct {
		name   string
		ctx    func(*testing.T) context.Context
		base   http.RoundTripper
		unsent bool
		is     error
	}{
		{"refused", running, roundTrip(refuses), true, nil},
		{"reset", running, roundTrip(breaks), false, nil},
		{"a dial error, but there was a connection", running, wire(func(*http.Request) (*http.Response, error) {
			return nil, &net.OpError{Op: "dial", Err: io.EOF}
		}), false, nil},
		{"any error without a connection", running, roundTrip(silent), true, io.EOF},
		{"cancelled before, over the network", cancelled, nil, true, context.Canceled},
		{"too late, over the network", late, nil, true, context.DeadlineExceeded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			url, l := serve(t, func(http.ResponseWriter, *http.Request) {})
			_, err := newClient(t, Config{BaseURL: url, Base: tt.base}).StartCutover(tt.ctx(t), project, migration)
			if err == nil || isUnsent(err) != tt.unsent || (tt.is != nil && !errors.Is(err, tt.is)) {
				t.Errorf("got %v, want unsent to be %v", err, tt.unsent)
			}
			if n := len(l.all()); n != 0 {
				t.Errorf("%d requests arrived", n)
			}
		})
	}
}

func TestTheCallersOwnTraceStillFires(t *testing.T) {
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") })
	fired := 0
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { fired++ }})
	if _, err := newClient(t, Config{BaseURL: url}).StartCutover(ctx, project, migration); err != nil || fired != 1 {
		t.Errorf("fired %d times, %v", fired, err)
	}
}

// raw writes bytes instead of an answer, and closes the connection.
func raw(content string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, content)
		_ = conn.Close()
	}
}

func TestAConnectionThatIsHandedOverInsteadOfAnAnswerHoldsUpNobody(t *testing.T) {
	let := make(chan struct{})
	url, l := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n")
		go func() {
			_, _ = conn.Read(make([]byte, 1)) // Until the client hangs up.
			_ = conn.Close()
			close(let)
		}()
	})
	_, err := newClient(t, Config{BaseURL: url}).StartCutover(t.Context(), project, migration)
	if StatusOf(err) != http.StatusSwitchingProtocols || l.count("PUT") != 1 {
		t.Errorf("got %v after %d PUTs", err, l.count("PUT"))
	}
	<-let
}

func TestABodyThatBreaksOffLeavesTheStatusStanding(t *testing.T) {
	t.Run("of a 200", func(t *testing.T) {
		url, _ := serve(t, raw("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{}"))
		_, err := newClient(t, Config{BaseURL: url}).StartCutover(t.Context(), project, migration)
		var unreadable *DecodeError
		if !errors.As(err, &unreadable) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("of a 409", func(t *testing.T) {
		url, _ := serve(t, raw("HTTP/1.1 409 Conflict\r\nContent-Length: 500\r\n\r\nhalf a sen"))
		_, err := newClient(t, Config{BaseURL: url}).StartCutover(t.Context(), project, migration)
		if e, ok := asAPIError(err); !ok || e.Status != 409 || e.Detail != "" {
			t.Errorf("got %v", err)
		}
	})
}

func TestABodyWithoutEndIsCutOff(t *testing.T) {
	for _, status := range []int{200, 409} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			ended := make(chan int, 1)
			url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				chunk, sent := []byte(strings.Repeat(" ", 64<<10)), 0
				for {
					n, err := w.Write(chunk)
					if sent += n; err != nil {
						ended <- sent
						return
					}
				}
			})
			_, err := newClient(t, Config{BaseURL: url}).StartCutover(t.Context(), project, migration)
			if status == 409 && StatusOf(err) != 409 || status == 200 && !errors.Is(err, errBodyTooLarge) {
				t.Errorf("got %v", err)
			}
			<-ended
		})
	}
}

func TestABodyOfExactlyOneMebibyteIsRead(t *testing.T) {
	body := "{}" + strings.Repeat(" ", bodyLimit-2)
	if _, err := newClient(t, Config{Base: answering(200, body)}).StartCutover(t.Context(), project, migration); err != nil {
		t.Error(err)
	}
	_, err := newClient(t, Config{Base: answering(200, body+" ")}).StartCutover(t.Context(), project, migration)
	if !errors.Is(err, errBodyTooLarge) || !strings.Contains(err.Error(), "larger than 1 MiB") {
		t.Errorf("one byte more: %v", err)
	}
}

func TestAnAnswerWithoutABodyIsEmpty(t *testing.T) {
	base := wire(func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: 202}, nil })
	if _, err := newClient(t, Config{Base: base}).StartCutover(t.Context(), project, migration); err != nil {
		t.Error(err)
	}
}

// closing notes that a body was closed.
type closing struct {
	io.Reader
	closed *bool
}

func (c closing) Close() error {
	*c.closed = true
	return nil
}

func TestTheRealBodyIsClosed(t *testing.T) {
	for _, status := range []int{200, 401, 503} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			closed := false
			c := newClient(t, Config{Base: wire(func(*http.Request) (*http.Response, error) {
				resp := answer(status, "")
				resp.Body = closing{strings.NewReader("{}"), &closed}
				return resp, nil
			})})
			if _, err := c.StartCutover(t.Context(), project, migration); StatusOf(err) != status && status != 200 || !closed {
				t.Errorf("closed is %v, error is %v", closed, err)
			}
		})
	}
}

// endless is a body without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// BenchmarkEndlessBody shows in its B/op what an answer without end costs, and
// fails if that is not a small multiple of what is kept of it.
func BenchmarkEndlessBody(b *testing.B) {
	c, err := New(Config{Auth: AccessToken("token"), Base: wire(func(*http.Request) (*http.Response, error) {
		resp := answer(200, "")
		resp.Body = io.NopCloser(endless{})
		return resp, nil
	})})
	if err != nil {
		b.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.StartCutover(b.Context(), project, migration); !errors.Is(err, errBodyTooLarge) {
			b.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / uint64(b.N); each > 16*bodyLimit {
		b.Errorf("each takes %d bytes", each)
	}
}
