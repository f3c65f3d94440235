// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const organization = "c659ce44c03ca1e348b1e994"

// fullRequest has a value for every field, and no two that are alike.
func fullRequest() MigrationRequest {
	return MigrationRequest{
		Source: MigrationSource{
			ProjectID: "source-project", ClusterName: "source-cluster", SSL: true,
			Username: "user", Password: NewSecret("p<&>\"w"), CACertificatePath: "/ca.pem",
		},
		Destination: MigrationDestination{
			ProjectID: "destination-project", ClusterName: "destination-cluster",
			HostnameSchemaType: "PRIVATE_LINK", PrivateLinkID: "link",
		},
		MigrationHosts:      []string{"host"},
		DropDestinationData: true,
		Sharding: &Sharding{
			CreateSupportingIndexes: true,
			Entries: []ShardingEntry{
				{"db", "c1", []ShardKey{{"b", Ascending}, {"a", Descending}, {"_id", Hashed}}},
				{"db", "c2", nil},
			},
		},
	}
}

const fullBody = `{"source":{"groupId":"source-project","clusterName":"source-cluster","ssl":true,"managedAuthentication":false,` +
	`"username":"user","caCertificatePath":"/ca.pem","password":"p\u003c\u0026\u003e\"w"},` +
	`"destination":{"groupId":"destination-project","clusterName":"destination-cluster",` +
	`"hostnameSchemaType":"PRIVATE_LINK","privateLinkId":"link"},"migrationHosts":["host"],"DROP":true,` +
	`"sharding":{"createSupportingIndexes":true,"shardingEntries":[` +
	`{"database":"db","collection":"c1","shardCollection":{"key":[{"b":1},{"a":-1},{"_id":"hashed"}]}},` +
	`{"database":"db","collection":"c2","shardCollection":{"key":[]}}]}}`

// leastBody is what is sent of a request that leaves out all that is optional.
const leastBody = `{"source":{"groupId":"","clusterName":"","ssl":false,"managedAuthentication":true},` +
	`"destination":{"groupId":"","clusterName":"","hostnameSchemaType":""},"migrationHosts":[],"DROP":false}`

func dropping(body string, d APIVersion) string {
	if d == V2 {
		return strings.Replace(body, "DROP", "dropDestinationData", 1)
	}
	return strings.Replace(body, "DROP", "dropEnabled", 1)
}

