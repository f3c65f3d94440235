// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"crypto/fips140"
	"net/http"
	"regexp"
	"strings"

	"github.com/icholy/digest"
)

// challenge is one challenge of a 401: its scheme, and its parameters in the
// one form that the digest library reads, name="value" with a lower-case name.
type challenge struct {
	scheme     string
	parameters []string
}

// challengesIn reads the challenges of an answer. RFC 9110 allows several in
// one line, and proxies join lines, so a comma may separate two parameters as
// well as two challenges, and there may be more commas than either.
func challengesIn(h http.Header) []challenge {
	var found []challenge
	for _, line := range h.Values("WWW-Authenticate") {
		found = append(found, challengesOf(line)...)
	}
	return found
}

// part is what precedes a word, the word, and its value if it has one. A quote
// that does not end takes the rest of the line with it.
var part = regexp.MustCompile(`([\s,]*)([^\s,="]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"?|[^\s,"]*))?`)

// challengesOf reads one line. A word without a value is a scheme, unless it
// follows another word without a comma: then it is the token of a scheme that
// has one instead of parameters.
func challengesOf(line string) []challenge {
	var found []challenge
	for _, m := range part.FindAllStringSubmatch(line, -1) {
		gap, name, value := m[1], m[2], m[3]
		hasValue := len(m[0]) > len(gap)+len(name)
		switch {
		case hasValue && len(found) > 0:
			last := &found[len(found)-1]
			last.parameters = append(last.parameters, strings.ToLower(name)+"="+quoted(value))
		case !hasValue && (len(found) == 0 || strings.Contains(gap, ",")):
			found = append(found, challenge{scheme: name})
		}
	}
	return found
}

func quoted(value string) string {
	if strings.HasPrefix(value, `"`) {
		return value
	}
	return `"` + strings.ReplaceAll(value, `\`, `\\`) + `"`
}

// parse reads a digest challenge; nil if it is of another scheme or malformed.
func (c challenge) parse() *digest.Challenge {
	if !strings.EqualFold(c.scheme, "Digest") {
		return nil
	}
	parsed, err := digest.ParseChallenge(digest.Prefix + strings.Join(c.parameters, ", "))
	if err != nil || parsed.Nonce == "" {
		return nil
	}
	// The library takes a list of qop values apart, but not its white space.
	for i, qop := range parsed.QOP {
		parsed.QOP[i] = strings.ToLower(strings.TrimSpace(qop))
	}
	return parsed
}

// strength ranks the algorithms; one that is not named is MD5.
var strength = map[string]int{"": 1, "MD5": 1, "SHA-256": 2, "SHA-512": 3, "SHA-512-256": 3}

// strongestChallenge finds the strongest challenge that can be answered, and of
// several the first. If there is none it returns ErrNoChallenge, whatever was
// wrong with those that were there, because this makes the digest transport
// return Atlas's own answer.
func strongestChallenge(h http.Header) (*digest.Challenge, error) {
	var best *digest.Challenge
	strongest, forbidden := 0, false
	for _, c := range challengesIn(h) {
		parsed := c.parse()
		if parsed == nil || !canAnswer(parsed) {
			continue
		}
		base, _ := cutSession(parsed.Algorithm)
		if strength[base] == strength["MD5"] && fips140.Enforced() {
			forbidden = true
			continue
		}
		if strength[base] > strongest {
			best, strongest = parsed, strength[base]
		}
	}
	switch {
	case best != nil:
		return best, nil
	case forbidden:
		return nil, &UnsentError{Err: errMD5Forbidden}
	default:
		return nil, digest.ErrNoChallenge
	}
}

// errMD5Forbidden is returned before an MD5 is computed, which panics in that mode.
var errMD5Forbidden = &UnavailableError{
	Reason: "Atlas asks for an API key to be signed with MD5, which this process may not compute: it runs with " +
		"GODEBUG=fips140=only.",
	Advice: "Use a service account instead of the API key: set client_id and client_secret, or MONGODB_ATLAS_CLIENT_ID and " +
		"MONGODB_ATLAS_CLIENT_SECRET. Or run without GODEBUG=fips140=only.",
}

// describeUnanswerable names the scheme of each challenge, and for a digest its
// algorithm and quality of protection. It is empty if one of them can be
// answered or there is none.
func describeUnanswerable(h http.Header) string {
	if _, err := strongestChallenge(h); err == nil {
		return ""
	}
	var texts []string
	for _, c := range challengesIn(h) {
		texts = append(texts, c.String())
	}
	return printable(strings.Join(texts, ", "), shortText)
}

// String is the challenge without what only the server understands.
func (c challenge) String() string {
	if !strings.EqualFold(c.scheme, "Digest") {
		return c.scheme
	}
	parsed := c.parse()
	if parsed == nil {
		return "malformed Digest"
	}
	text := "Digest"
	if parsed.Algorithm != "" {
		text += " algorithm=" + parsed.Algorithm
	}
	if len(parsed.QOP) > 0 {
		text += " qop=" + strings.Join(parsed.QOP, ",")
	}
	return text
}
