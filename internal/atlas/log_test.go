// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bytes"
	"io"
	"log"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }

func TestEveryAttemptIsLoggedWithoutSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		ctx := tflogtest.RootLogger(t.Context(), &out)
		s := steps(breaks, says(503, "X-Request-Id", "r1"), says(200))
		c := newClient(t, Config{Base: s, Auth: AccessToken("distinctive-token")})
		if _, err := c.LiveMigration(ctx, project, migration); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), "distinctive-token") {
			t.Errorf("the token is logged: %s", out.String())
		}
		lines, err := tflogtest.MultilineJSONDecode(&out)
		if err != nil {
			t.Fatal(err)
		}
		path := "/api/atlas/v1.0/groups/" + project + "/liveMigrations/" + migration
		line := func(message string, n float64) map[string]any {
			return map[string]any{
				"@level": "debug", "@module": "provider.wire", "@message": message,
				"method": "GET", "path": path, "attempt": n, "duration_ms": 0.0,
			}
		}
		want := []map[string]any{line("No answer from Atlas", 1), line("Answer from Atlas", 2), line("Answer from Atlas", 3)}
		want[0]["error"] = "connection reset by peer"
		want[1]["status"], want[1]["request_id"] = 503.0, "r1"
		want[2]["status"] = 200.0
		for i, l := range lines {
			if i > 0 && l["request"] != lines[0]["request"].(float64)+float64(i) {
				t.Errorf("request %d has number %v", i, l["request"])
			}
		}
		for _, l := range lines {
			delete(l, "request")
			delete(l, "@caller")
			delete(l, "@timestamp")
		}
		if !reflect.DeepEqual(lines, want) {
			t.Errorf("logged\n%v\nwant\n%v", lines, want)
		}
	})
}

func TestDigestCredentialsAreNotLogged(t *testing.T) {
	simulate(t, atlassim.Options{}, func(t *testing.T, sim *atlassim.Sim, client func(APIVersion) *Client) {
		var out bytes.Buffer
		keys := sim.Credentials()
		if _, err := client(V1).StartCutover(tflogtest.RootLogger(t.Context(), &out), keys.ProjectID, sim.Add(atlassim.Migration{})); err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{keys.PublicKey, keys.PrivateKey, "Digest", "nonce"} {
			if strings.Contains(out.String(), secret) {
				t.Errorf("%s is logged: %s", secret, out.String())
			}
		}
		if n := strings.Count(out.String(), "Answer from Atlas"); n != 1 {
			t.Errorf("a challenge and its answer are %d lines: %s", n, out.String())
		}
	})
}
