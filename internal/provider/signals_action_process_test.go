// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"syscall"
	"testing"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/clitest"
)

// told waits until the CLI has printed so much progress of an action. A signal
// that comes between two events in the same moment crashes Terraform 1.14 and
// 1.15.
func (a *apply) told(events int) {
	a.t.Helper()
	a.SaysTimes(events, "(triggered by terraform_data.this): ")
}

var actionMoments = []moment{
	{
		name:    "before the request",
		reached: func(a *apply) { a.told(1) }, // not ready
	}, {
		name: "during the request", holds: []atlassim.Fault{late(atlassim.CallCutover)}, started: true,
		reached: func(a *apply) {
			a.told(1) // requesting
			a.accepted(atlassim.CallCutover)
		},
	}, {
		name: "while waiting", started: true,
		reached: func(a *apply) {
			a.Logged(a.accepted(atlassim.CallCutover).JobID)
			a.told(3) // requesting, requested, waiting
		},
	},
}

func TestAcceptanceAnActionThatASignalHitsIsInvokedAgainWithoutASecondRequest(t *testing.T) {
	clitest.SkipUnless(t, clitest.Actions)
	for _, at := range actionMoments {
		for _, s := range signals {
			for _, target := range []string{"the CLI", "its group"} {
				t.Run(at.name+"/"+s.name+" to "+target, func(t *testing.T) {
					t.Parallel()
					a := newApply(t, at, "testdata/signals_action/main.tf")
					at.reached(a)
					a.Signal(s.signal, target != "the CLI")
					if s.asks {
						a.stopped(at)
					}
					a.Ends(s.exit)
					if !s.asks && s.signal != syscall.SIGKILL {
						a.finish()
					}
					a.ProvidersEnd()
					if got := a.count(atlassim.CallCutover); got == 1 != at.started {
						t.Errorf("Atlas accepted %d cutovers before the second invocation", got)
					}
					a.finish()
					a.Terraform(0, "apply", "-auto-approve", "-invoke=action."+cutoverAddress)
					a.counts(map[string]int{atlassim.CallCutover: 1})
				})
			}
		}
	}
}
