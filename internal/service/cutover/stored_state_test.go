// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover_test

import (
	"testing"
	"time"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/coretest"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/providertest"
)

// computed are the attributes that only the provider sets.
var computed = []string{"id", "source_project_id", "status", "error_message"}

func TestStoredStateIsReadWhole(t *testing.T) {
	for _, name := range []string{"finished", "under_way"} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, atlassim.Migration{}, func(s *harness) {
				i := providertest.ReadStored(s.T, name)
				s.TakeOver(i, computed...)
				if !s.State.Equals(i.Attributes(s.T)) {
					s.T.Errorf("stored was\n%s\nread is\n%s", i.JSON, s.State.Value)
				}
			})
		})
	}
}

func TestStoredStateOfAFinishedCutoverNeedsNoChange(t *testing.T) {
	inFakeTime(t, atlassim.Migration{}, func(s *harness) {
		s.TakeOver(providertest.ReadStored(s.T, "finished"), computed...)
		s.CheckApply(s.CheckSilent(s.Apply), coretest.NoOp)
		s.CheckState("SUCCESS")
	})
}

func TestStoredStateOfACutoverUnderWayIsResumed(t *testing.T) {
	i := providertest.ReadStored(t, "under_way")
	known := i.Attributes(t)
	migration := atlassim.Migration{BegunElsewhere: true, CutoverTakes: 20 * time.Minute}
	migration.ID, _ = known["live_migration_id"].(string)
	migration.ProjectID, _ = known["project_id"].(string)
	inFakeTime(t, migration, func(s *harness) {
		s.TakeOver(i, computed...)
		s.CheckApply(s.Apply(), coretest.Update)
		s.CheckState("SUCCESS")
		s.CheckAttribute("error_message", "")
		s.checkCutovers(0, 0)
	})
}
