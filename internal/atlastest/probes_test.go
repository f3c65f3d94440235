// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlastest

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlas"
)

// unknownID is an ID that nothing has.
const unknownID = "0123456789abcdef01234567"

// target is an Atlas, real or simulated, spoken to in one version of its API.
// What it has no ID of is not asked.
type target struct {
	version                                    string
	client                                     *atlas.Client
	recorder                                   *recorder
	organizationID, projectID, liveMigrationID string
	// link and cutOver say that the organization and the live migration are made
	// for it: the only calls that change something.
	link, cutOver bool
	// barred makes a call from an address that is not on the access list. It is
	// nil for the real Atlas, where nobody can.
	barred func(call func())
	// tell gets each note at once; nil tells nobody.
	tell func(string)
	// first is the URL of the first call.
	first *url.URL
}

// probe is a call whose answer shows something.
type probe struct {
	name   string
	facets []facet
	// needs says which variables have to be set for it.
	needs string
	// make makes the call; nil is one that could not be made.
	make func(context.Context, *target) *exchange
}

// readings are the probes that change nothing.
var readings = []probe{
	{"unknown live migration of an unknown project", facets, "", func(ctx context.Context, a *target) *exchange {
		return a.read(ctx, unknownID, unknownID)
	}},
	{"request without credentials", challengeFacets, "", func(ctx context.Context, a *target) *exchange { return a.unsigned(ctx) }},
	{"API key that nobody has", challengeFacets, "", func(ctx context.Context, a *target) *exchange { return a.wronglySigned(ctx) }},
	{"address that is not on the access list", facets, "", func(ctx context.Context, a *target) *exchange { return a.forbidden(ctx) }},
	{"unknown live migration of a known project", facets, "PROJECT_ID", func(ctx context.Context, a *target) *exchange {
		if a.projectID == "" {
			return nil
		}
		return a.read(ctx, a.projectID, unknownID)
	}},
	{"live migration", facets, "PROJECT_ID and LIVE_MIGRATION_ID", func(ctx context.Context, a *target) *exchange { return a.migration(ctx) }},
	{"live migration, version date after the last", facets, "PROJECT_ID and LIVE_MIGRATION_ID, in v2", func(ctx context.Context, a *target) *exchange {
		return a.dated(ctx, "2025-03-12")
	}},
	{"live migration, version date before the first", facets, "PROJECT_ID and LIVE_MIGRATION_ID, in v2", func(ctx context.Context, a *target) *exchange {
		return a.dated(ctx, "2020-01-01")
	}},
	{"available projects of an unknown organization", facets, "", func(ctx context.Context, a *target) *exchange { return a.projects(ctx, unknownID) }},
	{"available projects", facets, "ORGANIZATION_ID", func(ctx context.Context, a *target) *exchange {
		if a.organizationID == "" {
			return nil
		}
		return a.projects(ctx, a.organizationID)
	}},
}

// linking are the probes of an organization that is made for them. What is asked of
// a first token would show nothing if a second one is refused for being that.
var linking = []probe{
	{"link token", facets, "LINK", func(ctx context.Context, a *target) *exchange { return a.token(ctx, "192.0.2.1") }},
	{"second link token", facets, "LINK", func(ctx context.Context, a *target) *exchange { return a.token(ctx, "192.0.2.1") }},
	{"removal of the link", facets, "LINK", func(ctx context.Context, a *target) *exchange { return a.unlink(ctx) }},
	{"link token without addresses", facets, "LINK", func(ctx context.Context, a *target) *exchange { return a.token(ctx) }},
	{"removal of the link without addresses", facets, "LINK", func(ctx context.Context, a *target) *exchange { return a.unlink(ctx) }},
	{"removal of a link that is not there", facets, "LINK", func(ctx context.Context, a *target) *exchange { return a.unlink(ctx) }},
}

func (a *target) read(ctx context.Context, project, migration string) *exchange {
	return a.recorder.during(func() { _, _ = a.client.LiveMigration(ctx, project, migration) })
}

func (a *target) migration(ctx context.Context) *exchange {
	if a.projectID == "" || a.liveMigrationID == "" {
		return nil
	}
	return a.read(ctx, a.projectID, a.liveMigrationID)
}

func (a *target) projects(ctx context.Context, organization string) *exchange {
	return a.recorder.during(func() { _, _ = a.client.AvailableProjects(ctx, organization) })
}

func (a *target) token(ctx context.Context, addresses ...string) *exchange {
	return a.recorder.during(func() { _, _ = a.client.CreateLinkToken(ctx, a.organizationID, addresses) })
}

func (a *target) unlink(ctx context.Context) *exchange {
	return a.recorder.during(func() { _ = a.client.DeleteLink(ctx, a.organizationID) })
}

// dated reads the live migration in another version of v2.
func (a *target) dated(ctx context.Context, date string) *exchange {
	if a.version != "v2" {
		return nil
	}
	a.recorder.accepts("application/vnd.atlas." + date + "+json")
	defer a.recorder.accepts("")
	return a.migration(ctx)
}

// unsigned repeats the first request without its credentials.
func (a *target) unsigned(ctx context.Context) *exchange {
	return a.recorder.during(func() {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.first.String(), http.NoBody)
		if err != nil {
			return
		}
		req.Header.Set("Accept", "application/json")
		if a.version == "v2" {
			req.Header.Set("Accept", "application/vnd.atlas.2023-01-01+json")
		}
		if resp, err := a.recorder.RoundTrip(req); err == nil {
			_ = resp.Body.Close()
		}
	})
}

func (a *target) wronglySigned(ctx context.Context) *exchange {
	base := a.first
	stranger, err := atlas.New(atlas.Config{
		BaseURL: base.Scheme + "://" + base.Host, APIVersion: atlas.APIVersion(a.version), Base: a.recorder,
		Auth: atlas.APIKey("nobodys1", "00000000-0000-0000-0000-000000000000"),
	})
	if err != nil {
		return nil
	}
	return a.recorder.during(func() { _, _ = stranger.LiveMigration(ctx, unknownID, unknownID) })
}

// forbidden is the first answer 403, if there was one.
func (a *target) forbidden(ctx context.Context) *exchange {
	if a.barred != nil {
		a.barred(func() { a.read(ctx, unknownID, unknownID) })
	}
	for _, e := range a.recorder.all() {
		if e.status == http.StatusForbidden {
			return e
		}
	}
	return nil
}

// linked reports whether the organization may have a link that is in use, which
// then is not made for this.
func (a *target) linked(ctx context.Context) bool {
	e := a.projects(ctx, a.organizationID)
	unlinked := e != nil && (e.status == http.StatusNotFound || isSuccess(e) && shapeOf(e.body) == "[]")
	return !unlinked
}

// survey asks everything that may be asked.
func survey(ctx context.Context, t *testing.T, a *target) *report {
	t.Helper()
	r := &report{version: a.version, tell: a.tell}
	first := a.read(ctx, unknownID, unknownID)
	if first == nil || !strings.Contains(first.url.Path, "/liveMigrations/") {
		t.Fatal("No call was answered. Check the network, the base URL and the credentials.")
	}
	a.first = first.url
	for _, p := range readings {
		r.add(p, p.make(ctx, a))
	}
	linked := a.link && a.linked(ctx)
	if linked {
		r.note("the organization's link may be in use: it was left alone.")
	}
	for _, p := range linking {
		if !a.link || linked {
			r.add(p, nil)
			continue
		}
		r.add(p, p.make(ctx, a))
	}
	if a.cutOver {
		r.cutOver(ctx, a)
	}
	r.note("other headers: " + otherHeaders(a.recorder.all()))
	return r
}
