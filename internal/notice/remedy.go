// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package notice

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
)

// DescribeError says how a call went wrong, in Atlas's own words if there are any;
// nothing if it did not.
func DescribeError(err error) string {
	if err == nil {
		return ""
	}
	if unavailable := (*atlas.UnavailableError)(nil); errors.As(err, &unavailable) {
		return unavailable.Reason
	}
	return strings.TrimSpace("The call failed: " + strings.TrimSuffix(err.Error(), ".") + ".")
}

// ByStatus is what to do about an answer, by its status, where that depends on what
// was asked for.
type ByStatus map[int]string

// LiveMigration is the advice for a call that names a live migration.
func LiveMigration() ByStatus {
	return ByStatus{
		http.StatusNotFound: "Check project_id and live_migration_id: they are the IDs of the destination project and of " +
			"a live migration in it. Atlas also answers 404 if the credentials belong to another organization.",
	}
}

// MigrationRequest is the advice for a call that validates or starts a live
// migration, and so names none.
func MigrationRequest() ByStatus {
	return ByStatus{
		http.StatusBadRequest: "Check the arguments against what Atlas says above.",
		http.StatusNotFound: "Check project_id: it is the ID of the Atlas project that holds the destination cluster. Atlas " +
			"also answers 404 if the credentials belong to another organization.",
		http.StatusConflict: "Check the destination cluster in the Atlas console: something else runs there.",
	}
}

// Organization is the advice for a call that names an organization.
func Organization() ByStatus {
	return ByStatus{
		http.StatusNotFound: "Check organization_id: it is the ID of the Atlas organization, not of a project in it, nor " +
			"of the organization in Cloud Manager or Ops Manager. Check base_url as well.",
	}
}

// Remedy is what the user can do about a call that went wrong.
func Remedy(err error, advice ByStatus) string {
	var api *atlas.APIError
	var unavailable *atlas.UnavailableError
	if errors.As(err, &unavailable) {
		return unavailable.Advice
	}
	switch unsent := errors.As(err, new(*atlas.UnsentError)); {
	case errors.Is(err, context.Canceled):
		return "The run was interrupted."
	case errors.As(err, new(*atlas.RateLimitWaitError)):
		return general(http.StatusTooManyRequests)
	case atlas.Untrusted(err):
		return "Check base_url, and that this machine trusts the certificate authority of that address or of the " +
			"proxy in between."
	case errors.As(err, new(*atlas.DecodeError)):
		return "Check base_url and any proxy between this machine and Atlas: the answer is not what Atlas documents."
	case !errors.As(err, &api):
		return "Check base_url, the network and any proxy between this machine and Atlas."
	case unsent && api.Status < http.StatusInternalServerError && api.Status != http.StatusTooManyRequests:
		return "Check client_id and client_secret, and base_url: Atlas gave no access token for the service account."
	case unsent:
		return general(api.Status)
	case api.Challenge != "":
		return "Check base_url and any proxy between this machine and Atlas: the server asked for an authentication " +
			"method that the provider does not support with an API key, and did not check the key. Atlas itself asks " +
			"for Digest."
	}
	if particular, ok := advice[api.Status]; ok {
		return particular
	}
	return general(api.Status)
}

// UnableToRefresh is a read for a plan that failed, of a resource that is called this
// way, and what to do about it. It never costs the state anything: what cannot be
// read may run.
func UnableToRefresh(resource string, err error, remedy string) Notice {
	return Notice{
		Warning:  true,
		Summary:  "Unable to refresh " + resource,
		Observed: DescribeError(err),
		State:    "The state is unchanged.",
		Advice:   remedy + " Then plan or apply again.",
	}
}

// general is what to do about an answer whatever was asked for.
func general(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "Check the credentials, and that they have the role Organization Owner: Atlas answers 401 to a missing " +
			"role as well as to a wrong key."
	case http.StatusForbidden:
		return "Add the address of this machine to the access list of the API key or service account, and check its " +
			"roles."
	case http.StatusMethodNotAllowed, http.StatusRequestTimeout:
		return "Wait some minutes: Atlas cannot do this now, for example during an upgrade."
	case http.StatusTooManyRequests:
		return "Wait a minute: Atlas refills the allowance of calls every minute. Look for other tools that use up the " +
			"allowance of the same project."
	}
	switch {
	case status >= http.StatusInternalServerError:
		return "Atlas or a proxy in front of it is failing. Check the MongoDB Atlas status page."
	case status >= http.StatusMultipleChoices && status < http.StatusBadRequest:
		return "Check base_url and any proxy: the answer sends to another address, which is not followed."
	default:
		return "Check what Atlas says above, and what the Atlas console shows."
	}
}