func TestEachCallIsThisRequest(t *testing.T) {
	least := MigrationRequest{Source: MigrationSource{ManagedAuthentication: true}}
	const (
		groups = "/groups/" + project + "/liveMigrations"
		orgs   = "/orgs/" + organization + "/liveMigrations"
	)
	for _, tt := range []struct {
		name    string
		call    func(*Client) error
		method  string
		path    string
		body    string
		version string // of v2
		answer  string
	}{
		{"look", func(c *Client) error { return second(c.LiveMigration(t.Context(), project, migration)) },
			"GET", groups + "/" + migration, "", "2023-01-01", "{}"},
		{"cutover", func(c *Client) error { return second(c.StartCutover(t.Context(), project, migration)) },
			"PUT", groups + "/" + migration + "/cutover", "", "2023-01-01", "{}"},
		{"job", func(c *Client) error { return second(c.Validation(t.Context(), project, jobID)) },
			"GET", groups + "/validate/" + jobID, "", "2023-01-01", "{}"},
		{"start", func(c *Client) error { return second(c.StartLiveMigration(t.Context(), project, fullRequest())) },
			"POST", groups, fullBody, "2024-05-30", `{"_id":"m"}`},
		{"start with the least", func(c *Client) error { return second(c.StartLiveMigration(t.Context(), project, least)) },
			"POST", groups, leastBody, "2024-05-30", `{"_id":"m"}`},
		{"validate", func(c *Client) error { return second(c.StartValidation(t.Context(), project, fullRequest())) },
			"POST", groups + "/validate", fullBody, "2024-05-30", `{"_id":"j"}`},
		{"validate with the least", func(c *Client) error { return second(c.StartValidation(t.Context(), project, least)) },
			"POST", groups + "/validate", leastBody, "2024-05-30", `{"_id":"j"}`},
		{"link token", func(c *Client) error {
			return second(c.CreateLinkToken(t.Context(), organization, []string{"192.0.2.1", "2001:db8::/32"}))
		}, "POST", orgs + "/linkTokens", `{"accessListIps":["192.0.2.1","2001:db8::/32"]}`, "2023-01-01", `{"linkToken":"l"}`},
		{"link token without addresses", func(c *Client) error {
			return second(c.CreateLinkToken(t.Context(), organization, nil))
		}, "POST", orgs + "/linkTokens", `{"accessListIps":[]}`, "2023-01-01", `{"linkToken":"l"}`},
		{"unlink", func(c *Client) error { return c.DeleteLink(t.Context(), organization) },
			"DELETE", orgs + "/linkTokens", "", "2023-01-01", ""},
		{"available projects", func(c *Client) error { return second(c.AvailableProjects(t.Context(), organization)) },
			"GET", orgs + "/availableProjects", "", "2023-01-01", "[]"},
	} {
		for apiVersion, media := range map[APIVersion]string{V1: "application/json", V2: "application/vnd.atlas." + tt.version + "+json"} {
			t.Run(tt.name+" in "+string(apiVersion), func(t *testing.T) {
				url, l := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, tt.answer) })
				c := newClient(t, Config{BaseURL: url + "/", APIVersion: apiVersion, UserAgent: "tester/1.2"})
				if err := tt.call(c); err != nil {
					t.Fatal(err)
				}
				body := dropping(tt.body, apiVersion)
				header := http.Header{"Accept": {media}, "Authorization": {"Bearer the-token"}, "User-Agent": {"tester/1.2"}}
				if tt.method == "PUT" || tt.method == "POST" {
					header.Set("Content-Length", strconv.Itoa(len(body)))
				}
				if body != "" {
					header.Set("Content-Type", media)
				}
				uri := "/api/atlas/" + string(apiVersion) + tt.path
				want := []seen{{tt.method, uri, strings.TrimPrefix(url, "http://"), body, header, 1}}
				if got := l.all(); !reflect.DeepEqual(got, want) {
					t.Errorf("the server saw\n%+v\nwant\n%+v", got, want)
				}
			})
		}
	}
}

func TestAnUnknownShardKeyIsNeverSent(t *testing.T) {
	for _, kind := range []ShardKeyKind{"", "2", "text", `1,"x":1`} {
		t.Run("kind "+string(kind), func(t *testing.T) {
			r := MigrationRequest{Sharding: &Sharding{Entries: []ShardingEntry{{"db", "c", []ShardKey{{"f", kind}}}}}}
			s := steps(says(201))
			c := newClient(t, Config{Base: s})
			for _, err := range []error{
				second(c.StartLiveMigration(t.Context(), project, r)), second(c.StartValidation(t.Context(), project, r)),
			} {
				if !isUnsent(err) || !errors.Is(err, errShardKey) || len(s.at) != 0 {
					t.Errorf("got %v after %d requests", err, len(s.at))
				}
			}
		})
	}
}

func TestAny2xxIsASuccessOfEveryCall(t *testing.T) {
	const body = `{"_id":"x","linkToken":"x"}`
	for _, status := range []int{200, 201, 202, 299} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			c := newClient(t, Config{Base: answering(status, body)})
			for call, err := range map[string]error{
				"look":       second(c.LiveMigration(t.Context(), project, migration)),
				"job":        second(c.Validation(t.Context(), project, jobID)),
				"start":      second(c.StartLiveMigration(t.Context(), project, MigrationRequest{})),
				"validate":   second(c.StartValidation(t.Context(), project, MigrationRequest{})),
				"link token": second(c.CreateLinkToken(t.Context(), organization, nil)),
				"unlink":     c.DeleteLink(t.Context(), organization),
				"available":  second(newClient(t, Config{Base: answering(status, "[]")}).AvailableProjects(t.Context(), organization)),
			} {
				if err != nil {
					t.Errorf("%s: %v", call, err)
				}
			}
		})
	}
}

