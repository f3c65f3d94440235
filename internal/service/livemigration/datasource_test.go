// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package livemigration_test

import (
	"context"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// looksAt makes the configuration that of the data source.
func (s *harness) looksAt(m atlassim.Migration) *harness {
	s.Config = map[string]any{"project_id": s.Sim.Credentials().ProjectID, "live_migration_id": s.Sim.Add(m)}
	return s
}

func TestTheDataSourceShowsALiveMigration(t *testing.T) {
	hosts := []string{"migration-host-1.example.net"}
	for name, row := range map[string]struct {
		migration atlassim.Migration
		pass      time.Duration
		want      map[string]any
	}{
		"before it is copied": {atlassim.Migration{Scheduled: time.Hour, Hosts: hosts}, 0,
			map[string]any{"status": "NEW", "ready_for_cutover": false, "migration_hosts": hosts}},
		"while it catches up": {atlassim.Migration{InitialLag: 900, CatchUp: time.Hour, ReadyLag: 60, Hosts: hosts}, 20 * time.Minute,
			map[string]any{"status": "WORKING", "ready_for_cutover": false, "lag_time_seconds": 600, "migration_hosts": hosts}},
		"when it is ready": {atlassim.Migration{Hosts: hosts}, 0,
			map[string]any{"status": "WORKING", "ready_for_cutover": true, "lag_time_seconds": 0, "migration_hosts": hosts}},
		"when it has failed": {atlassim.Migration{FailsAfter: time.Minute, Hosts: hosts}, time.Hour,
			map[string]any{"status": "FAILED", "ready_for_cutover": false, "migration_hosts": hosts}},
		"in old words": {atlassim.Migration{Words: atlassim.Words{OldWords: true}, Hosts: hosts}, 0,
			map[string]any{"status": "PENDING", "migration_hosts": hosts}},
	} {
		for _, apiVersion := range []string{"v1.0", "v2"} {
			t.Run(name+" in "+apiVersion, func(t *testing.T) {
				inFakeTime(t, func(s *harness) {
					s.Provider["api_version"] = apiVersion
					s.looksAt(row.migration)
					providertest.Sleep(row.pass)
					r := s.ReadDataSource(context.Background())
					s.Check(r.Result, "")
					want := map[string]any{"project_id": s.Config["project_id"], "live_migration_id": s.Config["live_migration_id"]}
					for attribute, value := range row.want {
						want[attribute] = value
					}
					if r.Data == nil || !r.Data.Equals(want) {
						t.Errorf("read %v, want %v", r.Data, want)
					}
				})
			})
		}
	}
}

func TestTheDataSourceSaysWhyItCannotRead(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*harness)
		says   string
	}{
		"a wrong ID": {func(s *harness) { s.Set("live_migration_id", "6a1b2c3d4e5f60718293a4b5") }, "Check project_id and live_migration_id"},
		"no member":  {func(s *harness) { s.Sim.SetKey(func(k *atlassim.Key) { k.Member = false }) }, "NOT_IN_GROUP"},
		"broken": {func(s *harness) {
			s.Sim.Inject(atlassim.Fault{Times: -1, Do: atlassim.Effect{Status: 503, Body: "<html>"}})
		}, "an HTML page"},
		"an answer that cannot be read": {func(s *harness) {
			s.Sim.Inject(atlassim.Fault{Times: -1, Do: atlassim.Effect{Garble: "<html>"}})
		}, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				row.change(s.looksAt(atlassim.Migration{}))
				r := s.ReadDataSource(context.Background())
				s.Check(r.Result, "", "Unable to read live migration")
				s.CheckText(r.Result, row.says)
			})
		})
	}
}

func TestTheDataSourceRefusesWhatIsNoID(t *testing.T) {
	for _, argument := range []string{"project_id", "live_migration_id"} {
		t.Run(argument, func(t *testing.T) {
			inFakeTime(t, func(s *harness) {
				s.looksAt(atlassim.Migration{}).Set(argument, "orders")
				var r coretest.Reading
				s.CheckSilent(func() coretest.Result { r = s.ReadDataSource(context.Background()); return r.Result })
				if !r.Failed() || r.Diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError {
					t.Error("never refused")
				}
				s.CheckText(r.Result, "24 lower-case hexadecimal digits")
			})
		})
	}
}
