// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
)

// challengeForm is a way to write the challenges of a server, given one to a
// line.
type challengeForm struct {
	name  string
	write func(lines []string) []string
}

// each writes every challenge by itself.
func each(write func(line string) string) func([]string) []string {
	return func(lines []string) []string {
		var written []string
		for _, line := range lines {
			written = append(written, write(line))
		}
		return written
	}
}

// amid puts every challenge between what is before and what is after in its line.
func amid(before, after string) func([]string) []string {
	return each(func(line string) string { return before + line + after })
}

func joined(lines []string) []string { return []string{strings.Join(lines, ", ")} }

func reversed(lines []string) []string {
	var turned []string
	for _, line := range lines {
		turned = append([]string{line}, turned...)
	}
	return turned
}

var (
	parameterName = regexp.MustCompile(`[ ,]\w+=`)
	bareValue     = regexp.MustCompile(`=([\w-]+)(,|$)`)
	quotedToken   = regexp.MustCompile(`="([^" ]+)"`)
	separator     = regexp.MustCompile(`, `)
	equals        = regexp.MustCompile(`( \w+)=`)
)

// challengeForms are the forms in which servers and proxies send challenges that
// can be answered.
var challengeForms = []challengeForm{
	{"as Atlas sends it", each(func(line string) string { return line })},
	{"several challenges in one line", joined},
	{"several challenges in one line, in the other order", func(lines []string) []string { return joined(reversed(lines)) }},
	{"several lines, in the other order", reversed},
	{"Basic before it in its line", amid(`Basic realm="a, b=c", `, "")},
	{"Basic after it in its line", amid("", `, Basic realm="a"`)},
	{"Bearer and an unknown scheme before it", amid(`Bearer, Newauth title="Log in to \"apps\"", type=1, `, "")},
	{"a scheme with a token before it", amid(`Negotiate YIIabc==, NTLM TlRMTVNTUAAC, `, "")},
	{"a scheme with a token after it", amid("", `, Negotiate YIIabc`)},
	{"other schemes on lines of their own", func(lines []string) []string {
		return append(append([]string{`Basic realm="a"`, `Bearer`, `Negotiate`}, lines...), `Basic realm="b"`)
	}},
	{"an unsupported algorithm before it", amid(`Digest realm="r", nonce="n", algorithm=SHA3-256, qop="auth", `, "")},
	{"an unsupported qop after it", amid("", `, Digest realm="r", nonce="n", algorithm=SHA-512-256, qop="auth-conf"`)},
	{"one without a nonce before it", amid(`Digest realm="r", qop="auth", `, "")},
	{"a malformed line before it", func(lines []string) []string { return append([]string{`Digest realm="r`}, lines...) }},
	{"parameters of no scheme on a line before it", func(lines []string) []string { return append([]string{`realm="r"`}, lines...) }},
	{"scheme and names in upper case", each(func(line string) string {
		return parameterName.ReplaceAllStringFunc(strings.Replace(line, "Digest", "DIGEST", 1), strings.ToUpper)
	})},
	{"scheme in lower case", each(func(line string) string { return strings.Replace(line, "Digest", "digest", 1) })},
	{"every value quoted", each(func(line string) string { return bareValue.ReplaceAllString(line, `="$1"$2`) })},
	{"no value quoted that needs no quotes", each(func(line string) string { return quotedToken.ReplaceAllString(line, "=$1") })},
	{"commas before, after and between", each(func(line string) string {
		return ", ," + separator.ReplaceAllString(line, ", , ") + ",,"
	})},
	{"a comma after the scheme", each(func(line string) string { return strings.Replace(line, "Digest ", "Digest , ", 1) })},
	{"white space around everything", each(func(line string) string {
		return " \t" + separator.ReplaceAllString(equals.ReplaceAllString(line, "$1 = "), "\t ,\t ") + " \t"
	})},
	{"no white space", each(func(line string) string { return separator.ReplaceAllString(line, ",") })},
	{"white space instead of commas", each(func(line string) string { return separator.ReplaceAllString(line, " ") })},
	{"a list of qop with blanks", each(func(line string) string { return strings.Replace(line, `"auth"`, `"auth-int , AUTH"`, 1) })},
	{"an unknown parameter with quotes and commas", amid("", `, title="a \", Basic realm=\"b"`)},
}