func TestAStartedMigrationIsReadAsAtlasServesIt(t *testing.T) {
	c := newClient(t, Config{Base: answering(201, `{"_id":"m","status":"NEW","readyForCutover":false,"lagTimeSeconds":null,"migrationHosts":["h"]}`)})
	no := false
	want := LiveMigration{ID: "m", Status: "NEW", ReadyForCutover: &no, MigrationHosts: []string{"h"}}
	got, err := c.StartLiveMigration(t.Context(), project, MigrationRequest{})
	if err != nil || !reflect.DeepEqual(*got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

func TestAStartedValidationIsReadAsAtlasServesIt(t *testing.T) {
	want := Job{ID: "j", ProjectID: "g", SourceProjectID: "s", Status: "FAILED", ErrorMessage: "why"}
	got, err := newClient(t, Config{Base: answering(200, jobBody)}).StartValidation(t.Context(), project, MigrationRequest{})
	if err != nil || *got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

func TestALinkTokenIsReadAsAtlasServesIt(t *testing.T) {
	for _, body := range []string{`{"linkToken":"the-link"}`, `{"linkToken":["the-link"]}`, "{ \"linkToken\" :\n [ \"the-link\" ] }"} {
		got, err := newClient(t, Config{Base: answering(201, body)}).CreateLinkToken(t.Context(), organization, nil)
		if err != nil || got != "the-link" {
			t.Errorf("%s: got %q, %v", body, got, err)
		}
	}
}

func TestALinkTokenThatCannotBeReadIsADecodeErrorWithoutIt(t *testing.T) {
	for _, body := range []string{
		`{"linkToken":[]}`, `{"linkToken":[""]}`, `{"linkToken":["secret","secret"]}`, `{"linkToken":[["secret"]]}`, `{"linkToken":["secret"`,
		`{"linkToken":{"secret":"secret"}}`, `{"linkToken":1234567}`, `{"linkToken":[1234567]}`, `["secret"]`, `"secret"`,
	} {
		got, err := newClient(t, Config{Base: answering(201, body)}).CreateLinkToken(t.Context(), organization, nil)
		var unreadable *DecodeError
		if !errors.As(err, &unreadable) || got != "" || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "123") {
			t.Errorf("%s: got %q, %v", body, got, err)
		}
	}
}

func TestAnAnswerWithoutWhatTheCallWasMadeForIsADecodeError(t *testing.T) {
	for _, tt := range []struct {
		body string
		want error
	}{
		{"", errEmptyBody}, {" \r\n", errEmptyBody}, {"{}", nil}, {"null", nil}, {`{"_id":null,"linkToken":null}`, nil},
		{`{"_id":"","linkToken":"","status":"NEW"}`, nil},
	} {
		t.Run("body "+tt.body, func(t *testing.T) {
			c := newClient(t, Config{Base: answering(201, tt.body)})
			for _, call := range []struct {
				err, want error
			}{
				{second(c.StartLiveMigration(t.Context(), project, MigrationRequest{})), errNoID},
				{second(c.StartValidation(t.Context(), project, MigrationRequest{})), errNoID},
				{second(c.CreateLinkToken(t.Context(), organization, nil)), errNoLinkToken},
			} {
				if tt.want != nil {
					call.want = tt.want
				}
				var unreadable *DecodeError
				if !errors.As(call.err, &unreadable) || unreadable.Status != 201 || !errors.Is(call.err, call.want) {
					t.Errorf("got %v, want %v", call.err, call.want)
				}
			}
		})
	}
}

func TestTheRemovalOfALinkIsDecidedByItsStatusAlone(t *testing.T) {
	for _, body := range []string{"", "<html>", `{"half`, strings.Repeat(" ", bodyLimit+1)} {
		if err := newClient(t, Config{Base: answering(200, body)}).DeleteLink(t.Context(), organization); err != nil {
			t.Errorf("%.10q: %v", body, err)
		}
	}
	for _, tt := range []struct {
		status     int
		code, body string
	}{
		{404, "UNEXPECTED_ERROR", `{"errorCode":"UNEXPECTED_ERROR","detail":"Could not find the requested external organization link."}`},
		{409, "CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK", `{"errorCode":"CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK"}`},
	} {
		err := newClient(t, Config{Base: answering(tt.status, tt.body)}).DeleteLink(t.Context(), organization)
		if e, ok := asAPIError(err); !ok || e.Status != tt.status || e.Code != tt.code {
			t.Errorf("got %v", err)
		}
	}
}

const availableBody = `[{"projectId":"p","name":"n","migrationHosts":["h1","h2"],"more":1,"deployments":[` +
	`{"clusterId":"c","name":"d","mongoDBVersion":"7.0.12","featureCompatibilityVersion":"7.0","agentVersion":"13.19",` +
	`"managed":true,"sharded":false,"shardsSize":3,"tlsEnabled":true,"dbSizeBytes":6000000000000,"oplogSizeMB":2048},` +
	`{"clusterId":"e","managed":false,"sharded":true,"tlsEnabled":false,"agentVersion":null,"dbSizeBytes":null}]},` +
	`{"projectId":"q","migrationHosts":null,"deployments":null},{}]`

func TestAvailableProjectsAreReadAsAtlasServesThem(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       []AvailableProject
	}{
		{"in full", availableBody, []AvailableProject{
			{ID: "p", Name: "n", MigrationHosts: []string{"h1", "h2"}, Deployments: []AvailableDeployment{
				{"c", "d", "7.0.12", "7.0", "13.19", true, false, 3, true, 6_000_000_000_000, 2_048},
				{ClusterID: "e", Sharded: true},
			}},
			{ID: "q"}, {},
		}},
		{"none", "[]", []AvailableProject{}},
		{"null is none", "null", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := newClient(t, Config{Base: answering(200, tt.body)}).AvailableProjects(t.Context(), organization)
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, %v; want %+v", got, err, tt.want)
			}
		})
	}
}

