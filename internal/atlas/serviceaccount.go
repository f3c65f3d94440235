// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

const (
	grantPath  = "/api/oauth/token"
	revokePath = "/api/oauth/revoke"
)

// ServiceAccount is the client credentials of a service account. They are
// exchanged for an access token, of which every client has one at a time.
func ServiceAccount(clientID, clientSecret string) Auth {
	return auth(func(next http.RoundTripper, base *url.URL) http.RoundTripper {
		e := endpoint{
			config: clientcredentials.Config{
				ClientID:     clientID,
				ClientSecret: clientSecret,
				TokenURL:     base.JoinPath(grantPath).String(),
				AuthStyle:    oauth2.AuthStyleInHeader,
			},
			revokeURL: base.JoinPath(revokePath).String(),
			// The log sees these requests signed, and shows neither headers nor
			// bodies.
			rt: refused(withLogging(next)),
		}
		return &serviceAccount{next: next, tokens: newTokens(e.fetch), revoke: e.revoke}
	})
}

// serviceAccount puts its access token on what it passes to next.
type serviceAccount struct {
	next   http.RoundTripper
	tokens *tokens
	revoke func(ctx context.Context, value string) error
}

// RoundTrip reads a second time if the token was refused and there is a newer
// one. A 401 is also the answer to a missing role, so that one for a token that
// was new is the answer. A request that changes something is never repeated here:
// whatever stands before Atlas may answer 401 to one that went through, and who
// sent it reads Atlas first. The next request has a newer token in any case.
func (a *serviceAccount) RoundTrip(req *http.Request) (*http.Response, error) {
	t, fresh, err := a.tokens.get(req.Context())
	if err != nil {
		return nil, &UnsentError{Err: err}
	}
	resp, err := a.next.RoundTrip(bearing(req, t.value))
	if err != nil || resp.StatusCode != http.StatusUnauthorized || fresh {
		return resp, err
	}
	if !a.tokens.invalidate(t) || req.Method != http.MethodGet {
		return resp, nil
	}
	_ = resp.Body.Close()
	if t, _, err = a.tokens.get(req.Context()); err != nil {
		return nil, &UnsentError{Err: err}
	}
	return a.next.RoundTrip(bearing(req, t.value))
}

func (a *serviceAccount) end(ctx context.Context) error {
	t := a.tokens.giveUp()
	if t == nil {
		return nil
	}
	return a.revoke(ctx, t.value)
}

// endpoint is where tokens come from and go to.
type endpoint struct {
	config    clientcredentials.Config
	revokeURL string
	rt        http.RoundTripper
}

func (e *endpoint) fetch(ctx context.Context) (*oauth2.Token, error) {
	ctx = withBodyLimit(ctx, bodyLimit) // not that of the call that waits for the token
	ctx = context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Transport: e.rt})
	t, err := e.config.Token(ctx)
	if err != nil {
		return nil, cause(err)
	}
	return t, nil
}

// cause is what went wrong: an [*APIError], a transport's error, or a sentence
// on a 2xx that holds no token. Not a [*DecodeError], which would say that the
// call that waits for the token has been acted on; nor the oauth2 package's own
// error, which holds the answer.
func cause(err error) error {
	var sent *url.Error
	if !errors.As(err, &sent) {
		return errors.New(printable(err.Error(), longText))
	}
	var unsent *UnsentError
	if errors.As(sent.Err, &unsent) {
		return unsent.Err
	}
	return sent.Err
}

func (e *endpoint) revoke(ctx context.Context, value string) error {
	form := url.Values{"token": {value}, "token_type_hint": {"access_token"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.revokeURL, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	// Escaped first, as RFC 6749 has it in section 2.3.1.
	req.SetBasicAuth(url.QueryEscape(e.config.ClientID), url.QueryEscape(e.config.ClientSecret))
	resp, err := e.rt.RoundTrip(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

type oauthError struct {
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

// refused makes an [*APIError] of every answer that is not a 2xx, before
// anybody could follow it to another place.
func refused(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(req)
		if err != nil || isSuccess(resp.StatusCode) {
			return resp, err
		}
		defer func() { _ = resp.Body.Close() }()
		body, unread := io.ReadAll(resp.Body)
		e := newAPIError(req, resp, body, unread)
		// A proxy, or Atlas before it has looked at the form, answers in words
		// of another shape, which are in the error already.
		var words oauthError
		if json.Unmarshal(body, &words) == nil && words.Code != "" {
			e.Code = printable(words.Code, shortText)
			e.Detail = printable(words.Description, longText)
		}
		return nil, e
	})
}
