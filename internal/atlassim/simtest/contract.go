// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"os"
	"sync"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim/contract"
)

// OpenAPI is the environment variable with the path of Atlas's OpenAPI
// description. Without it, exchanges in v2 are not compared with anything.
const OpenAPI = "ATLASMIGRATION_OPENAPI"

// published is loaded once for all tests of a package.
var published = sync.OnceValues(func() (*contract.Contract, error) { return contract.Load(os.Getenv(OpenAPI)) })

// T is as much of a test as New needs.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// New returns a world whose every exchange with its client is compared with
// what is published. One that differs fails the test.
func New(t T, o atlassim.Options) *atlassim.Sim {
	t.Helper()
	api, err := published()
	if err != nil {
		t.Fatalf("%s: %v", OpenAPI, err)
	}
	o.OnExchange = func(x atlassim.Exchange) {
		for _, violation := range api.Violations(x) {
			t.Errorf("not as Atlas publishes it: %s", violation)
		}
	}
	return atlassim.New(o)
}
