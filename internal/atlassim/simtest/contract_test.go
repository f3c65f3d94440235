// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// failing is a test that notes how it failed.
type failing struct{ said []string }

func (f *failing) Helper() {}

func (f *failing) Errorf(format string, args ...any) {
	f.said = append(f.said, fmt.Sprintf(format, args...))
}
func (f *failing) Fatalf(format string, args ...any) { f.Errorf(format, args...) }

func TestAnExchangeThatIsNotAsPublishedFailsItsTest(t *testing.T) {
	cases := []struct {
		name, query string
		fault       *atlassim.Fault
		says        string // "" if the test passes
	}{
		{"as published", "", nil, ""},
		{"a request that is not", "?full=true", nil, "full"},
		{"an answer that a fault made", "", &atlassim.Fault{Do: atlassim.Effect{Status: 418}}, ""},
		{"a request that is not, whatever its answer", "?full=true", &atlassim.Fault{Do: atlassim.Effect{Status: 418}}, "full"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			test := &failing{}
			sim := New(test, atlassim.Options{})
			if c.fault != nil {
				sim.Inject(*c.fault)
			}
			path := "/api/atlas/v1.0/groups/" + sim.Credentials().ProjectID + "/liveMigrations/" + sim.Add(atlassim.Migration{})
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1"+path+c.query, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Accept", "application/json")
			request.Header.Set("Authorization", "Bearer "+sim.Credentials().AccessToken)
			response, err := sim.Transport().RoundTrip(request)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close() // which was written whole
			if said := strings.Join(test.said, "\n"); (said != "") != (c.says != "") || !strings.Contains(said, c.says) {
				t.Errorf("the test said %q, want something about %q", said, c.says)
			}
		})
	}
}
