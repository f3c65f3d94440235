// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// The names of the calls, as faults and log entries use them.
const (
	CallLink      = "link"      // creates a link token
	CallUnlink    = "unlink"    // removes the link
	CallProjects  = "projects"  // reads the available projects
	CallValidate  = "validate"  // starts a validation
	CallStart     = "start"     // starts a live migration
	CallCutover   = "cutover"   // starts a cutover
	CallMigration = "migration" // reads a live migration
	CallJob       = "job"       // reads the job of a validation or a cutover
	CallToken     = "token"     // asks for an OAuth access token
	CallRevoke    = "revoke"    // revokes one
	CallUnknown   = "unknown"
)

// apiVersion is one of the two forms of the API.
type apiVersion string

const (
	v1 apiVersion = "/api/atlas/v1.0"
	v2 apiVersion = "/api/atlas/v2"
)

// route is one call.
type route struct {
	method   string
	path     string // under the API version's prefix, if it has one
	call     string
	owner    bool     // the Organization Owner role is needed
	versions []string // the v2 versions that the call exists in
	form     any      // what a JSON body is read into; nil if there is none
	serve    func(*Sim, *request) action
}

var (
	onlyFirst = []string{version2023}
	both      = []string{version2023, version2024}
)

// apiRoutes are the calls of the API. Of two paths that fit, the more exact one comes first.
var apiRoutes = []route{
	{
		method: http.MethodPost, path: "/orgs/{orgId}/liveMigrations/linkTokens",
		call: CallLink, owner: true, versions: onlyFirst, form: linkTokenRequest{}, serve: postLinkToken,
	},
	{
		method: http.MethodDelete, path: "/orgs/{orgId}/liveMigrations/linkTokens",
		call: CallUnlink, owner: true, versions: onlyFirst, serve: deleteLink,
	},
	{
		method: http.MethodGet, path: "/orgs/{orgId}/liveMigrations/availableProjects",
		call: CallProjects, owner: true, versions: onlyFirst, serve: getAvailableProjects,
	},
	{
		method: http.MethodPost, path: "/groups/{groupId}/liveMigrations/validate",
		call: CallValidate, owner: true, versions: both, form: migrationRequest{}, serve: postValidation,
	},
	{
		method: http.MethodPost, path: "/groups/{groupId}/liveMigrations",
		call: CallStart, owner: true, versions: both, form: migrationRequest{}, serve: postLiveMigration,
	},
	{
		method: http.MethodPut, path: "/groups/{groupId}/liveMigrations/{liveMigrationId}/cutover",
		call: CallCutover, owner: true, versions: onlyFirst, serve: putCutover,
	},
	{
		method: http.MethodGet, path: "/groups/{groupId}/liveMigrations/validate/{validationId}",
		call: CallJob, owner: true, versions: onlyFirst, serve: getJob,
	},
	{
		method: http.MethodGet, path: "/groups/{groupId}/liveMigrations/{liveMigrationId}",
		call: CallMigration, versions: onlyFirst, serve: getLiveMigration,
	},
}

// oauthRoutes are the calls beside the API that service accounts need.
var oauthRoutes = []route{
	{method: http.MethodPost, path: "/api/oauth/token", call: CallToken, serve: postToken},
	{method: http.MethodPost, path: "/api/oauth/revoke", call: CallRevoke, serve: postRevoke},
}

// ofOrg reports whether a call is about the organization, rather than one project.
func (r *route) ofOrg() bool { return strings.HasPrefix(r.path, "/orgs/") }

// request is what arrived, as far as the world looks at it.
type request struct {
	method string
	path   string
	uri    string // the request-URI, as the request line has it
	query  url.Values
	header http.Header
	body   []byte

	apiVersion apiVersion // empty if the path is not under an API version's prefix
	route      *route     // nil if no call has this path and method
	allowed    []string   // the methods of the calls that have this path
	version    string     // of v2, once it is settled

	orgID, projectID, liveMigrationID, jobID string
}

// maxBody is how much of a request's body is read.
const maxBody = 1 << 20

// read takes in a request, its body included.
func read(r *http.Request) (*request, error) {
	in := &request{
		method: r.Method,
		path:   r.URL.Path,
		uri:    r.RequestURI,
		query:  r.URL.Query(),
		header: r.Header,
	}
	if in.method == "" {
		in.method = http.MethodGet
	}
	if in.uri == "" { // a client's request, in memory
		in.uri = r.URL.RequestURI()
	}
	if r.Body != nil {
		body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
		if err != nil {
			return nil, err
		}
		in.body = body
	}
	in.resolve()
	return in, nil
}

// resolve finds the call that a request's path and method name.
func (in *request) resolve() {
	routes, rest := in.table()
	for i := range routes {
		ids, ok := match(routes[i].path, rest)
		if !ok {
			continue
		}
		found := in.route == nil && routes[i].method == in.method
		if found {
			in.route = &routes[i]
		}
		if found || len(in.allowed) == 0 {
			in.orgID, in.projectID = ids["orgId"], ids["groupId"]
			in.liveMigrationID, in.jobID = ids["liveMigrationId"], ids["validationId"]
		}
		in.allowed = append(in.allowed, routes[i].method)
	}
}

// table returns the calls that a request's path can name, and the path as they have it.
func (in *request) table() (routes []route, path string) {
	for _, d := range []apiVersion{v1, v2} {
		if tail, ok := strings.CutPrefix(in.path, string(d)+"/"); ok {
			in.apiVersion = d
			return apiRoutes, "/" + tail
		}
	}
	return oauthRoutes, in.path
}

// match compares a path with a pattern and returns what stands for its parameters.
func match(pattern, path string) (map[string]string, bool) {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return nil, false
	}
	ids := map[string]string{}
	for i, part := range want {
		name, isParameter := strings.CutPrefix(part, "{")
		switch {
		case isParameter:
			ids[strings.TrimSuffix(name, "}")] = have[i]
		case part != have[i]:
			return nil, false
		}
	}
	return ids, true
}

func (in *request) call() string {
	if in.route == nil {
		return CallUnknown
	}
	return in.route.call
}

var idForm = regexp.MustCompile(`^[a-f0-9]{24}$`)

// entry begins the log entry of a request.
func (in *request) entry(at time.Time) Entry {
	return Entry{
		At: at, Method: in.method, Path: in.path, Query: in.query.Encode(), Call: in.call(),
		OrgID: in.orgID, ProjectID: in.projectID, LiveMigrationID: in.liveMigrationID, JobID: in.jobID, Credential: "none",
		UserAgent: in.header.Get("User-Agent"), Accept: in.header.Get("Accept"), ContentType: in.header.Get("Content-Type"),
		Body: in.fieldNames(),
	}
}
