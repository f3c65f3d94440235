// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

func TestTheFirstLineIsAllThatAClientNeeds(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	var told bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"-scenario", "ready-now", "-speed", "60", "-algorithm", "both"}, writer, &told)
	}()
	line, err := bufio.NewReader(reader).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var hello map[string]string
	if err := json.Unmarshal(line, &hello); err != nil {
		t.Fatal(err)
	}
	promised := strings.Split(greetingNames, ", ")
	slices.Sort(promised)
	names := slices.Sorted(maps.Keys(hello))
	if got := strings.Join(names, " "); got != "access_token base_url client_id client_secret live_migration_id org_id private_key project_id public_key" || !slices.Equal(names, promised) {
		t.Errorf("names %s", got)
	}
	for name, value := range hello {
		if value == "" {
			t.Errorf("%s is empty", name)
		}
	}
	cutOver(t, hello)
	stop()
	if code := <-ended; code != exitOK {
		t.Errorf("exit status %d", code)
	}
	want := regexp.MustCompile(`^ready-now: ready from the beginning.*\n\d\d:\d\d:\d\d  PUT cutover → 200 accepted the cutover\n$`)
	if text := told.String(); !want.MatchString(text) {
		t.Errorf("told %q", text)
	}
}

func cutOver(t *testing.T, hello map[string]string) {
	t.Helper()
	url := hello["base_url"] + "/api/atlas/v1.0/groups/" + hello["project_id"] + "/liveMigrations/" + hello["live_migration_id"] + "/cutover"
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+hello["access_token"])
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Error(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestHelpListsEveryScenarioWithItsLine(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"-h"}, &stdout, &stderr); code != exitOK || stdout.Len() > 0 {
		t.Errorf("exit status %d, %q", code, stdout.String())
	}
	if !strings.Contains(stderr.String(), greetingNames) {
		t.Error("the first line is not explained")
	}
	for _, a := range atlassim.Assumptions() {
		if listed := strings.Contains(stderr.String(), "  -"+a.Name+" "+strings.Join(a.Answers, "|")+"\n"); listed != (len(a.Answers) > 1) {
			t.Errorf("-%s and its answers are listed: %t", a.Name, listed)
		}
	}
	for _, scenario := range atlassim.Scenarios() {
		if !strings.Contains(stderr.String(), scenario.Name) || !strings.Contains(stderr.String(), scenario.Rehearses) {
			t.Errorf("%s is not listed", scenario.Name)
		}
	}
}

func TestWhatCannotBeServedIsRefused(t *testing.T) {
	cases := []struct {
		name, says string
		args       []string
		code       int
	}{
		{"every address", "only loopback", []string{"-listen", "0.0.0.0:0"}, exitUsage},
		{"no address", "only loopback", []string{"-listen", ":0"}, exitUsage},
		{"another machine's name", "only loopback", []string{"-listen", "example.net:80"}, exitUsage},
		{"an address without a port", "missing port", []string{"-listen", "127.0.0.1"}, exitUsage},
		{"an impossible port", "invalid port", []string{"-listen", "127.0.0.1:99999"}, exitFailed},
		{"a standing clock", "above 0", []string{"-speed", "0"}, exitUsage},
		{"an unknown scenario", "no scenario", []string{"-scenario", "unknown"}, exitUsage},
		{"an unknown algorithm", "md5, md5-sess, sha256", []string{"-algorithm", "crc"}, exitUsage},
		{"an unknown flag", "not defined", []string{"-unknown"}, exitUsage},
		{"another answer than there is", "none of", []string{"-early-cutover", "later"}, exitUsage},
		{"something that is no flag", "not a flag", []string{"happy"}, exitUsage},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if code := run(t.Context(), c.args, &stdout, &stderr); code != c.code {
				t.Errorf("exit status %d", code)
			}
			if stdout.Len() > 0 || !strings.Contains(stderr.String(), c.says) {
				t.Errorf("said %q", stderr.String())
			}
		})
	}
}
