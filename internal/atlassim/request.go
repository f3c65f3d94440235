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
	CallCutover   = "cutover"
	CallMigration = "migration"
	CallJob       = "job"
	CallUnknown   = "unknown"
)

// dialect is one of the two forms of the API.
type dialect string

const (
	v1 dialect = "/api/atlas/v1.0"
	v2 dialect = "/api/atlas/v2"
)

// route is one call of the API.
type route struct {
	method  string
	path    string // under the dialect's prefix
	call    string
	owner   bool   // the Organization Owner role is needed
	version string // the v2 version of the call
	serve   func(*Sim, *request) action
}

var routes = []route{
	{
		method: http.MethodPut, path: "/groups/{groupId}/liveMigrations/{liveMigrationId}/cutover",
		call: CallCutover, owner: true, version: "2023-01-01", serve: putCutover,
	},
	{
		method: http.MethodGet, path: "/groups/{groupId}/liveMigrations/validate/{validationId}",
		call: CallJob, owner: true, version: "2023-01-01", serve: getJob,
	},
	{
		method: http.MethodGet, path: "/groups/{groupId}/liveMigrations/{liveMigrationId}",
		call: CallMigration, version: "2023-01-01", serve: getLiveMigration,
	},
}

// request is what arrived, as far as the world looks at it.
type request struct {
	method     string
	path       string
	uri        string // the request-URI, as the request line has it
	query      url.Values
	header     http.Header
	bodyLength int

	dialect dialect
	route   *route   // nil if no call has this path and method
	allowed []string // the methods of the calls that have this path

	projectID, liveMigrationID, jobID string
}

// maxBody is how much of a request's body is read to learn that there is one.
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
		in.bodyLength = len(body)
	}
	in.resolve()
	return in, nil
}

// resolve finds the call that a request's path and method name.
func (in *request) resolve() {
	rest := ""
	for _, d := range []dialect{v1, v2} {
		if tail, ok := strings.CutPrefix(in.path, string(d)+"/"); ok {
			in.dialect, rest = d, "/"+tail
		}
	}
	for i := range routes {
		ids, ok := match(routes[i].path, rest)
		if !ok {
			continue
		}
		if len(in.allowed) == 0 { // the more exact path comes first
			in.projectID, in.liveMigrationID, in.jobID = ids["groupId"], ids["liveMigrationId"], ids["validationId"]
		}
		in.allowed = append(in.allowed, routes[i].method)
		if in.route == nil && routes[i].method == in.method {
			in.route = &routes[i]
		}
	}
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
		ProjectID: in.projectID, LiveMigrationID: in.liveMigrationID, Credential: "none",
		UserAgent: in.header.Get("User-Agent"), Accept: in.header.Get("Accept"),
	}
}
