// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import "net/http"

// ServiceAccount is the client credentials of a service account.
func ServiceAccount(clientID, clientSecret string) Auth {
	return auth(func(next http.RoundTripper) http.RoundTripper { _, _ = clientID, clientSecret; return next })
}
