// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package notice

import (
	"errors"
	"net/http"
	"strings"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
)

// Because says how a call went wrong, in Atlas's own words where there are any;
// nothing where it did not.
func Because(err error) string {
	if err == nil {
		return ""
	}
	return strings.TrimSpace("The call ended with: " + strings.TrimSuffix(err.Error(), ".") + ".")
}

// Remedy is what the user can do about a call that went wrong.
func Remedy(err error) string {
	if atlas.Untrusted(err) {
		return "Check base_url, and that this machine trusts the certificate authority of that address or of the " +
			"proxy in between."
	}
	var api *atlas.APIError
	if !errors.As(err, &api) {
		return "Check base_url, the network and any proxy between this machine and Atlas."
	}
	if errors.As(err, new(*atlas.UnsentError)) && api.Status < http.StatusInternalServerError && api.Status != http.StatusTooManyRequests {
		return "Check client_id and client_secret, and base_url: Atlas gave no access token for the service account."
	}
	switch api.Status {
	case http.StatusUnauthorized:
		return "Check the credentials, and that they have the role Organization Owner: Atlas answers 401 to a missing " +
			"role as well as to a wrong key."
	case http.StatusForbidden:
		return "Add the address of this machine to the access list of the API key or service account, and check its " +
			"roles."
	case http.StatusNotFound:
		return "Check project_id and live_migration_id: they are the ids of the destination project and of a live " +
			"migration in it. Atlas also answers 404 where the credentials belong to another organization."
	case http.StatusTooManyRequests:
		return "Wait a minute: Atlas refills the allowance of calls every minute. Look for other tools that use up the " +
			"allowance of the same project."
	}
	if api.Status >= http.StatusInternalServerError {
		return "Wait until Atlas, or the proxy in front of it, is well again: see the status page of MongoDB Atlas."
	}
	return "Check what Atlas says above, and the state of the live migration in the web console."
}