// offers are algorithms that a server offers, and the one to answer with.
var offers = []struct {
	algorithms []string
	want       string
}{
	{[]string{"MD5"}, "MD5"},
	{[]string{"MD5-sess"}, "MD5-sess"},
	{[]string{"SHA-256"}, "SHA-256"},
	{[]string{"SHA-256-sess"}, "SHA-256-sess"},
	{[]string{"MD5", "SHA-256"}, "SHA-256"},
	{[]string{"MD5", "SHA-256-sess", "MD5-sess"}, "SHA-256-sess"},
}

func TestEveryFormOfAChallengeIsAnsweredOnceByTheStrongestAlgorithm(t *testing.T) {
	for _, offer := range offers {
		for _, form := range challengeForms {
			name := strings.Join(offer.algorithms, " and ") + ", " + form.name
			t.Run(name, func(t *testing.T) { answerTheSimulator(t, offer.algorithms, offer.want, form) })
		}
	}
}

func answeredBy(t *testing.T, authorization, algorithm string) {
	t.Helper()
	if !strings.Contains(authorization, "algorithm="+algorithm+",") {
		t.Errorf("answered by %s", authorization)
	}
}

// answerTheSimulator reads and cuts over a simulated live migration.
func answerTheSimulator(t *testing.T, algorithms []string, want string, form challengeForm) {
	t.Helper()
	o := atlassim.Options{StrictNonceCount: true, Challenges: form.write}
	for _, algorithm := range algorithms {
		o.Algorithms = append(o.Algorithms, atlassim.Algorithm(algorithm))
	}
	sim := simtest.New(t, o)
	keys, id, last := sim.Credentials(), sim.Add(atlassim.Migration{}), ""
	c := newClient(t, Config{Auth: APIKey(keys.PublicKey, keys.PrivateKey), Base: roundTrip(func(req *http.Request) (*http.Response, error) {
		last = req.Header.Get("Authorization")
		return sim.Transport().RoundTrip(req)
	})})
	if _, err := c.LiveMigration(t.Context(), keys.ProjectID, id); err != nil {
		t.Fatal(err)
	}
	if _, err := c.StartCutover(t.Context(), keys.ProjectID, id); err != nil {
		t.Fatal(err)
	}
	if sim.AcceptedCutovers(id) != 1 || len(sim.Log()) != 3 {
		t.Errorf("the simulator saw %v", sim.Log())
	}
	answeredBy(t, last, want)
}

func lookAndCutOver(t *testing.T, c *Client) {
	t.Helper()
	if _, err := c.LiveMigration(t.Context(), project, migration); err != nil {
		t.Fatal(err)
	}
	if _, err := c.StartCutover(t.Context(), project, migration); err != nil {
		t.Fatal(err)
	}
}

func TestA401WithoutAUsableChallengeIsOneRequestAtlassOwnTextAndWhatWasAskedFor(t *testing.T) {
	for _, tt := range []struct {
		name       string
		challenges []string
		asked      string
	}{
		{"no challenge", nil, ""},
		{"an empty one", []string{"", " , "}, ""},
		{"basic", []string{`Basic realm="r"`}, "Basic"},
		{"bearer", []string{`Bearer`}, "Bearer"},
		{"tokens, which are not passed on", []string{`Negotiate YIIabc, NTLM TlRMTVNT==`}, "Negotiate, NTLM"},
		{"digest without anything", []string{`Digest`}, "malformed Digest"},
		{"a quote without end", []string{`Digest realm="r", nonce="n`}, "malformed Digest"},
		{"no nonce", []string{`Digest realm="r", qop="auth"`}, "malformed Digest"},
		{"an empty nonce", []string{`Digest realm="r", nonce=, qop="auth"`}, "malformed Digest"},
		{"an unsupported algorithm", []string{`Digest realm="r", nonce="n", algorithm=SHA3-256, qop="auth"`}, "Digest algorithm=SHA3-256 qop=auth"},
		{"an unsupported session algorithm", []string{`Digest nonce="n", algorithm=SHA-512-256-sess, qop="auth"`}, "Digest algorithm=SHA-512-256-sess qop=auth"},
		{"a session algorithm without qop", []string{`Digest nonce="n", algorithm=MD5-sess`}, "Digest algorithm=MD5-sess"},
		{"a session algorithm for bodies", []string{`Digest nonce="n", algorithm=MD5-sess, qop="auth-int"`}, "Digest algorithm=MD5-sess qop=auth-int"},
		{"an unsupported qop", []string{`Digest realm="r", nonce="n", algorithm=MD5, qop="auth-conf"`}, "Digest algorithm=MD5 qop=auth-conf"},
		{"several of them", []string{`Basic realm="r", Negotiate`, `Digest realm="r`, `Digest nonce="n", algorithm=X`}, "Basic, Negotiate, malformed Digest, Digest algorithm=X"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			url, l := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Www-Authenticate"] = tt.challenges
				w.WriteHeader(http.StatusUnauthorized)
				_, _ = io.WriteString(w, unauthorized)
			})
			_, err := newClient(t, Config{BaseURL: url, Auth: APIKey("public", "private")}).StartCutover(t.Context(), project, migration)
			want := "401 Unauthorized: You are not authorized for this resource."
			if tt.asked != "" {
				want += " (challenge: " + tt.asked + ")"
			}
			e, ok := asAPIError(err)
			if !ok || e.Error() != want || e.Challenge != tt.asked || len(l.all()) != 1 {
				t.Errorf("got %v after %d requests", err, len(l.all()))
			}
		})
	}
}