// A list grows with what is listed. Everything else, and what is no list, has the
// limit of any call.
func TestAListOfAvailableProjectsHasALimitOfItsOwn(t *testing.T) {
	list := "[" + strings.Repeat(`{"projectId":"p"},`, bodyLimit/10) + `{"projectId":"q"}]`
	projects, err := newClient(t, Config{Base: answering(200, list)}).AvailableProjects(t.Context(), organization)
	if err != nil || len(projects) != bodyLimit/10+1 || projects[len(projects)-1].ID != "q" {
		t.Errorf("read %d projects of a list of %d bytes: %v", len(projects), len(list), err)
	}
	for status, limit := range map[int]int{200: listLimit, 409: bodyLimit} {
		var read int
		_, err := newClient(t, Config{Base: wire(counting(status, &read))}).AvailableProjects(t.Context(), organization)
		if err == nil || read > limit+1 {
			t.Errorf("%d: read %d bytes: %v", status, read, err)
		}
	}
}

func TestATokenThatAListWaitsForHasTheLimitOfAnyCall(t *testing.T) {
	var read int
	s := newOAuthServer()
	s.onToken = counting(200, &read)
	if _, err := s.client(t).AvailableProjects(t.Context(), organization); !isUnsent(err) || read > bodyLimit+1 {
		t.Errorf("read %d bytes: %v", read, err)
	}
}

// counting answers with a body without an end, and counts what is read of it.
func counting(status int, read *int) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		resp := answer(status, "")
		resp.Body = io.NopCloser(io.TeeReader(endless{}, counter{read}))
		return resp, nil
	}
}

type counter struct{ n *int }

func (c counter) Write(p []byte) (int, error) {
	*c.n += len(p)
	return len(p), nil
}

func TestAvailableProjectsOfWrongTypesAreADecodeError(t *testing.T) {
	for _, body := range []string{
		"", "{}", `["p"]`, `[{"projectId":1}]`, `[{"deployments":{}}]`, `[{"deployments":[{"managed":"yes"}]}]`,
		`[{"deployments":[{"dbSizeBytes":"1"}]}]`, `[{"deployments":[{"dbSizeBytes":9223372036854775808}]}]`,
		`[{"deployments":[{"oplogSizeMB":9223372036854775808}]}]`, `[]]`,
	} {
		t.Run(body, func(t *testing.T) {
			_, err := newClient(t, Config{Base: answering(200, body)}).AvailableProjects(t.Context(), organization)
			var unreadable *DecodeError
			if !errors.As(err, &unreadable) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestABodyIsSentWholeWithTheAnswerToAChallenge(t *testing.T) {
	var bodies []string
	c := newClient(t, Config{Auth: APIKey("public", "private"), Base: roundTrip(func(req *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(req.Body)
		bodies = append(bodies, string(body))
		if err != nil {
			return nil, err
		}
		return challenging(challengeMD5)(req)
	})})
	// The server answers with an empty object.
	var unreadable *DecodeError
	if _, err := c.StartLiveMigration(t.Context(), project, fullRequest()); !errors.As(err, &unreadable) {
		t.Errorf("got %v", err)
	}
	if want := dropping(fullBody, V1); !slices.Equal(bodies, []string{want, want}) {
		t.Errorf("the server saw %q", bodies)
	}
}
