// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"crypto/fips140"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// What a process may compute is fixed when it starts, so the test runs itself in a
// process of its own.
func TestWithoutMD5(t *testing.T) {
	if fips140.Enforced() {
		t.Run("a call that needs it says so", saysThatMD5IsForbidden)
		t.Run("a stronger challenge is answered", answersAStrongerChallenge)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestWithoutMD5$", "-test.v")
	cmd.Env = append(os.Environ(), "GODEBUG=fips140=only")
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Count(string(out), "--- PASS") != 3 {
		t.Errorf("%v\n%s", err, out)
	}
}

// challenging answers 401 with challenges until a request is signed.
func challenging(challenges ...string) roundTrip {
	return func(req *http.Request) (*http.Response, error) {
		connect(req)
		if req.Header.Get("Authorization") != "" {
			return answer(http.StatusOK, "{}"), nil
		}
		resp := answer(http.StatusUnauthorized, "")
		resp.Header["Www-Authenticate"] = challenges
		return resp, nil
	}
}

const (
	challengeMD5    = `Digest realm="MMS Public API", nonce="n", algorithm=MD5, qop="auth"`
	challengeSHA256 = `Digest realm="MMS Public API", nonce="n", algorithm=SHA-256, qop="auth"`
)

func saysThatMD5IsForbidden(t *testing.T) {
	for _, challenges := range [][]string{{challengeMD5}, {strings.Replace(challengeMD5, "=MD5,", "=MD5-sess,", 1)}, {`Basic realm="x"`, challengeMD5}, {strings.Replace(challengeMD5, "algorithm=MD5, ", "", 1)}} {
		c := newClient(t, Config{Auth: APIKey("public", "private"), Base: challenging(challenges...)})
		_, err := c.StartCutover(t.Context(), project, migration)
		var unusable *UnavailableError
		if !errors.As(err, &unusable) || !isUnsent(err) || !strings.Contains(unusable.Advice, "service account") {
			t.Errorf("%q: %v", challenges, err)
		}
	}
}

func answersAStrongerChallenge(t *testing.T) {
	c := newClient(t, Config{Auth: APIKey("public", "private"), Base: challenging(challengeMD5, challengeSHA256)})
	if _, err := c.StartCutover(t.Context(), project, migration); err != nil {
		t.Error(err)
	}
}