// A challenge that was answered in vain, or that meets a token, says nothing of
// what the credentials cannot do.
func TestAnErrorNamesNoChallengeThatIsNotToBlame(t *testing.T) {
	for name, c := range map[string]Config{
		"a wrong key":      {Auth: APIKey("a", "b"), Base: answering(401, unauthorized, "WWW-Authenticate", `Basic realm="r", Digest nonce="n"`)},
		"a wrong token":    {Auth: AccessToken("t"), Base: answering(401, unauthorized, "WWW-Authenticate", "Bearer")},
		"a missing role":   {Auth: APIKey("a", "b"), Base: answering(401, unauthorized)},
		"no authorization": {Auth: APIKey("a", "b"), Base: answering(403, unauthorized, "WWW-Authenticate", "Basic")},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newClient(t, c).StartCutover(t.Context(), project, migration)
			if e, ok := asAPIError(err); !ok || e.Challenge != "" {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestTheStrongestChallengeIsAnswered(t *testing.T) {
	md5, sha := `Digest realm="r", nonce="weak", algorithm=MD5, qop="auth"`, `Digest realm="r", nonce="strong", algorithm=SHA-256, qop="auth"`
	for _, tt := range []struct {
		name       string
		challenges []string
		want       string
	}{
		{"the weaker first", []string{md5, sha}, "strong"},
		{"the stronger first", []string{sha, md5}, "strong"},
		{"the weaker first in its line", []string{md5 + ", " + sha}, "strong"},
		{"the stronger first in its line", []string{sha + ", " + md5}, "strong"},
		{"in lower case", []string{md5, strings.ToLower(sha)}, "strong"},
		{"no algorithm is MD5", []string{`Digest realm="r", nonce="bare"`, sha}, "strong"},
		{"of two alike the first", []string{md5, `Digest realm="r", nonce="bare"`}, "weak"},
		{"of a session algorithm and its plain one the first", []string{`Digest nonce="s", algorithm=MD5-sess, qop="auth"`, md5}, "s"},
		{"a stronger that cannot be answered", []string{`Digest realm="r", nonce="x", algorithm=SHA-256, qop="y"`, md5}, "weak"},
		{"a malformed one before it", []string{`Digest realm="r`, md5}, "weak"},
		{"another scheme before it", []string{`Bearer`, md5}, "weak"},
		{"a nonce with odd signs, unquoted", []string{`Digest nonce=a/b+c==, qop=auth`}, "a/b+c=="},
		{"escapes in a quoted nonce", []string{`Digest nonce="a\"b\\c", qop="auth"`}, `a"b\c`},
		{"a backslash in an unquoted nonce", []string{`Digest nonce=a\b, qop="auth"`}, `a\b`},
		{"a list of qop with blanks", []string{`Digest realm="r", nonce="blank", qop="x, auth"`}, "blank"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := strongestChallenge(http.Header{"Www-Authenticate": tt.challenges})
			if err != nil || got.Nonce != tt.want {
				t.Errorf("got %+v, %v; want %s", got, err, tt.want)
			}
		})
	}
}
