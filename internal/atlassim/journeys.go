// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import "time"

// journeys are about a whole migration, of which nothing exists in the beginning.
func journeys() []Scenario {
	return []Scenario{
		{"journey", "nothing exists yet: link, validate (1 min), start, ready some 6 min after, cut over (3 min)", journey()},
		{"journey-at-once", "as journey, but what is started is ready at once, for clients that wait for nothing", func(s *Sim) string {
			id := journey()(s)
			s.SetTemplate(inSync(3 * time.Minute))
			return id
		}},
		{"journey-validation-fails", "as journey, but the first validation fails; the next one works", func(s *Sim) string {
			id := journey()(s)
			s.SetValidation(ValidationScript{
				Takes: time.Minute, Fails: true, FailTimes: 1,
				Reason: "The migration host could not log in to the source cluster.",
			})
			return id
		}},
		{"journey-lost-start", "as journey, but the start is acted on and the connection reset before the answer", journey(
			Fault{Name: "lost start", Call: CallStart, After: true, Do: Effect{Wire: Reset}})},
	}
}

// journey sets a world up for a whole migration of one of the clusters that are
// available once there is a link.
func journey(faults ...Fault) func(*Sim) string {
	return func(s *Sim) string {
		s.SetStart(func(start *StartScript) { start.NeedsLink = true })
		s.SetValidation(ValidationScript{Takes: time.Minute})
		s.SetTemplate(changed(copying(), func(m *Migration) { m.Scheduled = 30 * time.Second }))
		for _, f := range faults {
			s.Inject(f)
		}
		return ""
	}
}
