// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"errors"
	"strings"
	"testing"
)

func TestBaseURLIsReducedToItsOrigin(t *testing.T) {
	for _, tt := range []struct{ name, raw, want string }{
		{"Atlas itself", "https://cloud.mongodb.com", "https://cloud.mongodb.com"},
		{"a trailing slash is dropped", "https://cloud.mongodb.com/", "https://cloud.mongodb.com"},
		{"the path of v1.0 is dropped", "https://cloud.mongodb.com/api/atlas/v1.0", "https://cloud.mongodb.com"},
		{"the path of v1.0 with a slash is dropped", "https://cloud.mongodb.com/api/atlas/v1.0/", "https://cloud.mongodb.com"},
		{"the path of v2 is dropped", "https://cloud.mongodb.com/api/atlas/v2", "https://cloud.mongodb.com"},
		{"the path of v2 with a slash is dropped", "https://cloud.mongodb.com/api/atlas/v2/", "https://cloud.mongodb.com"},
		{"a port is kept", "https://atlas.example:8443", "https://atlas.example:8443"},
		{"upper case is lowered", "HTTPS://Cloud.MongoDB.com", "https://cloud.mongodb.com"},
		{"blanks around it are dropped", " https://cloud.mongodb.com\n", "https://cloud.mongodb.com"},
		{"an empty port is dropped", "https://cloud.mongodb.com:", "https://cloud.mongodb.com"},
		{"https to an IPv6 address", "https://[2001:db8::1]", "https://[2001:db8::1]"},
		{"http to localhost", "http://localhost:8080", "http://localhost:8080"},
		{"http to 127.0.0.1", "http://127.0.0.1:8080/", "http://127.0.0.1:8080"},
		{"http to another loopback address", "http://127.8.9.10", "http://127.8.9.10"},
		{"http to the IPv6 loopback address", "http://[::1]:8080", "http://[::1]:8080"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u, err := ParseBaseURL(tt.raw)
			if err != nil || u.String() != tt.want {
				t.Errorf("ParseBaseURL(%q) = %v, %v; want %s", tt.raw, u, err, tt.want)
			}
		})
	}
}

func TestBaseURLIsRefusedWithAReason(t *testing.T) {
	for _, tt := range []struct {
		name, raw string
		want      error
	}{
		{"nothing", "", errScheme},
		{"no scheme", "cloud.mongodb.com", errScheme},
		{"another scheme", "ftp://cloud.mongodb.com", errScheme},
		{"a host and port without a scheme", "cloud.mongodb.com:443", errScheme},
		{"http to a remote host", "http://cloud.mongodb.com", errPlainHTTP},
		{"http to a host that begins like loopback", "http://127.0.0.1.example", errPlainHTTP},
		{"http to a host below localhost", "http://evil.localhost.example", errPlainHTTP},
		{"http to all addresses", "http://0.0.0.0", errPlainHTTP},
		{"no host", "https://", errNoHost},
		{"a port but no host", "https://:443", errNoHost},
		{"a zone", "https://[fe80::1%25eth0]", errNoHost},
		{"a port beyond the last", "https://h:65536", errPort},
		{"port zero", "https://h:0", errPort},
		{"a port that is a word", "https://h:secret", errNotURL},
		{"a control character", "https://h/\x00", errNotURL},
		{"a user", "https://secret@h", errUserinfo},
		{"a user and password", "https://user:secret@h", errUserinfo},
		{"a password with a number sign", "https://user:secret#x@h", errNotURL},
		{"a query", "https://h/?secret", errQuery},
		{"an empty query", "https://h/?", errQuery},
		{"a fragment", "https://h/#secret", errFragment},
		{"another path", "https://h/secret", errPath},
		{"a path below the API's", "https://h/api/atlas/v2/groups", errPath},
		{"an escaped slash", "https://h/api%2Fatlas/v2", errPath},
		{"another version", "https://h/api/atlas/v3", errPath},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u, err := ParseBaseURL(tt.raw)
			if !errors.Is(err, tt.want) {
				t.Fatalf("ParseBaseURL(%q) = %v, %v; want %v", tt.raw, u, err, tt.want)
			}
			if text := err.Error(); strings.Contains(text, "secret") {
				t.Errorf("the reason quotes what was given: %s", text)
			}
		})
	}
}
