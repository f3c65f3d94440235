// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"time"

	"github.com/hashicorp/terraform-plugin-testing/config"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// The IDs that examples have in them.
const (
	knownProject = "7e68e12770616e75e6df43d0"
	ordersID     = "6296fb4c7c7aa997cf94e9a8"
	invoicesID   = "6297000c7c7aa997cf94ea11"
)

// The live migrations of the examples. Their hours are a test's seconds.
var (
	copies = atlassim.Migration{
		Copying: 10 * time.Minute, InitialLag: 900, SteadyLag: 1, CatchUp: 10 * time.Minute, ReadyLag: 10, CutoverTakes: 30 * time.Minute,
	}
	inSync   = atlassim.Migration{InitialLag: 1, SteadyLag: 1, ReadyLag: 10, CutoverTakes: 30 * time.Minute}
	underWay = atlassim.Migration{InitialLag: 1, SteadyLag: 1, ReadyLag: 10, CutoverTakes: time.Hour, BegunElsewhere: true}
	complete = atlassim.Migration{BegunElsewhere: true}
)

// with is a world with a live migration whose IDs are variables.
func with(m atlassim.Migration) func(*atlassim.Sim) config.Variables {
	return func(sim *atlassim.Sim) config.Variables {
		return config.Variables{
			"live_migration_id": config.StringVariable(sim.Add(m)),
			"project_id":        config.StringVariable(sim.Credentials().ProjectID),
		}
	}
}

// named is a world with the live migrations whose IDs are written down.
func named(migrations ...atlassim.Migration) func(*atlassim.Sim) config.Variables {
	return func(sim *atlassim.Sim) config.Variables {
		for i, m := range migrations {
			m.ID, m.ProjectID = []string{ordersID, invoicesID}[i], knownProject
			sim.Add(m)
		}
		return nil
	}
}

// unstarted is a world in which a live migration can be started.
func unstarted(sim *atlassim.Sim) config.Variables {
	sim.SetValidation(atlassim.ValidationScript{Takes: 10 * time.Minute})
	sim.SetTemplate(copies)
	return config.Variables{
		"project_id":      config.StringVariable(sim.Credentials().ProjectID),
		"source_password": config.StringVariable("a password of the source"),
		// Of the module with tests.
		"source_project_id": config.StringVariable("5ff4a1d4e21b3f0001a7c9e2"),
		"cluster":           config.StringVariable("orders"),
		"migration_host":    config.StringVariable("migration-host-1.example.net"),
	}
}

// linked is unstarted where somebody has linked the organization already, so
// that a cluster called orders can be migrated.
func linked(sim *atlassim.Sim) config.Variables {
	sim.SetStart(func(start *atlassim.StartScript) { start.NeedsLink = true })
	sim.AddProject(atlassim.AvailableProject{
		MigrationHosts: []string{"migration-host-1.example.net"}, Deployments: []atlassim.Deployment{{Name: "orders"}},
	})
	variables := unstarted(sim)
	variables["organization_id"] = config.StringVariable(sim.Credentials().OrgID)
	return variables
}

// started is a world in which the migration of orders was started by somebody
// else.
func started(sim *atlassim.Sim) config.Variables {
	m := copies
	m.Destination, m.Hosts = "orders-atlas", []string{"migration-host-1.example.net"}
	named(m)(sim)
	return config.Variables{
		"project_id":      config.StringVariable(knownProject),
		"source_password": config.StringVariable("a password of the source"),
	}
}
