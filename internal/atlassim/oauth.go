// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// OAuthTokenPrefix is what every access token begins with that a world's token
// endpoint issues, for a search of logs and state.
const OAuthTokenPrefix = "simulated-oauth-token-" // #nosec G101 -- of a simulated Atlas

// tokens are the access tokens that the token endpoint issued. The Sim's lock guards them.
type tokens struct {
	life   time.Duration
	count  int
	issued map[string]issuedToken
}

type issuedToken struct {
	n  int
	at time.Time // simulated
}

// alive reports whether a token is still accepted.
func (t *tokens) alive(token issuedToken, now time.Time) bool { return now.Sub(token.at) < t.life }

// oauthError is an error in JSON as OAuth has it (RFC 6749, 5.2).
type oauthError struct {
	Error            string `json:"error"`
	ErrorDescription string `json:"error_description"`
}

func refuseOAuth(status int, code, description string) action {
	return action{answer: jsonAnswer(status, oauthError{code, description}), did: "refused: " + description}
}

// admitClient decides whether a request outside the API is let in: to the token
// endpoint within its rate limit and with a service account's credentials.
// Anything else there is answered without any.
func (s *Sim) admitClient(v *visit) *action {
	if v.in.route == nil {
		return nil
	}
	id, secret, basic := basicAuth(v.in.header.Get("Authorization"))
	if basic {
		v.entry.Credential = "basic"
	}
	if v.in.route.call == CallToken {
		if a := s.limits.take(tokenEndpoint, s.limits.token, v.header); a != nil {
			return a
		}
	}
	known := s.Credentials()
	right := subtle.ConstantTimeCompare([]byte(id+":"+secret), []byte(known.ClientID+":"+known.ClientSecret)) == 1
	if right && !s.revoked() {
		return nil
	}
	a := refuseOAuth(http.StatusUnauthorized, "invalid_client", "wrong or revoked client credentials")
	return &a
}

// basicAuth reads Basic credentials, whose parts are form-encoded (RFC 6749, 2.3.1).
func basicAuth(authorization string) (id, secret string, ok bool) {
	scheme, encoded, _ := strings.Cut(authorization, " ")
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	id, secret, _ = strings.Cut(string(text), ":")
	id, idErr := url.QueryUnescape(id)
	secret, secretErr := url.QueryUnescape(secret)
	return id, secret, idErr == nil && secretErr == nil
}

// formValues returns the form that a body is; what cannot be read is left out, and then missed.
func (in *request) formValues() url.Values {
	values, _ := url.ParseQuery(string(in.body))
	return values
}

// isForm reports whether the body is said to be a form.
func (in *request) isForm() bool {
	media, _, _ := strings.Cut(in.header.Get("Content-Type"), ";")
	return media == "application/x-www-form-urlencoded"
}

// tokenObject is an access token in JSON.
type tokenObject struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int64  `json:"expires_in"`
	TokenType   string `json:"token_type"`
}

// postToken issues an access token. Its life is told in the client's seconds,
// of which a simulated clock that runs fast leaves fewer.
func postToken(s *Sim, in *request) action {
	switch grant := in.formValues().Get("grant_type"); {
	case !in.isForm() || grant == "":
		return refuseOAuth(http.StatusBadRequest, "invalid_request", "no form with a grant_type")
	case grant != "client_credentials":
		return refuseOAuth(http.StatusBadRequest, "unsupported_grant_type", "another grant_type than client_credentials")
	}
	n := s.tokens.count + 1
	value := OAuthTokenPrefix + fingerprint("oauth token", n)[:40]
	return action{
		answer: jsonAnswer(http.StatusOK, tokenObject{
			AccessToken: value, ExpiresIn: max(1, int64(s.tokens.life.Seconds()/s.options.Speed)), TokenType: "Bearer",
		}),
		did: "issued an access token", made: made{token: n},
		commit: func(int) {
			s.tokens.count = n
			s.tokens.issued[value] = issuedToken{n: n, at: s.Now()}
		},
	}
}

// postRevoke ends an access token. One that is not known has ended already,
// which is a success as well (RFC 7009, 2.2).
func postRevoke(s *Sim, in *request) action {
	token := in.formValues().Get("token")
	if !in.isForm() || token == "" {
		return refuseOAuth(http.StatusBadRequest, "invalid_request", "no form with a token")
	}
	return action{
		answer: answer{status: http.StatusOK}, did: "revoked an access token", made: made{token: s.tokens.issued[token].n},
		commit: func(int) { delete(s.tokens.issued, token) },
	}
}
