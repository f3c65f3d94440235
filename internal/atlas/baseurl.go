// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// DefaultBaseURL is where Atlas itself is.
const DefaultBaseURL = "https://cloud.mongodb.com"

// baseURLError says what is wrong with a base URL. It quotes nothing of what was
// given: a URL that cannot be taken apart may hold a password in any of its
// parts.
type baseURLError struct{ reason string }

func (e *baseURLError) Error() string { return e.reason }

var (
	errNotURL    = &baseURLError{"The base URL cannot be read as a URL. It has the form https://host or https://host:port."}
	errScheme    = &baseURLError{"The base URL must begin with https://."}
	errNoHost    = &baseURLError{"The base URL names no host. It has the form https://host or https://host:port."}
	errPort      = &baseURLError{"The base URL has a port that is not a number from 1 to 65535."}
	errPlainHTTP = &baseURLError{"The base URL must begin with https://: over http:// the credentials and the answers would be unprotected. Only this machine itself (a loopback address) may be reached by http://."}
	errUserinfo  = &baseURLError{"The base URL must not contain a user name or password. Credentials have arguments of their own."}
	errQuery     = &baseURLError{"The base URL must not contain a query, which is everything from the question mark on."}
	errFragment  = &baseURLError{"The base URL must not contain a fragment, which is everything from the number sign on."}
	errPath      = &baseURLError{"The base URL must not contain a path, because the path of the API is added to it. Only a trailing slash, /api/atlas/v1.0 and /api/atlas/v2 are tolerated."}
)

// ParseBaseURL takes a base URL apart and returns its scheme, host and port
// alone. It must be https, or http to a loopback address (127.0.0.0/8, ::1,
// localhost). A trailing slash and the two well-known API paths are tolerated
// and dropped; anything else is refused with an error that says why in a plain
// sentence, fit for a diagnostic, and quotes nothing of what was given.
func ParseBaseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return nil, errNotURL
	}
	if reason := whyNotBaseURL(u); reason != nil {
		return nil, reason
	}
	host := strings.ToLower(u.Hostname())
	switch {
	case u.Port() != "":
		host = net.JoinHostPort(host, u.Port())
	case strings.Contains(host, ":"):
		host = "[" + host + "]"
	}
	return &url.URL{Scheme: u.Scheme, Host: host}, nil
}

func whyNotBaseURL(u *url.URL) error {
	switch {
	case u.User != nil:
		return errUserinfo
	case u.Scheme != "https" && u.Scheme != "http":
		return errScheme
	case u.Hostname() == "" || strings.Contains(u.Host, "%"):
		return errNoHost
	case !isPort(u.Port()):
		return errPort
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return errPlainHTTP
	case u.RawQuery != "" || u.ForceQuery:
		return errQuery
	case u.Fragment != "":
		return errFragment
	case !isToleratedPath(u.EscapedPath()):
		return errPath
	}
	return nil
}

func isToleratedPath(path string) bool {
	switch strings.TrimSuffix(path, "/") {
	case "", V1.prefix(), V2.prefix():
		return true
	}
	return false
}

func isPort(port string) bool {
	if port == "" {
		return true
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
