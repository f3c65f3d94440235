// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/icholy/digest"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// What the official clients send with every call, whatever its versions are.
const officialMedia = "application/vnd.atlas.2025-03-12+json"

// official is a client that sends what the official clients send, in their order.
type official struct {
	t      *testing.T
	hello  map[string]string
	client *http.Client
}

// serveWorld runs the program, and returns what its first line says.
func serveWorld(t *testing.T, args ...string) map[string]string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, args, writer, io.Discard) }()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != exitOK {
			t.Errorf("exit status %d", code)
		}
	})
	line, err := bufio.NewReader(reader).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var hello map[string]string
	if err := json.Unmarshal(line, &hello); err != nil {
		t.Fatal(err)
	}
	return hello
}

// newOfficial runs the program, and returns a client for it.
func newOfficial(t *testing.T, args ...string) *official {
	t.Helper()
	hello, network := serveWorld(t, args...), &http.Transport{}
	t.Cleanup(network.CloseIdleConnections)
	return &official{t: t, hello: hello, client: &http.Client{Transport: &digest.Transport{
		Username: hello["public_key"], Password: hello["private_key"], Transport: network,
	}}}
}

// call sends a request, wants a status and returns the answer's object, if it has one.
func (o *official) call(method, path, body string, want int) map[string]any {
	o.t.Helper()
	request, err := http.NewRequestWithContext(o.t.Context(), method, o.hello["base_url"]+"/api/atlas/v2"+path, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	request.Header.Set("Accept", officialMedia)
	if body != "" {
		request.Header.Set("Content-Type", officialMedia)
	}
	response, err := o.client.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != want {
		o.t.Fatalf("%s %s: status %d, want %d: %s %v", method, path, response.StatusCode, want, text, err)
	}
	var object map[string]any
	if len(text) > 0 {
		if err := json.Unmarshal(text, &object); err != nil {
			o.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
	return object
}

func TestTheOfficialClientsOrderOfCallsWorks(t *testing.T) {
	for name, flags := range map[string][]string{
		"what is started is ready at once":         {"-scenario", "journey-at-once"},
		"an early cutover begins once it is ready": {"-scenario", "journey", "-early-cutover", "accepted"},
		"two digest algorithms are offered":        {"-scenario", "journey-at-once", "-algorithm", "both"},
	} {
		t.Run(name, func(t *testing.T) {
			newOfficial(t, append([]string{"-speed", "3600"}, flags...)...).goTheWholeWay()
		})
	}
}

// goTheWholeWay waits for nothing but COMPLETE.
func (o *official) goTheWholeWay() {
	group, link := "/groups/"+o.hello["project_id"]+"/liveMigrations", "/orgs/"+o.hello["org_id"]+"/liveMigrations/linkTokens"
	if token, _ := o.call("POST", link, `{}`, http.StatusCreated)["linkToken"].(string); token == "" {
		o.t.Error("there is no link token")
	}
	// The link shows this project and cluster, unless the simulator is told of others.
	body := fmt.Sprintf(`{"destination":{"clusterName":"target","groupId":%q,"hostnameSchemaType":""},"dropDestinationData":false,`+
		`"migrationHosts":["migration-host.example.net"],"source":{"clusterName":"orders","groupId":%q,`+
		`"managedAuthentication":true,"password":"","ssl":true,"username":""}}`, o.hello["project_id"], o.sourceProject())
	o.call("POST", group+"/validate", body, http.StatusOK)
	started := o.call("POST", group, body, http.StatusCreated)
	migration := fmt.Sprintf("%s/%s", group, started["_id"])
	o.call("GET", migration, "", http.StatusOK)
	if job := o.call("PUT", migration+"/cutover", "", http.StatusAccepted); job != nil {
		o.t.Errorf("a cutover is answered %v", job)
	}
	for o.call("GET", migration, "", http.StatusOK)["status"] != "COMPLETE" {
		<-time.After(10 * time.Millisecond)
	}
	o.call("DELETE", link, "", http.StatusNoContent)
	if code := o.call("DELETE", link, "", http.StatusNotFound)["errorCode"]; code != "UNEXPECTED_ERROR" {
		o.t.Errorf("without a link the code is %v", code)
	}
}

func (o *official) sourceProject() string {
	o.t.Helper()
	request, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet,
		o.hello["base_url"]+"/api/atlas/v2/orgs/"+o.hello["org_id"]+"/liveMigrations/availableProjects", http.NoBody)
	if err != nil {
		o.t.Fatal(err)
	}
	request.Header.Set("Accept", officialMedia)
	response, err := o.client.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var projects []struct {
		ProjectID string `json:"projectId"`
	}
	if err := json.NewDecoder(response.Body).Decode(&projects); err != nil || len(projects) != 1 {
		o.t.Fatalf("available are %v: %v", projects, err)
	}
	return projects[0].ProjectID
}

func TestEveryAnswerToAnAssumptionIsTaken(t *testing.T) {
	for _, a := range atlassim.Assumptions() {
		for _, answer := range a.Answers {
			if len(a.Answers) == 1 {
				continue
			}
			var want atlassim.Options
			if err := a.Set(&want, answer); err != nil {
				t.Fatal(err)
			}
			got, err := parse([]string{"-" + a.Name, answer}, io.Discard)
			want.Algorithms = got.options.Algorithms // which has a flag of its own
			if err != nil || !reflect.DeepEqual(got.options, want) {
				t.Errorf("-%s %s gives %+v, %v", a.Name, answer, got.options, err)
			}
		}
	}
}

func TestAFlagOfAnAssumptionChangesTheWorld(t *testing.T) {
	shown := map[string]struct {
		flags  []string
		status int
	}{
		"link token": {[]string{"-link-token-status", "200"}, http.StatusOK},
		"addresses":  {[]string{"-link-addresses", "required"}, http.StatusBadRequest},
		"version":    {[]string{"-later-version", "406"}, http.StatusNotAcceptable},
	}
	for name, c := range shown {
		t.Run(name, func(t *testing.T) {
			o := newOfficial(t, c.flags...)
			o.call("POST", "/orgs/"+o.hello["org_id"]+"/liveMigrations/linkTokens", `{}`, c.status)
		})
	}
}
