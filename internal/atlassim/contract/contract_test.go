// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package contract_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/contract"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/simtest"
)

const (
	project = "5ff4a1d4e21b3f0001a7c9e2"
	running = "5ff4a1d4e21b3f0001a7c9e3"
	first   = "application/vnd.atlas.2023-01-01+json"
	later   = "application/vnd.atlas.2024-05-30+json"
)

// published loads the contract, v2 included. It skips a test without a description.
func published(t *testing.T) *contract.Contract {
	t.Helper()
	file := os.Getenv(simtest.OpenAPI)
	if file == "" {
		t.Skipf("%s is not set. It names a file with Atlas's OpenAPI description, which is openapi/v2.json of "+
			"https://github.com/mongodb/openapi; then run: %[1]s=/path/to/v2.json go test ./internal/...", simtest.OpenAPI)
	}
	c, err := contract.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// talk has one exchange of each kind with a simulated Atlas, and returns them
// by their names.
func talk(t *testing.T, o atlassim.Options, prefix string) map[string]atlassim.Exchange {
	t.Helper()
	exchanges, name := map[string]atlassim.Exchange{}, ""
	o.OnExchange = func(x atlassim.Exchange) { exchanges[name] = x }
	sim := atlassim.New(o)
	keys := sim.Credentials()
	source := fmt.Sprintf(`"source":{"groupId":%q,"clusterName":"orders","ssl":true,"managedAuthentication":false,"username":"u","password":"p"}`, project)
	destination := fmt.Sprintf(`"destination":{"groupId":%q,"clusterName":"target","hostnameSchemaType":"PUBLIC"},"migrationHosts":["host.example.net"]`, keys.ProjectID)
	sharding := `"sharding":{"createSupportingIndexes":true,"shardingEntries":[{"database":"d","collection":"c","shardCollection":{"key":[{"a":1},{"b":"hashed"}]}}]}`
	drop := map[string]string{"/api/atlas/v1.0": "dropEnabled", "/api/atlas/v2": "dropDestinationData"}[prefix]
	migrate := fmt.Sprintf(`{%s,%s,%s,%q:false}`, source, destination, sharding, drop)
	group, org := prefix+"/groups/"+keys.ProjectID+"/liveMigrations", prefix+"/orgs/"+keys.OrgID+"/liveMigrations"
	for _, call := range []struct{ name, method, path, media, body string }{
		{"link", "POST", org + "/linkTokens", first, `{"accessListIps":["192.0.2.7"]}`},
		{"projects", "GET", org + "/availableProjects", first, ""},
		{"unlink", "DELETE", org + "/linkTokens", first, ""},
		{"validate", "POST", group + "/validate", later, migrate},
		{"start", "POST", group, later, migrate},
		{"occupied", "POST", group, later, migrate},
		{"migration", "GET", group + "/" + running, first, ""},
		{"cutover", "PUT", group + "/" + running + "/cutover", first, ""},
		{"second cutover", "PUT", group + "/" + running + "/cutover", first, ""},
		{"job", "GET", group + "/validate/" + "{job}", first, ""},
		{"unlink of nothing", "DELETE", org + "/linkTokens", first, ""},
		{"not found", "GET", group + "/" + project, first, ""},
		{"challenge", "GET", group + "/" + running, first, ""},
	} {
		if name = call.name; name == "migration" {
			sim.Add(atlassim.Migration{ID: running, CutoverEnds: atlassim.Stays, Destination: "running"})
		}
		path := strings.Replace(call.path, "{job}", exchanges["validate"].Entry.JobID, 1)
		request, err := http.NewRequestWithContext(t.Context(), call.method, "http://127.0.0.1"+path, strings.NewReader(call.body))
		if err != nil {
			t.Fatal(err)
		}
		media := call.media
		if prefix == "/api/atlas/v1.0" {
			media = "application/json"
		}
		request.Header.Set("Accept", media)
		if call.body != "" {
			request.Header.Set("Content-Type", media)
		}
		if call.name != "challenge" {
			request.Header.Set("Authorization", "Bearer "+keys.AccessToken)
		}
		response, err := sim.Transport().RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close() // which was written whole
	}
	return exchanges
}

func TestTheSimulatorKeepsTheContract(t *testing.T) {
	v1, err := contract.Load("")
	if err != nil {
		t.Fatal(err)
	}
	keeps := func(t *testing.T, c *contract.Contract, prefix string) {
		t.Helper()
		for name, x := range talk(t, atlassim.Options{}, prefix) {
			if x.Status == 0 {
				t.Errorf("%s: the answer is not compared", name)
			}
			for _, violation := range c.Violations(x) {
				t.Errorf("%s: %s", name, violation)
			}
		}
	}
	t.Run("v1.0", func(t *testing.T) { keeps(t, v1, "/api/atlas/v1.0") })
	t.Run("v2", func(t *testing.T) { keeps(t, published(t), "/api/atlas/v2") })
}

// wrong is one thing that is not as published.
type wrong struct {
	name, call string
	change     func(*atlassim.Exchange)
	says       string
}

func requestBody(from, to string) func(*atlassim.Exchange) {
	return func(x *atlassim.Exchange) {
		x.RequestBody = []byte(strings.Replace(string(x.RequestBody), from, to, 1))
	}
}

func responseBody(from, to string) func(*atlassim.Exchange) {
	return func(x *atlassim.Exchange) {
		x.ResponseBody = []byte(strings.Replace(string(x.ResponseBody), from, to, 1))
	}
}

func status(status int) func(*atlassim.Exchange) {
	return func(x *atlassim.Exchange) { x.Status = status }
}

// wrongInBoth is what neither version of the API has.
var wrongInBoth = []wrong{
	{"a renamed field of a request that is required", "start", requestBody(`"clusterName":"orders"`, `"cluster":"orders"`), "clusterName"},
	{"a renamed field of a request that is optional", "start", requestBody(`"sharding":`, `"shards":`), "shards"},
	{"a field of the wrong type", "validate", requestBody(`"ssl":true`, `"ssl":"true"`), "/source/ssl"},
	{"a word that is not known", "start", requestBody(`"PUBLIC"`, `"public"`), "hostnameSchemaType"},
	{"two hosts", "start", requestBody(`["host.example.net"]`, `["a","b"]`), "migrationHosts"},
	{"a text for a list", "link", requestBody(`["192.0.2.7"]`, `"192.0.2.7"`), "accessListIps"},
	{"a body where there is none", "cutover", func(x *atlassim.Exchange) {
		x.RequestBody = []byte("{}")
		x.RequestHeader.Set("Content-Type", x.RequestHeader.Get("Accept"))
	}, "request"},
	{"no body where there is one", "start", func(x *atlassim.Exchange) { x.RequestBody = nil }, "request"},
	{"a body of another media type", "start", func(x *atlassim.Exchange) { x.RequestHeader.Set("Content-Type", "text/plain") }, "Content-Type"},
	{"another Accept", "migration", func(x *atlassim.Exchange) { x.RequestHeader.Set("Accept", "text/plain") }, "Accept"},
	{"a query that is not described", "migration", func(x *atlassim.Exchange) { x.URI += "?full=true" }, "full"},
	{"a malformed value in a query", "migration", func(x *atlassim.Exchange) { x.URI += "?pretty=maybe" }, "pretty"},
	{"a malformed ID in a path", "not found", func(x *atlassim.Exchange) { x.URI = strings.Replace(x.URI, project, "XYZ", 1) }, "liveMigrationId"},
	{"a path that is not there", "migration", func(x *atlassim.Exchange) { x.URI += "/state" }, "not described"},
	{"a method that is not there", "cutover", func(x *atlassim.Exchange) { x.Method = "POST" }, "not described"},
	{"another version of the API", "migration", func(x *atlassim.Exchange) { x.URI = "/api/atlas/v3/groups" }, "no version"},

	{"a status that is not described", "cutover", status(201), "status"},
	{"an error that is not described", "migration", status(418), "status"},
	{"a status of another call", "start", status(202), "status"},
	{"a renamed field of an answer", "migration", responseBody(`"readyForCutover"`, `"ready"`), "ready"},
	{"a text for a number", "migration", responseBody(`"lagTimeSeconds":0`, `"lagTimeSeconds":"0"`), "lagTimeSeconds"},
	{"a status word that is not known", "migration", responseBody(`"WORKING"`, `"RUNNING"`), "/status"},
	{"a malformed ID in an answer", "job", responseBody(`"_id":"`, `"_id":"x`), "/_id"},
	{"an object for a list", "projects", func(x *atlassim.Exchange) { x.ResponseBody = []byte("{}") }, "answer"},
	{"no token", "link", responseBody("linkToken", "token"), "linkToken"},
	{"an answer cut short", "migration", func(x *atlassim.Exchange) { x.ResponseBody = x.ResponseBody[:9] }, "answer"},
	{"a body where none is described", "unlink", func(x *atlassim.Exchange) { x.ResponseBody = []byte("{}") }, "it has a body"},
	{"an answer in another media type", "migration", func(x *atlassim.Exchange) { x.ResponseHeader.Set("Content-Type", "text/html") }, "Content-Type"},
	{"an error of another form", "not found", responseBody(`"error"`, `"status"`), "error"},
}

// wrongInV2 is what the description of v2 does not have.
var wrongInV2 = []wrong{
	{"the flag of the earlier version", "start", requestBody("dropDestinationData", "dropEnabled"), "dropEnabled"},
	{"an answer in another version than asked for", "start", func(x *atlassim.Exchange) { x.ResponseHeader.Set("Content-Type", first) }, "asked for"},
	{"a version that the call does not have", "migration", func(x *atlassim.Exchange) { x.RequestHeader.Set("Accept", later) }, "Accept"},
	{"a cutover that is answered with 200", "cutover", status(200), "status"},
	{"a body with 202", "cutover", func(x *atlassim.Exchange) { x.ResponseBody = []byte("{}") }, "it has a body"},
	{"a header that is missing", "migration", func(x *atlassim.Exchange) { x.ResponseHeader.Del("RateLimit-Limit") }, "RateLimit-Limit is missing"},
	{"a header that is no number", "cutover", func(x *atlassim.Exchange) { x.ResponseHeader.Set("RateLimit-Remaining", "many") }, "RateLimit-Remaining"},
	{"an error without a code", "challenge", responseBody("errorCode", "detail"), "errorCode"},
	{"parameters of null", "not found", responseBody(`{"detail"`, `{"parameters":null,"detail"`), "parameters"},
}

func TestTheContractIsBrokenByWhatIsNotPublished(t *testing.T) {
	breaks := func(t *testing.T, c *contract.Contract, prefix string, cases []wrong) {
		t.Helper()
		for _, tt := range cases {
			t.Run(tt.name, func(t *testing.T) {
				x := talk(t, atlassim.Options{}, prefix)[tt.call]
				before := fmt.Sprint(x)
				tt.change(&x)
				if before == fmt.Sprint(x) {
					t.Fatal("nothing was changed")
				}
				if found := strings.Join(c.Violations(x), "\n"); !strings.Contains(found, tt.says) || found == "" {
					t.Errorf("found %q, want something about %q", found, tt.says)
				}
			})
		}
	}
	t.Run("v1.0", func(t *testing.T) {
		c, err := contract.Load("")
		if err != nil {
			t.Fatal(err)
		}
		breaks(t, c, "/api/atlas/v1.0", wrongInBoth)
		breaks(t, c, "/api/atlas/v1.0", []wrong{
			{"the flag of v2", "start", requestBody("dropEnabled", "dropDestinationData"), "dropEnabled"},
			{"a version of v2", "start", func(x *atlassim.Exchange) { x.RequestHeader.Set("Content-Type", first) }, "Content-Type"},
		})
	})
	t.Run("v2", func(t *testing.T) {
		c := published(t)
		breaks(t, c, "/api/atlas/v2", append(wrongInBoth, wrongInV2...))
	})
}

func TestWhatAnOptionOrAFaultWantsIsNotCompared(t *testing.T) {
	c := published(t)
	for name, o := range map[string]atlassim.Options{
		"another answer to a cutover":   {Replies: atlassim.Replies{PutAnswer: atlassim.JobAnswer}},
		"a token in a list":             {Link: atlassim.LinkScript{TokenInList: true}},
		"a removed link without a type": {Link: atlassim.LinkScript{UnlinkWithoutType: true}},
		"no code in a header":           {Replies: atlassim.Replies{NoErrorCodeHeader: true}},
		"no rate limits":                {RateLimit: atlassim.Unlimited, OrgRateLimit: atlassim.Unlimited},
		"challenges without a code":     {Replies: atlassim.Replies{ChallengeWithoutCode: true}},
		"parameters":                    {Replies: atlassim.Replies{ErrorParameters: true}},
	} {
		for call, x := range talk(t, o, "/api/atlas/v2") {
			for _, violation := range c.Violations(x) {
				t.Errorf("%s: %s: %s", name, call, violation)
			}
		}
	}
}

func TestADescriptionThatCannotBeUsedIsAnError(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"no JSON":  "openapi",
		"no calls": `{"openapi":"3.0.1","info":{"title":"t","version":"1"},"paths":{"/api/atlas/v2/groups":{}}}`,
	} {
		file := filepath.Join(folder, "description.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := contract.Load(file); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := contract.Load(filepath.Join(folder, "missing.json")); err == nil {
		t.Error("a missing file is taken")
	}
}
