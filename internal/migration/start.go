// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migration

// NewMigrationStart starts a live migration and, with untilReady, waits until it
// is ready for its cutover. A request that Atlas may have acted on is never sent
// again: nothing stops a live migration, and nothing finds one whose ID was lost.
func NewMigrationStart(api CreationAPI[LiveMigration], untilReady bool) Creation[LiveMigration] {
	return Creation[LiveMigration]{
		api:          api,
		place:        func(o *Observation) (*LiveMigration, *string) { return &o.Migration, &o.Migration.ID },
		afterFailure: afterStartFailure,
		decide:       decideStart(untilReady),
	}
}

// afterStartFailure repeats only what certainly had no effect.
func afterStartFailure(kind ErrorKind) failure {
	switch kind {
	case KindUnsent, KindRateLimited:
		return repeat
	case KindTransient:
		return giveUp
	default:
		return reject
	}
}

// decideStart waits on a status that nobody has published, and on an answer that
// does not say whether the live migration is ready.
func decideStart(untilReady bool) func(Observation, RunState) Decision {
	return func(o Observation, state RunState) Decision {
		switch lm := o.Migration; {
		case state.mayRequest():
			return Decision{Request, Ready}
		case ParseStatus(lm.Status) == StatusFailed:
			return Decision{Fail, failureReason(lm)}
		case lm.Ended():
			return Decision{Done, Complete}
		case !untilReady, lm.IsReady():
			return Decision{Done, Ready}
		case ParseStatus(lm.Status) == StatusUnknown:
			return Decision{Wait, UnknownStatus}
		default:
			return Decision{Wait, NotReady}
		}
	}
}
